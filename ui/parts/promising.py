"""A rush order or an enquiry: by when it could be complete, at what price, and taking it."""

from decimal import Decimal, InvalidOperation

import streamlit as st

from planner.changes import AddOrder, Promise, promise, promise_line
from planner.errors import ChangeError, PlannerError
from ui import words
from ui.by_hand import sentence
from ui.parts import moving
from ui.parts.change_forms import moment_fields
from ui.steps import Basis

OFFERS = "promises"


def promising(place: Basis) -> None:
    """Ask for an order, show the dates that can be kept, and take one."""
    st.write("For a new order, made like one that is known: the dates that can be kept.")
    try:
        wanted = _wanted(place)
    except ChangeError as error:
        st.error(sentence(str(error)))
        return
    if st.button("When could it be complete?", type="primary") and wanted is not None:
        _find(place, wanted)
    found = st.session_state.get(OFFERS)
    if found is not None and found[0] == (_which(place), wanted):
        _offers(place, found[1])


def _which(place: Basis) -> tuple[int, str, int]:
    return place.scenario_id, place.key, place.number


def _wanted(place: Basis) -> AddOrder | None:
    scenario = place.plan.scenario
    left, right = st.columns(2)
    name = left.text_input("New order", "", key="promised order", placeholder="its number").strip()
    like = right.selectbox(
        "Made like order", [order.name for order in scenario.orders], key="promised like"
    )
    usual = scenario.order[like]
    left, right = st.columns(2)
    amount = left.text_input("Quantity", str(usual.quantity or ""), key=f"promised amount {like}")
    customer = right.text_input("Customer", "", key="promised customer")
    has_due = st.toggle("It has a due date", key="promised has due")
    due = moment_fields(scenario, "Wanted by", usual.due or 0, like) if has_due else None
    if not name:
        st.caption("Give the new order a number.")
        return None
    try:
        quantity = Decimal(amount) if amount.strip() else None
    except InvalidOperation as error:
        raise ChangeError(f"{amount} is no number") from error
    now = place.plan.now or 0
    return AddOrder(
        order=name, like=like, quantity=quantity, due=due, customer=customer, release=now
    )


def _find(place: Basis, wanted: AddOrder) -> None:
    scenario, schedule = place.plan.scenario, place.plan.schedule
    try:
        found = promise(scenario, schedule, wanted)
    except PlannerError as error:
        st.error(sentence(str(error)))
        return
    st.session_state[OFFERS] = ((_which(place), wanted), found)


def _offers(place: Basis, offers: tuple[Promise, ...]) -> None:
    if not offers:
        st.warning("There is no place for it within the planning horizon.")
    for number, offer in enumerate(offers):
        st.markdown(words.plain(promise_line(offer.after.scenario, offer)))
        if st.button("Show it in the chart", key=f"take promise {number}"):
            what = f"New order {offer.order}, {offer.manner}"
            moving.by_hand(place, offer.changes, what, offer.after, offer.difference)
            st.rerun()
