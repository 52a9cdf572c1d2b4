"""The report of one page, to download from the comparison."""

from functools import partial

import streamlit as st

from planner.kpis import Prices
from planner.writer import Handover, PlanReport, report_html, report_pdf
from ui.plans import Plan


def report_downloads(first: Plan, second: Plan, prices: Prices) -> None:
    """Offer a report of the second plan against the first; it is made when it is asked for."""
    st.subheader("Report for whoever decides")
    made = report_of(first, second, prices)
    st.markdown(made.headline.replace("$", "\\$"))
    with st.container(horizontal=True):
        st.download_button(
            "Report (PDF)",
            partial(report_pdf, made),
            file_name="report.pdf",
            mime="application/pdf",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
        )
        st.download_button(
            "Report (HTML)",
            partial(_page, made),
            file_name="report.html",
            mime="text/html",
            icon=":material/description:",
            on_click="ignore",
        )


def report_of(first: Plan, second: Plan, prices: Prices) -> PlanReport:
    """Return the report of `second` against `first`."""
    return PlanReport(
        plan=Handover(scenario=second.scenario, schedule=second.schedule),
        before=Handover(scenario=first.scenario, schedule=first.schedule),
        before_name=first.name,
        prices=prices,
    )


def _page(made: PlanReport) -> bytes:
    return report_html(made).encode()
