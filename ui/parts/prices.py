"""What things cost, asked once; money is shown only where there is a price."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from planner.kpis import Prices
from ui import state
from ui.parts.both_shown import both_shown, change_shared
from ui.shared_entries import Entries, entries
from ui.words import plain

KEY = "prices"
CURRENCY = "currency"
# Each with its words and what it means.
ASKED = {
    "machine_hour": ("A machine hour", "In which a machine runs or changes over"),
    "changeover": ("A changeover", "Material and waste, beside the time"),
    "overtime_hour": ("Overtime, extra per hour", "An hour worked on a Saturday or Sunday"),
    "hour_late": ("An hour late", "Of one order after its due date"),
}
# What the form of this session was filled with.
SEEN = "prices seen"


def prices() -> Prices:
    """Return the prices that were given."""
    given = entries(state.store(), KEY)
    known = {name: Decimal(given[name]) for name in ASKED if given.get(name) is not None}
    return Prices(currency=given.get(CURRENCY, ""), **known)


def ask_prices() -> Prices:
    """Show the prices to change, folded, and return them."""
    known = prices()
    title = "Prices" if known.is_known else "Prices: give one to compare in money"
    both_shown(KEY, _said)
    with st.expander(title, icon=":material/payments:"):
        now = entries(state.store(), KEY)
        if st.session_state.get(SEEN) is None or _key(CURRENCY) not in st.session_state:
            _fill(now)
        _form()
        _tell_what_is_new(st.session_state[SEEN], now)
    return known


def _form() -> None:
    with st.form("prices", border=False):
        columns = st.columns(len(ASKED) + 1)
        columns[0].text_input("Currency", max_chars=8, key=_key(CURRENCY))
        for column, (name, (label, meaning)) in zip(columns[1:], ASKED.items(), strict=True):
            column.number_input(
                label, 0.0, value=None, help=meaning, placeholder="no price", key=_key(name)
            )
        st.form_submit_button("Use these prices", on_click=_use)


def _fill(now: Entries) -> None:
    """Let the form show `now`. It stays so while somebody types, whatever others do."""
    st.session_state[SEEN] = now
    st.session_state[_key(CURRENCY)] = now.get(CURRENCY, "")
    for name in ASKED:
        price = now.get(name)
        st.session_state[_key(name)] = None if price is None else float(price)


def _use() -> None:
    seen: Entries = st.session_state[SEEN]
    typed = {name: st.session_state[_key(name)] for name in ASKED}
    shown = {name: None if seen.get(name) is None else float(seen[name]) for name in ASKED}
    wanted: dict[str, str | None] = {
        name: seen.get(name) if value == shown[name] else str(value) if value is not None else None
        for name, value in typed.items()
    }
    wanted[CURRENCY] = st.session_state[_key(CURRENCY)].strip() or None
    change_shared(KEY, seen=seen, wanted=wanted)
    _fill(entries(state.store(), KEY))


def _tell_what_is_new(seen: Entries, now: Mapping[str, str]) -> None:
    new = [name for name in (CURRENCY, *ASKED) if seen.get(name) != now.get(name)]
    if new:
        told = "; ".join(_said(name, now.get(name)) for name in new)
        st.caption(f"Somebody else has changed prices since this was shown: {plain(told)}.")


def _said(name: str, value: object) -> str:
    what = "Currency" if name == CURRENCY else ASKED[name][0]
    return f"{what} {value or 'not given'}"


def _key(name: str) -> str:
    return f"price {name}"
