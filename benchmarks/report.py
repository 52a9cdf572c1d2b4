"""Tables and figures from result folders: ours beside every published method, losses included.

`python -m benchmarks.report DIR...` rewrites the part of benchmarks/README.md between its markers,
and the figures beside it.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks import charts
from benchmarks.results import CHECKER, PASS, PROGRESS, RESULTS, Row, read_rows
from benchmarks.scale import SCALE
from benchmarks.sets import PREFIX, SETS

HERE = Path(__file__).parent
BEGIN, END = "<!-- results -->", "<!-- end of results -->"
SCALE_COLUMNS = (
    "orders",
    "stages",
    "machines",
    "seconds_limit",
    "seconds_to_first",
    "seconds_total",
    "peak_megabytes",
)
# Costs that differ by a smaller share than this are equal: published ones are rounded.
SAME = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How the results of a set are shown."""

    title: str
    own: str
    best: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One instance: our mean cost over seeds, one published method's, and the best known."""

    ours: float
    theirs: float
    best: float


REPORTED = {
    "osp": Reporting(
        title="Oven scheduling (normalised cost)",
        own="normalised_cost",
        best="best_known",
        methods=(
            "ilp",
            "cp",
            "lns",
            "sa1m_mean",
            "sa1m_min",
            "sa5m_mean",
            "sa5m_min",
            "best_known",
        ),
    ),
    "pbatch": Reporting(
        title="Batch machines with incompatible families (weighted tardiness)",
        own="cost",
        best="",
        methods=(
            "twd_bilyk_cost",
            "sa_best_cost",
            "sa_avg_cost",
            "ig_best_cost",
            "ig_avg_cost",
            "vns_best_cost",
            "vns_avg_cost",
            "pils_best_cost",
            "pils_avg_cost",
        ),
    ),
    "upmsp": Reporting(
        title="Unrelated machines (makespan)",
        own="cost",
        best="best_makespan",
        methods=("best_makespan",),
    ),
    "atsp": Reporting(
        title="Changeovers alone (tour length)",
        own="cost",
        best="optimum",
        methods=("optimum",),
    ),
    "cjs": Reporting(
        title="Complex job shops (weighted completion or tardiness)",
        own="cost",
        best="best_known",
        methods=("best_known",),
    ),
    "hfsp": Reporting(
        title="Hybrid flow shops (makespan)",
        own="cost",
        best="best_known",
        methods=("ortools_900s", "cpoptimizer_900s", "best_known"),
    ),
    "fjsp": Reporting(
        title="Flexible job shops (makespan)",
        own="cost",
        best="best_known",
        methods=("ortools_900s", "cpoptimizer_900s", "best_known"),
    ),
    "operators": Reporting(
        title="Job shops with few operators (makespan)",
        own="cost",
        best="best_known",
        methods=("cpoptimizer_600s", "optalcp_600s", "best_known"),
    ),
}


def main(words: Sequence[str] | None = None) -> int:
    """Write tables and figures of the result folders that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="result folders")
    parser.add_argument("--readme", type=Path, default=HERE / "README.md", help="file to rewrite")
    given = parser.parse_args(words)
    rows = [row for folder in given.folders for row in read_rows(folder / RESULTS)]
    progress = [row for folder in given.folders for row in read_rows(folder / PROGRESS)]
    scale = [row for folder in given.folders for row in read_rows(folder / SCALE)]
    target = given.readme.parent / "figures"
    target.mkdir(exist_ok=True)
    lines = [*result_lines(rows), *scale_lines(scale)]
    if progress:
        charts.cost_over_time(rows, progress, target / "cost-over-time.svg")
        lines += ["", "![Cost over time](figures/cost-over-time.svg)"]
    if single := [row for row in scale if not row.get("stages")]:
        charts.scale(single, target / "scale.svg")
        lines += ["", "![Cost, changeovers and time over size](figures/scale.svg)"]
    _rewrite(given.readme, "\n".join(lines))
    return 0


def result_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the tables of all sets: one per number of seconds and workers."""
    by_table: dict[tuple[str, float, str, str], list[Row]] = {}
    for row in rows:
        key = row["set"], float(row["seconds_limit"]), row["workers"], row["method"]
        by_table.setdefault(key, []).append(row)
    for (name, seconds, workers, method), chosen in sorted(by_table.items()):
        reporting = REPORTED[name]
        instances = len({(row["folder"], row["instance"]) for row in chosen})
        seeds = ", ".join(sorted({row["seed"] for row in chosen}, key=int))
        proven = sum(row["status"] == "optimal" for row in chosen)
        yield f"### {reporting.title}: {seconds:g} s, {workers} workers, {method}"
        yield ""
        yield (
            f"{instances} instances, seeds {seeds}; {proven} of {len(chosen)} runs proven"
            f"{_judged(chosen)}."
        )
        yield ""
        yield from _table(reporting, chosen)
        yield ""


