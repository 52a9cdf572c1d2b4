"""Changeovers as a matrix: heat colours to see, cells to edit."""

import dataclasses

import pandas as pd
import streamlit as st

from planner.errors import ScenarioError
from planner.reader import Table, Tables
from planner.store import ScenarioRow
from ui import state
from ui.figures.base import CONFIG
from ui.figures.heat import changeover_heat
from ui.parts.editor import Opened, keep_typed, opened_for, typed_into
from ui.parts.guard import guard
from ui.tables.editing import Edits
from ui.tables.matrix import ANY, MatrixLayer, is_square, layers, matrix, with_matrix

FILE = "changeovers.csv"
LARGEST_EDITED = 60
MOST_MACHINES = 60


def changeovers(row: ScenarioRow, tables: Tables) -> None:
    """Show the matrix of one machine or attribute, and let it be edited."""
    table = tables.files.get(FILE)
    if table is None:
        st.info("No changeovers are given: the default under Assumptions counts everywhere.")
    left, right = st.columns(2)
    with left:
        found = layers(table, _machines(row))
        layer = st.selectbox("Between", found, format_func=lambda one: one.label)
    with right:
        figure = st.segmented_control("Show", ("minutes", "cost"), default="minutes", required=True)
    shown = matrix(table, layer, _values(row, tables, layer), figure or "minutes")
    if shown.empty:
        st.info("There are no families yet: give the orders a family first.")
        return
    heat = changeover_heat(shown, "min" if figure == "minutes" else "cost")
    st.plotly_chart(heat, key="heat", config=dict(CONFIG))
    _edit(row, tables, layer, shown, figure or "minutes")


def _machines(row: ScenarioRow) -> tuple[str, ...]:
    """Return the machines that a user may give changeovers of their own."""
    try:
        names = tuple(state.scenario(row.id).machine)
    except ScenarioError:
        return ()
    return names if 1 < len(names) <= MOST_MACHINES else ()


def _values(row: ScenarioRow, tables: Tables, layer: MatrixLayer) -> tuple[str, ...]:
    """Return the families, or the values of an attribute, that orders have."""
    try:
        scenario = state.scenario(row.id)
    except ScenarioError:
        return _written(tables, layer)
    if not layer.attribute:
        # Families made of attributes are too many to list; what the file names is shown.
        return () if any(order.attributes for order in scenario.orders) else scenario.families
    name = layer.attribute.removeprefix("attr_")
    pairs = (pair for order in scenario.orders for pair in order.attributes)
    return tuple(sorted({value for key, value in pairs if key == name}))


def _written(tables: Tables, layer: MatrixLayer) -> tuple[str, ...]:
    """Return what the orders' table has where it cannot be read as a scenario yet."""
    orders = tables.files.get("orders.csv")
    column = f"attr_{layer.attribute.removeprefix('attr_')}" if layer.attribute else "family"
    if orders is None or column not in orders.columns:
        return ()
    return tuple(sorted({cell.strip() for cell in orders.column(column)} - {""}))


def _edit(
    row: ScenarioRow, tables: Tables, layer: MatrixLayer, shown: pd.DataFrame, figure: str
) -> None:
    guard()
    if len(shown) > LARGEST_EDITED:
        st.caption("This matrix is too large to edit here; upload a changed file instead.")
        return
    st.caption(_told(tables.files.get(FILE), layer, figure))
    opened = _opened(row, layer, shown, figure)
    st.data_editor(
        opened.frame,
        key=opened.key,
        on_change=_typed,
        args=(row.id, layer, figure, opened.number),
        column_config={name: st.column_config.TextColumn(name) for name in opened.frame.columns},
    )


def _opened(row: ScenarioRow, layer: MatrixLayer, shown: pd.DataFrame, figure: str) -> Opened:
    return opened_for(row, _place(row.id, layer, figure), shown)


def _place(scenario_id: int, layer: MatrixLayer, figure: str) -> str:
    return f"opened matrix {scenario_id} {layer} {figure}"


def _typed(scenario_id: int, layer: MatrixLayer, figure: str, number: int) -> None:
    """Keep what was just typed; runs before anything else does."""
    place = _place(scenario_id, layer, figure)
    opened = typed_into(place, number)
    if opened is None:
        return
    edited = opened.frame.copy()
    for at, cells in Edits.from_state(st.session_state[opened.key]).cells.items():
        for name, value in cells.items():
            edited.loc[edited.index[at], name] = value or ""
    tables = state.tables(scenario_id, opened.made)
    made = with_matrix(tables.files.get(FILE), layer, edited, figure)
    files = {**tables.files, FILE: made}
    if not made.rows:
        files.pop(FILE)
    keep_typed(scenario_id, place, opened, dataclasses.replace(tables, files=files))


def _told(table: Table | None, layer: MatrixLayer, figure: str) -> str:
    """Return what an empty cell means, and what saving does to a file that is a matrix."""
    other = "the default" if layer.machine == ANY else "what is given for all machines"
    text = (
        f"From row to column. An empty cell takes {other}; no is not possible; "
        "* stands for any family."
    )
    if is_square(table) and (figure == "cost" or layer.machine != ANY):
        text += " A matrix file has no place for this: it becomes a row per changeover."
    return text
