"""Words of one's own plant: typed in, or from a file."""

import streamlit as st

from planner.errors import PlannerError
from planner.intake import known_fields
from ui import own_words, state
from ui.tables.meanings import KINDS, words_of
from ui.words import count, plain

# The words that this window has shown.
SEEN = "words seen"
IN = ("orders", "machines", "changeovers", "calendars", "durations", "routes")


def words_of_your_own() -> None:
    """Show what words were added, and take more."""
    store = state.store()
    with st.expander("Words of your own for headings", icon=":material/dictionary:"):
        for key, words in own_words.listed(store):
            with st.container(horizontal=True, vertical_alignment="center"):
                few = ", ".join(words[:8]) + (" …" if len(words) > 8 else "")
                st.markdown(f"{plain(key)}: {count(len(words), 'word')} ({plain(few)})")
                if st.button("Forget", key=f"forget words {key}"):
                    own_words.forget_words(store, key, words)
                    st.rerun()
        _word()
        _file()
        st.session_state[SEEN] = dict(own_words.listed(store))


def _word() -> None:
    kind = st.selectbox("In", IN, format_func=lambda name: KINDS[name], key="word kind")
    fields = [field for field in known_fields(kind or "orders") if not field.endswith("_")]
    with st.form("word", border=False, clear_on_submit=True):
        left, right = st.columns(2)
        word = left.text_input("A column called", key="word")
        field = right.selectbox("is the", fields, format_func=words_of, index=None, key="word is")
        if st.form_submit_button("Apply") and word.strip() and field:
            own_words.add_word(state.store(), kind or "orders", field, word.strip())
            st.rerun()


def _file() -> None:
    file = st.file_uploader("Or a file of words (TOML)", type=["toml"], key="words file")
    if file is None:
        return
    if st.session_state.get("words-taken") != file.file_id:
        # Once for each upload: who is told that it would replace another adds it again, or not.
        st.session_state["words-taken"] = file.file_id
        st.session_state["words-refused"] = ""
        try:
            seen = st.session_state.get(SEEN)
            own_words.add_file(state.store(), file.name, file.getvalue(), seen)
        except PlannerError as error:
            st.session_state["words-refused"] = str(error)
        else:
            st.rerun()
    if refused := st.session_state["words-refused"]:
        st.error(plain(refused))
