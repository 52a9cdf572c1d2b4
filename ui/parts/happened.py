"""What has happened: by file and by hand, and against the plan."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from planner.changes import actuals_of_completions
from planner.domain import Scenario
from planner.errors import ScenarioError
from planner.reader import read_actuals
from planner.schedule import Actual
from planner.service import finished_orders
from ui import state, words
from ui.happening import FILE, Happened, ToldTwice, actuals_in, as_planned, rows_of
from ui.parts.learning import against, factors, take_all
from ui.parts.now import now_fields, seen_now, show_now, usual_now
from ui.steps import Basis
from ui.tables.findings import finding_lines

ROWS = "happened rows"
# Operations of those rows whose begin nobody reported.
ASSUMED = "begin assumed"
# The panel that is open below the chart, and the one where planning again is asked for.
PANEL, REPLAN = "daily panel", "Replan"
# What was kept when the rows were shown, and what two windows have told of one operation since.
SEEN, TWICE = "happened seen", "happened twice"


def kept(place: Basis) -> Happened:
    """Return what is kept of what has happened to a plan."""
    return Happened.of(state.store().setting(_key(place)))


def keep(place: Basis, mine: Happened, seen: Happened) -> None:
    """Keep what has happened to a plan, beside what others have told since `seen` was shown.

    What somebody else has told otherwise stays, until the user chooses.
    """
    found = [ToldTwice()]

    def change(text: str | None) -> str:
        made, found[0] = Happened.of(text).with_changes(seen, mine)
        return made.text()

    state.store().change_setting(_key(place), change)
    st.session_state[TWICE] = (_which(place), found[0], mine)


def _key(place: Basis) -> str:
    return f"happened:{place.scenario_id}:{place.key}"


def happened(place: Basis) -> None:
    """Show what has begun and ended as rows to edit, to fill from a file, or as planned."""
    scenario, known = place.plan.scenario, kept(place)
    st.write("Tell what has begun and what is finished: replanning then starts from there.")
    now = now_fields(place, known)
    _fill(place, now, known)
    table = st.data_editor(
        _rows(place, known),
        num_rows="dynamic",
        hide_index=True,
        key=f"happened {place.number} {st.session_state.get('happened turn', 0)}",
        column_config=_columns(scenario),
        column_order=[
            column
            for column in ("order_id", "stage", "lot", "machine_id", "begun", "ended")
            if scenario.has_routes or column not in ("stage", "lot")
        ]
        + ["quantity", "scrapped"],
    )
    if st.button("Save what has happened", type="primary"):
        try:
            found = actuals_in(scenario, table)
        except ScenarioError as error:
            _faults(error)
            return
        unsure = st.session_state.get(ASSUMED, known.assumed)
        assumed = frozenset(actual.operation for actual in found) & unsure
        _keep_told(place, replace(known, now=now, actuals=found, assumed=assumed))
        st.rerun()
    told_twice(place, known)
    against(place, known)
    if factors(place, known):
        st.button(
            "Plan with these times ...",
            help="Opens Replan with them chosen. Nothing is taken before you plan and keep it.",
            on_click=_offer,
            args=(place, known),
        )


def _offer(place: Basis, known: Happened) -> None:
    take_all(place, known)
    st.session_state[PANEL] = REPLAN


def _keep_told(place: Basis, mine: Happened) -> None:
    seen: Happened = st.session_state[SEEN]
    keep(place, mine, replace(seen, now=seen_now(place, seen)))
    st.session_state.pop(ROWS, None)
    st.session_state.pop(ASSUMED, None)


def told_twice(place: Basis, known: Happened) -> None:
    """Show of what another window has told something else, and let the user choose."""
    which, twice, mine = st.session_state.get(TWICE, (None, ToldTwice(), known))
    if which != _which(place) or not twice:
        return
    with st.container(border=True):
        st.warning(
            "Somebody else has told something else of the same. Theirs counts until you choose.",
            icon=":material/group:",
        )
        for title, told in (("Theirs", known), ("Yours", mine)):
            _shown(place, title, told, twice)
        with st.container(horizontal=True):
            if st.button("Use mine", type="primary", key="told mine"):
                keep(place, known.with_those_of(mine, twice), known)
                st.session_state.pop(ROWS, None)
                st.rerun()
            if st.button("Keep theirs", key="told theirs"):
                del st.session_state[TWICE]
                show_now(place, known)
                st.rerun()


def _shown(place: Basis, title: str, told: Happened, twice: ToldTwice) -> None:
    """Show what one of two windows has told."""
    scenario = place.plan.scenario
    moment = words.moment(scenario.clock, usual_now(place, told))
    st.markdown(f"**{title}**" + (f": now is {moment}" if twice.now else ""))
    rows = [each for each in told.still(scenario) if each.operation in twice.operations]
    if twice.operations:
        st.dataframe(rows_of(scenario, rows), hide_index=True, key=f"told {title}")


def _fill(place: Basis, now: int, known: Happened) -> None:
    scenario = place.plan.scenario
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    file = left.file_uploader(f"From a file ({FILE})", type=["csv"], key="actuals file")
    if file is not None and st.session_state.get("actuals taken") != file.file_id:
        st.session_state["actuals taken"] = file.file_id
        try:
            found = _read(file.getvalue(), scenario)
        except ScenarioError as error:
            _faults(error)
            return
        _put(place, known, found)
    with right.container(horizontal=True):
        if st.button("As planned until now", help="All that should have begun by now."):
            _put(place, known, as_planned(place.plan.schedule, now))
        if st.button("From the release service", help="Orders that it was told are finished."):
            _put_completions(place, known)


def _put_completions(place: Basis, known: Happened) -> None:
    """Fill in what the release service was told to be finished, beside what is known already."""
    scenario = place.plan.scenario
    orders = [order.name for order in scenario.orders]
    finished = finished_orders(state.store(), orders)
    if not finished:
        st.info("The release service was told of none of these orders that it is finished.")
        return
    found = actuals_of_completions(scenario, place.plan.schedule, finished, known.still(scenario))
    st.session_state[ASSUMED] = found.assumed | known.assumed
    _put(place, known, found.actuals)
    for note in found.notes:
        st.caption(words.plain(note))
    count = words.count(len(finished), "finished order")
    st.caption(f"{count}. Where nobody reported the begin, it is taken to be as planned.")


def _read(content: bytes, scenario: Scenario) -> tuple[Actual, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        path.write_bytes(content)
        return read_actuals(path, scenario)


def _put(place: Basis, known: Happened, actuals: tuple[Actual, ...]) -> None:
    shown = st.session_state.get(ROWS)
    if shown is None or shown[0] != _which(place):
        st.session_state[SEEN] = known
    st.session_state[ROWS] = (_which(place), rows_of(place.plan.scenario, actuals))
    st.session_state["happened turn"] = st.session_state.get("happened turn", 0) + 1


def _which(place: Basis) -> tuple[int, str, int]:
    return place.scenario_id, place.key, place.number


def _rows(place: Basis, known: Happened) -> pd.DataFrame:
    """Return the rows that were filled in, or else those that are kept."""
    filled = st.session_state.get(ROWS)
    if filled is None or filled[0] != _which(place):
        filled = (_which(place), rows_of(place.plan.scenario, known.still(place.plan.scenario)))
        st.session_state[ROWS] = filled
        st.session_state[SEEN] = known
    found: pd.DataFrame = filled[1]
    return found


def _columns(scenario: Scenario) -> dict[str, Any]:
    orders = [order.name for order in scenario.orders]
    machines = [machine.name for machine in scenario.machines]
    moment = "ddd D MMM HH:mm"
    return {
        "order_id": st.column_config.SelectboxColumn("Order", options=orders, required=True),
        "stage": st.column_config.TextColumn("Stage"),
        "lot": st.column_config.TextColumn("Lot"),
        "machine_id": st.column_config.SelectboxColumn("Machine", options=machines, required=True),
        "begun": st.column_config.DatetimeColumn("Begun", format=moment, required=True),
        "ended": st.column_config.DatetimeColumn("Finished", format=moment),
        "quantity": st.column_config.TextColumn("Quantity made"),
        "scrapped": st.column_config.TextColumn("Scrapped"),
    }


def _faults(error: ScenarioError) -> None:
    st.error("What has happened cannot be read yet.", icon=":material/rule:")
    for line in finding_lines(error.findings) if error.findings else [words.plain(str(error))]:
        st.markdown(line)
