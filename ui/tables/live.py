"""What the release service holds and has released, as data frames in this computer's time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from planner.publish import ChunkState

Rows = Sequence[Mapping[str, Any]]
ALL_MACHINES = "all"
HANDED_OVER = {
    ChunkState.DELIVERED: "✓ delivered",
    ChunkState.WAITING: "waiting",
    ChunkState.REFUSED: "! refused",
}


def buffer_table(rows: Rows, now: datetime) -> pd.DataFrame:
    """Return a row per family and machine group, the one that waits longest first."""
    return pd.DataFrame(
        [
            {
                "Family": row["family"],
                "Machines": machines(row["machines"]),
                "Orders": row["orders"],
                "Waits, min": minutes((now - row["first_received"]).total_seconds()),
                "Soonest due": local(row["soonest_due"]),
            }
            for row in rows
        ],
        columns=["Family", "Machines", "Orders", "Waits, min", "Soonest due"],
    )


def batch_table(rows: Rows, states: Mapping[int, ChunkState] | None) -> pd.DataFrame:
    """Return a row per released batch; `states` is None where nothing is handed over."""
    table = pd.DataFrame(
        [_batch_row(row, states) for row in rows],
        columns=["Batch", "Released", "Family", "Machines", "Orders", "Why", "First waited, min",
                 "Hand-over"],
    )  # fmt: skip
    return table if states is not None else table.drop(columns="Hand-over")


def _batch_row(row: Mapping[str, Any], states: Mapping[int, ChunkState] | None) -> dict[str, Any]:
    state = (states or {}).get(row["number"], ChunkState.WAITING)
    return {
        "Batch": row["number"],
        "Released": local(row["released"]),
        "Family": row["family"],
        "Machines": machines(row["machines"]),
        "Orders": row["orders"],
        "Why": row["reason"],
        "First waited, min": minutes(row["first_wait_seconds"]),
        "Hand-over": HANDED_OVER[state],
    }


def wait_table(rows: Rows) -> pd.DataFrame:
    """Return how long the orders of each family waited to be released, in minutes."""
    waits = pd.DataFrame(
        [(row["family"], row["wait_seconds"] / 60) for row in rows], columns=["Family", "minutes"]
    )
    each = waits.astype({"minutes": float}).groupby("Family")["minutes"]
    table = pd.DataFrame(
        {
            "Orders": each.size(),
            "Mean, min": each.mean().round(1),
            "95 %, min": each.quantile(0.95).round(1),
            "Longest, min": each.max().round(1),
        }
    )
    return table.sort_values("95 %, min", ascending=False).reset_index()


def refused_table(rows: Rows) -> pd.DataFrame:
    """Return what a destination did not take, and why."""
    return pd.DataFrame(
        [(row["item"], row["reason"], row["destination"]) for row in rows],
        columns=["Batch", "Reason", "Destination"],
    )


def machines(joined: str) -> str:
    """Return a machine group as text.

    >>> machines("M1|M2"), machines("")
    ('M1, M2', 'all')
    """
    return ", ".join(joined.split("|")) if joined else ALL_MACHINES


def minutes(seconds: float) -> float:
    """Return minutes with two decimals.

    >>> minutes(90)
    1.5
    """
    return round(max(0.0, seconds) / 60, 2)


def local(moment: datetime | None) -> datetime | None:
    """Return a moment in this computer's time, as a table shows it."""
    return None if moment is None else moment.astimezone().replace(tzinfo=None)
