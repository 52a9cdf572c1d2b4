"""Planning again from now on, in a process of its own; its result is shown before it is taken."""

from dataclasses import replace

import streamlit as st

from planner.changes import Calmness, Standing, difference, still_to_make, with_learnt
from planner.errors import StoreError
from planner.store import (
    ReplanDraft,
    ReplanJob,
    ReplanRow,
    RunState,
    StepOrigin,
    forget_replan,
    newest_replan,
    replan_row,
    replan_schedule,
    start_replan,
    stop_replan,
)
from ui import state, steps, words
from ui.by_hand import Given, Replan
from ui.faults import errors_shown
from ui.parts import moving
from ui.parts.freezing import freeze_fields
from ui.parts.happened import keep, kept, told_twice
from ui.parts.learning import learnt_fields
from ui.parts.now import now_fields, seen_now
from ui.parts.running import since
from ui.steps import Basis
from ui.visitors import visitor

HELP = {
    Calmness.CALM: "moves only what is well worth it",
    Calmness.BALANCED: "moves more where it pays",
    Calmness.SCRATCH: "as if nothing had been promised yet",
}
SECONDS, MOST_SECONDS = 10, 600
# Seconds between two looks at how far it is.
EVERY = 0.5
# The id of what this session saw being planned: it is shown as soon as it is there.
WATCHED = "replan watched"


def replanning(place: Basis) -> None:
    """Ask from when on and how much may move; or show how far it is, or what was found."""
    row = _newest(place)
    if row is not None and not row.state.is_final:
        _watch(row)
        return
    if row is not None and row.based_on == place.number:
        _found(place, row)
    _form(place)


def _newest(place: Basis) -> ReplanRow | None:
    line = steps.line(place.scenario_id, place.key)
    return None if line is None else newest_replan(state.store(), line.id)


def _form(place: Basis) -> None:
    known = kept(place)
    actuals = known.still(place.plan.scenario)
    st.write(
        f"Plans again from now on. Known of what has happened: "
        f"{words.count(len(actuals), 'operation')}."
    )
    told_twice(place, known)
    now = now_fields(place, known)
    left, right = st.columns([3, 4])
    calmness = left.radio(
        "How much may move",
        list(Calmness),
        captions=[HELP[each] for each in Calmness],
        format_func=lambda each: str(each.value),
        key="calmness",
    )
    with right:
        freeze = freeze_fields(place, known)
        seconds = st.number_input(
            "Seconds to plan", 1, MOST_SECONDS, SECONDS, key="replan seconds", width=180
        )
    learnt = learnt_fields(place, known)
    if st.button("Replan", type="primary", key="replan"):
        wanted = Replan(now=now, freeze_hours=freeze, actuals=actuals, learnt=learnt)
        _start(place, wanted, Calmness(calmness or Calmness.CALM), float(seconds))
        st.rerun()


def _start(place: Basis, wanted: Replan, calmness: Calmness, seconds: float) -> None:
    moving.keep(place)
    here = moving.now(place)
    given = Given(since=here.number, replan=wanted)
    draft = ReplanDraft(
        line_id=steps.opened(here).id, on=here.number, given=given.text(), visitor=visitor()
    )
    job = ReplanJob(
        scenario=with_learnt(here.plan.scenario, wanted.learnt),
        schedule=here.plan.schedule,
        actuals=wanted.actuals,
        now=wanted.now,
        freeze_hours=wanted.freeze_hours,
        seconds=seconds,
        calmness=str(calmness),
    )
    row = start_replan(state.store(), draft, job)
    st.session_state[WATCHED] = row.id
    known = kept(here)
    mine = replace(known, now=wanted.now, freeze_hours=wanted.freeze_hours)
    keep(here, mine, replace(known, now=seen_now(here, known)))


def _watch(row: ReplanRow) -> None:
    """Show how far planning again is, with ways to end it; the page can be used meanwhile."""
    st.session_state[WATCHED] = row.id

    @st.fragment(run_every=EVERY)
    def watch() -> None:
        with errors_shown():
            try:
                now = replan_row(state.store(), row.id)
            except StoreError:
                st.rerun()
            if now.state.is_final:
                st.rerun()
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                so_far = since(now.started, now.ended)
                text = f"Planning again, {words.seconds(so_far)} of {words.seconds(now.seconds)}"
                if now.stop_requested:
                    text = "Stopping: the best so far is taken"
                elif now.state == RunState.QUEUED:
                    text = "Planning again begins"
                st.progress(min(1.0, so_far / now.seconds), text=text)
                st.button(
                    "Stop and show the best",
                    icon=":material/stop:",
                    key=f"stop replan {row.id}",
                    disabled=now.stop_requested,
                    on_click=stop_replan,
                    args=(state.store(), row.id),
                )
                st.button(
                    "Cancel",
                    icon=":material/close:",
                    key=f"cancel replan {row.id}",
                    on_click=forget_replan,
                    args=(state.store(), row.id),
                )

    watch()


def _found(place: Basis, row: ReplanRow) -> None:
    """Show what was found: at once where this session waited for it, else when asked to."""
    if not row.has_schedule:
        st.error(words.plain(row.message or "Planning again has found nothing."))
        return
    if st.session_state.pop(WATCHED, None) == row.id:
        moving.show(_proposed(place, row))
        st.session_state[moving.AGAIN] = True
        st.rerun()
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        moved = words.count(row.moved, "operation")
        when = state.moment(row.created)
        st.markdown(f"Planned again {when} ({row.calmness}): {moved} moved.")
        if st.button("Show it in the chart", key=f"show replan {row.id}"):
            moving.show(_proposed(place, row))
            st.rerun()
    for note in row.notes:
        st.caption(words.plain(note))


def _proposed(place: Basis, row: ReplanRow) -> moving.Proposed:
    given = Given.of(row.given)
    plan = steps.with_given(place.plan, given, replan_schedule(state.store(), row.id))
    after = Standing(scenario=plan.scenario, schedule=plan.schedule)
    before = Standing(scenario=place.plan.scenario, schedule=place.plan.schedule)
    what = f"Replanned ({row.calmness}): {words.count(row.moved, 'operation')} moved"
    return moving.Proposed(
        place=place,
        proposal=moving.Suggestion(what=what, given=given, kind=StepOrigin.REPLAN),
        standing=after,
        difference=difference(still_to_make(before, after), after),
        plan=plan,
    )
