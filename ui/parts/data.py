"""The data page: findings, tables to edit, changeovers as a matrix, assumptions."""

from collections.abc import Mapping

import streamlit as st

from planner.reader import Tables
from planner.store import ScenarioRow
from ui import state
from ui.parts.assumptions import assumptions
from ui.parts.changeovers import changeovers
from ui.parts.editor import editor
from ui.parts.empty import PLAN
from ui.parts.history import conflicts, steps
from ui.parts.order_forms import closed_machine, rush_order
from ui.tables.editing import count_rows
from ui.tables.findings import finding_table, first_fault, stops, told

SECTIONS: Mapping[str, str] = {
    "Orders": "orders.csv",
    "Machines": "machines.csv",
    "Changeovers": "changeovers.csv",
    "Calendars": "calendars.csv",
    "Durations": "durations.csv",
    "Resources": "resources.csv",
    "Needs": "needs.csv",
    "Upkeep": "upkeep.csv",
    "Assumptions": "scenario.toml",
}
MISSING: Mapping[str, str] = {
    "machines.csv": "No machines are given: one serial machine is assumed. Add rows, or say how "
    "many there are under Assumptions.",
    "calendars.csv": "No calendars are given: machines are always open. Add rows, or choose "
    "shifts under Assumptions.",
    "durations.csv": "No times that depend on the machine are given. That is fine: the orders "
    "and the machines' speeds say how long everything takes.",
    "resources.csv": "Machines share nothing: no setters, operators or moulds are given. Add rows "
    "for what there is too little of.",
    "needs.csv": "Nothing is needed of any resource. Add rows to say who needs what, and when: "
    "changeover, run, start, end, set up or upkeep.",
    "upkeep.csv": "No machine needs upkeep. Add rows for cleaning and the like: how long it takes, "
    "and after how many hours, batches or pieces it is needed again.",
}


def findings(row: ScenarioRow) -> None:
    """Show what is wrong, or that all is well and what can be done next."""
    found = state.findings(row.id)
    if not found:
        _ready(row, "No problems: this scenario can be planned.")
        return
    if not stops(found):
        _ready(row, f"This scenario can be planned; {told(found)}.")
    else:
        st.error(f"{told(found)}.")
    table = finding_table(found)
    st.dataframe(
        table,
        hide_index=True,
        height=min(320, 38 + 35 * len(table)),
        key=f"findings {row.id}",
    )


def show_first_fault(row: ScenarioRow) -> None:
    """Open the table with the first finding that stops planning, when a scenario is opened."""
    if "section" in st.session_state and st.session_state.get("faults-of") == row.id:
        return
    st.session_state["faults-of"] = row.id
    fault = first_fault(state.tables(row.id))
    sections = [name for name, file in SECTIONS.items() if file == fault]
    if sections:
        st.session_state["section"] = sections[0]


def _ready(row: ScenarioRow, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/check_circle: {text}")
        ids = {"scenario": str(row.id)}
        st.page_link(
            PLAN, label="Go to planning", icon=":material/arrow_forward:", query_params=ids
        )


def tools(row: ScenarioRow, tables: Tables) -> None:
    """Show undo and redo, the versions, and the forms for what happens during a day."""
    conflicts(row)
    with st.container(horizontal=True, vertical_alignment="center"):
        rush_order(row, tables)
        closed_machine(row, tables)
        steps(row)


def section(name: str, row: ScenarioRow, tables: Tables) -> None:
    """Show one table to edit."""
    if name == "Assumptions":
        assumptions(row, tables)
        return
    if name == "Changeovers":
        changeovers(row, tables)
        return
    file = SECTIONS[name]
    if not count_rows(tables, file) and file in MISSING:
        st.info(MISSING[file])
    editor(file, row, tables)


def manage(row: ScenarioRow) -> None:
    """Rename the scenario or delete it with its plans."""
    store = state.store()
    # What this session saw when it began to write: someone else may have renamed it since.
    seen = st.session_state.setdefault(f"name of {row.id}", row.name)
    with st.form("rename", border=False):
        name = st.text_input("Name", seen, max_chars=80)
        if st.form_submit_button("Rename") and name.strip():
            del st.session_state[f"name of {row.id}"]
            store.rename_scenario(row.id, name.strip(), seen=seen)
            st.rerun()
    sure = st.checkbox("Delete it with all its plans; for 30 days the bin on the Start page has it")
    if st.button("Delete", disabled=not sure, icon=":material/delete:"):
        store.delete_scenario(row.id)
        state.go_to(scenario=None)
        st.rerun()
