"""The downloads of a plan; a file is made when it is asked for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from planner.intake import uploaded_csv
from planner.reader import Tables
from planner.writer import exported, kpis_csv
from ui.plans import Plan

MIME = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "ics": "text/calendar",
    "png": "image/png",
    "svg": "image/svg+xml",
    "html": "text/html",
    "lists.html": "text/html",
}
FILES = {
    "csv": "CSV: a row per order, in order of the plan",
    "xlsx": "Excel: schedule, batches, orders, figures, charts",
    "json": "JSON: everything, with the certificate",
}
SHOP_FLOOR = {
    "lists.html": "Work lists per machine and shift, to print",
    "ics": "Calendar of all machines",
    "html": "Gantt chart that opens in any browser",
    "png": "Gantt chart as a picture (PNG)",
    "svg": "Gantt chart as a drawing (SVG)",
}
OF_ONE = {"lists.html": "Work lists of this machine, to print", "ics": "Calendar of this machine"}
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets take a CSV file without it for the local code page


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """A plan to hand over: `run` is the id of the run that made it, "" for a baseline.

    `colours` are those that the user gave families, as `#rrggbb`.
    """

    plan: Plan
    tables: Tables
    run: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Return how the files are called."""
        return file_stem(f"{self.plan.scenario.name} {self.plan.name}")

    def made(self, kind: str, machine: str | None = None) -> bytes:
        """Return the file of a format, for calendars and lists also of one machine."""
        return exported(
            kind,
            self.plan.scenario,
            self.plan.schedule,
            machine,
            run=self.run,
            colours=self.colours,
        )

    def upload(self) -> bytes:
        """Return the uploaded orders with the plan behind them."""
        return uploaded_csv(self.tables, self.plan.scenario, self.plan.schedule, run=self.run)

    def figures(self) -> bytes:
        """Return the figures as CSV."""
        text = kpis_csv(self.plan.scenario, self.plan.schedule, run=self.run)
        return (BYTE_ORDER_MARK + text).encode()


def downloads(handout: Handout) -> None:
    """Show a button per format."""
    if handout.plan.violations:
        st.error("This plan breaks rules of the plant. Do not hand it to the shop floor.")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Files")
        _file("CSV: your order file, with the plan in it",
              f"{handout.stem} upload.csv", "csv", handout.upload)  # fmt: skip
        for kind, label in FILES.items():
            _file(label, f"{handout.stem}.{kind}", kind, partial(handout.made, kind))
        _file("CSV: figures", f"{handout.stem} figures.csv", "csv", handout.figures)
    with right:
        st.subheader("For the shop floor")
        for kind, label in SHOP_FLOOR.items():
            _file(label, f"{handout.stem}.{kind}", kind, partial(handout.made, kind))
        _one_machine(handout)


def _file(label: str, name: str, kind: str, make: Callable[[], bytes]) -> None:
    st.download_button(
        label,
        make,
        file_name=name,
        mime=MIME[kind],
        icon=":material/download:",
        key=f"download {label}",
        width="stretch",
        on_click="ignore",
    )


def _one_machine(handout: Handout) -> None:
    machine = st.selectbox("One machine", list(handout.plan.scenario.machine))
    for kind, label in OF_ONE.items():
        name = f"{handout.stem} {file_stem(machine)}.{kind}"
        _file(label, name, kind, partial(handout.made, kind, machine))
    with st.expander("Preview of its work lists"):
        st.iframe(handout.made("lists.html", machine).decode(), height=480)


def file_stem(text: str) -> str:
    """Return a name that every file system takes.

    >>> file_stem("Denim: plan 3/4")
    'Denim plan 3 4'
    """
    return re.sub(r"[^\w.-]+", " ", text).strip(" .") or "schedule"
