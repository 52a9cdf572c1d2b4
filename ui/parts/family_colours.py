"""The colour of each family, which the user can change."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import state
from ui.colours import family_fills


def choose_colours(families: Sequence[str], chosen: Mapping[str, str]) -> None:
    """Show a family and its colour to change; what is chosen counts for the whole scenario."""
    if not families:
        return
    with st.popover("Colours", icon=":material/palette:"):
        family = st.selectbox("Family", sorted(families), key="coloured family")
        fill = family_fills(families, chosen)[family].fill
        picked = st.color_picker("Colour", fill, key=f"colour of {family}, {fill}")
        if picked.lower() != fill.lower():
            state.choose_colour(family, picked)
            st.rerun()
        if family in chosen and st.button("Back to the usual colour"):
            state.choose_colour(family, None)
            st.rerun()
