"""Tables of a plan: orders, batches, machines, with search and filter."""

import pandas as pd
import streamlit as st

from ui import state, words
from ui.plans import Plan
from ui.tables.schedules import (
    batch_table,
    machine_table,
    order_table,
    resource_table,
    unplanned_table,
    upkeep_table,
)

RESOURCES, UPKEEP, UNPLANNED = "Resources", "Upkeep", "Not planned"
VIEWS = ("Orders", "Batches", "Machines", RESOURCES, UPKEEP, UNPLANNED)
DATES = ("Start", "End", "Due", "Finished")


def listings(plan: Plan) -> None:
    """Show one of the tables."""
    unplanned = len(plan.schedule.unplanned)
    view = st.segmented_control(
        "Table",
        [name for name in VIEWS if name not in _empty(plan)],
        default=VIEWS[0],
        required=True,
        format_func=lambda name: f"{name} ({unplanned})" if name == UNPLANNED else name,
    )
    if view == "Machines":
        st.dataframe(machine_table(plan.kpis), hide_index=True, key="machine figures")
    elif view == RESOURCES:
        st.dataframe(resource_table(plan.kpis), hide_index=True, key="resource figures")
    elif view == UPKEEP:
        st.dataframe(upkeep_table(plan.kpis), hide_index=True, key="upkeep figures")
    elif view == UNPLANNED:
        _unplanned(plan)
    elif view == "Batches":
        _filtered(batch_table(plan), "batches", late=lambda table: table["Late orders"] > 0)
    else:
        _filtered(order_table(plan), "orders", late=_is_late)


def _empty(plan: Plan) -> tuple[str, ...]:
    """Return the tables that a plan has nothing for."""
    found = {RESOURCES: plan.kpis.resources, UPKEEP: plan.kpis.upkeep}
    return tuple(name for name, figures in found.items() if not figures)


def _is_late(table: pd.DataFrame) -> "pd.Series[bool]":
    return ~table["Late by"].isin(["on time", "no due date"])


def _unplanned(plan: Plan) -> None:
    if plan.schedule.unplanned:
        st.dataframe(unplanned_table(plan), hide_index=True, key="unplanned")
    else:
        st.success("Every order is planned.")


def _filtered(table: pd.DataFrame, name: str, late: object) -> None:
    left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
    text = left.text_input("Search", key=f"search {name}", placeholder="order, family, customer")
    only_late = right.toggle("Late only", key=f"late {name}")
    machines = middle.multiselect(
        "Machines", sorted(set(table["Machine"])), key=f"machines {name}", placeholder="all"
    )
    if machines:
        table = table[table["Machine"].isin(machines)]
    if only_late and callable(late):
        table = table[late(table)]
    if text:
        cells = table.drop(columns="key").astype(str)
        found = cells.apply(lambda column: column.str.contains(text, case=False, regex=False))
        table = table[found.any(axis=1)]
    st.caption(words.count(len(table), "row") + ". Select a row to see its batch in the chart.")
    chosen = st.dataframe(
        table,
        hide_index=True,
        height=380,
        key=f"table {name}",
        column_order=[column for column in table.columns if column != "key"],
        column_config={
            column: st.column_config.DatetimeColumn(format="ddd D MMM HH:mm") for column in DATES
        },
        on_select="rerun",
        selection_mode="single-row",
    )
    _follow(table, list(chosen.selection.rows), name)


def _follow(table: pd.DataFrame, rows: list[int], name: str) -> None:
    """Select the batch of a row that was just chosen."""
    key = str(table.iloc[rows[0]]["key"]) if rows and rows[0] < len(table) else None
    if key != st.session_state.get(f"row of {name}"):
        st.session_state[f"row of {name}"] = key
        if key is not None:
            state.go_to(batch=key)
            st.rerun()
