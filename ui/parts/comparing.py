"""Plans side by side."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st

from planner.errors import PlannerError
from planner.kpis import Kpis, Prices, cost_per_hour_less_late, in_money
from planner.store import ScenarioRow
from ui import state, words
from ui.figures import comparing
from ui.figures.base import CONFIG
from ui.gantt.component import Beside, gantt
from ui.gantt.payload import with_colours
from ui.plans import Plan
from ui.tables.moved import moved_table
from ui.tables.schedules import comparison_table, money_table, shared_comparison

MOST = 4
MOST_OTHERS = 30
FIGURES: Mapping[str, Callable[[Sequence[Plan]], go.Figure]] = {
    "Changeover hours per machine": comparing.changeover_hours,
    "Hours late of the latest orders": comparing.tardiness_by_order,
    "Work in progress": comparing.open_orders,
    "Load per day": comparing.daily_load,
}


def pick(row: ScenarioRow) -> tuple[Plan, ...]:
    """Show the choice of plans and return them; the first is what others are compared with."""
    names = _choices(row)
    default = _default(names)
    chosen = st.multiselect(
        "Plans; the first is what the others are compared with",
        list(names),
        default=default,
        format_func=names.__getitem__,
        max_selections=MOST,
        key=f"compared {row.id}",
    )
    plans: list[Plan] = []
    for key in chosen:
        made = _plan(row, key, plans[0] if plans else None)
        if made is not None:
            named = dataclasses.replace(made, name=names[key])
            plans.append(named)
    return tuple(plans)


def _choices(row: ScenarioRow) -> dict[str, str]:
    """Return keys and names: `scenario/plan`; runs of other scenarios come last."""
    here = {f"{row.id}/{key}": name for key, name in state.plan_names(row.id).items()}
    others = {other.id: other.name for other in state.store().scenarios() if other.id != row.id}
    runs = [run for run in state.store().runs() if run.scenario_id in others and run.cost]
    return here | {
        f"{run.scenario_id}/{run.id}": f"{others[run.scenario_id]}: {state.run_name(run)}"
        for run in runs[:MOST_OTHERS]
    }


def _default(names: Mapping[str, str]) -> list[str]:
    base = [key for key in names if key.endswith(f"/{state.ONE_BY_ONE}")][:1]
    looked_at = [key for key in names if key.endswith(f"/{state.at('plan')}")]
    runs = [key for key in names if key not in base]
    return [*base, *[key for key in [*looked_at, *runs] if key not in base][:1]]


def _plan(row: ScenarioRow, key: str, first: Plan | None) -> Plan | None:
    """Return a plan; those of one scenario are all priced with the weights of the first run."""
    scenario_id, _, plan_key = key.partition("/")
    try:
        weights = first.scenario.weights if first and scenario_id == str(row.id) else None
        return state.plan(int(scenario_id), plan_key, weights)
    except PlannerError:
        st.warning(f"Plan {plan_key} cannot be read any more.")
        return None


def figures(plans: Sequence[Plan]) -> None:
    """Show all figures with their differences."""
    kpis = {plan.name: plan.kpis for plan in plans}
    st.subheader("Figures")
    st.caption("Better or worse than the first. What cannot be known is not available.")
    table = comparison_table(kpis, plans[0].name)
    st.dataframe(
        table,
        hide_index=True,
        height=38 + 35 * len(table),
        key="comparison",
        column_config={"Figure": st.column_config.TextColumn(pinned=True)},
    )
    _shared(kpis)


def _shared(kpis: Mapping[str, Kpis]) -> None:
    """Show how much each plan uses of what machines share, and its upkeep."""
    table = shared_comparison(kpis)
    if not table.empty:
        st.markdown("**What machines share, and upkeep**")
        st.dataframe(table, hide_index=True, key="comparison of resources")


def money(plans: Sequence[Plan], prices: Prices) -> None:
    """Show what the plans cost, and what each hour less late costs, where there are prices."""
    if not prices.is_known:
        return
    st.subheader("In money")
    st.dataframe(money_table(plans, prices), hide_index=True, key="money")
    costs = [in_money(plan.scenario, plan.schedule, plan.kpis, prices) for plan in plans]
    late = [plan.kpis.tardiness_hours for plan in plans]
    for place, plan in enumerate(plans[1:], start=1):
        cost = cost_per_hour_less_late(costs[0], costs[place], late[0], late[place])
        if cost is not None:
            name = words.plain(plan.name)
            st.markdown(f"{name}: each hour less late costs **{prices.shown(cost)}**.")


def charts(plans: Sequence[Plan]) -> None:
    """Show the Gantt charts on one time axis, and the charts of all plans."""
    st.subheader("On one time axis")
    if not comparing.are_near(plans):
        st.caption("These plans begin far apart: each chart begins with its own start.")
    for place, (plan, window) in enumerate(zip(plans, comparing.on_one_axis(plans), strict=True)):
        st.markdown(f"**{place + 1}.** {words.plain(plan.name)}")
        chart = with_colours(plan.chart, plan.scenario, state.family_colours())
        drawn = {**chart, **window, "version": f"{chart['version']}-{window}"}
        beside = Beside(group="compare", follows=place > 0)
        gantt(f"compared-{place}", drawn, title=plan.name, beside=beside)
    columns = st.columns(2)
    for place, (title, make) in enumerate(FIGURES.items()):
        with columns[place % 2]:
            st.subheader(title)
            st.plotly_chart(make(plans), key=f"figure {title}", config=dict(CONFIG))


def moved(plans: Sequence[Plan]) -> None:
    """Show what the second plan does elsewhere or at another time than the first."""
    first, second = plans[:2]
    st.subheader("What moved")
    table = moved_table(second, first)
    if table.empty:
        st.success("Nothing: both plans are the same.")
        return
    known = {*first.scenario.operation, *second.scenario.operation}
    st.caption(words.part(len(table), len(known), "order") + ", gains first.")
    st.dataframe(table, hide_index=True, height=380, key="moved")
