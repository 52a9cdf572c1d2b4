"""The frame of the dashboard: title, navigation, and whatever a page shows inside it."""

from importlib.resources import files

import streamlit as st

from ui import state
from ui.faults import errors_shown
from ui.memory import keep_loaded

PAGES = (
    ("views/start.py", "Start", "start"),
    ("views/data.py", "Data", "data"),
    ("views/plan.py", "Plan", "plan"),
    ("views/schedule.py", "Schedule", "schedule"),
    ("views/compare.py", "Compare", "compare"),
    ("views/export.py", "Export", "export"),
    ("views/release.py", "Release", "release"),
)


def main() -> None:
    """Show the page that the address names."""
    st.set_page_config(page_title="Batch planner", page_icon="📦", layout="wide")
    st.html(f"<style>{files('ui').joinpath('style.css').read_text(encoding='utf-8')}</style>")
    pages = [
        st.Page(file, title=title, url_path=path, default=path == "start")
        for file, title, path in PAGES
    ]
    page = st.navigation(pages, position="top")
    state.recall()
    with errors_shown():
        page.run()
    keep_loaded(page.url_path)


if __name__ == "__main__":
    main()
