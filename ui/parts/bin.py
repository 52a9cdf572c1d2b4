"""The bin: what was deleted, to bring back."""

import streamlit as st

from planner.store import BinRow
from ui import state, words


def bin_of_deleted() -> None:
    """List what was deleted within the last thirty days, each with a button."""
    rows = state.store().bin()
    if not rows:
        return
    with st.expander(f"Bin ({words.count(len(rows), 'thing')})", icon=":material/delete:"):
        for row in rows[:50]:
            _row(row)


def _row(row: BinRow) -> None:
    until = row.until.astimezone()
    what = row.name if row.kind == "scenario" else f"Plan {row.id} of {row.name}"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(f"{what}, until {until.day} {words.MONTHS[until.month - 1]} {until.year}")
        if st.button("Bring back", key=f"back-{row.kind}-{row.id}"):
            state.store().bring_back(row)
            st.rerun()
