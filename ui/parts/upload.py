"""Upload of files by drag and drop: questions, preview, and what is wrong."""

from collections.abc import Mapping
from pathlib import PurePath

import pandas as pd
import streamlit as st

from planner.intake import Imported, Question, rejected_csv
from ui import state
from ui.apart import uploaded_apart
from ui.launch import LARGEST_UPLOAD
from ui.parts.actions import save_new
from ui.parts.meanings import meanings
from ui.tables.editing import frame_of
from ui.tables.findings import finding_table, stops
from ui.uploads import KINDS, Answers, UploadedFiles, templates_zip
from ui.words import count, plain

PREVIEWED = 8
# Tables whose rows have columns to correct; of a square matrix every cell means the same.
KINDS_OF_ROWS = ("orders", "machines", "changeovers", "calendars", "durations")


def has_files() -> bool:
    """Return whether files have been taken that are not stored yet."""
    return bool(st.session_state.get("files"))


def upload() -> None:
    """Take files, show what is in them, and store them as a scenario."""
    files = st.file_uploader(
        "Order file, or all files of a scenario (CSV, Excel or zip)",
        type=list(KINDS),
        accept_multiple_files=True,
        max_upload_size=LARGEST_UPLOAD,
        key="files",
        help="An order file alone is enough. Whatever else is missing is assumed and shown.",
    )
    st.download_button(
        "Download templates",
        templates_zip,
        file_name="batch-planner-templates.zip",
        mime="application/zip",
        icon=":material/download:",
        type="tertiary",
        help="A CSV file per table, with its headings and one example row.",
    )
    if files:
        given = tuple((file.name, file.getvalue()) for file in files)
        with st.spinner("Reading the files ..."):
            _show(given)


@st.cache_data(max_entries=8, show_spinner=False)
def _read(
    files: tuple[tuple[str, bytes], ...], answers: Answers, memory: dict[str, str]
) -> UploadedFiles:
    return uploaded_apart(files, answers, memory)


def _show(files: tuple[tuple[str, bytes], ...]) -> None:
    _forget_answers_to_other(files)
    answers: Answers = tuple(st.session_state.get("answers", {}).items())
    stored = state.mappings()
    made = _read(files, answers, {**stored, **st.session_state.get("mappings", {})})
    _ask(made.questions)
    _offer_to_ask_again(made, stored)
    if made.tables is not None:
        _preview(made)
    elif not made.questions:
        st.error("There are no orders in these files that can be read.")
    if made.findings:
        table = finding_table(made.findings)
        what = "must be put right" if stops(made.findings) else "to know"
        st.markdown(f"**{count(len(table), 'finding')}** {what}:")
        st.dataframe(table, hide_index=True, key="findings of the upload")
    for part in made.parts:
        _rejected(part)
        _correct(part)
    if made.is_ready and made.tables is not None:
        _save(made, files)


def _forget_answers_to_other(files: tuple[tuple[str, bytes], ...]) -> None:
    asked = [(name, len(data)) for name, data in files]
    if st.session_state.get("answers-to") != asked:
        st.session_state["answers-to"] = asked
        st.session_state["answers"] = {}
        st.session_state["mappings"] = {}


def _offer_to_ask_again(made: UploadedFiles, stored: Mapping[str, str]) -> None:
    known = [part for part in made.parts if part.mapping.fingerprint in stored]
    if not known:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("A file with this header was uploaded before; it is read in the same way.")
        if st.button("Read it anew", help="Forget what was answered and corrected then"):
            for part in known:
                state.remember_mapping(part.mapping.fingerprint, None)
            st.rerun()


def _rejected(part: Imported) -> None:
    if not part.rejected:
        return
    rows = count(len(part.rejected), "row")
    st.warning(f"{plain(part.file)}: {rows} cannot be imported; the findings say why.")
    st.download_button(
        f"Download the {rows} with the reasons",
        lambda: rejected_csv(part),
        file_name=f"rejected {PurePath(part.file).stem}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"rejected {part.file}",
        help="Put them right and upload the file again.",
        on_click="ignore",
    )


def _correct(part: Imported) -> None:
    """Let the user say what the columns mean; it counts for this session until it is saved."""
    corrected = meanings(part) if part.kind in KINDS_OF_ROWS else None
    if corrected is not None:
        mine = {corrected.fingerprint: corrected.to_json()}
        st.session_state["mappings"] = {**st.session_state.get("mappings", {}), **mine}
        st.rerun()


def _ask(questions: tuple[Question, ...]) -> None:
    """Show what the files leave open; the answers are remembered for this session."""
    if not questions:
        return
    answers = dict(st.session_state.get("answers", {}))
    with st.form("questions"):
        st.markdown("**The files do not say:**")
        for question in questions:
            answers[question.key] = _answer(question, answers.get(question.key))
        if st.form_submit_button("Use these answers", type="primary"):
            st.session_state["answers"] = {k: v for k, v in answers.items() if v}
            st.rerun()


def _answer(question: Question, given: str | None) -> str | None:
    labels = {option.value: option.label for option in question.options}
    values = list(labels)
    chosen = given or question.default
    if question.is_open:
        return st.selectbox(
            plain(question.text),
            values,
            index=values.index(chosen) if chosen in values else None,
            accept_new_options=True,
            format_func=lambda value: labels.get(value, value),
            key=f"question {question.key}",
        )
    return st.selectbox(
        plain(question.text),
        values,
        index=values.index(chosen) if chosen in values else None,
        format_func=lambda value: labels[value],
        key=f"question {question.key}",
    )


def _preview(made: UploadedFiles) -> None:
    assert made.tables is not None
    for file, table in made.tables.files.items():
        st.markdown(f"**{file}**: {count(len(table.rows), 'row')}")
        frame: pd.DataFrame = frame_of(made.tables, file).head(PREVIEWED)
        st.dataframe(frame, hide_index=True, key=f"preview {file}")
    if made.assumptions:
        with st.expander(f"How the files were understood ({len(made.assumptions)})"):
            for text in made.assumptions:
                st.text(f"• {text}")


def _save(made: UploadedFiles, files: tuple[tuple[str, bytes], ...]) -> None:
    assert made.tables is not None
    with st.form("save upload", border=False):
        name = st.text_input("Name of the scenario", made.tables.name or files[0][0])
        if st.form_submit_button("Use this data", type="primary", icon=":material/check:"):
            for part in made.parts:
                state.remember_mapping(part.mapping.fingerprint, part.mapping.to_json())
            save_new(name.strip() or "Scenario", made.tables)
