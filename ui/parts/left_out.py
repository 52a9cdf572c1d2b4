"""What was left out of the files a scenario was made from, with the way back to the board."""

import streamlit as st

from planner.store import ScenarioRow
from ui import kept_uploads, state
from ui.parts.upload import bring
from ui.words import plain


def left_out(row: ScenarioRow) -> None:
    """Name the files, sheets and columns that nothing is planned with."""
    kept = kept_uploads.kept(state.store(), row.id)
    if kept is None or not (kept.left_out or kept.unused):
        return
    st.markdown("**Not used, of the uploaded files:**")
    for name in kept.left_out:
        st.markdown(f":material/block: **{plain(name)}**, left out as a whole")
    for file, columns in kept.unused:
        st.text(f"• {file}: {', '.join(columns)}")
    if not kept.files:
        st.caption("To give them a meaning, upload the files once more.")
    elif st.button("Give them a meaning", icon=":material/table_edit:", help="Back to the board"):
        bring(kept.files, kept.answers)
        st.switch_page("views/start.py")
