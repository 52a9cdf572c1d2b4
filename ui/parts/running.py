"""A run as it goes: how far it is, what it has found, and how to stop it."""

from datetime import UTC, datetime

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.store import RunRow, RunState
from ui import state, words
from ui.cards import Card, cards_html, headline
from ui.faults import errors_shown
from ui.figures.base import CONFIG
from ui.figures.running import cost_and_bound

# Seconds between two looks at a run: the first plan is waited for.
EVERY, SOON = 1.0, 0.3
# What stands in for the headline until there is a plan, so that nothing jumps when it comes.
COMING = tuple(
    Card(label=label, value="…", note="Looking for a first plan")
    for label in ("Changeover time saved", "Late orders", "Finished by")
)


def seconds_so_far(run: RunRow) -> float:
    """Return how long a run has been planning."""
    return since(run.started, run.ended)


def since(started: datetime | None, ended: datetime | None) -> float:
    """Return the seconds from `started`, if it has, until `ended`, or until now."""
    if started is None:
        return 0.0
    return max(0.0, ((ended or datetime.now(UTC)) - started).total_seconds())


def said(run: RunRow) -> str:
    """Return in words where a run is."""
    so_far = words.seconds(seconds_so_far(run))
    if run.state == RunState.QUEUED:
        return "Waiting for its turn: other runs are planning."
    if run.state == RunState.RUNNING and run.stop_requested:
        return f"Stopping, {so_far} ..."
    if run.state == RunState.RUNNING:
        limit = run.options.seconds
        of = f" of {words.seconds(limit)}" if limit is not None else ""
        return f"Planning, {so_far}{of}"
    told_state = {
        RunState.FINISHED: f"Finished after {so_far}.",
        RunState.STOPPED: f"Stopped after {so_far}; the best plan by then is kept.",
        RunState.INTERRUPTED: "Interrupted: planning stopped unexpectedly. The best plan is kept.",
        RunState.FAILED: f"Failed: {run.message}",
    }
    return told_state[run.state]


def strip(run: RunRow, shown_cost: int | None) -> None:
    """Show a line about a run that goes on; load the page again when it has something better.

    While a batch is selected, the page stays as it is until the run ends.
    """
    st.session_state["watched"] = run.id

    @st.fragment(run_every=EVERY if shown_cost is not None else SOON)
    def watch() -> None:
        with errors_shown():
            now = state.store().run(run.id)
            held = shown_cost is not None and state.at("batch") is not None
            if now.state.is_final or (now.cost != shown_cost and not held):
                st.rerun()
            _line(now)

    watch()


def ended(run: RunRow) -> None:
    """Show how a run ended, where `strip` showed how it went."""
    # Nested as the strip is. Else the browser would hold the strip's line, until it is replaced,
    # in the frame of this one, and everything below would jump.
    with st.container():
        _ended_line(run)


def _ended_line(run: RunRow) -> None:
    """Show how a run ended; where this session has seen how it went, at the same height."""
    with _run_line(run) if was_watched(run) else st.container(border=True):
        if run.state == RunState.FAILED:
            st.error(words.plain(said(run)))
        else:
            icon = "check_circle" if run.state == RunState.FINISHED else "warning"
            st.markdown(f":material/{icon}: {words.plain(said(run))}")


def was_watched(run: RunRow) -> bool:
    """Return whether this session has seen the run going on."""
    return bool(st.session_state.get("watched") == run.id)


def _run_line(run: RunRow) -> DeltaGenerator:
    return st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"run-line-{run.id}"
    )


def _line(run: RunRow) -> None:
    with _run_line(run):
        limit = run.options.seconds
        share = 0.0 if limit is None else min(1.0, seconds_so_far(run) / limit)
        st.progress(share, text=said(run))
        _stop_button(run, "strip")


def _stop_button(run: RunRow, where: str) -> None:
    # In a callback, as a part that loads the page again never comes to what follows a button.
    st.button(
        "Stop and keep the best",
        key=f"stop-{where}-{run.id}",
        icon=":material/stop:",
        disabled=run.stop_requested or run.state.is_final,
        on_click=_stop,
        args=(run.id,),
    )


def _stop(run_id: int) -> None:
    with errors_shown():
        state.store().request_stop(run_id)
        st.toast("Stopping: the best plan so far is kept.")


def live(run_id: int) -> None:
    """Show a run with its chart, second by second while it goes on."""
    going = not state.store().run(run_id).state.is_final
    if going:
        st.session_state["watched"] = run_id

    @st.fragment(run_every=EVERY if going else None)
    def watch() -> None:
        with errors_shown():
            now = state.store().run(run_id)
            if going and now.state.is_final:
                st.rerun()
            _panel(now)

    watch()


def _panel(run: RunRow) -> None:
    _line(run) if not run.state.is_final else _ended_line(run)
    found = state.plan(run.scenario_id, str(run.id))
    cards = COMING
    if found is not None:
        cards = headline(found, state.reference(found, run.scenario_id))[:3]
    st.html(cards_html(cards))
    with st.container(key="run-quality"):
        st.caption(words.quality(run.status, run.cost, run.bound))
    progress = state.store().progress(run.id)
    now = None if run.state.is_final else seconds_so_far(run)
    st.plotly_chart(cost_and_bound(progress, now), key=f"progress-{run.id}", config=dict(CONFIG))
