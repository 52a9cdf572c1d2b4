"""What a user has said about an upload: kept while files come and go, and taken back singly."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from planner.intake import Question
from ui.tables.meanings import option_text, question_text, words_of
from ui.uploads import Answers
from ui.words import plain

GIVEN, TOLD, FILES = "answers", "answers-told", "answers-to"


def given() -> Answers:
    """Return the answers of this session by the stable keys of their questions."""
    return tuple(st.session_state.get(GIVEN, {}).items())


def forget_those_to_others(names: frozenset[str]) -> None:
    """Forget all answers when none of the files is left that they were given to."""
    known: frozenset[str] = st.session_state.get(FILES, frozenset())
    if known and names and not known & names:
        forget()
    if names:
        st.session_state[FILES] = names


def forget() -> None:
    """Forget all answers."""
    for name in (GIVEN, TOLD, FILES):
        st.session_state.pop(name, None)


def say(key: str, value: str, told: str) -> None:
    """Keep an answer, and in words what was answered."""
    st.session_state[GIVEN] = {**st.session_state.get(GIVEN, {}), key: value}
    st.session_state[TOLD] = {**st.session_state.get(TOLD, {}), key: told}


def take_back(key: str) -> None:
    """Forget one answer."""
    for name in (GIVEN, TOLD):
        kept: dict[str, str] = st.session_state.get(name, {})
        st.session_state[name] = {k: v for k, v in kept.items() if k != key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice that is an answer as soon as it is made.

    `options` are words by their answer; `current` is what counts now, None where it is asked.
    `told` says what the answer is about. A bare one shows no label.
    """

    label: str
    key: str
    options: Mapping[str, str]
    current: str | None
    told: str
    is_open: bool = False
    is_bare: bool = False

    @property
    def widget(self) -> str:
        """Return the key of its widget."""
        return f"answer {self.key}"

    def take(self) -> None:
        """Keep what was chosen."""
        value = st.session_state.get(self.widget)
        if value:
            say(self.key, str(value), f"{self.told}: {self.options.get(value, value)}")


def choose(choice: Choice) -> None:
    """Show a choice."""
    st.session_state[choice.widget] = choice.current
    st.selectbox(
        choice.label,
        list(choice.options),
        index=None if choice.current is None else 0,  # what counts now comes from the session
        format_func=lambda value: choice.options.get(value, value),
        key=choice.widget,
        placeholder="Please choose",
        accept_new_options=choice.is_open,
        label_visibility="collapsed" if choice.is_bare else "visible",
        on_change=choice.take,
    )


def ask(question: Question, key: str) -> None:
    """Show a question with what counts until it is answered."""
    options = {each.value: option_text(each.value, each.label) for each in question.options}
    told = question_text(question)
    current = question.default
    if current is not None and current not in options:
        options = {current: words_of(current), **options}
    mark = ":material/help: " if question.is_blocking else ""
    choose(
        Choice(
            label=mark + plain(told),
            key=key,
            options=options,
            current=current,
            told=told,
            is_open=question.is_open,
        )
    )


def list_answers() -> None:
    """List what was said, each with a way to take it back."""
    told: dict[str, str] = st.session_state.get(TOLD, {})
    if not told:
        return
    with st.popover(f"Your answers ({len(told)})", icon=":material/history:"):
        for key, text in told.items():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.text(text)
                st.button("Take back", key=f"take back {key}", on_click=take_back, args=(key,))
