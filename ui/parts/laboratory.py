"""What if orders are released another way: policies tried on arriving orders."""

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
    in_words,
    intervals,
    left_out_in_words,
    limit,
    recommended,
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

DRAWN, REPLAYED = "At random, like the file's", "Exactly as in the file"
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
    policies: Mapping[str, Policy]
    best: Policy
    compared: Mapping[str, tuple[Measures, ...]]
    limits: Mapping[str, Limit]
    by_rate: tuple[tuple[float, Measures], ...]


def laboratory() -> None:
    """Show the form, and what was found for the values last asked for."""
    row = pick_scenario()
    scenario = state.scenario(row.id)
    if left_out := left_out_in_words(scenario):
        st.warning(f"{left_out[:1].upper()}{left_out[1:]}.")
    asked = _form(scenario, row.id)
    key = f"simulated {row.id}"
    if asked is not None:
        st.session_state[key] = asked
    if key not in st.session_state:
        st.info(
            "200 batch sizes and longest waits meet the same arriving orders, on this scenario's "
            "machines, changeovers and shifts. Press Simulate to see which pay.",
            icon=":material/science:",
        )
        return
    found = _found(state.store().url, (row.id, row.version), st.session_state[key], scenario)
    _show(found)


def _form(scenario: Scenario, scenario_id: int) -> LaboratoryForm | None:
    usual = usual_source(scenario)
    with st.form(f"arrivals {scenario_id}"):
        first, second = st.columns(2, vertical_alignment="bottom")
        how = first.segmented_control(
            "How orders come",
            (DRAWN, REPLAYED),
            default=REPLAYED if isinstance(usual, Replay) else DRAWN,
            required=True,
            help="At random: at the rate beside it, kinds of order as in the file.",
        )
        rate = second.number_input(
            "Orders per hour",
            0.001,
            100_000.0,
            _usual_rate(scenario, usual),
            format="%.3g",
            help="Counts where orders come at random; the usual rate of the file is proposed.",
        )
        with st.expander("More"):
            orders, group, runs, seed = _folded()
        if not st.form_submit_button("Simulate", type="primary", icon=":material/play_arrow:"):
            return None
    return LaboratoryForm(
        replay=how == REPLAYED,
        orders=orders,
        per_hour=float(rate),
        group=group,
        runs=runs,
        seed=seed,
    )


def _folded() -> tuple[int, int, int, int]:
    """Return orders to simulate, orders per arrival, repeats and random seed."""
    columns = st.columns(4)
    return (
        int(columns[0].number_input("Orders to simulate", 100, 100_000, 2000, step=100)),
        int(
            columns[1].number_input(
                "Orders per arrival", 1, 1000, 1, help="How many come together, as on one truck."
            )
        ),
        int(
            columns[2].number_input(
                "Repeats", 1, MOST_RUNS, 3, help="Each with other arrivals, the same for every way."
            )
        ),
        int(
            columns[3].number_input("Random seed", 0, 10_000, 0, help="Another seed, other chance.")
        ),
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
    policies = {each.name: each for each in usual_policies(_scenario, balance.knee.setting)}
    compared = _compared(_scenario, tuple(policies.values()), drawn)
    limits = {name: limit(_scenario, drawn[0], each) for name, each in policies.items()}
    best = policies[recommended(compared, limits, balance.knee.setting.name)]
    return LaboratoryResult(
        frontier=balance,
        policies=policies,
        best=best,
        compared=compared,
        limits=limits,
        by_rate=sensitivity(_scenario, drawn[0], best),
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
    st.subheader(f"Recommended: {words.plain(in_words(found.best))}")
    st.html(cards_html(_cards(found)))
    st.markdown(f"**Why:** {words.plain(_why(found))}")
    st.subheader("Ways to release, on the same orders")
    words_of = {name: in_words(policy) for name, policy in found.policies.items()}
    table = policy_table(found.compared, found.limits, words_of, found.best.name)
    st.dataframe(table, key="policies", hide_index=True, height=38 + 35 * len(table))
    runs = len(next(iter(found.compared.values())))
    spread = (
        f"± is half the 95 % confidence interval over {words.count(runs, 'run')}. "
        if runs > 1
        else "One run. "
    )
    st.caption(
        f"{spread}Limit: the most orders per hour it copes with for good, and that over the "
        "present rate; below 1.0 the queue grows without end."
    )
    left, right = st.columns([3, 2])
    with left:
        st.subheader("Orders per hour against lead time")
        st.plotly_chart(figures.balance(found.frontier), key="balance", config=dict(CONFIG))
    with right:
        st.subheader("When orders come faster or slower")
        st.plotly_chart(figures.by_rate(found.by_rate), key="by rate", config=dict(CONFIG))
        st.caption(f"{in_words(found.best)}; the same orders at other rates.")


def _why(found: LaboratoryResult) -> str:
    """Return why the best is recommended, in one paragraph."""
    knee = found.frontier.knee.setting
    if found.best.name == knee.name:
        return found.frontier.reason
    return (
        f"{in_words(found.best)}: nothing in the table is at least as good in late orders, cost "
        f"and lead time. It beats the best fixed batch size, which is: {in_words(knee)}."
    )


def _cards(found: LaboratoryResult) -> tuple[Card, ...]:
    over = intervals(found.compared[found.best.name])
    flow, slow, late = (over[name] for name in ("flow", "flow_95", "tardy_share"))
    return (
        Card(
            label="Lead time",
            value=words.span(flow.mean if flow else None),
            note="" if slow is None else f"95 of 100 orders within {words.span(slow.mean)}",
        ),
        Card(
            label="Late orders",
            value="not available" if late is None else words.share(late.mean),
            note="no order has a due date" if late is None else "of the orders with a due date",
        ),
        _copes(found.limits[found.best.name]),
    )


def _copes(limit_found: Limit) -> Card:
    if limit_found.factor is None or limit_found.per_hour is None:
        return Card(label="Copes with", value="not available", note="orders come all at once")
    return Card(
        label="Copes with",
        value=f"{limit_found.factor:.2f} × the rate",
        note=f"limit: {limit_found.per_hour:.3g} per hour",
        tone="good" if limit_found.factor > 1 else "bad",
    )
