"""`planner import --history`: past orders into the database, each once, whatever happens."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from planner.cli import importing, main
from planner.store import Store, file_fingerprint, import_of, past_orders
from planner.store import history as history_of

HEAD = "Auftrag;Menge;Termin;Maschine\n"


def written(folder: Path, count: int, *more: str) -> Path:
    """Write orders 1 to `count`, with dates that can be read in two ways, and `more` lines."""
    path = folder / "history.csv"
    lines = (f"{k:07};1.{k % 10}00,5;0{k % 9 + 1}/02/2026;M{k % 3}\n" for k in range(1, count + 1))
    path.write_text("".join([HEAD, *lines, *more]), encoding="utf-8")
    return path


def call(path: Path, *options: str) -> list[str]:
    url = f"sqlite:///{path.parent / 'h.db'}"
    return ["import", "--history", str(path), "--database", url, *options]


def stored(path: Path) -> list[Mapping[str, str]]:
    with Store(f"sqlite:///{path.parent / 'h.db'}") as store:
        row = import_of(store, file_fingerprint(path))
        return [] if row is None else list(past_orders(store, row.id))


DAY_FIRST = ("--answer", "date_order:Termin=dmy", "--answer", "machines=current")
MONTH_FIRST = ("--answer", "date_order:Termin=mdy", "--answer", "machines=current")


def test_a_history_is_stored_once_with_its_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, 25)
    assert main(call(path)) == 1
    assert "date_order:Termin=dmy" in capsys.readouterr().out
    assert stored(path) == []
    assert main(call(path, *DAY_FIRST)) == 0
    first, *_ = rows = stored(path)
    assert [row["order_id"] for row in rows] == [f"{k:07}" for k in range(1, 26)]
    assert (first["quantity"], first["due"], first["machine"]) == ("1100.5", "2026-02-02", "M1")
    assert main(call(path, *DAY_FIRST)) == 0
    assert "already, with 25 rows" in capsys.readouterr().err
    assert len(stored(path)) == 25
    assert main(call(path, *MONTH_FIRST, "--again")) == 0
    assert [row["due"] for row in stored(path)][:2] == ["2026-02-02", "2026-03-02"]


def test_an_interrupted_history_goes_on_as_it_was_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, 25)
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr(history_of, "_batch", failing_after(2, history_of._batch))
    assert main(call(path, *DAY_FIRST)) == 1
    assert len(stored(path)) == 20
    monkeypatch.undo()
    # Another answer would read the rest in another way than the beginning.
    assert main(call(path, *MONTH_FIRST)) == 0
    assert "goes on behind row 20" in capsys.readouterr().err
    rows = stored(path)
    assert [row["order_id"] for row in rows] == [f"{k:07}" for k in range(1, 26)]
    assert rows[24]["due"] == "2026-02-08"


def failing_after(count: int, batch: object) -> object:
    calls = iter(range(count))

    def make(rows: Iterator[Mapping[str, str]], *given: int) -> object:
        if next(calls, None) is None:
            raise OSError("the disk is full")
        return batch(rows, *given)  # type: ignore[operator]

    return make


def test_rows_that_are_no_orders_go_into_a_file_with_the_reason(tmp_path: Path) -> None:
    path = written(tmp_path, 25, "0000099;viel;01/02/2026;=M1\n")
    bad = tmp_path / "bad.csv"
    assert main(call(path, *DAY_FIRST, "--rejected", str(bad))) == 1
    assert len(stored(path)) == 25
    head, row = bad.read_text(encoding="utf-8-sig").splitlines()
    assert head == "Auftrag;Menge;Termin;Maschine;row;reason"
    assert row.startswith("0000099;viel;01/02/2026;'=M1;27;Menge: viel is not a number")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["import", "a.csv", "--again"], "--again needs --history"),
        (["import", "a.csv", "b.csv", "--history"], "takes one FILE"),
        (["import", "a.csv", "--history", "--out", "x"], "takes one FILE"),
    ],
)
def test_wrong_use_is_refused_in_words(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    assert said in capsys.readouterr().err


def test_what_is_no_history_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "machines.csv"
    path.write_text("machine_id,process,capacity_kg\nM1,serial,5\n", encoding="utf-8")
    assert main(call(path)) == 1
    assert "holds machines; a history is of orders" in capsys.readouterr().err
    assert main(call(tmp_path / "none.csv")) == 1
    assert "none.csv: No such file" in capsys.readouterr().err
