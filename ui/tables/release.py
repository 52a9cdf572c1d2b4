"""The table of compared release policies."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from planner.simulation import Limit, Measures, intervals

NOT_AVAILABLE = ""


class PolicyColumn(NamedTuple):
    """A heading, the figure under it, and how it is written."""

    heading: str
    figure: str
    form: str


COLUMNS = (
    PolicyColumn("Orders/h", "throughput", "{:.3g}"),
    PolicyColumn("Working", "utilisation", "{:.0%}"),
    PolicyColumn("Changing over", "changeover_share", "{:.0%}"),
    PolicyColumn("Orders a batch", "batch_size", "{:.1f}"),
    PolicyColumn("Fill", "fill", "{:.0%}"),
    PolicyColumn("Queue h", "queue", "{:.1f}"),
    PolicyColumn("Flow h", "flow", "{:.1f}"),
    PolicyColumn("95 %", "flow_95", "{:.1f}"),
    PolicyColumn("99 %", "flow_99", "{:.1f}"),
    PolicyColumn("Tardy", "tardy_share", "{:.0%}"),
    PolicyColumn("Cost per order", "cost", "{:,.0f}"),
)


def policy_table(
    found: Mapping[str, tuple[Measures, ...]], limits: Mapping[str, Limit]
) -> pd.DataFrame:
    """Return a row per policy, with half widths of intervals; what is not known is empty."""
    rows = {name: _row(measures, limits.get(name)) for name, measures in found.items()}
    headings = [column.heading for column in COLUMNS] + ["Breaks at"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=headings)


def _row(measures: tuple[Measures, ...], breaks: Limit | None) -> list[str]:
    over = intervals(measures)
    cells = []
    for column in COLUMNS:
        found = over[column.figure]
        if found is None:
            cells.append(NOT_AVAILABLE)
            continue
        spread = f" ± {column.form.format(found.half_width)}" if len(measures) > 1 else ""
        cells.append(column.form.format(found.mean) + spread)
    return [*cells, _breaks(breaks)]


def _breaks(breaks: Limit | None) -> str:
    if breaks is None or breaks.per_hour is None:
        return NOT_AVAILABLE
    factor = "" if breaks.factor is None else f" ({breaks.factor:.2f} ×)"
    return f"{breaks.per_hour:.3g}/h{factor}"
