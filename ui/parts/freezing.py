"""How much of the plan is too near to be moved: for all machines, or machine by machine."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.domain import FREEZE_HOURS, Scenario
from ui.happening import Happened
from ui.steps import Basis

MOST_HOURS = 24.0 * 365
MACHINE, HOURS = "Machine", "Hours"


def freeze_fields(place: Basis, known: Happened) -> float | Mapping[str, float]:
    """Show the fields, and return the frozen hours: one number, or one for each machine."""
    scenario = place.plan.scenario
    usual, own = _usual(scenario, known)
    everywhere = st.number_input(
        "Frozen: hours from now",
        0.0,
        MOST_HOURS,
        usual,
        key=f"freeze hours {place.key}",
        help="What begins within this time keeps its machine and its place.",
        width=180,
    )
    with st.expander(f"Other hours for single machines ({len(own)})"):
        table = st.data_editor(
            freeze_table(scenario, own),
            hide_index=True,
            key=f"freeze by machine {place.key}",
            disabled=[MACHINE],
            column_config={
                HOURS: st.column_config.NumberColumn(
                    "Frozen hours", min_value=0.0, max_value=MOST_HOURS, format="%g",
                    help="Empty: as for all machines",
                )
            },
        )  # fmt: skip
    return freeze_in(table, float(everywhere))


def _usual(scenario: Scenario, known: Happened) -> tuple[float, Mapping[str, float]]:
    """Return the hours for all, and those of machines that have others: as kept, or as given."""
    given = scenario.freeze_hours if known.freeze_hours is None else known.freeze_hours
    if not isinstance(given, Mapping):
        return float(given), {}
    counts = pd.Series(list(given.values()))
    usual = float(counts.mode().iloc[0]) if len(counts) else FREEZE_HOURS
    return usual, {name: hours for name, hours in given.items() if hours != usual}


def freeze_table(scenario: Scenario, own: Mapping[str, float]) -> pd.DataFrame:
    """Return a row per machine, with the hours of those that have their own."""
    names = [machine.name for machine in scenario.machines]
    return pd.DataFrame(
        {MACHINE: names, HOURS: pd.Series([own.get(name) for name in names], dtype="float64")}
    )


def freeze_in(table: pd.DataFrame, everywhere: float) -> float | dict[str, float]:
    """Return the hours that an edited table says: one number where no machine has its own."""
    own = {
        str(name): float(hours)
        for name, hours in zip(table[MACHINE], table[HOURS], strict=True)
        if hours is not None and not pd.isna(hours)
    }
    if not own:
        return everywhere
    return {str(name): own.get(str(name), everywhere) for name in table[MACHINE]}
