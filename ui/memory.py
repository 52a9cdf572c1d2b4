"""What the server keeps in memory as long as it runs."""

import gc

import streamlit as st

# Objects made before Python looks for circles of them. Plans hold hundreds of thousands of objects
# and no circles: as often as usual, looking takes a fifth of the time of a change by hand.
MADE_BETWEEN = 50_000


def collect_seldom() -> None:
    """Let Python look for circles of objects less often than usual."""
    gc.set_threshold(MADE_BETWEEN, 10, 10)


@st.cache_resource(show_spinner=False)
def keep_loaded(page: str) -> None:
    """Leave what is loaded, once `page` has been shown for the first time, out of collections.

    Streamlit lets Python look for circles of objects after each run of a page. Most objects are
    modules, which stay; without them that takes a third of the time. What a session that is open
    now holds in circles stays too.
    """
    gc.collect()
    gc.freeze()
