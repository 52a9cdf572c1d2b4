"""The published sets: how each is read, in which unit it counts, and what others published."""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from pathlib import Path

from benchmarks.atsp import OPTIMA, read_atsp
from benchmarks.cjs import read_cjs
from benchmarks.fjsp import read_fjsp
from benchmarks.hfsp import read_hfsp
from benchmarks.operators import read_operators
from benchmarks.osp import read_osp
from benchmarks.pbatch import WEIGHT_UNITS, read_pbatch
from benchmarks.upmsp import read_upmsp
from planner.domain import Scenario

PREFIX = "published_"
# Columns of published tables that are not results.
KEYS = ("file", "instance_name", "instance")


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSet:
    """A published set; `divisor` turns the planner's integer cost into the set's own unit.

    `size` names the size class of an instance after the name of its file.
    """

    name: str
    read: Callable[[Path], Scenario]
    suffix: str
    size: Callable[[str], str]
    divisor: int = 1

    def shown(self, cost: int | None) -> str:
        """Return `cost` in the set's own unit; nothing where there is none."""
        return "" if cost is None else str(Decimal(cost) / self.divisor)


def _jobs(pattern: str) -> Callable[[str], str]:
    """Return what finds the number of jobs in a name: the product of the pattern's numbers."""

    def size(name: str) -> str:
        found = re.search(pattern, name)
        return f"{prod(int(number) for number in found.groups())} jobs" if found else "other"

    return size


SETS = {
    instances.name: instances
    for instances in (
        InstanceSet(name="osp", read=read_osp, suffix=".dzn", size=_jobs(r"-n(\d+)-")),
        InstanceSet(
            name="pbatch",
            read=read_pbatch,
            suffix=".txt",
            size=_jobs(r"-F(\d+)-.*-JF(\d+)-"),
            divisor=WEIGHT_UNITS,
        ),
        InstanceSet(name="upmsp", read=read_upmsp, suffix=".txt", size=_jobs(r"^I_(\d+)_")),
        InstanceSet(
            name="atsp",
            read=read_atsp,
            suffix=".atsp",
            size=lambda name: name.removesuffix(".atsp"),
        ),
        InstanceSet(
            name="cjs",
            read=read_cjs,
            suffix=".input",
            size=lambda name: name.partition(".")[0].rstrip("0123456789"),
        ),
        InstanceSet(name="hfsp", read=read_hfsp, suffix=".txt", size=lambda _: "all"),
        InstanceSet(name="fjsp", read=read_fjsp, suffix=".txt", size=lambda _: "all"),
        InstanceSet(name="operators", read=read_operators, suffix=".txt", size=lambda _: "all"),
    )
}


def published(path: Path) -> Mapping[str, str]:
    """Return what was published about the instance at `path`, by column; nothing if unknown.

    Tables named `published*.csv` are looked for beside the instance and one folder above.
    """
    for folder in (path.resolve().parent, path.resolve().parent.parent):
        for table in sorted(folder.glob("published*.csv")):
            with table.open(encoding="utf-8", newline="") as lines:
                rows = [row for row in csv.DictReader(lines) if _is_about(row, path, folder)]
            if rows:
                return {PREFIX + column: value for column, value in rows[0].items()}
    optimum = OPTIMA.get(path.stem) if path.suffix == ".atsp" else None
    return {} if optimum is None else {f"{PREFIX}optimum": str(optimum)}


def best_known(reference: Mapping[str, str]) -> float | None:
    """Return the least published cost in the set's own unit; None if there is none."""
    given = {name.removeprefix(PREFIX): value for name, value in reference.items() if value}
    for name in ("best_known_int", "best_makespan", "best_known", "optimum"):
        if name in given:
            return float(given[name])
    costs = [float(value) for name, value in given.items() if name.endswith("_cost")]
    return min(costs, default=None)


def _is_about(row: Mapping[str, str], path: Path, folder: Path) -> bool:
    """Return whether `row` of a table in `folder` names the instance at `path`.

    Use cases share file names: from above their folders, the folder must agree too.
    """
    if "file" not in row:
        return any(row.get(key) in (path.name, path.name.partition(".")[0]) for key in KEYS)
    if folder == path.resolve().parent:
        return Path(row["file"]).name == path.name
    return path.resolve() == folder / row["file"]
