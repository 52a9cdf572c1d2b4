"""The chart by order, for plans with routes: where each order is, and where it waits."""

import streamlit as st

from planner.kpis import has_places
from ui.figures.by_order import MOST_ORDERS, by_order
from ui.plans import Plan
from ui.tables.stages import stage_table


def orders_board(plan: Plan) -> None:
    """Show orders as rows, and the figures of the stages; nothing without routes."""
    if not has_places(plan.scenario):
        return
    st.subheader("By order")
    names = [order.name for order in plan.scenario.orders]
    chosen = st.multiselect(
        "Orders", names, placeholder=f"the first {MOST_ORDERS} to start", key="orders shown"
    )
    st.plotly_chart(by_order(plan, chosen), key="chart by order")
    st.caption("A bar is an operation in its family's colour, a thin line the wait before it.")
    if plan.kpis.stages:
        st.subheader("Stages")
        st.dataframe(stage_table(plan.kpis.stages), hide_index=True, key="stages")
