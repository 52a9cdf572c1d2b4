"""Figures of the benchmark report."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.results import Row, key_of

# The same data gives the same file.
STABLE = {"Date": None}
mpl.rcParams["svg.hashsalt"] = "benchmarks"

Curve = tuple[list[float], list[float]]


def cost_over_time(rows: Sequence[Row], progress: Iterable[Row], path: Path) -> None:
    """Draw how far the mean cost of each set is above the best known, over seconds."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    curves = _curves(progress)
    for name in sorted({row["set"] for row in rows}):
        runs = [row for row in rows if row["set"] == name]
        longest = max(float(row["seconds_limit"]) for row in runs)
        chosen = [row for row in runs if float(row["seconds_limit"]) == longest]
        times = [0.1 * (longest / 0.1) ** (step / 60) for step in range(61)]
        gaps = [_mean_gap(chosen, curves, time) for time in times]
        shown = [(time, gap) for time, gap in zip(times, gaps, strict=True) if gap is not None]
        axes.plot(*zip(*shown, strict=True), label=f"{name} ({len(chosen)} runs)")
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=-10)
    axes.set_xlabel("seconds")
    axes.set_ylabel("mean cost above best known, %")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata=STABLE)


def scale(rows: Iterable[Row], path: Path) -> None:
    """Draw cost, changeover hours and time to the first schedule over the number of orders."""
    ordered = sorted(rows, key=lambda row: int(row["orders"]))
    orders = [int(row["orders"]) for row in ordered]
    figure = Figure(figsize=(11, 4), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    for made in ("one by one", "planned"):
        left.plot(orders, [int(row[f"{made}: cost"]) for row in ordered], marker="o", label=made)
        hours = [int(row[f"{made}: changeover_minutes"]) / 60 for row in ordered]
        middle.plot(orders, hours, marker="o", label=made)
    left.set_ylabel("cost")
    middle.set_ylabel("changeover hours")
    left.legend()
    right.plot(orders, [float(row["seconds_to_first"]) for row in ordered], marker="o")
    right.set_ylabel("seconds to the first schedule")
    for axes in (left, middle, right):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("orders")
        axes.grid(visible=True, alpha=0.3)
    figure.savefig(path, metadata=STABLE)


def _curves(progress: Iterable[Row]) -> dict[tuple[str, ...], Curve]:
    """Return times and costs of each run, in order of time."""
    points: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    for row in progress:
        points.setdefault(key_of(row), []).append((float(row["seconds"]), float(row["cost"])))
    return {
        run: ([time for time, _ in sorted(found)], [cost for _, cost in sorted(found)])
        for run, found in points.items()
    }


def _mean_gap(
    rows: Iterable[Row], curves: dict[tuple[str, ...], Curve], seconds: float
) -> float | None:
    """Return the mean gap to the best known in per cent; None unless every run has a schedule."""
    gaps = []
    for row in rows:
        best = float(row.get("best_known") or 0)
        if best <= 0 or key_of(row) not in curves:
            continue
        times, costs = curves[key_of(row)]
        place = bisect_right(times, seconds)
        if not place:
            return None
        gaps.append(100 * (min(costs[:place]) - best) / best)
    return fmean(gaps) if gaps else None
