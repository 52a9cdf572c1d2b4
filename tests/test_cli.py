import pytest

from planner.cli import main

WRONG_USE = {
    "no command": "",
    "unknown command": "plam scenarios/tiny",
    "no scenario": "plan",
    "unknown option": "plan scenarios/tiny --second 3 --nope",
    "seconds of nothing": "plan scenarios/tiny --seconds 0",
    "seconds in words": "plan scenarios/tiny --seconds ten",
    "endless seconds": "plan scenarios/tiny --seconds inf",
    "no number of seconds": "plan scenarios/tiny --seconds nan",
    "negative work": "plan scenarios/tiny --work -1",
    "no workers": "plan scenarios/tiny --workers 0",
    "a fraction of a seed": "plan scenarios/tiny --seed 1.5",
    "unknown preset": "plan scenarios/tiny --preset fastest",
    "unknown term": "plan scenarios/tiny --weight lateness=1",
    "negative weight": "plan scenarios/tiny --weight tardiness=-1",
    "weight without value": "plan scenarios/tiny --weight tardiness",
    "unknown method": "plan scenarios/tiny --method magic",
    "unknown kind of file": "plan scenarios/tiny --out schedule.pdf",
    "unknown format": "export scenarios/tiny schedule.csv --format pdf",
    "nothing to compare": "compare scenarios/tiny",
}


@pytest.mark.parametrize("line", WRONG_USE.values(), ids=WRONG_USE.keys())
def test_wrong_use_ends_with_2(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(line.split())
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "usage: planner" in printed.err
