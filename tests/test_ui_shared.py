"""What all windows share without versions: nobody's edit is lost, and both are shown."""

import os
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from streamlit.testing.v1 import AppTest

from planner.errors import StoreError
from planner.reader import read_tables
from planner.schedule import Actual
from planner.store import Store
from scenarios import sample_path
from tests.test_store import url
from tests.test_ui_pages import app, empty, environment, text
from ui import own_words
from ui.happening import Happened, ToldTwice
from ui.keeping import open_conflicts
from ui.shared_entries import change_entries, entries
from ui.words import plain

__all__ = ["empty"]  # a fixture


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as opened:
        yield opened


def test_entries_that_two_windows_change_are_both_there(store: Store) -> None:
    assert change_entries(store, "k", seen={}, wanted={"red": "1"}) == ()
    assert change_entries(store, "k", seen={}, wanted={"blue": "2"}) == ()
    assert entries(store, "k") == {"red": "1", "blue": "2"}


def test_an_entry_that_somebody_else_has_changed_stays_theirs_and_both_are_told(
    store: Store,
) -> None:
    change_entries(store, "k", seen={}, wanted={"red": "theirs"})
    (found,) = change_entries(store, "k", seen={}, wanted={"red": "mine", "blue": "2"})
    assert (found.name, found.theirs, found.mine) == ("red", "theirs", "mine")
    assert entries(store, "k") == {"red": "theirs", "blue": "2"}
    assert change_entries(store, "k", seen={"red": "theirs"}, wanted={"red": "mine"}) == ()
    assert entries(store, "k") == {"red": "mine", "blue": "2"}


def test_an_entry_that_somebody_else_has_forgotten_is_told(store: Store) -> None:
    (found,) = change_entries(store, "k", seen={"red": "1"}, wanted={"red": "2"})
    assert (found.theirs, found.mine) == (None, "2")
    assert change_entries(store, "k", seen={"red": "1"}, wanted={}) == ()


def test_entries_of_many_windows_at_once_are_all_there(store: Store) -> None:
    names = [f"family {number}" for number in range(24)]
    windows = [
        threading.Thread(
            target=change_entries, args=(store, "k"), kwargs={"seen": {}, "wanted": {name: name}}
        )
        for name in names
    ]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert entries(store, "k") == {name: name for name in names}


# Words


def test_words_that_two_windows_add_and_forget_take_nothing_from_each_other(store: Store) -> None:
    own_words.add_word(store, "orders", "due", "Wanted")
    ((_, seen),) = own_words.listed(store)
    own_words.add_word(store, "orders", "due", "Ship by")  # by another window
    own_words.forget_words(store, own_words.TYPED, seen)
    assert own_words.listed(store) == [(own_words.TYPED, ["Ship by"])]


def test_a_file_of_words_replaces_only_what_was_seen(store: Store) -> None:
    def words(name: str) -> bytes:
        return f'language = "own"\n[columns.orders]\nnote = ["{name}"]\n'.encode()

    own_words.add_file(store, "mine.toml", words("Theirs"))
    with pytest.raises(StoreError, match=r"somebody else.*with Theirs; yours has Mine"):
        own_words.add_file(store, "mine.toml", words("Mine"), seen={})
    shown = dict(own_words.listed(store))
    assert list(shown.values()) == [["Theirs"]]
    own_words.add_file(store, "mine.toml", words("Mine"), seen=shown)
    assert [found for _, found in own_words.listed(store)] == [["Mine"]]


# What has happened


def happened(now: int, **quantities: int) -> Happened:
    return Happened(
        now=now,
        actuals=tuple(
            Actual(operation=name, machine="M", begun=0, quantity=Decimal(quantity))
            for name, quantity in quantities.items()
        ),
    )


def test_what_two_windows_tell_of_different_operations_is_all_kept() -> None:
    made, both = happened(0, A=1, B=2).with_changes(happened(0, A=1), happened(5, A=1, C=3))
    assert (made, both) == (happened(5, A=1, B=2, C=3), ToldTwice())


def test_what_two_windows_tell_of_one_operation_stays_theirs_and_is_told() -> None:
    theirs, mine = happened(0, A=2), happened(0, A=3)
    made, both = theirs.with_changes(happened(0, A=1), mine)
    assert (made, both) == (theirs, ToldTwice(operations=("A",)))
    assert made.with_those_of(mine, both) == mine


def test_a_row_that_both_have_deleted_is_gone_and_one_that_they_changed_is_told() -> None:
    seen, gone = happened(0, A=1), happened(0)
    assert gone.with_changes(seen, gone) == (gone, ToldTwice())
    theirs = happened(0, A=2)
    assert theirs.with_changes(seen, gone) == (theirs, ToldTwice(operations=("A",)))


