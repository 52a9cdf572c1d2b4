"""What a page knows: the store, and which scenario, plan and batch are looked at.

Ids live in the address, so a reload or a copied link finds the same thing; a session only
remembers them from page to page. Everything else is in the store.
"""

import dataclasses
import importlib
import os
import threading
from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from planner.domain import PRESETS, Scenario, Weights
from planner.errors import Finding, ScenarioError, StoreError
from planner.reader import Tables
from planner.schedule import Schedule
from planner.store import (
    RunRow,
    RunState,
    ScenarioRow,
    Store,
    line_of,
    seed_samples,
    version_of,
)
from ui import plans, words
from ui.faults import log_to
from ui.plans import Plan
from ui.shared_entries import entries
from ui.tables.findings import all_findings

DATABASE = "BATCH_PLANNER_DATABASE"
# Set to "no", the sample scenarios are not stored.
SAMPLES = "BATCH_PLANNER_SAMPLES"
REMEMBERED = ("scenario", "plan", "batch")
ONE_BY_ONE = "one by one"
MAPPING = "mapping:"
# Seconds after which the packages of later pages are loaded.
AHEAD = 4.0
# Digits of the largest id of a database; names of baselines are not longer.
LONGEST_ID = 18
# The id of no scenario, plan or batch.
NOTHING = "0"


def store() -> Store:
    """Return the store that all sessions share."""
    return _store(os.environ.get(DATABASE, ""))


@st.cache_resource(max_entries=4, show_spinner="Opening the database ...")
def _store(url: str) -> Store:
    opened = Store(url or None)
    log_to(opened.log_folder)
    if os.environ.get(SAMPLES) != "no":
        seed_samples(opened)
    # Not at once: it would take the time that the first page needs.
    ahead = threading.Timer(AHEAD, _load_ahead)
    ahead.daemon = True
    ahead.start()
    return opened


def _load_ahead() -> None:
    """Import what the first schedule needs while the start page is read: it takes a second."""
    for name in ("planner.search.baselines", "planner.bounds", "plotly.graph_objects"):
        importlib.import_module(name)


# What is looked at


def family_colours() -> Mapping[str, str]:
    """Return the colours that the user gave families of the scenario that is looked at."""
    return entries(store(), colours_key())


def colours_key() -> str:
    """Return the key under which these colours are kept, as `#rrggbb` by family."""
    return f"colours:{at('scenario')}"


def recall() -> None:
    """Bring the ids that the session remembers into the address, and those of the address here."""
    for name in REMEMBERED:
        given = st.query_params.get(name)
        if given is not None and len(given) > LONGEST_ID:
            # Anybody can write an address: this one names nothing, and is told so.
            given = st.query_params[name] = NOTHING
        if given is not None:
            st.session_state[f"at-{name}"] = given
        elif st.session_state.get(f"at-{name}") is not None:
            st.query_params[name] = st.session_state[f"at-{name}"]


def at(name: str) -> str | None:
    """Return the id of what is looked at: `scenario`, `plan` or `batch`."""
    found = st.session_state.get(f"at-{name}")
    return None if found is None else str(found)


def go_to(**ids: str | None) -> None:
    """Look at something else; a new scenario forgets the plan, a new plan the batch."""
    order = list(REMEMBERED)
    for name, value in ids.items():
        for later in order[order.index(name) :]:
            _set(later, None)
        _set(name, value)


def _set(name: str, value: str | None) -> None:
    st.session_state[f"at-{name}"] = value
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def scenario_row() -> ScenarioRow | None:
    """Return the scenario that is looked at: the one chosen, or that of the newest run."""
    chosen = at("scenario")
    if chosen is not None and chosen.isdecimal():
        try:
            return store().scenario_row(int(chosen))
        except StoreError:
            go_to(scenario=None)
    runs = store().runs()
    if not runs:
        return None
    go_to(scenario=str(runs[0].scenario_id))
    return store().scenario_row(runs[0].scenario_id)


# Scenarios: a version of one never changes, so what is made from it can be kept


def tables(scenario_id: int, version: int | None = None) -> Tables:
    """Return the tables of a scenario: of the version in force, or of another."""
    return _tables(store().url, scenario_id, _number(scenario_id, version))


def scenario(scenario_id: int, version: int | None = None) -> Scenario:
    """Return a scenario; raises `ScenarioError` for one that cannot be planned."""
    return _scenario(store().url, scenario_id, _number(scenario_id, version))


def findings(scenario_id: int) -> tuple[Finding, ...]:
    """Return everything found in a scenario."""
    return _findings(store().url, scenario_id, _number(scenario_id, None))


def least_changeover_hours(scenario_id: int, version: int | None = None) -> float | None:
    """Return hours of changeover that no plan of the scenario is below."""
    return _least_hours(store().url, scenario_id, _number(scenario_id, version))


def _number(scenario_id: int, version: int | None) -> int:
    return store().scenario_row(scenario_id).version if version is None else version


@st.cache_resource(max_entries=16, show_spinner=False)
def _tables(url: str, scenario_id: int, version: int) -> Tables:
    return store().tables(scenario_id, version)


@st.cache_resource(max_entries=8, show_spinner="Reading the scenario ...")
def _scenario(url: str, scenario_id: int, version: int) -> Scenario:
    return store().scenario(scenario_id, version)


@st.cache_resource(max_entries=8, show_spinner="Checking the data ...")
def _findings(url: str, scenario_id: int, version: int) -> tuple[Finding, ...]:
    return all_findings(tables(scenario_id, version))


@st.cache_data(max_entries=32, show_spinner=False)
def _least_hours(url: str, scenario_id: int, version: int) -> float | None:
    return plans.least_changeover_hours(scenario(scenario_id, version))


