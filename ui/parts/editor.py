"""A table to edit: every edit is kept when it is made, whatever is clicked next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from planner.reader import Tables
from planner.store import ScenarioRow
from ui import state
from ui.column_words import help_of, label
from ui.faults import errors_shown
from ui.keeping import Kept, keep
from ui.parts.guard import guard
from ui.tables.editing import (
    ANY_COLUMN,
    ROW,
    TICKS,
    Edits,
    addable,
    filtered,
    frame_of,
    with_edits,
    with_new_column,
    with_value,
    without_rows,
)
from ui.words import count

CELLS, ROWS = "Cell by cell", "Several rows at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an editor shows: `frame` of version `made`; `seen` has what was typed since.

    The frame stays what it is while somebody types, so that the place in the table is kept; when
    anything else has changed the scenario or the filter, another `number` opens a new editor.
    """

    number: int
    made: int
    seen: int
    filter: tuple[str, str]
    frame: pd.DataFrame

    @property
    def key(self) -> str:
        """Return the key of the editor's widget."""
        return f"cells {self.number}"

    def shows(self, version: int, wanted: tuple[str, str]) -> bool:
        """Return whether this is what the version in force and the filter ask for."""
        # A widget that was not on the page has forgotten what was typed; the store has not.
        knows = self.seen == self.made or self.key in st.session_state
        return (self.seen, self.filter) == (version, wanted) and knows


def editor(file: str, row: ScenarioRow, tables: Tables) -> None:
    """Show one table with its tools."""
    guard()
    tools = st.container(horizontal=True, vertical_alignment="bottom")
    with tools:
        mode = st.segmented_control(
            "Edit", (CELLS, ROWS), default=CELLS, required=True, key=f"mode {file} {row.id}"
        )
        wanted = _filter(file, row, tables)
        _new_column(file, row, tables)
    if mode == ROWS and file in tables.files:
        _several(file, row, tables, wanted)
    else:
        _cells(file, row, tables, wanted)


def _filter(file: str, row: ScenarioRow, tables: Tables) -> tuple[str, str]:
    columns = [ANY_COLUMN, *(str(name) for name in frame_of(tables, file) if name not in TICKS)]
    column = st.selectbox(
        "Show rows where",
        columns,
        format_func=lambda name: label(name) if name else "any column",
        key=f"filter column {file} {row.id}",
        width=180,
    )
    text = st.text_input(
        "contains", key=f"filter text {file} {row.id}", placeholder="all rows", width=180
    )
    return column or ANY_COLUMN, text


def _new_column(file: str, row: ScenarioRow, tables: Tables) -> None:
    with st.popover("Add a column", icon=":material/add_column_right:"):
        names = addable(tables, file)
        with st.form(f"new column {file} {row.id}", border=False):
            known = st.selectbox(
                "Column",
                names,
                format_func=label,
                index=None,
                placeholder="a column of your own",
                help="Columns that the planner understands; others are kept as they are.",
            )
            own = st.text_input("Name", help="Of a column of your own, an attribute or a size")
            if st.form_submit_button("Add"):
                _add_column(file, row, tables, _column_name(known, own.strip()))


def _column_name(known: str | None, own: str) -> str:
    if known is None:
        return own
    return f"{known}{own}" if known.endswith("_") and own else known.rstrip("_")


def _add_column(file: str, row: ScenarioRow, tables: Tables, name: str) -> None:
    had = tables.files[file].columns if file in tables.files else ()
    if not name or name in had:
        st.warning("Give the column a name that is not there yet.")
        return
    made = with_new_column(tables, file, name)
    store_edit(row, made, note=f"Column {label(name)} added")
    st.rerun()


def _cells(file: str, row: ScenarioRow, tables: Tables, wanted: tuple[str, str]) -> None:
    frame = filtered(frame_of(tables, file), *wanted)
    opened = opened_for(row, _place(row.id, file), frame, wanted)
    shown = f"{count(len(opened.frame), 'row')}"
    if wanted[1].strip():
        shown += f" of {len(frame_of(tables, file)):,}"
    st.caption(f"{shown}. Click a cell and type: every change is kept at once.")
    st.data_editor(
        opened.frame.reset_index(),
        num_rows="dynamic",
        hide_index=True,
        height=min(520, 120 + 35 * len(opened.frame)),
        key=opened.key,
        on_change=_typed,
        args=(file, row.id, opened.number),
        column_config=_columns(opened.frame),
    )


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: (st.column_config.CheckboxColumn if name in TICKS else st.column_config.TextColumn)(
            label(name), help=help_of(name)
        )
        for name in frame.columns
    }
    number = st.column_config.NumberColumn(
        "Row", help="Row of the file it came from", disabled=True, width=60
    )
    return {ROW: number, **columns}


