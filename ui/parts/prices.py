"""What things cost, asked once; money is shown only where there is a price."""

import json
from decimal import Decimal

import streamlit as st

from planner.kpis import Prices
from ui import state

KEY = "prices"
# Each with its words and what it means.
ASKED = {
    "machine_hour": ("A machine hour", "In which a machine runs or changes over"),
    "changeover": ("A changeover", "Material and waste, beside the time"),
    "overtime_hour": ("Overtime, extra per hour", "An hour worked on a Saturday or Sunday"),
    "hour_late": ("An hour late", "Of one order after its due date"),
}


def prices() -> Prices:
    """Return the prices that were given."""
    text = state.store().setting(KEY)
    given = {} if text is None else json.loads(text)
    known = {name: Decimal(given[name]) for name in ASKED if given.get(name) is not None}
    return Prices(currency=given.get("currency", ""), **known)


def ask_prices() -> Prices:
    """Show the prices to change, folded, and return them."""
    known = prices()
    title = "Prices" if known.is_known else "Prices: give one to compare in money"
    with st.expander(title, icon=":material/payments:"), st.form("prices", border=False):
        columns = st.columns(len(ASKED) + 1)
        currency = columns[0].text_input("Currency", known.currency, max_chars=8)
        given = {
            name: column.number_input(
                label,
                0.0,
                value=_number(getattr(known, name)),
                help=meaning,
                placeholder="no price",
            )
            for column, (name, (label, meaning)) in zip(columns[1:], ASKED.items(), strict=True)
        }
        if st.form_submit_button("Use these prices"):
            told = {name: None if value is None else str(value) for name, value in given.items()}
            state.store().set_setting(KEY, json.dumps({"currency": currency.strip(), **told}))
            st.rerun()
    return known


def _number(price: Decimal | None) -> float | None:
    return None if price is None else float(price)
