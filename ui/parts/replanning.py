"""Planning again from now on: calmly or freely, shown before it is taken."""

from dataclasses import dataclass, replace

import streamlit as st

from planner.changes import Calmness, Standing, replan
from planner.schedule import Actual
from planner.store import StepOrigin
from ui import steps, words
from ui.by_hand import Given, Replan
from ui.happening import Happened
from ui.parts import moving
from ui.parts.happened import keep, kept, now_fields
from ui.steps import Basis

HELP = {
    Calmness.CALM: "moves only what is well worth it",
    Calmness.BALANCED: "moves more where it pays",
    Calmness.SCRATCH: "as if nothing had been promised yet",
}
FREEZE, SECONDS, MOST_SECONDS = 8.0, 10, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    now: int
    freeze_hours: float
    calmness: Calmness
    seconds: float


def replanning(place: Basis) -> None:
    """Ask from when on, and how much may move; then plan, and show what is different."""
    known = kept(place)
    actuals = known.still(place.plan.scenario)
    st.write(
        f"Plans again from now on. Known of what has happened: "
        f"{words.count(len(actuals), 'operation')}."
    )
    wanted = _wanted(place, known)
    if st.button("Replan", type="primary", key="replan"):
        moving.keep(place)
        with st.spinner(f"Planning for {wanted.seconds:g} seconds ..."):
            moving.show(_replanned(moving.now(place), wanted, actuals))
        st.rerun()


def _wanted(place: Basis, known: Happened) -> _Wanted:
    now = now_fields(place, known)
    left, middle, right = st.columns([3, 2, 2])
    calmness = left.radio(
        "How much may move",
        list(Calmness),
        captions=[HELP[each] for each in Calmness],
        format_func=lambda each: str(each.value),
        key="calmness",
    )
    freeze = middle.number_input(
        "Frozen: hours from now", 0.0, 24.0 * 365, FREEZE, key="freeze hours",
        help="What begins within this time keeps its machine and its place.",
    )  # fmt: skip
    seconds = right.number_input("Seconds to plan", 1, MOST_SECONDS, SECONDS, key="replan seconds")
    return _Wanted(
        now=now,
        freeze_hours=float(freeze),
        calmness=Calmness(calmness or Calmness.CALM),
        seconds=float(seconds),
    )


def _replanned(place: Basis, wanted: _Wanted, actuals: tuple[Actual, ...]) -> moving.Proposed:
    done = replan(
        place.plan.scenario,
        place.plan.schedule,
        actuals,
        now=wanted.now,
        freeze_hours=wanted.freeze_hours,
        seconds=wanted.seconds,
        calmness=wanted.calmness,
    )
    known = kept(place)
    keep(place, replace(known, now=wanted.now), known)
    again = Replan(now=wanted.now, freeze_hours=wanted.freeze_hours, actuals=actuals)
    given = Given(since=place.number, replan=again)
    what = f"Replanned ({wanted.calmness}): {words.count(done.moved, 'operation')} moved"
    plan = steps.with_given(place.plan, given, done.schedule)
    return moving.Proposed(
        place=place,
        proposal=moving.Suggestion(what=what, given=given, kind=StepOrigin.REPLAN),
        standing=Standing(scenario=plan.scenario, schedule=plan.schedule),
        difference=done.difference,
        plan=plan,
    )
