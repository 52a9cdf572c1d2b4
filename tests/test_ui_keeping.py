"""Two windows edit one scenario: nothing is lost, nothing is copied, in every order."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from planner.errors import ChangeError
from planner.reader import Tables, read_tables, table_of
from planner.store import Store
from planner.store.versions import version_of, versions_of
from planner.variants import change_from
from scenarios import sample_path
from tests.test_reader_fuzz import MORE
from tests.test_store import url
from ui import variants
from ui.keeping import bring_back, keep, open_conflicts, use_refused
from ui.tables.editing import with_value


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(url(tmp_path)) as opened:
        yield opened


def orders() -> Tables:
    rows = [(f"A{k}", "red", "20") for k in range(6)]
    columns = ("order_id", "family", "duration_minutes")
    return Tables(
        files={"orders.csv": table_of(columns, rows)}, settings="start = 2027-01-04T06:00:00\n"
    )


class Window:
    """A window as a page is: it edits what it last saw."""

    def __init__(self, store: Store, scenario_id: int) -> None:
        self.store, self.scenario_id = store, scenario_id
        self.seen = store.scenario_row(scenario_id).version

    def edit(self, row: int, family: str) -> None:
        tables = self.store.tables(self.scenario_id, self.seen)
        made = with_value(tables, "orders.csv", [row + 2], "family", family)
        kept = keep(self.store, self.scenario_id, made, on=self.seen)
        self.seen = kept.version.number


def families(store: Store, scenario_id: int) -> list[str]:
    return list(store.tables(scenario_id).files["orders.csv"].column("family"))


@pytest.mark.parametrize("turns_of_first", list(combinations(range(6), 3)))
def test_three_edits_of_each_of_two_windows_are_all_there(
    store: Store, turns_of_first: tuple[int, ...]
) -> None:
    row = store.add_scenario("Edited", orders())
    windows = (Window(store, row.id), Window(store, row.id))
    for turn in range(6):
        windows[turn not in turns_of_first].edit(turn, f"family {turn}")
    assert families(store, row.id) == [f"family {turn}" for turn in range(6)]
    assert [each.name for each in store.scenarios()] == ["Edited"]
    assert open_conflicts(store, row.id) == ()


def test_the_same_cell_of_two_windows_waits_for_somebody_to_choose(store: Store) -> None:
    row = store.add_scenario("Edited", orders())
    first, second = Window(store, row.id), Window(store, row.id)
    first.edit(0, "blue")
    second.edit(0, "green")
    assert families(store, row.id)[0] == "blue"
    ((refused, (conflict,)),) = open_conflicts(store, row.id)
    assert (conflict.row, conflict.before, conflict.after) == ("A0", "blue", "green")
    use_refused(store, refused)
    assert families(store, row.id)[0] == "green"
    assert open_conflicts(store, row.id) == ()


CELLS = [
    ("orders.csv", "due", "2027-06-08T11:00", "2027-06-09T11:00"),
    ("routes.csv", "min_wait", "5", "6"),
    ("machines.csv", "initial_family", "black", "white"),
    ("changeovers.csv", "cost", "77", "78"),
    ("calendars.csv", "start", "07:00", "08:00"),
    ("durations.csv", "minutes", "7", "8"),
    ("resources.csv", "amount", "3", "4"),
    ("needs.csv", "minutes", "15", "16"),
    ("upkeep.csv", "minutes", "25", "26"),
    ("reference.csv", "start", "2027-06-07T07:00", "2027-06-07T08:00"),
]


@pytest.mark.parametrize(("file", "column", "theirs", "mine"), CELLS)
def test_in_every_table_the_same_cell_of_two_windows_waits_and_another_does_not(
    store: Store, tmp_path: Path, file: str, column: str, theirs: str, mine: str
) -> None:
    folder = shutil.copytree(sample_path("tiny-route"), tmp_path / "everything")
    for name, text in MORE.items():
        (folder / name).write_text(text)
    given = read_tables(folder)
    assert {cell[0] for cell in CELLS} == {*given.files} - {"actuals.csv"}
    row = store.add_scenario("Edited", given)
    made = [with_value(given, file, [2], column, value) for value in (theirs, mine)]
    keep(store, row.id, made[0], on=1)
    keep(store, row.id, with_value(given, "orders.csv", [4], "priority", "9"), on=1)
    keep(store, row.id, made[1], on=1)
    now = store.tables(row.id).files
    assert now[file].column(column)[0] == theirs
    assert now["orders.csv"].column("priority")[2] == "9"
    ((refused, (conflict,)),) = open_conflicts(store, row.id)
    assert (conflict.before, conflict.after) == (theirs, mine)
    use_refused(store, refused)
    assert store.tables(row.id).files[file].column(column)[0] == mine


def test_a_weight_that_two_windows_set_waits_for_somebody_to_choose(store: Store) -> None:
    row = store.add_scenario("Edited", orders())
    for tardiness in (2, 3):
        weights = f"[weights]\ntardiness = {tardiness}\n"
        keep(store, row.id, replace(orders(), settings=orders().settings + weights), on=1)
    ((_, (conflict,)),) = open_conflicts(store, row.id)
    assert ("2" in str(conflict.before), "3" in str(conflict.after)) == (True, True)


def test_a_conflict_that_has_come_to_agree_is_settled(store: Store) -> None:
    row = store.add_scenario("Edited", orders())
    first, second = Window(store, row.id), Window(store, row.id)
    first.edit(0, "blue")
    second.edit(0, "green")
    first.edit(0, "green")
    assert open_conflicts(store, row.id) == ()


def test_an_earlier_version_is_brought_back_as_the_newest(store: Store) -> None:
    row = store.add_scenario("Edited", orders())
    Window(store, row.id).edit(0, "blue")
    bring_back(store, row.id, 1, on=2)
    assert families(store, row.id)[0] == "red"
    assert version_of(store, row.id, 3).note == "Version 1 brought back"


def tiny(store: Store) -> int:
    return store.add_scenario("Tiny", read_tables(sample_path("tiny"))).id


def changes(store: Store, scenario_id: int) -> tuple[str, ...]:
    return version_of(store, scenario_id, store.scenario_row(scenario_id).version).changes


def test_a_lever_makes_a_variant_and_another_one_changes_it(store: Store) -> None:
    parent = store.scenario_row(tiny(store))
    variant = variants.pulled(store, parent, change_from("shift=saturday"))
    assert variant.name == "Tiny: + Saturday"
    again = variants.pulled(store, variant, change_from("changeovers=0.5"))
    assert again.id == variant.id
    assert again.name == "Tiny: + Saturday, Changeovers × 0.5"
    assert changes(store, again.id) == ("shift=saturday", "changeovers=0.5")
    assert store.tables(parent.id) == read_tables(sample_path("tiny"))
    with pytest.raises(ChangeError, match="no room for a saturday"):
        variants.pulled(store, again, change_from("shift=saturday"))


def test_a_change_is_taken_back_and_what_was_edited_by_hand_stays(store: Store) -> None:
    parent = store.scenario_row(tiny(store))
    variant = variants.pulled(store, parent, change_from("shift=saturday"))
    variant = variants.pulled(store, variant, change_from("changeovers=0.5"))
    edited = with_value(store.tables(variant.id), "orders.csv", [2], "note", "mine")
    keep(store, variant.id, edited, on=variant.version)
    variant = store.scenario_row(variant.id)
    assert [each.after for each in variants.by_hand(store, variant)] == ["mine"]
    variants.taken_back(store, variant, "shift=saturday")
    made = store.tables(variant.id).files
    assert made["calendars.csv"] == store.tables(parent.id).files["calendars.csv"]
    assert made["changeovers.csv"] != store.tables(parent.id).files["changeovers.csv"]
    assert made["orders.csv"].column("note")[0] == "mine"
    assert store.scenario_row(variant.id).name == "Tiny: Changeovers × 0.5"


def test_a_variant_takes_over_what_its_parent_has_become(store: Store) -> None:
    parent = store.scenario_row(tiny(store))
    variant = variants.pulled(store, parent, change_from("shift=saturday"))
    edited = with_value(store.tables(parent.id), "orders.csv", [2], "quantity", "77")
    keep(store, parent.id, edited, on=1)
    variants.followed(store, variant)
    made = store.tables(variant.id).files
    assert made["orders.csv"].column("quantity")[0] == "77"
    assert made["calendars.csv"].rows[-1][1] == "Sat"
    now = version_of(store, variant.id, store.scenario_row(variant.id).version)
    assert (now.changes, now.parent_version) == (("shift=saturday",), 2)
    assert variants.by_hand(store, store.scenario_row(variant.id)) == ()


def test_levers_pulled_in_two_windows_are_both_in_the_list(store: Store) -> None:
    parent = store.scenario_row(tiny(store))
    variant = variants.duplicated(store, parent)
    variants.pulled(store, variant, change_from("shift=saturday"))
    variants.pulled(store, variant, change_from("changeovers=0.5"))  # of the window that is behind
    assert changes(store, variant.id) == ("shift=saturday", "changeovers=0.5")
    assert variants.by_hand(store, store.scenario_row(variant.id)) == ()


def test_variants_stand_behind_their_parents(store: Store) -> None:
    parent = store.scenario_row(tiny(store))
    other = store.add_scenario("Other", orders())
    variant = variants.duplicated(store, parent)
    of_variant = variants.duplicated(store, variant)
    of = {variant.id: parent.id, of_variant.id: variant.id}
    standing = [(row.id, depth) for row, depth in variants.tree(store.scenarios(), of)]
    assert standing == [(other.id, 0), (parent.id, 0), (variant.id, 1), (of_variant.id, 2)]
    assert len(versions_of(store, of_variant.id)) == 1
