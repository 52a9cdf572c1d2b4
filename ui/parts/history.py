"""Undo and redo, the versions of a scenario, and what two windows changed at the same time."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from planner.store import (
    ScenarioRow,
    VersionRow,
    can_redo,
    redo,
    settle,
    undo,
    version_of,
    versions_of,
)
from planner.variants import CellDifference
from ui import state, words
from ui.column_words import label
from ui.edit_words import FILES, short
from ui.faults import errors_shown
from ui.keeping import bring_back, open_conflicts, use_refused
from ui.parts.both_shown import mine_or_theirs
from ui.parts.editor import tell
from ui.variants import name_by_changes

LISTED = 30


def steps(row: ScenarioRow) -> None:
    """Show which version this is, with undo, redo, and all versions there have been."""
    now = version_of(state.store(), row.id, row.version)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Undo",
            icon=":material/undo:",
            disabled=now.based_on is None,
            on_click=_undo,
            args=(row.id, row.version),
            help=f"Take back: {now.note}" if now.based_on else "Nothing to take back",
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            disabled=not can_redo(state.store(), row.id, row.version),
            on_click=_redo,
            args=(row.id, row.version),
        )
        with st.popover("Versions", icon=":material/history:"):
            _versions(row)
        said = f": {now.note}" if now.note else ""
        st.caption(words.plain(f"Version {now.number}, {state.moment(now.created)}{said}"))


def _undo(scenario_id: int, version: int) -> None:
    with errors_shown():
        note = version_of(state.store(), scenario_id, version).note
        _moved(scenario_id, undo(state.store(), scenario_id, on=version), f"Taken back: {note}")


def _redo(scenario_id: int, version: int) -> None:
    with errors_shown():
        after = redo(state.store(), scenario_id, on=version)
        _moved(scenario_id, after, f"Done again: {after.note}" if after else "")


def _moved(scenario_id: int, found: VersionRow | None, said: str) -> None:
    name_by_changes(state.store(), scenario_id)
    if found is None:
        said = "Another window has changed the data meanwhile: this is what they are now."
    st.toast(words.plain(said))


def _versions(row: ScenarioRow) -> None:
    rows = versions_of(state.store(), row.id)
    for each in rows[:LISTED]:
        with st.container(horizontal=True, vertical_alignment="center"):
            text = f"**Version {each.number}**, {state.moment(each.created)}  \n"
            st.markdown(text + words.plain(each.note or "As it came"))
            if each.number != row.version:
                st.button(
                    "Bring back",
                    key=f"bring-back-{each.number}",
                    help=f"Bring back version {each.number}",
                    on_click=_bring_back,
                    args=(row, each.number),
                )
            else:
                st.caption("This is the one you see.")
    if len(rows) > LISTED:
        st.caption(f"{words.count(len(rows) - LISTED, 'older version')} not listed.")


def _bring_back(row: ScenarioRow, number: int) -> None:
    with errors_shown():
        tell(bring_back(state.store(), row.id, number, on=row.version))


def conflicts(row: ScenarioRow) -> None:
    """Show what two windows changed in the same place, and let the user choose."""
    for refused, found in open_conflicts(state.store(), row.id):
        with st.container(border=True):
            st.warning(
                "Two windows have changed the same. Theirs counts now; yours is kept here until "
                "you choose.",
                icon=":material/group:",
            )
            st.dataframe(_both(found), hide_index=True, key=f"conflict {row.id} {refused.number}")
            mine_or_theirs(
                refused.number, partial(_use_mine, refused), partial(_keep_theirs, refused)
            )


def _both(found: Sequence[CellDifference]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Table": FILES.get(each.file, each.file),
                "Row": each.row,
                "Column": label(each.column) if each.column else "whole row",
                "Theirs": short(each.before) if each.before is not None else "deleted",
                "Yours": short(each.after) if each.after is not None else "deleted",
            }
            for each in found
        ]
    )


def _use_mine(refused: VersionRow) -> None:
    with errors_shown():
        use_refused(state.store(), refused)


def _keep_theirs(refused: VersionRow) -> None:
    with errors_shown():
        settle(state.store(), refused.scenario_id, refused.number)
