"""Result folders: `results.csv` grows by one row per run, `progress.csv` by one per improvement."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

Row = Mapping[str, str]

RESULTS = "results.csv"
PROGRESS = "progress.csv"
# Column and values: what the set's own checker says of the solution.
CHECKER, PASS, FAIL = "checker", "pass", "fail"
# A run with the same values here has been done.
RUN_KEY = ("set", "folder", "instance", "seed", "workers", "seconds_limit", "method")


def read_rows(path: Path) -> list[Row]:
    """Return the rows of the table at `path`; none if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def add_rows(path: Path, rows: Iterable[Row]) -> None:
    """Add `rows` to the table at `path`, which gets the columns of all of them.

    The file is replaced as a whole, so that a run that is cut off leaves a table that is complete.
    """
    merged = [*read_rows(path), *rows]
    columns = list(dict.fromkeys(column for row in merged for column in row))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=columns, restval="")
        writer.writeheader()
        writer.writerows(merged)
    unfinished.replace(path)


def key_of(row: Row) -> tuple[str, ...]:
    """Return what tells the run of `row` from others."""
    return tuple(row.get(column, "") for column in RUN_KEY)


def done(folder: Path) -> set[tuple[str, ...]]:
    """Return the keys of the runs in the result folder `folder`."""
    return {key_of(row) for row in read_rows(folder / RESULTS)}
