"""Two forms for what happens during a day: a rush order comes in, a machine is closed."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import streamlit as st

from planner.errors import PlannerError, ScenarioError
from planner.reader import Tables
from planner.store import ScenarioRow
from planner.variants import closed, machine_names
from ui import state
from ui.parts.editor import store_edit
from ui.tables.rush import RushOrder, kind_column, products, with_rush_order

FORMAT = "YYYY-MM-DD"
QUARTER = timedelta(minutes=15)


def rush_order(row: ScenarioRow, tables: Tables) -> None:
    """Show the form of a rush order: five fields, the rest is taken from its product."""
    with (
        st.popover("Rush order", icon=":material/bolt:"),
        st.form(f"rush {row.id}", border=False, clear_on_submit=False),
    ):
        number = st.text_input("Order number")
        what = "Product" if kind_column(tables) == "product" else "Family"
        product = st.selectbox(what, products(tables), accept_new_options=True)
        quantity = st.number_input("Quantity", min_value=0.001, value=1.0, step=1.0, format="%g")
        due = st.datetime_input("Due", _start(row) + timedelta(days=1), step=QUARTER, format=FORMAT)
        priority = st.number_input("Priority", 1, 100, 3, help="1 is normal")
        st.caption(
            "Minutes, family, machines and sizes are those of the newest order of this product, "
            "in proportion to the quantity; change them in the table where they differ."
        )
        if st.form_submit_button("Add the order", type="primary"):
            rush = RushOrder(
                number=number,
                product=product or "",
                quantity=Decimal(f"{quantity:g}"),
                due=due,
                priority=int(priority),
            )
            _add(row, tables, rush)


def _add(row: ScenarioRow, tables: Tables, rush: RushOrder) -> None:
    try:
        made = with_rush_order(tables, rush)
    except PlannerError as error:
        st.warning(str(error))
        return
    store_edit(row, made, note=f"Rush order {rush.number.strip()} added")
    st.rerun()


def closed_machine(row: ScenarioRow, tables: Tables) -> None:
    """Show the form for a machine that is closed from to."""
    names = machine_names(tables)
    start = _start(row)
    with (
        st.popover("Machine closed", icon=":material/event_busy:"),
        st.form(f"closed {row.id}", border=False),
    ):
        machine = st.selectbox("This machine is closed", names)
        begin = st.datetime_input("From", start, step=QUARTER, format=FORMAT)
        end = st.datetime_input("To", start + timedelta(hours=8), step=QUARTER, format=FORMAT)
        if st.form_submit_button("Close it", type="primary") and machine and begin and end:
            _close(row, tables, machine, (begin, end))


def _close(
    row: ScenarioRow, tables: Tables, machine: str, hours: tuple[datetime, datetime]
) -> None:
    begin, end = hours
    try:
        made = closed(tables, machine, begin, end)
    except PlannerError as error:
        st.warning(str(error))
        return
    said = f"{machine} closed from {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"
    store_edit(row, made, note=said)
    st.rerun()


def _start(row: ScenarioRow) -> datetime:
    """Return when the plan starts, or today where the scenario cannot be read yet."""
    try:
        return state.scenario(row.id).clock.start
    except ScenarioError:
        return datetime.combine(datetime.now().astimezone().date(), time(6))
