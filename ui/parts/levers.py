"""What if: levers that make a variant with one click, and the changes a variant has."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import streamlit as st

from planner.domain import PRESETS, Scenario
from planner.errors import PlannerError
from planner.store import ScenarioRow, parents, version_of
from planner.variants import (
    SHIFTS,
    Capacity,
    Change,
    ChangeoverChange,
    Demand,
    Shift,
    Weighting,
    change_from,
)
from ui import state, variants, words
from ui.edit_words import summary
from ui.faults import errors_shown
from ui.parts.editor import tell

QUICK: Mapping[str, str] = {
    "+ Saturday": "shift=saturday",
    "+ Night shift": "shift=night",
    "Changeovers halved": "changeovers=0.5",
    "Demand + 10 %": "demand=1.1",
}
CAPACITY = {"Capacity + 20 %": "capacity=1.2"}
ALL = "all"


def what_if(row: ScenarioRow, scenario: Scenario) -> None:
    """Show the levers, and what a variant changes."""
    with st.container(border=True):
        if row.id in parents(state.store()):
            _changes(row)
        else:
            st.markdown("**What if …** A click makes a variant; this scenario stays as it is.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _buttons(row, scenario)
        if fault := st.session_state.pop("lever-fault", ""):
            st.warning(f"That cannot be done here: {fault}.")


def _buttons(row: ScenarioRow, scenario: Scenario) -> None:
    has_capacity = any(limit is not None for each in scenario.machines for limit in each.capacity)
    for label, text in {**QUICK, **(CAPACITY if has_capacity else {})}.items():
        st.button(label, key=f"lever {text}", on_click=_pull, args=(row, change_from(text)))
    machine = st.selectbox(
        "A machine like", list(scenario.machine), key=f"like {row.id}", width=170
    )
    if machine is not None:
        change = change_from(f"machine={machine}")
        st.button("Add the machine", icon=":material/add:", on_click=_pull, args=(row, change))
    with st.popover("More"):
        _more(row, scenario)
    st.button("Duplicate", icon=":material/content_copy:", on_click=_duplicate, args=(row,))


def _pull(row: ScenarioRow, change: Change) -> None:
    with errors_shown():
        try:
            made = variants.pulled(state.store(), row, change)
        except PlannerError as error:
            st.session_state["lever-fault"] = str(error)
            return
        if made.id != row.id:
            state.go_to(scenario=str(made.id))
        st.toast(f"{words.plain(change.said)}: press Plan to see what it brings.")


def _duplicate(row: ScenarioRow) -> None:
    with errors_shown():
        made = variants.duplicated(state.store(), row)
        state.go_to(scenario=str(made.id))
        st.toast(words.plain(f"{made.name}: edit it on the Data page; {row.name} stays."))


def _changes(row: ScenarioRow) -> None:
    """Show what a variant changes of its parent."""
    store = state.store()
    now = version_of(store, row.id, row.version)
    parent = store.scenario_row(parents(store)[row.id])
    st.markdown(f"**Variant of {words.plain(parent.name)}**")
    hand = variants.by_hand(store, row)
    if not now.changes and not hand:
        st.caption("Nothing is changed yet: pull a lever, or edit its tables on the Data page.")
    with st.container(horizontal=True, vertical_alignment="center"):
        for place, text in enumerate(now.changes):
            said = change_from(text).said
            st.button(
                words.plain(said),
                icon=":material/close:",
                key=f"take back {place}",
                help=f"Take back: {said}",
                on_click=_take_back,
                args=(row, text),
            )
    if hand:
        st.caption(words.plain(f"Edited by hand: {summary(hand)}"))
    if now.parent_version != parent.version:
        st.button(
            f"{words.plain(parent.name)} has changed since: take its changes over",
            icon=":material/sync:",
            on_click=_follow,
            args=(row,),
        )


def _take_back(row: ScenarioRow, text: str) -> None:
    with errors_shown():
        tell(variants.taken_back(state.store(), row, text))


def _follow(row: ScenarioRow) -> None:
    with errors_shown():
        tell(variants.followed(state.store(), row))


def _more(row: ScenarioRow, scenario: Scenario) -> None:
    kind = st.selectbox("What", list(_KINDS), key=f"more {row.id}")
    with st.form(f"lever {kind} {row.id}", border=False):
        make = _KINDS[kind or next(iter(_KINDS))]
        change = make(scenario)
        if st.form_submit_button("Make the change", type="primary"):
            _pull(row, change)
            st.rerun()


def _factor(label: str, usual: float) -> Decimal:
    return Decimal(f"{st.number_input(label, 0.05, 20.0, usual, 0.05):g}")


def _one_of(label: str, names: tuple[str, ...]) -> str:
    chosen = st.selectbox(label, (ALL, *names))
    return "" if chosen == ALL else chosen


def _shift(scenario: Scenario) -> Change:
    shift = st.selectbox("Shift", list(SHIFTS), format_func=SHIFTS.__getitem__)
    return Shift(shift=shift, machine=_one_of("Machine", tuple(scenario.machine)))


def _capacity(scenario: Scenario) -> Change:
    machine = _one_of("Machine", tuple(scenario.machine))
    return Capacity(factor=_factor("Times", 1.2), machine=machine)


def _changeovers(scenario: Scenario) -> Change:
    return ChangeoverChange(factor=_factor("Minutes of all changeovers, times", 0.5))


def _changeover(scenario: Scenario) -> Change:
    before = st.selectbox("From", scenario.changeovers.families)
    after = st.selectbox("To", scenario.changeovers.families)
    minutes = st.number_input("Minutes", 0, 100_000, 15)
    return ChangeoverChange(minutes=int(minutes), pair=(before, after))


def _demand(scenario: Scenario) -> Change:
    family = _one_of("Family", scenario.families)
    return Demand(factor=_factor("Quantity of its orders, times", 1.1), family=family)


def _aim(scenario: Scenario) -> Change:
    return Weighting(preset=st.selectbox("Aim", list(PRESETS)))


_KINDS: Mapping[str, Callable[[Scenario], Change]] = {
    "A shift of one machine": _shift,
    "Capacity": _capacity,
    "All changeovers": _changeovers,
    "One changeover": _changeover,
    "Demand": _demand,
    "Another aim": _aim,
}