def test_of_two_moments_to_plan_from_theirs_stays_and_both_are_told() -> None:
    theirs, mine = happened(5, A=1), happened(9, B=2)
    made, both = theirs.with_changes(happened(0), mine)
    assert (made, both) == (happened(5, A=1, B=2), ToldTwice(now=True))
    assert made.with_those_of(mine, both) == happened(9, A=1, B=2)


@pytest.mark.parametrize(
    ("theirs", "seen", "mine", "kept"), [(5, 0, 0, 5), (0, 0, 9, 9), (9, 0, 9, 9), (None, 0, 0, 0)]
)
def test_a_moment_that_one_window_sets_counts(
    theirs: int | None, seen: int, mine: int, kept: int
) -> None:
    made, both = Happened(now=theirs).with_changes(happened(seen), happened(mine))
    assert (made, both) == (happened(kept), ToldTwice())


# Pages


def window(store: Store, page: str, scenario: int) -> AppTest:
    return app(store, page, scenario=str(scenario))


def again(test: AppTest, store: Store) -> AppTest:
    with mock.patch.dict(os.environ, environment(store)):
        return test.run()


def test_an_assumption_that_two_windows_change_waits_for_somebody_to_choose(empty: Store) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    windows = [window(empty, "data", row.id) for _ in range(2)]
    for each in windows:
        each.session_state["section"] = "Assumptions"
        again(each, empty)
    for each, cost in zip(windows, (17, 18), strict=True):
        (box,) = [box for box in each.number_input if box.label == "Its cost"]
        box.set_value(cost)
        again(each, empty)
        assert not each.exception
    ((_, (conflict,)),) = open_conflicts(empty, row.id)
    assert "17" in str(conflict.before)
    assert "18" in str(conflict.after)
    assert "Two windows have changed the same" in text(windows[1])


def priced(test: AppTest, store: Store, price: float) -> AppTest:
    (box,) = [box for box in test.number_input if box.label == "A machine hour"]
    box.set_value(price)
    (button,) = [button for button in test.button if button.label == "Use these prices"]
    button.click()
    return again(test, store)


def test_a_price_that_two_windows_give_is_shown_twice_and_one_of_them_chosen(empty: Store) -> None:
    script = "from ui.parts.prices import ask_prices; ask_prices()"
    with mock.patch.dict(os.environ, environment(empty)):
        windows = [AppTest.from_string(script, default_timeout=60).run() for _ in range(2)]
    priced(windows[0], empty, 40)
    second = priced(windows[1], empty, 50)
    assert not second.exception
    assert entries(empty, "prices")["machine_hour"] == "40.0"
    assert "Theirs: A machine hour 40.0. Yours: A machine hour 50.0." in shown(second)
    (mine,) = [button for button in second.button if button.label == "Use mine"]
    mine.click()
    again(second, empty)
    assert entries(empty, "prices")["machine_hour"] == "50.0"
    assert "Theirs" not in shown(second)
    first = again(windows[0], empty)
    told = "Somebody else has changed prices since this was shown: A machine hour 50.0."
    assert [caption.value for caption in first.caption] == [told.replace("50.0", plain("50.0"))]


def shown(test: AppTest) -> str:
    return "\n".join(str(each.value).replace("\\", "") for each in test.markdown)


def test_a_colour_that_two_windows_choose_is_shown_twice(empty: Store) -> None:
    row = empty.add_scenario("Tiny", read_tables(sample_path("tiny")))
    script = (
        "import streamlit as st\nfrom ui import state\n"
        "from ui.parts.family_colours import choose_colours\n"
        f"st.session_state['at-scenario'] = '{row.id}'\n"
        "choose_colours(['blue', 'red'], state.family_colours())"
    )
    with mock.patch.dict(os.environ, environment(empty)):
        windows = [AppTest.from_string(script, default_timeout=60).run() for _ in range(2)]
    for each, colour in zip(windows, ("#112233", "#445566"), strict=True):
        each.color_picker[0].set_value(colour)
        again(each, empty)
        assert not each.exception
    key = f"colours:{row.id}"
    assert entries(empty, key) == {"blue": "#112233"}
    assert "Theirs: blue in #112233. Yours: blue in #445566." in shown(windows[1])
    (theirs,) = [button for button in windows[1].button if button.label == "Keep theirs"]
    theirs.click()
    again(windows[1], empty)
    assert entries(empty, key) == {"blue": "#112233"}
    assert "Theirs" not in shown(windows[1])