def opened_for(
    row: ScenarioRow, place: str, frame: pd.DataFrame, wanted: tuple[str, str] = ("", "")
) -> Opened:
    """Return what the editor at `place` of the session shows: what it did, or `frame`."""
    before: Opened | None = st.session_state.get(place)
    if before is not None and before.shows(row.version, wanted):
        return before
    st.session_state["editors"] = st.session_state.get("editors", 0) + 1
    opened = Opened(
        number=st.session_state["editors"],
        made=row.version,
        seen=row.version,
        filter=wanted,
        frame=frame,
    )
    st.session_state[place] = opened
    st.session_state[_before(place)] = before
    return opened


def typed_into(place: str, number: int) -> Opened | None:
    """Return the editor of that number at `place` of the session: the one there, or the one before.

    A window may send what was typed after its editor was replaced and before it heard of that.
    None where it was replaced twice since; the planner is told.
    """
    for opened in (st.session_state.get(place), st.session_state.get(_before(place))):
        if opened is not None and opened.number == number and opened.key in st.session_state:
            found: Opened = opened
            return found
    st.toast("The table had just changed: please type that once more.", icon=":material/group:")
    return None


def _before(place: str) -> str:
    return f"{place} before"


def _place(scenario_id: int, file: str) -> str:
    return f"opened {file} {scenario_id}"


def _typed(file: str, scenario_id: int, number: int) -> None:
    """Keep what was just typed; runs before anything else does."""
    place = _place(scenario_id, file)
    if opened := typed_into(place, number):
        edits = Edits.from_state(st.session_state[opened.key])
        made = with_edits(state.tables(scenario_id, opened.made), file, opened.frame, edits)
        keep_typed(scenario_id, place, opened, made)


def keep_typed(scenario_id: int, place: str, opened: Opened, made: Tables) -> None:
    """Keep what the editor `opened` at `place` of the session makes of the tables."""
    with errors_shown():
        kept = keep(state.store(), scenario_id, made, on=opened.seen)
        tell(kept)
        if not kept.is_merged and st.session_state[place] is opened:
            st.session_state[place] = replace(opened, seen=kept.version.number)


def _several(file: str, row: ScenarioRow, tables: Tables, wanted: tuple[str, str]) -> None:
    frame = filtered(frame_of(tables, file), *wanted)
    shown = frame.reset_index()
    st.caption(f"{count(len(frame), 'row')}. Tick rows on the left; the box above them ticks all.")
    chosen = st.dataframe(
        shown,
        hide_index=True,
        height=min(520, 120 + 35 * len(frame)),
        key=f"rows {file} {row.id} {row.version} {wanted}",
        column_config=_columns(frame),
        on_select="rerun",
        selection_mode="multi-row",
    )
    numbers = [int(frame.index[place]) for place in chosen.selection.rows if place < len(frame)]
    _set_value(file, row, tables, numbers)


def _set_value(file: str, row: ScenarioRow, tables: Tables, numbers: Sequence[int]) -> None:
    table = tables.files[file]
    rows = count(len(numbers), "row")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.selectbox(
            "Column", table.columns, format_func=label, key=f"set column {file} {row.id}", width=220
        )
        value = st.text_input("Value", key=f"set value {file} {row.id}", width=220)
        if st.button(f"Set in {rows}", disabled=not numbers, type="primary"):
            said = f"{label(column)} set to {value.strip() or 'nothing'} in {rows}"
            store_edit(row, with_value(tables, file, numbers, column, value.strip()), note=said)
            st.rerun()
        if file == "orders.csv" and st.button("Leave out", disabled=not numbers):
            made = with_value(tables, file, numbers, "leave_out", "yes")
            store_edit(row, made, note=f"{rows} left out")
            st.rerun()
        if st.button("Delete rows", disabled=not numbers, icon=":material/delete:"):
            store_edit(row, without_rows(tables, file, numbers), note=f"{rows} deleted")
            st.rerun()


def store_edit(row: ScenarioRow, tables: Tables, *, note: str = "") -> None:
    """Keep tables that were made from the version of `row`, and say what has come of it."""
    tell(keep(state.store(), row.id, tables, on=row.version, note=note))


def tell(kept: Kept) -> None:
    """Say in passing that somebody else was at work, too."""
    if kept.conflicts:
        st.toast("Somebody else has changed the same cell: choose below.", icon=":material/group:")
    elif kept.is_merged:
        st.toast(
            "Kept, together with what another window changed meanwhile.", icon=":material/group:"
        )
