"""Files are written whole or not at all, and only files that end are read."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from planner.cli import main
from planner.files import Replacement, open_regular, read_and_written, read_bytes, write_bytes
from planner.reader import read_tables, write_tables
from scenarios import sample_path

LARGE = b"x" * 100_000


@contextmanager
def no_room(most: int = 50_000) -> Iterator[None]:
    """Let no file grow beyond `most` bytes, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_with_no_room_the_old_file_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(b"old")
    with no_room(), pytest.raises(OSError, match="File too large"):
        write_bytes(path, LARGE)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_of_several_files_either_all_take_their_places_or_none_does(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"old")
    with no_room(), pytest.raises(OSError, match="File too large"):
        write_both(first, second)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def write_both(first: Path, second: Path) -> None:
    with Replacement() as files:
        files.open(first).write(b"new")
        files.open_text(second).write(LARGE.decode())


def test_an_error_on_the_way_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(FileNotFoundError, match="No such file"):
        write_both(path, tmp_path / "no" / "folder")
    assert path.read_bytes() == b"old"


def test_a_link_stays_a_link_and_a_file_keeps_its_mode(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_bytes(link, b"new")
    assert link.is_symlink()
    assert (real.read_bytes(), real.stat().st_mode & 0o777) == (b"new", 0o640)


def test_what_is_no_file_is_written_as_it_is() -> None:
    write_bytes("/dev/null", LARGE)
    assert not Path("/dev/null").is_file()


def test_a_pipe_and_a_device_are_not_read_and_hold_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(OSError, match="is not a regular file"):
            open_regular(path)


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert read_bytes(tmp_path / "a", 3) == b"abc"
    with pytest.raises(OSError, match="is larger than"):
        read_bytes(tmp_path / "a", 2)


def test_a_target_that_is_read_is_found_through_links_and_folders(tmp_path: Path) -> None:
    orders = tmp_path / "week" / "orders.csv"
    orders.parent.mkdir()
    orders.write_text("order_id\n")
    (tmp_path / "link").symlink_to(orders.parent)
    through = tmp_path / "link" / "orders.csv"
    assert read_and_written([orders], [through]) == through
    assert read_and_written([orders.parent], [through]) == through
    assert read_and_written([orders], [orders.with_name("machines.csv")]) is None


def test_a_scenario_is_written_as_a_whole_and_what_was_there_before_is_named(
    tmp_path: Path,
) -> None:
    tables = read_tables(sample_path("tiny"))
    (tmp_path / "calendars.csv").write_text("calendar\n")
    left = write_tables(tables, tmp_path)
    assert ("calendars.csv" in left) == ("calendars.csv" not in tables.files)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with no_room(20), pytest.raises(OSError, match="File too large"):
        write_tables(tables, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("room", [0, 150, 40_000])
def test_an_import_with_no_room_leaves_the_folder_as_it_was_and_says_why(
    tmp_path: Path, room: int, capsys: pytest.CaptureFixture[str]
) -> None:
    week, orders = tmp_path / "week", tmp_path / "orders.csv"
    rows = "".join(f"A{number};red;20;2027-01-0{number % 9 + 1}\n" for number in range(3_000))
    orders.write_text("No;family;minutes;due\n" + rows)
    write_tables(read_tables(sample_path("tiny")), week)
    (week / "changeovers.csv").unlink()
    (week / "calendars.csv").unlink()
    (week / "machines.csv").unlink()
    before = {path.name: path.read_bytes() for path in week.iterdir()}
    with no_room(room):
        assert main(["import", str(orders), "--out", str(week)]) == 1
    told = capsys.readouterr()
    assert "Make room, and do it again" in told.err
    assert str(week) in told.err
    assert "fault of Batch planner" not in told.err
    assert "written to" not in told.out
    assert {path.name: path.read_bytes() for path in week.iterdir()} == before


@pytest.mark.parametrize("name", ["orders.csv", "machines.csv"])
def test_a_plan_does_not_overwrite_the_scenario_it_is_made_of(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_tables(read_tables(sample_path("tiny")), tmp_path)
    before = (tmp_path / name).read_bytes()
    assert main(["plan", str(tmp_path), "--work", "1", "--out", str(tmp_path / name)]) == 2
    assert "to write it would destroy it" in capsys.readouterr().err
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    "given",
    [
        "release serve --port 99999",
        "simulate x --per-hour 1e-9",
        "simulate x --per-hour 1e-300",
        "simulate x --per-hour nan",
        "simulate x --day 1,inf",
        "simulate x --mix red=nan",
        "publish http://x --rate 1e-300",
        "publish http://x --timeout inf",
        "plan x --seconds 1e-300",
        "plan x --seed " + "9" * 5000,
        "release serve --margin nan",
        "release serve --family red=5,inf",
        "ui --port 99999",
    ],
)
def test_a_number_that_makes_no_sense_is_wrong_use_in_few_words(
    given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(given.split())
    except SystemExit as ended:
        code = int(str(ended.code))
    told = capsys.readouterr().err
    assert code == 2
    assert "fault of Batch planner" not in told
    assert len(told.splitlines()[-1]) < 300
