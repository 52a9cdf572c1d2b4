"""What has happened against the plan, and what it teaches: offered, never taken in silence."""

from collections.abc import Sequence

import streamlit as st

from planner.changes import LearntFactor, against_plan, learnt_factors
from ui import words
from ui.happening import Happened
from ui.steps import Basis
from ui.tables.against import by_machine, by_operation

# The learnt factors that are to be planned with, as chosen on the page.
CHOSEN = "learnt factors"


def against(place: Basis, known: Happened) -> None:
    """Show plan and actual side by side, and what there is to be learnt from them."""
    scenario = place.plan.scenario
    rows = against_plan(scenario, place.plan.schedule, known.still(scenario))
    if not rows:
        return
    st.markdown("**Against the plan**")
    st.dataframe(by_machine(scenario.clock, rows), hide_index=True, key="against by machine")
    st.dataframe(by_operation(scenario, rows), hide_index=True, key="against the plan")
    found = factors(place, known)
    if not found:
        st.caption("Too little has happened yet to learn how long work really takes.")
        return
    st.markdown("**What this teaches**")
    st.text("\n".join(f"{factor.said}." for factor in found))


def factors(place: Basis, known: Happened) -> tuple[LearntFactor, ...]:
    """Return how much longer work takes than planned, where there is enough to tell."""
    scenario = place.plan.scenario
    return learnt_factors(
        scenario, place.plan.schedule, known.still(scenario), assumed=known.assumed
    )


def learnt_fields(place: Basis, known: Happened) -> tuple[LearntFactor, ...]:
    """Offer learnt factors to plan with, and return those chosen; at first there are none."""
    offered = factors(place, known)
    if not offered:
        return ()
    said = {factor.said: factor for factor in offered}
    st.session_state[CHOSEN] = [one for one in st.session_state.get(CHOSEN, ()) if one in said]
    chosen: Sequence[str] = st.multiselect(
        f"Learnt times to plan with ({words.count(len(offered), 'offer')})",
        list(said),
        key=CHOSEN,
        placeholder="none: times stay as they are given",
        help="Nothing is taken unless you choose it. The factor of a family comes before that of "
        "its machine.",
    )
    return tuple(said[one] for one in chosen)


def take_all(place: Basis, known: Happened) -> None:
    """Choose what is learnt of whole machines, to be planned with."""
    found = factors(place, known)
    st.session_state[CHOSEN] = [factor.said for factor in found if not factor.family]
