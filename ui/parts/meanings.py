"""The board of an upload: every sheet and column, what it was taken as, how sure, and a choice."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import streamlit as st

from planner.intake import BY_EXPORT, ColumnReading, FamilyRule, Imported, Question
from ui.parts import answers
from ui.tables.meanings import (
    KINDS,
    NOT_USED,
    choices,
    how_sure,
    kind_sure,
    rule_answer,
    stable_key,
    words_of,
)
from ui.tables.understood import pairs
from ui.uploads import UploadedFiles
from ui.words import count, plain

ACROSS = 3
CELLS = 3


def board(made: UploadedFiles) -> None:
    """Show the sheets, those with orders or open questions first."""
    asked = {question.key for question in made.questions}
    sheets = list(_one_of_each(made.sheets))
    for part in sorted(sheets, key=lambda part: _rank(part, asked)):
        _sheet(part, [question for question in part.questions if question.key in asked])
    for name in made.left_out:
        if name not in {part.file for part in sheets}:
            with st.container(border=True):
                st.markdown(f"**{plain(name)}** cannot be read; the problems say why.")


def _one_of_each(sheets: Sequence[Imported]) -> Iterator[Imported]:
    """Yield each sheet once; one of operations has become two tables."""
    seen: set[str] = set()
    for part in sheets:
        if part.file not in seen:
            seen.add(part.file)
            yield part


def _rank(part: Imported, asked: set[str]) -> tuple[bool, bool]:
    is_asked = any(q.key in asked and q.is_blocking for q in part.questions)
    return (not is_asked, part.kind != "orders")


def order_list(made: UploadedFiles) -> None:
    """Ask which sheet has the orders, where none is known to have them."""
    titles = [part.file for part in _one_of_each(made.sheets)]
    if made.tables is not None or not titles:
        return
    with st.container(border=True, key="asked-orders"):
        st.selectbox(
            ":material/help: Which file is your order list?",
            titles,
            index=None,
            key="order list",
            placeholder="Please choose",
            on_change=_take_order_list,
        )


def _take_order_list() -> None:
    title = st.session_state.get("order list")
    if title:
        answers.say(f"kind:{title}", "orders", f"{title}: {KINDS['orders']}")


def general_questions(made: UploadedFiles) -> None:
    """Show the questions that are about no sheet alone."""
    own = {question.key for part in made.sheets for question in part.questions}
    general = [question for question in made.questions if question.key not in own]
    if general:
        with st.container(border=True, key="asked-general"):
            for question in general:
                answers.ask(question, question.key)


def _sheet(part: Imported, questions: Sequence[Question]) -> None:
    by_column = _by_column(part, questions)
    kind = next((q for q in questions if q.key.partition(":")[0] == "kind"), None)
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(f"**{plain(part.file)}**  \n{_said_of(part)}")
        with right:
            _kind(part, kind)
        for question in questions:
            is_of_sheet = not question.column or question.key.startswith("column:")
            if question is not kind and is_of_sheet:
                answers.ask(question, stable_key(question.key, part))
        if part.kind == "matrix" and part.table is not None:
            st.text("\n".join(pairs(part.table.columns, part.table.rows)))
            _loose(by_column, part)
        elif part.kind or (kind is not None and kind.is_blocking):
            _columns(part, by_column)
        else:
            with st.expander(count(len(part.mapping.columns), "column")):
                _columns(part, by_column)
        if part.kind == "orders":
            _family_rule(part)


def _by_column(part: Imported, questions: Sequence[Question]) -> Mapping[str, list[Question]]:
    found: dict[str, list[Question]] = {}
    for question in questions:
        if question.column and not question.key.startswith("column:"):
            found.setdefault(question.column, []).append(question)
    return found


def _loose(by_column: Mapping[str, list[Question]], part: Imported) -> None:
    for questions in by_column.values():
        for question in questions:
            answers.ask(question, stable_key(question.key, part))


def _said_of(part: Imported) -> str:
    rows = count(len(part.table.rows), "row") if part.table is not None else "Nothing in it is used"
    lost = f", {len(part.rejected)} cannot be read" if part.rejected else ""
    others = f", {count(len(part.skipped), 'other line')}" if part.skipped else ""
    return ". ".join(said for said in (f"{rows}{lost}{others}", kind_sure(part)) if said)


def _kind(part: Imported, question: Question | None) -> None:
    is_open = question is not None and question.is_blocking
    answers.choose(
        answers.Choice(
            label="What is in this sheet?",
            key=f"kind:{part.file}",
            options=KINDS,
            current=None if is_open else part.kind or NOT_USED,
            told=part.file,
        )
    )


def _columns(part: Imported, by_column: Mapping[str, list[Question]]) -> None:
    shown = [column for column in part.mapping.columns if column.by != BY_EXPORT]
    for start in range(0, len(shown), ACROSS):
        places = st.columns(ACROSS)
        for place, column in zip(places, shown[start : start + ACROSS], strict=False):
            with place:
                _column(part, column, by_column.get(column.column, []))


def _column(part: Imported, column: ColumnReading, questions: Sequence[Question]) -> None:
    """Show one column: its heading, three cells, what it was taken as, and what is asked of it."""
    meaning = next((q for q in questions if q.key.startswith("meaning:")), None)
    mark = "asked" if questions else "column"
    with st.container(border=True, key=f"{mark}-{part.file}-{column.index}"):
        cells = column.examples[:CELLS]
        shown = "".join(f"<li>{escape(cell)}</li>" for cell in cells) or "<li>(empty)</li>"
        st.html(
            f'<div class="column-head"><b>{escape(column.column)}</b>'
            f"<ul>{shown}</ul><i>{escape(how_sure(column))}</i></div>"
        )
        if part.kind:
            _meaning(part, column, meaning)
        for question in questions:
            if question is not meaning:
                answers.ask(question, stable_key(question.key, part))


def _meaning(part: Imported, column: ColumnReading, question: Question | None) -> None:
    options = {field: words_of(field) for field in choices(part, column, question)}
    current = column.field if column.field in options else NOT_USED
    answers.choose(
        answers.Choice(
            label="What is it?" if question else f"What {plain(column.column)} is",
            key=f"meaning:{part.file}:{column.column}",
            options=options,
            current=None if question else current,
            told=f"{column.column} ({part.file})",
            is_bare=question is None,
        )
    )


def _family_rule(part: Imported) -> None:
    """Let families be read out of a text."""
    rule = part.mapping.family_rule
    # With a key it stays open when the answers change what is above it.
    shown = st.expander("Read the family out of a text", key=f"expander rule {part.file}")
    with shown, st.form(f"rule {part.file}", border=False):
        st.caption(
            "The family is the word after a mark such as RAL, or what looks like a shape, where # "
            "is a digit, ? a letter or digit, * the rest of a word."
        )
        column, after, pattern = _rule_fields(part, rule)
        if st.form_submit_button("Apply"):
            answer = rule_answer(column, after, pattern)
            told = "The family is not read out of a text" if answer == NOT_USED else column
            answers.say(f"family_rule:{part.file}", answer, f"Family of {part.file}: {told}")
            st.rerun()


def _rule_fields(part: Imported, rule: FamilyRule | None) -> tuple[str | None, str, str]:
    names = list(part.mapping.header)
    where, after, pattern = st.columns(3)
    column = where.selectbox(
        "Text column",
        names,
        index=names.index(rule.column) if rule and rule.column in names else None,
        placeholder="none",
        key=f"rule column {part.file}",
    )
    word = after.text_input(
        "The word after", rule.after if rule else "", key=f"rule after {part.file}"
    )
    shape = pattern.text_input(
        "Or what looks like", rule.pattern if rule else "", key=f"rule pattern {part.file}"
    )
    return column, word, shape
