"""The colour of each family, which the user can change."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import state
from ui.colours import family_fills
from ui.parts.both_shown import both_shown, change_shared


def choose_colours(families: Sequence[str], chosen: Mapping[str, str]) -> None:
    """Show a family and its colour to change; what is chosen counts for the whole scenario."""
    if not families:
        return
    both_shown(state.colours_key(), _said)
    with st.popover("Colours", icon=":material/palette:"):
        family = st.selectbox("Family", sorted(families), key="coloured family")
        fill = family_fills(families, chosen)[family].fill
        key = f"colour of {family}, {fill}"
        given = chosen.get(family)
        st.color_picker("Colour", fill, key=key, on_change=_picked, args=(family, given, key))
        if family in chosen:
            st.button("Back to the usual colour", on_click=_choose, args=(family, given, None))


def _picked(family: str, seen: str | None, key: str) -> None:
    _choose(family, seen, st.session_state[key])


def _choose(family: str, seen: str | None, colour: str | None) -> None:
    change_shared(state.colours_key(), seen={family: seen}, wanted={family: colour})


def _said(family: str, colour: object) -> str:
    return f"{family} in {colour or 'its usual colour'}"
