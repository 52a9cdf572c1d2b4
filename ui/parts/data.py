"""The data page: findings, tables to edit, changeovers as a matrix, assumptions."""

from collections.abc import Mapping

import streamlit as st

from planner.errors import Severity
from planner.reader import Tables
from planner.store import ScenarioRow
from ui import kept_uploads, state
from ui.parts.actions import save_changed
from ui.parts.assumptions import assumptions
from ui.parts.changeovers import changeovers
from ui.parts.empty import PLAN
from ui.tables.editing import HELP, count_rows, frame_of, with_frame
from ui.tables.findings import finding_table, stops, told
from ui.words import count

SECTIONS: Mapping[str, str] = {
    "Orders": "orders.csv",
    "Machines": "machines.csv",
    "Changeovers": "changeovers.csv",
    "Calendars": "calendars.csv",
    "Durations": "durations.csv",
    "Assumptions": "scenario.toml",
}
MISSING: Mapping[str, str] = {
    "machines.csv": "No machines are given: one serial machine is assumed. Add rows, or say how "
    "many there are under Assumptions.",
    "calendars.csv": "No calendars are given: machines are always open. Add rows, or choose "
    "shifts under Assumptions.",
    "durations.csv": "No times that depend on the machine are given. That is fine: the orders "
    "and the machines' speeds say how long everything takes.",
}


def findings(row: ScenarioRow) -> None:
    """Show what is wrong, or that all is well and what can be done next."""
    found = state.findings(row.id)
    if not found:
        _ready(row, "No findings: this scenario can be planned.")
        return
    if not stops(found):
        _ready(row, f"This scenario can be planned; {told(found)}.")
    else:
        st.error(f"{told(found)}: put right what stops planning, then save.")
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
    files = [each.file for each in state.findings(row.id) if each.severity == Severity.ERROR]
    sections = [name for name, file in SECTIONS.items() if file in files[:1]]
    if sections:
        st.session_state["section"] = sections[0]


def _ready(row: ScenarioRow, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/check_circle: {text}")
        ids = {"scenario": str(row.id)}
        st.page_link(PLAN, label="Plan it", icon=":material/arrow_forward:", query_params=ids)


def section(name: str, row: ScenarioRow, tables: Tables) -> None:
    """Show one table to edit."""
    if name == "Assumptions":
        assumptions(row, tables)
    elif name == "Changeovers":
        changeovers(row, tables)
    else:
        _editor(SECTIONS[name], row, tables)


def _editor(file: str, row: ScenarioRow, tables: Tables) -> None:
    if not count_rows(tables, file) and file in MISSING:
        st.info(MISSING[file])
    frame = frame_of(tables, file)
    st.caption(
        f"{count(len(frame), 'row')}. Click a cell to change it; add rows at the end; "
        "row 1 of a file is its heading."
    )
    # The findings count rows as the file does; rows that an import left out make gaps.
    counted = file not in tables.files or tables.files[file].numbers == tuple(frame.index + 2)
    frame.index = frame.index + 2
    with st.form(f"form {file} {row.id}", border=False):
        edited = st.data_editor(
            frame,
            num_rows="dynamic",
            hide_index=not counted,
            height=min(520, 120 + 35 * len(frame)),
            key=f"editor {file} {row.id}",
            column_config={
                name: st.column_config.TextColumn(name, help=HELP.get(name))
                for name in frame.columns
            },
        )
        if st.form_submit_button("Save changes", type="primary", icon=":material/save:"):
            changed = with_frame(tables, file, edited)
            if changed == tables:
                st.toast("Nothing has changed.")
            else:
                save_changed(row.id, changed)
                st.rerun()


def manage(row: ScenarioRow) -> None:
    """Rename the scenario or delete it with its plans."""
    store = state.store()
    with st.form("rename", border=False):
        name = st.text_input("Name", row.name, max_chars=80)
        if st.form_submit_button("Rename") and name.strip():
            store.rename_scenario(row.id, name.strip())
            st.rerun()
    sure = st.checkbox("Delete it with all its plans, for good")
    if st.button("Delete", disabled=not sure, icon=":material/delete:"):
        store.delete_scenario(row.id)
        kept_uploads.forget(store, row.id)
        state.go_to(scenario=None)
        st.rerun()
