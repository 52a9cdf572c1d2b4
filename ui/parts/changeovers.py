"""Changeovers as a matrix: heat colours to see, cells to edit."""

import dataclasses

import pandas as pd
import streamlit as st

from planner.errors import ScenarioError
from planner.reader import Tables
from planner.store import ScenarioRow
from ui import state
from ui.figures.base import CONFIG
from ui.figures.heat import changeover_heat
from ui.parts.actions import save_changed
from ui.tables.matrix import Layer, is_list, layers, matrix, with_matrix

FILE = "changeovers.csv"
LARGEST_EDITED = 60


def changeovers(row: ScenarioRow, tables: Tables) -> None:
    """Show the matrix of one machine or attribute, and let it be edited."""
    table = tables.files.get(FILE)
    if table is None:
        st.info("No changeovers are given: the default under Assumptions counts everywhere.")
    if not is_list(table):
        st.info("The file holds a matrix already; upload a file with from, to, minutes to edit it.")
        return
    left, right = st.columns(2)
    with left:
        found = layers(table)
        layer = st.selectbox("Between", found, format_func=lambda one: one.label)
    with right:
        figure = st.segmented_control("Show", ("minutes", "cost"), default="minutes", required=True)
    shown = matrix(table, layer, _values(row, layer), figure or "minutes")
    if shown.empty:
        st.info("There are no families yet: give the orders a family first.")
        return
    heat = changeover_heat(shown, "min" if figure == "minutes" else "cost")
    st.plotly_chart(heat, key="heat", config=dict(CONFIG))
    _edit(row, tables, layer, shown, figure or "minutes")


def _values(row: ScenarioRow, layer: Layer) -> tuple[str, ...]:
    """Return the families, or the values of an attribute, that orders have."""
    try:
        scenario = state.scenario(row.id)
    except ScenarioError:
        return ()
    if not layer.attribute:
        # Families made of attributes are too many to list; what the file names is shown.
        return () if any(order.attributes for order in scenario.orders) else scenario.families
    name = layer.attribute.removeprefix("attr_")
    pairs = (pair for order in scenario.orders for pair in order.attributes)
    return tuple(sorted({value for key, value in pairs if key == name}))


def _edit(row: ScenarioRow, tables: Tables, layer: Layer, shown: pd.DataFrame, figure: str) -> None:
    if len(shown) > LARGEST_EDITED:
        st.caption("This matrix is too large to edit here; upload a changed file instead.")
        return
    st.caption("From row to column. An empty cell takes the default; * stands for any family.")
    with st.form(f"matrix {row.id} {layer} {figure}", border=False):
        edited = st.data_editor(
            shown,
            key=f"matrix editor {row.id} {layer} {figure}",
            column_config={name: st.column_config.TextColumn(name) for name in shown.columns},
        )
        if st.form_submit_button("Save changes", type="primary", icon=":material/save:"):
            made = with_matrix(tables.files.get(FILE), layer, edited, figure)
            files = {**tables.files, FILE: made}
            if not made.rows:
                files.pop(FILE)
            save_changed(row.id, dataclasses.replace(tables, files=files))
            st.rerun()