def _judged(rows: Sequence[Row]) -> str:
    """Say how many solutions the set's own checker passed, if it was asked."""
    asked = [row[CHECKER] for row in rows if row.get(CHECKER)]
    if not asked:
        return ""
    return f"; the set's own checker passes {asked.count(PASS)} of {len(asked)} solutions"


def scale_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table of generated plants."""
    if not rows:
        return
    yield "### Generated plants"
    yield ""
    yield (
        "| orders | stages | machines | limit, s | first schedule, s | in all, s | peak memory, MB "
        "| changeover hours, one by one | planned | saved | tardiness hours, one by one | planned |"
    )
    yield "| --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |"
    for row in sorted(rows, key=lambda row: (row.get("stages", ""), int(row["orders"]))):
        alone, planned = (
            [int(row[f"{made}: {term}"]) / 60 for term in ("changeover_minutes", "tardiness")]
            for made in ("one by one", "planned")
        )
        saved = (alone[0] - planned[0]) / alone[0] if alone[0] else 0.0
        # Where no stages are given there is one.
        cells = [row.get(column) or "1" for column in SCALE_COLUMNS]
        cells += [f"{alone[0]:,.0f}", f"{planned[0]:,.0f}", f"{saved:.0%}"]
        yield _line([*cells, f"{alone[1]:,.0f}", f"{planned[1]:,.0f}"])
    yield ""


def _table(reporting: Reporting, rows: Sequence[Row]) -> Iterator[str]:
    yield (
        "| class | published method | instances | its mean | our mean "
        "| its gap to best known | our gap | wins / ties / losses |"
    )
    yield "| --- | --- | --: | --: | --: | --: | --: | --: |"
    classes = sorted({_size(row) for row in rows}, key=_natural)
    for size in [*classes, "all"] if len(classes) > 1 else classes:
        chosen = [row for row in rows if size in ("all", _size(row))]
        for method in reporting.methods:
            if pairs := _pairs(reporting, chosen, method):
                yield _line([size, method.replace("_", " "), *_compared(pairs)])


def _size(row: Row) -> str:
    return SETS[row["set"]].size(row["instance"])


def _compared(pairs: Sequence[Pair]) -> list[str]:
    """Return the cells that compare us with one method over instances."""
    positive = [pair for pair in pairs if pair.best > 0]
    theirs = fmean([(p.theirs - p.best) / p.best for p in positive]) if positive else 0.0
    ours = fmean([(p.ours - p.best) / p.best for p in positive]) if positive else 0.0
    wins = sum(pair.ours < pair.theirs * (1 - SAME) for pair in pairs)
    losses = sum(pair.ours > pair.theirs * (1 + SAME) for pair in pairs)
    return [
        str(len(pairs)),
        f"{fmean([pair.theirs for pair in pairs]):.6g}",
        f"{fmean([pair.ours for pair in pairs]):.6g}",
        f"{theirs:+.2%}",
        f"{ours:+.2%}",
        f"{wins} / {len(pairs) - wins - losses} / {losses}",
    ]


def _pairs(reporting: Reporting, rows: Iterable[Row], method: str) -> list[Pair]:
    """Return the instances for which `method` has a result; ours is the mean over seeds."""
    by_instance: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row[reporting.own] and _found(row.get(PREFIX + method, ""), method):
            by_instance.setdefault((row["folder"], row["instance"]), []).append(row)
    return [
        Pair(
            ours=fmean([float(row[reporting.own]) for row in runs]),
            theirs=float(runs[0][PREFIX + method]),
            best=_best(reporting, runs[0]),
        )
        for runs in by_instance.values()
    ]


def _found(value: str, method: str) -> bool:
    # The published exact methods say 1.0 where they found nothing.
    return bool(value) and not (method in ("ilp", "cp") and float(value) == 1.0)


def _best(reporting: Reporting, row: Row) -> float:
    return float(row[PREFIX + reporting.best] if reporting.best else row["best_known"])


def _natural(text: str) -> list[tuple[int, str]]:
    """Return a sorting key that counts numbers as numbers."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rewrite(readme: Path, text: str) -> None:
    """Put `text` between the markers of the file, which is made if it is not there."""
    before = readme.read_text(encoding="utf-8") if readme.exists() else f"{BEGIN}\n{END}\n"
    head, rest = before.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    readme.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
