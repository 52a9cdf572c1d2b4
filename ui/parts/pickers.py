"""Which scenario and which plan a page shows."""

import streamlit as st

from planner.store import ScenarioRow, parents
from ui import state, words
from ui.parts.empty import PLAN, no_scenario
from ui.variants import tree


def pick_scenario() -> ScenarioRow:
    """Show the choice of scenarios and return the chosen one; without any, end the page.

    Variants stand under their parents.
    """
    rows = {row.id: row for row in state.store().scenarios()}
    if not rows:
        no_scenario()
        st.stop()
    wanted = state.at("scenario")
    current = state.scenario_row() or next(iter(rows.values()))
    if wanted is not None and wanted != str(current.id):
        _gone("scenario", current.name)
    labels = _labels(tuple(rows.values()))
    ids = list(labels)
    chosen = st.selectbox(
        "Scenario",
        ids,
        index=ids.index(current.id),
        format_func=labels.__getitem__,
        help="Everything given: orders, machines, changeovers, calendars.",
    )
    if chosen != current.id:
        state.go_to(scenario=str(chosen))
        st.rerun()
    if state.at("scenario") is None:
        state.go_to(scenario=str(chosen))
    return rows[chosen]


def _labels(rows: tuple[ScenarioRow, ...]) -> dict[int, str]:
    """Return what each scenario is called in the list, in its order."""
    standing = dict(tree(rows, parents(state.store())))
    return words.distinct(
        {
            row.id: "\u2003" * depth + "↳ " + row.name
            if depth
            else f"{row.name} ({state.created(row)})"
            for row, depth in standing.items()
        }
    )


def pick_plan(scenario_id: int) -> str | None:
    """Show the choice of plans and return the key of the chosen one; None without any."""
    _choose_coming(scenario_id)
    current = state.at("plan")
    names = {**_coming(scenario_id, current), **state.plan_names(scenario_id)}
    if not names:
        return None
    keys = list(names)
    place = keys.index(current) if current in keys else 0
    if current is not None and current not in keys:
        _without_schedule(current, names[keys[0]])
    chosen = st.selectbox(
        "Plan",
        keys,
        index=place,
        format_func=lambda key: names[key],
        help="Plans found for this scenario, and what they are compared with.",
    )
    if current is not None and current in keys and chosen != current:
        state.go_to(plan=chosen)
        st.rerun()
    if current != chosen:
        state.go_to(plan=chosen)
    if is_outdated(chosen):
        st.page_link(PLAN, label="Plan again", icon=":material/arrow_forward:")
    return chosen


def is_outdated(key: str | None) -> bool:
    """Return whether the data have changed since a plan was made, and say so."""
    run = state.run_of(key)
    if run is None or not state.has_changed(run):
        return False
    st.caption(
        f":material/history: Plan {run.id} is of version {run.version} of the data, "
        "which have changed since."
    )
    return True


def _without_schedule(key: str, shown: str) -> None:
    """Say why a plan cannot be shown: it has found nothing, or is gone."""
    run = state.run_of(key)
    if run is None:
        _gone("plan", shown)
        return
    why = words.plain(run.message)
    st.warning(f"Plan {run.id} {run.state} without a schedule. {why}".strip())
    st.text(f"Shown instead: {shown}")


def _gone(kind: str, shown: str) -> None:
    """Say in one line that an address leads nowhere any more, and what is shown instead."""
    st.warning(
        f"This {kind} was deleted in another window. Shown instead: {words.plain(shown)}",
        icon=":material/link_off:",
    )


def _choose_coming(scenario_id: int) -> None:
    """Look at a run that has just begun where nothing else was chosen."""
    newest = state.newest_run(scenario_id)
    if state.at("plan") is None and newest is not None and not newest.state.is_final:
        state.go_to(plan=str(newest.id))


def _coming(scenario_id: int, key: str | None) -> dict[str, str]:
    """Return key and name of a chosen run that has not found anything yet."""
    return {
        str(run.id): state.run_name(run)
        for run in state.store().runs(scenario_id)
        if str(run.id) == key and not run.state.is_final and not state.has_schedule(run)
    }
