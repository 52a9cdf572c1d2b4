"""Changes by form, for who cannot drag, and for what cannot be dragged."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

import streamlit as st

from planner.changes import (
    AddShift,
    CloseMachine,
    MoveWork,
    PlanChange,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
)
from planner.domain import Scenario
from planner.errors import ChangeError, PlannerError
from planner.schedule import Batch
from ui import words
from ui.by_hand import sentence
from ui.parts import moving
from ui.plans import Plan, Selected
from ui.steps import Basis

LAST = "last"


def change_forms(place: Basis, plan: Plan, shown: Selected | None) -> None:
    """Show the forms: to move the selected batch, and to change orders and machines."""
    if shown is not None:
        with st.expander("Move this batch", icon=":material/drag_pan:"):
            _move(place, plan, shown)
    with st.expander("Change something else", icon=":material/edit_calendar:"):
        _others(place, plan.scenario)


def _move(place: Basis, plan: Plan, shown: Selected) -> None:
    machines = [
        machine.name
        for machine in plan.scenario.machines
        if all(
            machine.name in plan.scenario.operation[name].durations
            for name in shown.batch.operations
        )
    ]
    here = machines.index(shown.batch.machine) if shown.batch.machine in machines else 0
    machine = st.selectbox("To machine", machines, index=here, key=f"to machine {shown.key}")
    others = [batch for batch in plan.schedule.on(machine) if batch != shown.batch]
    befores = {batch.operations[0]: _label(plan, batch) for batch in others} | {LAST: "last"}
    before = st.selectbox(
        "Before", list(befores), format_func=lambda name: befores[name], key=f"before {shown.key}"
    )
    if st.button("Move", key=f"move {shown.key}", type="primary"):
        change = MoveWork(
            operations=shown.batch.operations,
            machine=machine,
            before="" if before in (LAST, None) else str(before),
        )
        do(place, change)


def _label(plan: Plan, batch: Batch) -> str:
    orders = list(dict.fromkeys(plan.scenario.operation[name].order for name in batch.operations))
    more = f" and {len(orders) - 1} more" if len(orders) > 1 else ""
    return f"{words.moment(plan.scenario.clock, batch.start)}, {batch.family}: {orders[0]}{more}"


def do(place: Basis, change: PlanChange) -> None:
    """Try a change of a form and show what it does."""
    moving.keep(place)
    try:
        moving.propose(moving.now(place), change)
    except PlannerError as error:
        moving.say({"text": sentence(str(error)), "refused": True})
    st.rerun()


def _others(place: Basis, scenario: Scenario) -> None:
    kind = st.selectbox("What", list(_FORMS), key="kind of change")
    try:
        change = _FORMS[kind](scenario)
    except ChangeError as error:
        st.error(sentence(str(error)))
        return
    if st.button("Change", key=f"change {kind}"):
        do(place, change)


def _order(scenario: Scenario) -> str:
    names = [order.name for order in scenario.orders]
    return str(st.selectbox("Order", names, key="order to change"))


def moment_fields(scenario: Scenario, label: str, usual: int, about: str = "") -> int:
    """Show fields for a day and a time and return it in units; raises `ChangeError` before start.

    `usual` is what they show at first; fields `about` something else are others.
    """
    local = scenario.clock.local(usual)
    left, right = st.columns(2)
    day: date | None = left.date_input(label, local.date(), key=f"{label} day {about}")
    hour: time | None = right.time_input(
        f"{label}, time", local.time().replace(second=0), key=f"{label} time {about}"
    )
    if day is None or hour is None:
        raise ChangeError(f"{label.lower()} needs a day and a time")
    units = scenario.clock.units(datetime.combine(day, hour))
    if units < 0:
        raise ChangeError(f"{label.lower()} is before the plan begins")
    return units


def _due(scenario: Scenario) -> PlanChange:
    name = _order(scenario)
    usual = scenario.order[name].due or 0
    return SetDue(order=name, due=moment_fields(scenario, "Due", usual, name))


def _priority(scenario: Scenario) -> PlanChange:
    name = _order(scenario)
    value = st.number_input(
        "Priority", 0, 1_000_000, scenario.order[name].weight, key=f"priority {name}"
    )
    return SetPriority(order=name, priority=int(value))


def _quantity(scenario: Scenario) -> PlanChange:
    name = _order(scenario)
    text = st.text_input(
        "Quantity", str(scenario.order[name].quantity or ""), key=f"quantity {name}"
    )
    try:
        return SetQuantity(order=name, quantity=Decimal(text or "0"))
    except InvalidOperation as error:
        raise ChangeError(f"{text} is no number") from error


def _close(scenario: Scenario) -> PlanChange:
    return CloseMachine(machine=_machine(scenario), **_span(scenario))


def _shift(scenario: Scenario) -> PlanChange:
    return AddShift(machine=_machine(scenario), **_span(scenario))


def _span(scenario: Scenario) -> dict[str, int]:
    start = moment_fields(scenario, "From", 0)
    return {
        "start": start,
        "end": moment_fields(scenario, "Until", start + 4 * scenario.clock.units_per_hour),
    }


def _machine(scenario: Scenario) -> str:
    names = [machine.name for machine in scenario.machines]
    return str(st.selectbox("Machine", names, key="machine to change"))


def _remark(scenario: Scenario) -> PlanChange:
    name = _order(scenario)
    text = st.text_input("Remark", scenario.order[name].note, key=f"remark {name}")
    return Remark(order=name, text=text)


_FORMS: Mapping[str, Callable[[Scenario], PlanChange]] = {
    "Due date": _due,
    "Priority": _priority,
    "Quantity": _quantity,
    "A machine is down": _close,
    "Overtime": _shift,
    "Remark": _remark,
}
