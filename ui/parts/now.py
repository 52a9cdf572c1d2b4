"""The moment from which on is planned: a field that several windows may set."""

from datetime import date, datetime, time

import streamlit as st

from ui import words
from ui.happening import Happened
from ui.parts.change_forms import moment_fields
from ui.steps import Basis

LABEL = "Now"
# For a plan: what was known when the fields were shown, and how often they were made anew.
SHOWN = "now shown"


def now_fields(place: Basis, known: Happened) -> int:
    """Show fields for the moment from which on is planned, and return it in units.

    They show what somebody else has set meanwhile, unless the user has changed them as well: then
    it is said below them.
    """
    told, first = usual_now(place, known), seen_now(place, known)
    if told != first and _in_fields(place) in (None, first, told):
        show_now(place, known)
        first = told
    now = moment_fields(place.plan.scenario, LABEL, first, _about(place))
    if told not in (first, now):
        moment = words.moment(place.plan.scenario.clock, told)
        st.caption(f"Somebody else has set *{LABEL.lower()}* to {moment} meanwhile.")
    return now


def usual_now(place: Basis, known: Happened) -> int:
    """Return from when on is planned unless the user says something else."""
    moments = (known.now, place.plan.now, place.plan.scenario.now, 0)
    return next(moment for moment in moments if moment is not None)


def seen_now(place: Basis, known: Happened) -> int:
    """Return what the fields showed at first."""
    which, first, _ = st.session_state.get(SHOWN, (None, 0, 0))
    if which != _which(place):
        first = usual_now(place, known)
        st.session_state[SHOWN] = (_which(place), first, 0)
    found: int = first
    return found


def show_now(place: Basis, known: Happened) -> None:
    """Let the fields show what is known, whatever they say."""
    *_, turn = st.session_state.get(SHOWN, (None, 0, 0))
    st.session_state[SHOWN] = (_which(place), usual_now(place, known), turn + 1)


def _about(place: Basis) -> str:
    *_, turn = st.session_state[SHOWN]
    return f"{place.key} {turn}"


def _in_fields(place: Basis) -> int | None:
    """Return what the fields say, None where they are not there or not complete."""
    day: date | None = st.session_state.get(f"{LABEL} day {_about(place)}")
    hour: time | None = st.session_state.get(f"{LABEL} time {_about(place)}")
    if day is None or hour is None:
        return None
    return place.plan.scenario.clock.units(datetime.combine(day, hour))


def _which(place: Basis) -> tuple[int, str]:
    return place.scenario_id, place.key
