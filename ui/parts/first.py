"""The start page's samples and recent scenarios."""

from collections.abc import Mapping

import streamlit as st

from planner.errors import StoreError
from planner.store import RunRow, ScenarioRow, parents
from ui import state, words
from ui.faults import errors_shown
from ui.parts.actions import open_planned
from ui.parts.empty import PLAN
from ui.parts.running import EVERY
from ui.samples import SAMPLES, Sample
from ui.variants import tree

RECENT = 6


def samples() -> None:
    """Show the samples that are stored, each with its story and a button."""
    store = state.store()
    ids = store.settings("sample:")
    shown = 0
    for name, sample in SAMPLES.items():
        row = _row(ids.get(f"sample:{name}"))
        if row is not None:
            shown += 1
            _sample(sample, row)
    if not shown:
        st.info("There are no samples here.")


def _row(scenario_id: str | None) -> ScenarioRow | None:
    if scenario_id is None or not scenario_id.isdecimal():
        return None
    try:
        return state.store().scenario_row(int(scenario_id))
    except StoreError:
        return None  # the user has deleted it


def _sample(sample: Sample, row: ScenarioRow) -> None:
    with st.container(border=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.markdown(f"**:material/{sample.icon}: {sample.title}**  \n{sample.story}")
        newest = state.newest_run(row.id)
        with left:
            _told(row.id, newest)
        label = "Go to planning" if newest is None else "Open"
        if right.button(
            label, key=f"sample-{row.id}", width="stretch", help=f"{label}: {sample.title}"
        ):
            open_planned(row.id)
        _variants(row)


def _told(scenario_id: int, run: RunRow | None) -> None:
    """Say what a sample's plan saves, second by second while it is being planned."""
    going = run is not None and not run.state.is_final

    @st.fragment(run_every=EVERY if going else None)
    def watch() -> None:
        with errors_shown():
            now = state.newest_run(scenario_id)
            if going and (now is None or now.state.is_final):
                st.rerun()
            st.caption(_state_of(now))

    watch()


def _state_of(run: RunRow | None) -> str:
    if run is None:
        return "Not planned yet: a first plan takes a few seconds."
    if not run.state.is_final:
        # Measuring here would keep the page busy, and the run from its processor.
        return "Being planned right now."
    begin = "Planned"
    plan = state.plan(run.scenario_id, str(run.id))
    base = None if plan is None else state.reference(plan, run.scenario_id)
    if plan is None or base is None:
        return f"{begin}."
    saved = base.kpis.changeover_hours - plan.kpis.changeover_hours
    late = plan.kpis.tardy_orders
    parts = [f"{begin}: {words.hours(saved)} of changeover saved"]
    if late is not None and base.kpis.tardy_orders is not None:
        parts.append(f"{words.count(late, 'late order')} instead of {base.kpis.tardy_orders:,}")
    return ", ".join(parts) + "."


def recent() -> None:
    """Show the scenarios that are neither samples nor variants, newest first."""
    store = state.store()
    of_samples = set(store.settings("sample:").values())
    of = parents(store)
    rows = [row for row in store.scenarios() if str(row.id) not in of_samples and row.id not in of]
    if not rows:
        st.caption("What you upload will be listed here.")
    for row in rows[:RECENT]:
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                name = words.plain(row.name)
                st.markdown(f"**:material/table: {name}**  \n{state.created(row)}")
                _links(row)
            _variants(row)


def _links(row: ScenarioRow) -> None:
    if st.button("Data", key=f"data-{row.id}", help=f"Data of {row.name}"):
        state.go_to(scenario=str(row.id))
        st.switch_page("views/data.py")
    if st.button("Schedule", key=f"open-{row.id}", help=f"Schedule of {row.name}"):
        state.go_to(scenario=str(row.id))
        st.switch_page("views/schedule.py")


def _variants(parent: ScenarioRow) -> None:
    """Show the variants of a scenario under it, and those of them under these."""
    store = state.store()
    of = parents(store)
    for row, depth in list(tree(store.scenarios(), of)):
        if _root(row.id, of) != parent.id or not depth:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            said = words.plain(row.name.removeprefix(f"{parent.name}: "))
            st.markdown("\u2003" * depth + f"↳ {said}")
            if st.button("Open", key=f"variant-{row.id}", help=f"Open {row.name}", type="tertiary"):
                state.go_to(scenario=str(row.id))
                st.switch_page(PLAN)


def _root(scenario_id: int, of: Mapping[int, int]) -> int:
    while scenario_id in of:
        scenario_id = of[scenario_id]
    return scenario_id
