"""The table of compared release policies."""

from collections.abc import Mapping

import pandas as pd

from planner.release.measures import Measures

HEADINGS = {
    "throughput": "Orders/h",
    "utilisation": "Working",
    "changeover_share": "Changing over",
    "batch_size": "Orders a batch",
    "fill": "Fill",
    "queue": "Queue h",
    "flow": "Flow h",
    "flow_95": "Flow h, 95 %",
    "flow_99": "Flow h, 99 %",
    "tardy_share": "Tardy",
    "cost": "Cost per order",
}


def policy_table(found: Mapping[str, Measures]) -> pd.DataFrame:
    """Return a row per policy; what is not known is empty."""
    rows = {
        name: {heading: getattr(measures, figure) for figure, heading in HEADINGS.items()}
        for name, measures in found.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").round(3)
