"""The downloads of a plan; a file is made when it is asked for."""

import re
from collections.abc import Callable

import streamlit as st

from planner.writer import kpis_csv, schedule_csv, schedule_json
from ui.exports import chart_html, printable, workbook
from ui.plans import Plan

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take a CSV file without it for the local code page


def downloads(plan: Plan, baseline: Plan | None) -> None:
    """Show a button per format."""
    if plan.violations:
        st.error("This plan breaks rules of the plant. Do not hand it to the shop floor.")
    scenario, schedule = plan.scenario, plan.schedule
    stem = file_stem(f"{scenario.name} {plan.name}")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Files")
        _file(
            "CSV: a row per order",
            f"{stem}.csv",
            "text/csv",
            lambda: (BYTE_ORDER_MARK + schedule_csv(scenario, schedule)).encode(),
        )
        _file(
            "Excel: figures, batches, orders, machines",
            f"{stem}.xlsx",
            EXCEL,
            lambda: workbook(plan, baseline),
        )
        _file(
            "JSON: everything, with the certificate",
            f"{stem}.json",
            "application/json",
            lambda: schedule_json(scenario, schedule).encode(),
        )
        _file("CSV: figures", f"{stem} figures.csv", "text/csv",
              lambda: (BYTE_ORDER_MARK + kpis_csv(scenario, schedule)).encode())  # fmt: skip
    with right:
        st.subheader("For the shop floor")
        _file(
            "All machines, a sheet each, to print",
            f"{stem}.html",
            "text/html",
            lambda: printable(plan).encode(),
        )
        _file("Gantt chart that opens in any browser", f"{stem} chart.html", "text/html",
              lambda: chart_html(plan).encode())  # fmt: skip
        _one_machine(plan, stem)


def _file(label: str, name: str, mime: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        label,
        make,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        key=f"download {label}",
        width="stretch",
        on_click="ignore",
    )


def _one_machine(plan: Plan, stem: str) -> None:
    machine = st.selectbox("One machine", list(plan.scenario.machine))
    _file("This machine, to print", f"{stem} {file_stem(machine)}.html", "text/html",
          lambda: printable(plan, [machine]).encode())  # fmt: skip
    with st.expander("Preview"):
        st.iframe(printable(plan, [machine]), height=480)


def file_stem(text: str) -> str:
    """Return a name that every file system takes.

    >>> file_stem("Denim: plan 3/4")
    'Denim plan 3 4'
    """
    return re.sub(r"[^\w.-]+", " ", text).strip(" .") or "schedule"