def has_changed(run: RunRow) -> bool:
    """Return whether the data of a run's scenario say something else than when it was planned."""
    row = store().scenario_row(run.scenario_id)
    if row.version == run.version:
        return False
    return version_of(store(), run.scenario_id, run.version).fingerprint != row.fingerprint


# How files were read before, so that the next file of the same system needs no questions


def mappings() -> dict[str, str]:
    """Return remembered mappings as JSON, by the fingerprint of their header."""
    found = store().settings(MAPPING)
    return {key.removeprefix(MAPPING): value for key, value in found.items()}


def remember_mapping(fingerprint: str, mapping: str | None) -> None:
    """Remember how a file with this header is read; None forgets it."""
    store().set_setting(f"{MAPPING}{fingerprint}", mapping)


# Plans: runs that have a schedule, and baselines


def plan_names(scenario_id: int) -> Mapping[str, str]:
    """Return keys and names of all plans of a scenario, the newest run first."""
    names = {str(run.id): run_name(run) for run in store().runs(scenario_id) if has_schedule(run)}
    return {**names, **{name: name.capitalize() for name in baselines(scenario_id)}}


def has_schedule(run: RunRow) -> bool:
    """Return whether a run has found anything yet."""
    return run.cost is not None


def run_name(run: RunRow) -> str:
    """Return what a run is called in lists."""
    state = "" if run.state == RunState.FINISHED else f", {run.state}"
    return f"Plan {run.id}, {aim(run)}{state}"


def aim(run: RunRow) -> str:
    """Return what a run plans for, in words."""
    if run.options.preset is not None:
        return words.aim(run.options.preset)
    used = run.options.weights or _own_weights(run)
    names = (name for name, weights in PRESETS.items() if weights == used)
    return words.aim(next(names, "own weights"))


def _own_weights(run: RunRow) -> Weights | None:
    try:
        return scenario(run.scenario_id, run.version).weights
    except ScenarioError:
        return None


def baselines(scenario_id: int, version: int | None = None) -> Mapping[str, Schedule]:
    """Return the baselines of a scenario by name."""
    return _baselines(store().url, scenario_id, _number(scenario_id, version))


@st.cache_resource(max_entries=6, show_spinner="Making the baselines ...")
def _baselines(url: str, scenario_id: int, version: int) -> Mapping[str, Schedule]:
    return store().baselines(scenario_id, version)


def newest_run(scenario_id: int) -> RunRow | None:
    """Return the newest run of a scenario, with or without a schedule."""
    runs = store().runs(scenario_id)
    return runs[0] if runs else None


def run_of(key: str | None) -> RunRow | None:
    """Return the run that a plan's key names; None for baselines and what is gone."""
    if key is None or not key.isdecimal():
        return None
    try:
        return store().run(int(key))
    except StoreError:
        return None


def plan(
    scenario_id: int, key: str, weights: Weights | None = None, version: int | None = None
) -> Plan | None:
    """Return a plan by its key as it is now, measured with its own weights, or with those given.

    A baseline is that of a version of the scenario; without one, of the version in force.
    """
    base = first_plan(scenario_id, key, weights, version)
    if base is None or base.version is None:
        return base
    line = line_of(store(), scenario_id, key, base.version)
    if line is None or line.current == 1:
        return base
    # A page that shows no plan needs no changes.
    from ui import steps

    return steps.changed_plan(base, line.id, line.current)


def first_plan(
    scenario_id: int, key: str, weights: Weights | None = None, version: int | None = None
) -> Plan | None:
    """Return a plan as it was made, whatever has been done to it since."""
    if not key.isdecimal():
        number = _number(scenario_id, version)
        return _baseline_plan(store().url, scenario_id, number, key, weights)
    run = run_of(key)
    if run is None or run.scenario_id != scenario_id or not has_schedule(run):
        return None
    return _run_plan(store().url, run.id, (run.cost, run.state.value), weights, run)


@st.cache_resource(max_entries=12, show_spinner=False)
def _run_plan(
    url: str,
    run_id: int,
    reached: tuple[int | None, str],
    weights: Weights | None,
    _run: RunRow,
) -> Plan | None:
    found = store().best_schedule(_run.id)
    given = scenario(_run.scenario_id, _run.version)
    used = weights or _run.options.weights_for(given.weights)
    weighted = dataclasses.replace(given, weights=used)
    if found is None:
        return None
    return plans.plan_of(run_name(_run), weighted, found, _run.version)


@st.cache_resource(max_entries=12, show_spinner=False)
def _baseline_plan(
    url: str, scenario_id: int, version: int, key: str, weights: Weights | None
) -> Plan | None:
    found = baselines(scenario_id, version).get(key)
    given = scenario(scenario_id, version)
    weighted = dataclasses.replace(given, weights=weights or given.weights)
    return None if found is None else plans.plan_of(key.capitalize(), weighted, found, version)


def reference(of: Plan, scenario_id: int) -> Plan | None:
    """Return one by one, measured with the weights of a plan; None if that is the plan itself.

    None, too, where part of it has been made already: one by one would make all of it.
    """
    if of.name == ONE_BY_ONE.capitalize() or of.now is not None:
        return None
    return first_plan(scenario_id, ONE_BY_ONE, of.scenario.weights, of.version)


def created(row: ScenarioRow) -> str:
    """Return when a scenario was stored, in the time of this computer."""
    return moment(row.created)


def moment(time: datetime) -> str:
    """Return a time in that of this computer."""
    local = time.astimezone()
    return f"{local.day} {words.MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
