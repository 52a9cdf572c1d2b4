"""Why an order is late, or where it is, in sentences to forward, and ways out to take."""

import streamlit as st

from planner.changes import Explanation, explanation, why_here, why_not_together
from ui import words
from ui.by_hand import sentence, told
from ui.parts import moving
from ui.steps import Basis

CHOSEN = "order explained"
ANSWER = "answer to why"


def why(place: Basis) -> None:
    """Show why an order is late or not planned: those first in the list."""
    scenario, standing = place.plan.scenario, place.standing
    late = {
        order.name: lateness
        for order in scenario.orders
        if (lateness := standing.lateness_of(order.name)) is not None and lateness > 0
    }
    out = _not_planned(place)
    worst = [*out, *sorted(late.keys() - out, key=lambda name: (-late[name], name))]
    known = frozenset(worst)
    names = [*worst, *(order.name for order in scenario.orders if order.name not in known)]
    if not names:
        st.write("Nothing is left to be made.")
        return
    if not worst:
        st.success("Every order is planned, and on time.")
    answered = _answered(place)
    if answered:
        st.text("\n".join(answered))
    if st.session_state.get(CHOSEN) not in names:
        st.session_state.pop(CHOSEN, None)
    order = st.selectbox(
        f"Order ({words.count(len(worst), 'order')} late or not planned first)",
        names,
        key=CHOSEN,
        format_func=lambda name: _told(place, name, late.get(name), is_out=name in out),
    )
    found = _explained(place, order)
    count = len(found.ways)
    st.text("\n".join(found.lines[: len(found.lines) - count]))
    _ways(place, found)


def _not_planned(place: Basis) -> dict[str, None]:
    """Return the orders of which something is not planned, in the order of the plan."""
    operations = place.plan.scenario.operation
    listed = place.standing.schedule.unplanned
    return dict.fromkeys(operations[item.operation].order for item in listed)


def _told(place: Basis, order: str, lateness: int | None, *, is_out: bool) -> str:
    if is_out:
        return f"{order}, not planned"
    if lateness is None:
        return order
    return f"{order}, {words.duration_text(place.plan.scenario.clock, lateness)} late"


def _answered(place: Basis) -> tuple[str, ...]:
    """Return the answer to what was asked in the chart, as long as this version is shown."""
    which = (place.scenario_id, place.key, place.number)
    what, operations = st.session_state.pop(moving.ASKING, ("", []))
    known = place.plan.scenario.operation
    if operations and all(name in known for name in operations):
        st.session_state[CHOSEN] = known[operations[0]].order
        if what == "why":
            lines = why_here(place.standing, operations[0])
        else:
            lines = why_not_together(place.standing, operations[0], operations[-1])
        st.session_state[ANSWER] = (which, lines)
    kept = st.session_state.get(ANSWER)
    return kept[1] if kept is not None and kept[0] == which else ()


def _explained(place: Basis, order: str) -> Explanation:
    """Return the explanation, which is found once for a version of the schedule."""
    which = (place.scenario_id, place.key, place.number, order)
    kept = st.session_state.get("explained")
    if kept is None or kept[0] != which:
        kept = (which, explanation(place.standing, order))
        st.session_state["explained"] = kept
    found: Explanation = kept[1]
    return found


def _ways(place: Basis, found: Explanation) -> None:
    """Show each way out, which is a line at the end of the explanation, with a button for it."""
    lines = found.lines[len(found.lines) - len(found.ways) :]
    for number, (way, line) in enumerate(zip(found.ways, lines, strict=True), start=1):
        st.text(line)
        if st.button("Show it in the chart", key=f"way {number}"):
            scenario = way.after.scenario
            what = sentence(", ".join(told(scenario, change) for change in way.changes))
            moving.by_hand(place, way.changes, what, way.after, way.difference)
            st.rerun()
