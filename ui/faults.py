"""What goes wrong, shown to a user in words; the log file keeps the details."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from planner.errors import PlannerError, ScenarioError
from ui import words

log = logging.getLogger("ui")

# What SQLite and PostgreSQL say where a disk is full, a quota is used up, or nobody may write.
NO_ROOM = (
    *("disk is full", "disk I/O error", "readonly database"),
    *("No space left on device", "could not extend file", "could not write"),
)
LOG_FILE = "dashboard.log"


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show what is raised inside as a message; a fault of ours has an id that the log has too."""
    try:
        yield
    except ScenarioError as error:
        st.error("This scenario cannot be planned yet.", icon=":material/rule:")
        st.markdown(f"{words.found(len(error.findings) or 1, 0)}. The Data page shows them all.")
        st.page_link("views/data.py", label="Fix it on the Data page")
    except PlannerError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", None) or "")
        if any(words in told for words in NO_ROOM):
            _unexpected(
                f"The database cannot be written: {told}. Make room on its disk, and do it again. "
                "What was stored before is safe; this was not stored."
            )
        else:
            _unexpected("The database does not answer. What is stored there is safe.")
    except Exception:  # noqa: BLE001  (the last place before a user would see a traceback)
        _unexpected("Something went wrong on our side.")


def _unexpected(what: str) -> None:
    name = uuid.uuid4().hex[:8]
    log.exception("error %s", name)
    st.error(f"{what} Error {name}.", icon=":material/error:")
    st.markdown(
        f"Nothing is lost: runs go on, and what was saved is kept. Load the page again; if it "
        f"happens again, send `{LOG_FILE}` with the id **{name}** to whoever looks after this."
    )
    if st.button("Load the page again", key=f"again-{name}"):
        st.rerun()


def log_to(folder: Path) -> None:
    """Keep the details of errors in a file of `folder`, and in no other any more."""
    for old in list(log.handlers):
        log.removeHandler(old)
        old.close()
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / LOG_FILE, maxBytes=2_000_000, backupCount=2, delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
