"""Upload: a board of what files hold, the first orders as understood, and what is wrong."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import PurePath
from typing import NoReturn

import streamlit as st

from planner.intake import Imported, Raw, rejected_csv
from planner.reader import Tables
from ui import kept_uploads, state
from ui.apart import is_unread, uploaded_apart
from ui.faults import errors_shown
from ui.launch import LARGEST_UPLOAD
from ui.own_words import own_words
from ui.parts import answers
from ui.parts.actions import go_to_page
from ui.parts.empty import DATA
from ui.parts.meanings import board, general_questions, order_list
from ui.parts.own_words import words_of_your_own
from ui.tables.findings import finding_lines, stops, told
from ui.tables.starting import with_next_shift
from ui.tables.understood import FIRST, counted, first_orders
from ui.uploads import KINDS, Answers, Files, UploadedFiles, templates_zip
from ui.words import count, plain

BROUGHT = "files-brought"
Given = tuple[tuple[str, bytes], ...]


def has_files() -> bool:
    """Return whether files have been taken that are not stored yet."""
    return bool(st.session_state.get("files") or st.session_state.get(BROUGHT))


def bring(files: Files, said: Answers) -> None:
    """Put files on the board that were uploaded before, with what was said of them."""
    answers.forget()
    st.session_state[BROUGHT] = tuple(files)
    for key, value in said:
        answers.say(key, value, f"{key}: {value}")


def upload() -> None:
    """Take files, show what is in them, and store them as a scenario."""
    files = st.file_uploader(
        "Your order list, and what else you have: machines, changeovers, shifts (CSV, Excel, zip)",
        type=list(KINDS),
        accept_multiple_files=True,
        max_upload_size=LARGEST_UPLOAD,
        key="files",
        help="An order list alone is enough. Whatever else is missing is assumed and shown.",
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
    new = {file.name: file.getvalue() for file in files or ()}
    given: Given = tuple({**dict(st.session_state.get(BROUGHT, ())), **new}.items())
    if given:
        _brought()
        _show(given)


def _brought() -> None:
    brought: Given = st.session_state.get(BROUGHT, ())
    if brought:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Uploaded before: {plain(', '.join(name for name, _ in brought))}")
            if st.button("Start over", key="start over"):
                del st.session_state[BROUGHT]
                answers.forget()
                st.rerun()


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(files: Given, said: Answers, memory: dict[str, str], words: str) -> UploadedFiles:
    more: list[Raw] = json.loads(words)
    return uploaded_apart(files, said, memory, more)


@st.fragment
def _show(files: Given) -> None:
    """Show the files; what is chosen here runs this part of the page alone."""
    answers.forget_those_to_others(frozenset(name for name, _ in files))
    stored = state.mappings()
    words = json.dumps(own_words(state.store()), ensure_ascii=False)
    with errors_shown():
        with st.spinner("Reading the files ..."):
            made = _read(files, answers.given(), stored, words)
            if is_unread(made):
                _read.clear()  # the next time there may be room
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _offer_to_ask_again(made, stored)
            order_list(made)
            general_questions(made)
            board(made)
            words_of_your_own()
        with right, st.container(key="understood"):
            _understood(made)
            _state_of(made)
            _wrong(made)
            if made.is_ready or made.own is not None:
                _save(made, files)
            answers.list_answers()


def _offer_to_ask_again(made: UploadedFiles, stored: Mapping[str, str]) -> None:
    known = [part for part in made.sheets if part.mapping.fingerprint in stored]
    if not known:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("A file with this header was uploaded before; it is read in the same way.")
        if st.button("Forget saved answers", help="Forget what was answered and corrected then"):
            for part in known:
                state.remember_mapping(part.mapping.fingerprint, None)
            st.rerun()


def _understood(made: UploadedFiles) -> None:
    """Show the first orders as they are understood, a line per meaning."""
    if made.tables is None:
        return
    lines = first_orders(made.tables)
    number = len(made.tables.files["orders.csv"].rows)
    if number:
        few = "first orders" if number > FIRST else "orders"
        st.markdown(f"**These are the {few} as understood** ({counted(made.tables)})")
    body = "".join(
        f"<tr><th scope=row>{escape(words)}</th>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for words, cells in lines
    )
    st.html(f'<div class="understood"><table>{body}</table></div>')
    if made.assumptions:
        with st.expander(f"How the files were understood ({len(made.assumptions)})"):
            for text in made.assumptions:
                st.text(f"• {text}")


def _wrong(made: UploadedFiles) -> None:
    found = made.all_findings
    if found:
        st.markdown(f"**{told(found)}**")
        lines = "".join(
            f"<li><b>{escape(line.what)}</b> {escape(line.where)}: {escape(line.message)} "
            f"<i>{escape(line.hint)}</i></li>"
            for line in finding_lines(found)
        )
        st.html(f'<ul class="findings">{lines}</ul>')
    for part in made.parts:
        _rejected(part)


def _rejected(part: Imported) -> None:
    if not part.rejected:
        return
    rows = count(len(part.rejected), "row")
    st.warning(f"{plain(part.file)}: {rows} cannot be read and will be left out.")
    st.download_button(
        f"Download the {rows} with the reasons",
        lambda: rejected_csv(part),
        file_name=f"rejected {PurePath(part.file).stem}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"rejected {part.file} {part.kind}",
        help="Put them right and upload the file again.",
        on_click="ignore",
    )


def _state_of(made: UploadedFiles) -> None:
    """Say whether the result can be planned, and why not."""
    if made.tables is None:
        st.error("No orders are known yet. Say which file is your order list.")
    elif made.blocking:
        st.info(f"{count(len(made.blocking), 'question')} to answer before this can be planned.")
    elif made.can_be_planned:
        st.success("This can be planned.")
    else:
        first = next(finding for finding in made.obstacles if stops([finding]))
        said = f"{first.where}: {first.message}. {first.hint}"
        st.error(f"This cannot be planned yet. {plain(said)}")


def _save(made: UploadedFiles, files: Given) -> None:
    """Store the upload: the first choice only where nothing is wrong."""
    tables = made.tables or made.own
    assert tables is not None
    is_clean = made.can_be_planned and not stops(made.all_findings)
    pressed = as_it_is = False
    with st.form("save upload", border=False):
        name = st.text_input("Name of the scenario", tables.name or files[0][0])
        if made.is_ready:
            pressed = st.form_submit_button(
                _label(made, is_clean=is_clean),
                type="primary" if is_clean else "secondary",
                icon=":material/check:",
            )
        if made.own is not None and not is_clean:
            as_it_is = st.form_submit_button("Keep every row and fix them on the Data page")
    if pressed:
        _store(tables, name, made, files)
    elif as_it_is:
        _store(made.own or tables, name)


def _label(made: UploadedFiles, *, is_clean: bool) -> str:
    if is_clean:
        return "Use this data"
    if made.can_be_planned:
        return "Use what can be read, without the rest"
    return "Use it, and fix the rest on the Data page"


def _store(
    tables: Tables, name: str, made: UploadedFiles | None = None, files: Given = ()
) -> NoReturn:
    """Store tables as a scenario and show its data; with what was `made` of `files`, if anything.

    Where the files do not say when the plan starts, it does with the next shift.
    """
    store = state.store()
    row = store.add_scenario(name.strip() or "Scenario", with_next_shift(tables))
    if made is not None:
        _remember(made)
        kept_uploads.keep(store, row.id, files, answers.given(), made)
    answers.forget()
    st.session_state.pop(BROUGHT, None)
    state.go_to(scenario=str(row.id))
    go_to_page(DATA)


def _remember(made: UploadedFiles) -> None:
    """Remember how the files were read, for the next ones of the same system."""
    for part in made.sheets:
        if part.kind or part.mapping.answered("kind"):
            state.remember_mapping(part.mapping.fingerprint, part.mapping.to_json())
