"""What two windows have set differently: theirs counts, both are shown, and the user chooses."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from ui import state
from ui.faults import errors_shown
from ui.shared_entries import Conflict, Entries, change_entries
from ui.words import plain


def change_shared(key: str, *, seen: Entries, wanted: Entries) -> None:
    """Set entries under `key` of the settings; what somebody else has changed waits for a choice.

    `seen` is what this window has shown. Meant for callbacks, which run before the page does.
    """
    with errors_shown():
        found = change_entries(state.store(), key, seen=seen, wanted=wanted)
        if found:
            st.session_state[_place(key)] = found
        else:
            st.session_state.pop(_place(key), None)


def both_shown(key: str, said: Callable[[str, object], str]) -> None:
    """Show what waits for a choice; `said` gives an entry of a name and a value in words."""
    conflicts = st.session_state.get(_place(key), ())
    if not conflicts:
        return
    with st.container(border=True):
        st.warning(
            "Somebody else has changed the same meanwhile. Theirs counts until you choose.",
            icon=":material/group:",
        )
        for each in conflicts:
            theirs, mine = said(each.name, each.theirs), said(each.name, each.mine)
            st.markdown(f"Theirs: {plain(theirs)}. Yours: {plain(mine)}.")
        mine_or_theirs(key, partial(_use_mine, key, conflicts), partial(_keep_theirs, key))


def mine_or_theirs(
    key: object, use_mine: Callable[[], None], keep_theirs: Callable[[], None]
) -> None:
    """Let the user choose between what both windows have."""
    with st.container(horizontal=True):
        st.button("Use mine", key=f"mine {key}", type="primary", on_click=use_mine)
        st.button("Keep theirs", key=f"theirs {key}", on_click=keep_theirs)


def _use_mine(key: str, conflicts: tuple[Conflict, ...]) -> None:
    change_shared(
        key,
        seen={each.name: each.theirs for each in conflicts},
        wanted={each.name: each.mine for each in conflicts},
    )


def _keep_theirs(key: str) -> None:
    st.session_state.pop(_place(key), None)


def _place(key: str) -> str:
    return f"conflicts {key}"
