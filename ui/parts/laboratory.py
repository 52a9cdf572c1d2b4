"""The release laboratory: policies tried on arriving orders, and what they make of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from planner.domain import Scenario
from planner.simulation import (
    Arrivals,
    ArrivalSource,
    Frontier,
    Generated,
    Laboratory,
    Limit,
    Measures,
    Policy,
    Replay,
    frontier_of,
    limit,
    sensitivity,
    streams,
    usual_policies,
    usual_source,
)
from ui import state, words
from ui.cards import Card, cards_html
from ui.figures import release as figures
from ui.figures.base import CONFIG
from ui.parts.pickers import pick_scenario
from ui.tables.release import policy_table

DRAWN, REPLAYED = "Drawn like the file's", "Replayed from the file"
MOST_RUNS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryForm:
    """What the form asks for; equal ones have equal answers."""

    replay: bool
    orders: int
    per_hour: float
    group: int
    runs: int
    seed: int

    @property
    def source(self) -> ArrivalSource:
        """Return where the orders come from."""
        if self.replay:
            return Replay()
        return Generated(orders=self.orders, per_hour=self.per_hour, group=self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryResult:
    """What the simulation found."""

    frontier: Frontier
    compared: Mapping[str, tuple[Measures, ...]]
    limits: Mapping[str, Limit]
    by_rate: tuple[tuple[float, Measures], ...]


def laboratory() -> None:
    """Show the form, and what was found for the values last asked for."""
    row = pick_scenario()
    scenario = state.scenario(row.id)
    asked = _form(scenario, row.id)
    key = f"simulated {row.id}"
    if asked is not None:
        st.session_state[key] = asked
    if key not in st.session_state:
        st.info(
            "200 batch sizes and time-outs meet the same arriving orders, on this scenario's "
            "machines, changeovers and shifts. Press Simulate to see which pay.",
            icon=":material/science:",
        )
        return
    found = _found(state.store().url, (row.id, row.version), st.session_state[key], scenario)
    _show(found)


def _form(scenario: Scenario, scenario_id: int) -> LaboratoryForm | None:
    usual = usual_source(scenario)
    per_hour = _usual_rate(scenario, usual)
    with st.form(f"arrivals {scenario_id}"):
        how = st.segmented_control(
            "Orders",
            (DRAWN, REPLAYED),
            default=REPLAYED if isinstance(usual, Replay) else DRAWN,
            required=True,
            help="Drawn: arrivals at random, kinds of order as in the file.",
        )
        first, second, third, fourth, fifth = st.columns(5)
        orders = first.number_input("Orders to draw", 100, 100_000, 2000, step=100)
        rate = second.number_input("Orders per hour", 0.001, 100_000.0, per_hour, format="%.3g")
        group = third.number_input("Arrive together", 1, 1000, 1)
        runs = fourth.number_input(
            "Runs", 1, MOST_RUNS, 3, help="Each with other arrivals, the same for every policy."
        )
        seed = fifth.number_input("Seed", 0, 10_000, 0)
        if not st.form_submit_button("Simulate", type="primary", icon=":material/play_arrow:"):
            return None
    return LaboratoryForm(
        replay=how == REPLAYED,
        orders=int(orders),
        per_hour=float(rate),
        group=int(group),
        runs=int(runs),
        seed=int(seed),
    )


def _usual_rate(scenario: Scenario, usual: ArrivalSource) -> float:
    if isinstance(usual, Generated):
        return usual.per_hour
    hours = max(order.release for order in scenario.orders) / scenario.clock.units_per_hour
    return len(scenario.orders) / hours if hours else 1.0


@st.cache_resource(max_entries=8, show_spinner="Simulating 200 settings ...")
def _found(
    url: str, of: tuple[int, int], asked: LaboratoryForm, _scenario: Scenario
) -> LaboratoryResult:
    runs = 1 if asked.replay else asked.runs
    drawn = streams(_scenario, asked.source, runs, asked.seed)
    balance = frontier_of(_scenario, drawn[0])
    policies = usual_policies(_scenario, balance.knee.setting)
    return LaboratoryResult(
        frontier=balance,
        compared=_compared(_scenario, policies, drawn),
        limits={each.name: limit(_scenario, drawn[0], each) for each in policies},
        by_rate=sensitivity(_scenario, drawn[0], balance.knee.setting),
    )


def _compared(
    scenario: Scenario, policies: tuple[Policy, ...], drawn: list[Arrivals]
) -> dict[str, tuple[Measures, ...]]:
    laboratories = [Laboratory(scenario, arrivals) for arrivals in drawn]
    return {
        policy.name: tuple(each.run(policy).measures for each in laboratories)
        for policy in policies
    }


def _show(found: LaboratoryResult) -> None:
    knee = found.frontier.knee
    st.html(cards_html(_cards(found)))
    st.markdown(f"**Why:** {words.plain(found.frontier.reason)}")
    left, right = st.columns([3, 2])
    with left:
        st.subheader("Throughput against flow time")
        st.plotly_chart(figures.balance(found.frontier), key="balance", config=dict(CONFIG))
    with right:
        st.subheader("When orders come faster or slower")
        st.plotly_chart(figures.by_rate(found.by_rate), key="by rate", config=dict(CONFIG))
        st.caption(f"{knee.setting.name}, the same orders at other rates.")
    st.subheader("Policies on the same orders")
    st.dataframe(policy_table(found.compared, found.limits), key="policies")
    runs = len(next(iter(found.compared.values())))
    st.caption(
        "± is half the 95 % confidence interval over "
        f"{words.count(runs, 'run')}. Breaks at: the most orders per hour the policy carries for "
        "good, and that over the present rate; below 1.0 the queue grows without end."
        if runs > 1
        else "One run. Breaks at: the most orders per hour the policy carries for good."
    )


def _cards(found: LaboratoryResult) -> tuple[Card, ...]:
    knee, setting = found.frontier.knee, found.frontier.knee.setting
    breaks = found.limits.get(setting.name)
    factor = breaks.factor if breaks else None
    return (
        Card(
            label="Recommended batch size",
            value="full" if setting.size is None else words.count(setting.size, "order"),
            note="start as soon as so many wait",
        ),
        Card(
            label="Recommended time-out",
            value=f"{setting.minutes:g} min",
            note="or when the first has waited so long",
        ),
        Card(
            label="Mean flow time",
            value=words.span(knee.measures.flow),
            note=f"95 % within {words.span(knee.measures.flow_95)}",
        ),
        Card(
            label="Carries",
            value="not available" if factor is None else f"{factor:.2f} × the rate",
            note="" if breaks is None or breaks.per_hour is None
            else f"up to {breaks.per_hour:.3g} orders an hour",
            tone="plain" if factor is None else "good" if factor > 1 else "bad",
        ),
    )  # fmt: skip
