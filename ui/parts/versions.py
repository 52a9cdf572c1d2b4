"""The versions of a schedule: named, put in force, published, compared."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.changes import ScheduleDifference, Standing, difference
from planner.store import (
    StepRow,
    go_to_step,
    lines_of,
    name_step,
    publish_step,
    published_step,
    steps_of,
)
from ui import state, steps, words
from ui.parts import moving
from ui.plans import Plan
from ui.steps import Basis
from ui.tables.differences import batch_differences, order_differences

Choice = tuple[str, int]  # the key of a plan, and the number of a version


def versions(place: Basis) -> None:
    """Show all versions, and what can be done with them."""
    line = steps.line(place.scenario_id, place.key)
    rows = () if line is None else steps_of(state.store(), line.id)
    _published(place)
    if rows:
        st.dataframe(_table(rows, place.number), hide_index=True, key="versions")
    else:
        st.write("Nothing has been changed by hand yet: this is the plan as it was made.")
    _acts(place, rows)
    st.markdown("**Compare two versions**")
    _compare(place)


def _published(place: Basis) -> None:
    found = published_step(state.store(), place.scenario_id)
    if found is None:
        st.caption("Nothing is published: the shop floor has no schedule of this scenario yet.")
        return
    line, step = found
    assert step.published is not None
    st.caption(
        f"The shop floor works by {_plan_name(place, line.plan)}, {label(step)}, "
        f"published {state.moment(step.published)}."
    )


def _plan_name(place: Basis, key: str) -> str:
    return state.plan_names(place.scenario_id).get(key, f"plan {key}")


def label(step: StepRow) -> str:
    """Return what a version is called in lists."""
    return f"version {step.number}" + (f" ({step.name})" if step.name else "")


def _table(rows: tuple[StepRow, ...], in_force: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "": "●" if row.number == in_force else "",
                "Version": row.number,
                "Name": row.name,
                "Made": state.moment(row.created),
                "How": row.kind.value + (", kept aside" if row.refused else ""),
                "From": "" if row.based_on is None else str(row.based_on),
                "What": row.note,
                "Published": "" if row.published is None else state.moment(row.published),
            }
            for row in rows
        ]
    )


def _acts(place: Basis, rows: tuple[StepRow, ...]) -> None:
    known = {row.number: row for row in rows}
    numbers = list(known) or [1]
    here = numbers.index(place.number) if place.number in numbers else 0
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    number = left.selectbox(
        "Version",
        numbers,
        index=here,
        format_func=lambda one: label(known[one]) if one in known else f"version {one}",
        key=f"version of {place.key}, {place.number}",
    )
    row = known.get(number)
    name = middle.text_input("Name", row.name if row else "", key=f"name of version {number}")
    with right, st.container(horizontal=True):
        renames = st.button("Save name", key="name version")
        goes = st.button("Put in force", disabled=number == place.number, key="go to version")
        publishes = st.button("Publish", key="publish version", type="primary")
    if not (renames or goes or publishes):
        return
    line = steps.opened(place)
    if renames:
        name_step(state.store(), line.id, number, name)
    if publishes:
        publish_step(state.store(), line.id, number)
    if goes:
        _go(place, line.id, number)
    st.rerun()


def _go(place: Basis, line_id: int, number: int) -> None:
    moved = go_to_step(state.store(), line_id, number, on=place.number)
    if moved is None:
        text = moving.what_changed(place.scenario_id, place.key, place.standing)
        moving.say({"text": f"Another planner was faster: {text}.", "refused": True})
    else:
        steps.see(place.scenario_id, place.key, number)


def _choices(place: Basis) -> Mapping[Choice, str]:
    """Return all versions of all plans of the scenario, those of this plan first."""
    names = state.plan_names(place.scenario_id)
    lines = lines_of(state.store(), place.scenario_id)
    ordered = sorted(lines, key=lambda line: line.plan != place.key)
    found: dict[Choice, str] = {}
    for line in ordered:
        if line.plan in names and line.version == place.plan.version:
            for step in steps_of(state.store(), line.id):
                found[line.plan, step.number] = f"{names[line.plan]}, {label(step)}"
    rest = {(key, 1): name for key, name in names.items() if (key, 1) not in found}
    return found | rest


def _compare(place: Basis) -> None:
    choices = _choices(place)
    if len(choices) < 2:
        st.write("There is only one version so far.")
        return
    keys = list(choices)
    current = (place.key, place.number)
    now = keys.index(current) if current in keys else 0
    before = next(k for k in range(len(keys)) if k != now)
    left, right = st.columns(2)
    name = choices.__getitem__
    one = left.selectbox("Before", keys, index=before, format_func=name, key="compare before")
    two = right.selectbox("Now", keys, index=now, format_func=name, key="compare now")
    plans = [_plan(place, choice) for choice in (one, two)]
    if plans[0] is None or plans[1] is None:
        st.warning("One of the two is gone.")
        return
    show_difference(plans[1], different(plans[0], plans[1]))


def _plan(place: Basis, choice: Choice) -> Plan | None:
    key, number = choice
    first = state.first_plan(place.scenario_id, key)
    line = steps.line(place.scenario_id, key)
    if first is None or line is None or number == 1:
        return first
    return steps.changed_plan(first, line.id, number)


def different(before: Plan, now: Plan) -> ScheduleDifference:
    """Return what `now` does otherwise than `before`."""
    one, two = (Standing(scenario=p.scenario, schedule=p.schedule) for p in (before, now))
    return difference(one, two)


def show_difference(plan: Plan, found: ScheduleDifference) -> None:
    """Show a difference: in words, then per order and per batch."""
    st.markdown(f"**{words.plain(found.summary[:1].upper() + found.summary[1:])}.**")
    clock = plan.scenario.clock
    orders, batches = order_differences(clock, found), batch_differences(clock, found)
    if not orders.empty:
        st.dataframe(orders, hide_index=True, height=min(300, 38 + 35 * len(orders)))
    if not batches.empty:
        with st.expander(words.count(len(batches), "batch", "batches")):
            st.dataframe(batches, hide_index=True)
