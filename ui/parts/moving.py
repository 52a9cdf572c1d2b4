"""Changes by hand: what the chart and the forms ask for is tried, shown, and kept or taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from planner.changes import (
    PlanChange,
    Refused,
    ScheduleDifference,
    Standing,
    apply_to,
    difference,
)
from planner.errors import ChangeError, PlannerError
from planner.store import (
    StaleStepError,
    StepDraft,
    StepOrigin,
    can_step_forward,
    step_back,
    step_forward,
)
from ui import plans, state, steps
from ui.by_hand import Given, change_of, former_places, sentence, told
from ui.plans import Plan
from ui.steps import Basis

PROPOSED = "proposed change"
SAID = "said of the change"
AGAIN = "page again"
ASKING = "asked why"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What is proposed: in words, and what is then given beyond the stored scenario."""

    what: str
    given: Given
    kind: StepOrigin = StepOrigin.BY_HAND


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal with what it leads to, shown and not kept yet."""

    place: Basis
    proposal: Suggestion
    standing: Standing
    difference: ScheduleDifference
    plan: Plan


def proposed(place: Basis) -> Proposed | None:
    """Return the change of a plan that waits to be kept; one of another plan is forgotten."""
    found: Proposed | None = st.session_state.get(PROPOSED)
    if found is None:
        return None
    if not _is_of(found, place) or found.place.number != place.number:
        _forget()
        return None
    return found


def _is_of(found: Proposed, place: Basis) -> bool:
    """Return whether a change is of this plan, in whatever version."""
    return (found.place.scenario_id, found.place.key) == (place.scenario_id, place.key)


def said() -> Mapping[str, Any] | None:
    """Return what the chart says of the last change."""
    found: Mapping[str, Any] | None = st.session_state.get(SAID)
    return found


def take(place: Basis, asked: Mapping[str, Any]) -> None:
    """Do what was asked in the chart."""
    what = asked.get("what")
    acts = {"keep": keep, "back": take_back, "undo": undo, "redo": redo, "nearest": go_nearest}
    try:
        if what in acts:
            acts[str(what)](place)
        elif what in ("why", "why apart"):
            st.session_state[ASKING] = (what, list(asked.get("operations") or ()))
            st.session_state[AGAIN] = True
        else:
            keep(place)
            propose(now(place), change_of(place.plan.scenario, asked))
    except PlannerError as error:
        say({"text": sentence(str(error)), "refused": True})


def now(place: Basis) -> Basis:
    """Return the place after a change was kept, where the next one begins."""
    number = steps.number_in_force(place.scenario_id, place.key)
    if number == place.number:
        return place
    plan = state.plan(place.scenario_id, place.key)
    assert plan is not None
    return steps.place(place.scenario_id, place.key, plan)


def propose(place: Basis, change: PlanChange) -> None:
    """Try a change and show what it does; one that moves nothing is kept at once."""
    if _is_stale(place):
        return
    made = apply_to(place.standing, change)
    if isinstance(made, Refused):
        _refuse(place, made)
        return
    if made.scenario is place.standing.scenario and made.schedule == place.standing.schedule:
        say({"text": "Nothing changes: it stands there already."})
        return
    what = sentence(told(made.scenario, change))
    by_hand(place, (change,), what, made.after, made.difference)


def by_hand(
    place: Basis,
    changes: tuple[PlanChange, ...],
    what: str,
    after: Standing,
    different: ScheduleDifference,
) -> None:
    """Show what changes lead to."""
    made = plans.plan_of(
        place.plan.name, after.scenario, after.schedule, place.plan.version, certified=True
    )
    plan = replace(made, now=place.plan.now, past=place.plan.past)
    proposal = Suggestion(what=what, given=place.given.then(place.number, changes))
    show(Proposed(place=place, proposal=proposal, standing=after, difference=different, plan=plan))


def show(shown: Proposed) -> None:
    """Show what is proposed, to be kept or taken back; what moves nothing is kept at once."""
    place, what = shown.place, shown.proposal.what
    st.session_state[PROPOSED] = shown
    if not shown.difference.operations and shown.proposal.kind == StepOrigin.BY_HAND:
        keep(place)
        say({"text": f"{what}."})
        return
    batches = place.standing.schedule.batches
    say(
        {
            "text": f"{what}: {shown.difference.summary}",
            "buttons": [["Keep", "keep"], ["Take back (Escape)", "back"]],
            "escape": "back",
            "former": former_places(shown.plan.scenario, batches, shown.difference),
        }
    )


def _refuse(place: Basis, made: Refused) -> None:
    nearest = made.nearest
    text = made.said
    buttons = []
    if nearest is not None:
        text += f" It would work here: {told(place.standing.scenario, nearest)}."
        buttons = [["Put it there", "nearest"]]
    st.session_state["nearest"] = nearest
    say({"text": text, "refused": True, "buttons": buttons})


def go_nearest(place: Basis) -> None:
    """Do what would have worked where the last change was refused."""
    nearest = st.session_state.pop("nearest", None)
    if nearest is not None:
        propose(place, nearest)


def keep(place: Basis) -> None:
    """Make a version of the change that is shown, if there is one."""
    waiting = proposed(place)
    say(None)
    if waiting is None:
        return
    _forget()
    proposal = waiting.proposal
    draft = StepDraft(
        schedule=waiting.standing.schedule,
        kind=proposal.kind,
        note=f"{proposal.what}: {waiting.difference.summary}",
        given=proposal.given.text(),
    )
    try:
        steps.save(place, waiting.standing, draft)
    except StaleStepError as error:
        kept = f"What you did is kept as version {error.refused}."
        say({"text": f"{_meanwhile(place)} {kept}", "refused": True})
    st.session_state[AGAIN] = True


def take_back(place: Basis) -> None:
    """Forget the change that is shown; the schedule is as it was."""
    _forget()
    say(None)


def undo(place: Basis) -> None:
    """Take back the change that is shown, or else the last version."""
    if proposed(place) is not None:
        take_back(place)
        return
    _go(place, back=True)


def redo(place: Basis) -> None:
    """Put the version in force that was undone last."""
    keep(place)
    _go(place, back=False)


def _go(place: Basis, *, back: bool) -> None:
    say(None)
    if _is_stale(place):
        return
    line = steps.line(place.scenario_id, place.key)
    move = step_back if back else step_forward
    moved = None if line is None else move(state.store(), line.id, on=place.number)
    if moved is None:
        say({"text": f"There is nothing to {'undo' if back else 'redo'}."})
        return
    steps.see(place.scenario_id, place.key, moved.number)
    st.session_state[AGAIN] = True


def can_redo(place: Basis) -> bool:
    """Return whether something was undone that can be done again."""
    line = steps.line(place.scenario_id, place.key)
    return line is not None and can_step_forward(state.store(), line.id, place.number)


def _is_stale(place: Basis) -> bool:
    """Say what changed where another planner was faster, and return whether one was."""
    if steps.number_in_force(place.scenario_id, place.key) == place.number:
        return False
    _forget()
    say({"text": f"{_meanwhile(place)} Look at it, and do yours again.", "refused": True})
    st.session_state[AGAIN] = True
    return True


def _meanwhile(place: Basis) -> str:
    number = steps.number_in_force(place.scenario_id, place.key)
    text = what_changed(place.scenario_id, place.key, place.standing)
    steps.see(place.scenario_id, place.key, number)
    return f"Another planner has changed this schedule meanwhile (version {number}): {text}."


def what_changed(scenario_id: int, key: str, since: Standing) -> str:
    """Return in words what the version in force does otherwise than `since`."""
    plan = state.plan(scenario_id, key)
    if plan is None:
        raise ChangeError("the schedule is gone: it was deleted")
    now = Standing(scenario=plan.scenario, schedule=plan.schedule)
    return difference(since, now).summary


def tell_of_others(place: Basis) -> None:
    """Say what another planner did since this session last looked at the schedule."""
    before = steps.seen(place.scenario_id, place.key)
    waits = _waits_for(place)
    if before is not None and before != place.number and (waits or SAID not in st.session_state):
        since = plan_at(place, before)
        if since is not None:
            there = Standing(scenario=since.scenario, schedule=since.schedule)
            text = difference(there, place.standing).summary
            line = f"Another planner made version {place.number}: {text}."
            if waits:
                _forget()
                line += " Look at it, and do yours again."
            say({"text": line, "refused": waits})
    steps.see(place.scenario_id, place.key, place.number)


def _waits_for(place: Basis) -> bool:
    """Return whether a change of this plan, in whatever version, waits to be kept."""
    found: Proposed | None = st.session_state.get(PROPOSED)
    return found is not None and _is_of(found, place)


def plan_at(place: Basis, number: int) -> Plan | None:
    """Return the plan as it was in a version of it."""
    first = state.first_plan(place.scenario_id, place.key)
    line = steps.line(place.scenario_id, place.key)
    if first is None or line is None or number == 1:
        return first
    return steps.changed_plan(first, line.id, number)


def say(what: Mapping[str, Any] | None) -> None:
    """Let the chart say something of the last change; nothing with None."""
    if what is None:
        st.session_state.pop(SAID, None)
    else:
        st.session_state[SAID] = what


def _forget() -> None:
    st.session_state.pop(PROPOSED, None)
