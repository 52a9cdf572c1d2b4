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
    PolicyColumn("Waits h", "queue", "{:.1f}"),
    PolicyColumn("Lead time h", "flow", "{:.1f}"),
    PolicyColumn("95 %", "flow_95", "{:.1f}"),
    PolicyColumn("99 %", "flow_99", "{:.1f}"),
    PolicyColumn("Late", "tardy_share", "{:.0%}"),
    PolicyColumn("Cost per order", "cost", "{:,.0f}"),
)


def policy_table(
    found: Mapping[str, tuple[Measures, ...]],
    limits: Mapping[str, Limit],
    words_of: Mapping[str, str],
    recommended: str,
) -> pd.DataFrame:
    """Return a row per policy, the recommended one first and marked.

    Half widths of intervals stand beside the means; what is not known is empty.
    """
    names = [recommended, *(name for name in found if name != recommended)]
    rows = [
        [
            f"✓ {words_of[name]}" if name == recommended else words_of[name],
            *_row(found[name], limits.get(name)),
        ]
        for name in names
    ]
    headings = ["When to start", *(column.heading for column in COLUMNS), "Limit"]
    return pd.DataFrame(rows, columns=headings)


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
