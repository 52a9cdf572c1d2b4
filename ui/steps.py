"""The versions of the schedule that is looked at: which is in force, and what each one is."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from planner.changes import Standing, replanned_from, scenario_after, with_learnt
from planner.schedule import Batch, Schedule
from planner.store import LineRow, StepDraft, line_of, open_line, save_step, step_schedule
from planner.store import steps_of as stored_steps
from ui import plans, state, words
from ui.by_hand import Given
from ui.plans import Plan
from ui.visitors import visitor

SEEN = "steps seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Where changes begin: a plan as a page shows it, and the number of its version."""

    scenario_id: int
    key: str
    number: int
    plan: Plan
    standing: Standing
    given: Given


def version_of_plan(scenario_id: int, key: str) -> int:
    """Return the version of the scenario that a plan is of."""
    run = state.run_of(key)
    return state.store().scenario_row(scenario_id).version if run is None else run.version


def line(scenario_id: int, key: str) -> LineRow | None:
    """Return the line of a plan; None while nothing has been done to it."""
    return line_of(state.store(), scenario_id, key, version_of_plan(scenario_id, key))


def number_in_force(scenario_id: int, key: str) -> int:
    """Return the number of the version in force: 1 for a plan as it was made."""
    found = line(scenario_id, key)
    return 1 if found is None else found.current


def in_words(scenario_id: int, key: str) -> str:
    """Return what the version in force is; nothing for a plan as it was made."""
    found = line(scenario_id, key)
    if found is None or found.current == 1:
        return ""
    step = next(
        step for step in stored_steps(state.store(), found.id) if step.number == found.current
    )
    name = f" ({words.plain(step.name)})" if step.name else ""
    return f":material/history: Version {step.number}{name}, {step.kind}. {words.plain(step.note)}"


def place(scenario_id: int, key: str, plan: Plan) -> Basis:
    """Return where changes of a plan begin: at the version in force."""
    found = line(scenario_id, key)
    number = 1 if found is None else found.current
    return Basis(
        scenario_id=scenario_id,
        key=key,
        number=number,
        plan=plan,
        standing=_standing((scenario_id, key, number), plan),
        given=Given() if found is None else given_at(found.id, number),
    )


def given_at(line_id: int, number: int) -> Given:
    """Return what is given beyond the stored scenario in a version."""
    return next(
        (Given.of(step.given) for step in stored_steps(state.store(), line_id)
         if step.number == number),
        Given(),
    )  # fmt: skip


def _standing(which: tuple[int, str, int], plan: Plan) -> Standing:
    """Return where changes of a version begin; what was derived for the last one is kept."""
    kept = st.session_state.get("standing")
    if kept is not None and kept[0] == which and kept[1].schedule == plan.schedule:
        found: Standing = kept[1]
        return found
    made = Standing(scenario=plan.scenario, schedule=plan.schedule)
    st.session_state["standing"] = (which, made)
    return made


def keep_standing(place: Basis, number: int, standing: Standing) -> None:
    """Keep what is derived of a version that was just made, for the next change."""
    st.session_state["standing"] = ((place.scenario_id, place.key, number), standing)


def opened(place: Basis) -> LineRow:
    """Return the line of a plan, which the first change begins."""
    version = version_of_plan(place.scenario_id, place.key)
    first = place.plan.schedule
    return open_line(state.store(), place.scenario_id, place.key, first, version=version)


def save(place: Basis, standing: Standing, draft: StepDraft) -> int:
    """Store a version made from `place`; return its number. Raises `StaleStepError`."""
    mine = dataclasses.replace(draft, visitor=visitor())
    number = save_step(state.store(), opened(place).id, mine, on=place.number).number
    keep_standing(place, number, standing)
    see(place.scenario_id, place.key, number)
    return number


def see(scenario_id: int, key: str, number: int) -> None:
    """Note which version this session has seen."""
    st.session_state[SEEN] = (scenario_id, key, number)


def seen(scenario_id: int, key: str) -> int | None:
    """Return the version of a plan that this session has seen; None for another plan."""
    kept = st.session_state.get(SEEN)
    return kept[2] if kept is not None and kept[:2] == (scenario_id, key) else None


def changed_plan(base: Plan, line_id: int, number: int) -> Plan:
    """Return a version of the schedule that began as `base`."""
    return base if number == 1 else _changed_plan(state.store().url, line_id, number, base)


@st.cache_resource(
    max_entries=24, show_spinner=False, hash_funcs={Plan: lambda plan: plan.scenario.weights}
)
def _changed_plan(url: str, line_id: int, number: int, base: Plan) -> Plan:
    schedule = step_schedule(state.store(), line_id, number)
    given = given_at(line_id, number)
    made = with_given(changed_plan(base, line_id, given.since), given, schedule)
    return dataclasses.replace(made, name=f"{base.name}, version {number}")


def with_given(since: Plan, given: Given, schedule: Schedule) -> Plan:
    """Return `schedule` as a plan of the scenario that `given` makes of that of `since`."""
    if given.replan is None:
        scenario = scenario_after(since.scenario, given.changes, schedule)
        made = plans.plan_of(since.name, scenario, schedule, since.version)
        return dataclasses.replace(made, now=since.now, past=since.past)
    again = given.replan
    start = replanned_from(
        with_learnt(since.scenario, again.learnt),
        since.schedule,
        again.actuals,
        now=again.now,
        freeze_hours=again.freeze_hours,
    )
    made = plans.plan_of(since.name, start.standing.scenario, schedule, since.version)
    return dataclasses.replace(
        made, now=again.now, past=(*_without(since.past, start.past), *start.past)
    )


def _without(past: Sequence[Batch], newer: Sequence[Batch]) -> Iterator[Batch]:
    """Yield what has been made, without what is told anew."""
    again = {name for batch in newer for name in batch.operations}
    for batch in past:
        kept = tuple(p for p in batch.placements if p.operation not in again)
        if kept:
            start, end = min(p.start for p in kept), max(p.end for p in kept)
            yield dataclasses.replace(batch, placements=kept, start=start, end=end)
