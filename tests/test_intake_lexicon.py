"""The word lists of the importer hold together: known keys, no empty or double word."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import planner.intake

FOLDER = Path(planner.intake.__file__).parent / "lexicon"
FILES = sorted(FOLDER.glob("*.toml"))
MAIN = [
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "pl",
    "cs",
    "tr",
    "ru",
    "zh",
    "zh-TW",
    "ja",
    "ko",
    "vi",
]
NEEDED = {
    "columns.orders": "order_id product quantity duration_minutes due release priority status "
    "done_quantity setup_minutes minutes_per_unit units_per_hour eligible_machines",
    "columns.machines": "machine_id capacity",
    "columns.waits": "from to",
    "columns.changeovers": "from to minutes",
    "columns.calendars": "calendar date start end",
    "columns.routes": "stage operation min_wait max_wait",
    "columns.any": "machine family product quantity customer note",
    "other": "entry_date changed_date expiry_date actual_start actual_end stock price person",
    "words": "actual planned setup per_unit per_hour done scrap number date start end from to",
    "sheets": "orders machines changeovers matrix calendars other report settings",
    "values.status": "finished cancelled on_hold released in_progress planned",
    "values.priority": "urgent high normal low",
    "values.yes_no": "yes no not_possible",
    "values.weekdays": "monday tuesday wednesday thursday friday saturday sunday",
    "values.months": "january february march april may june july august september october "
    "november december",
    "units": "second minute hour day piece kg metre litre",
    "rows": "total note placeholder",
}
KNOWN = {
    "sheets": "orders machines changeovers matrix calendars durations routes resources needs "
    "upkeep actuals settings report other waits",
    "columns.orders": "order_id line_item product description family quantity unit open_quantity "
    "done_quantity scrapped_quantity duration_minutes duration_unit minutes_per_unit "
    "units_per_hour min_minutes max_minutes release release_time due due_time deadline "
    "deadline_time priority eligible_machines current_machine current_position planned_start "
    "planned_end planned_batch pinned_machine pinned_start customer status lot_quantity needs "
    "stage operation predecessor min_wait max_wait setup_minutes size",
    "columns.machines": "machine_id description process capacity initial_family pausable speed "
    "cost_per_hour calendar count group rate hand_on status setup_minutes most_batches_in_a_row "
    "most_hours_in_a_row most_quantity_in_a_row",
    "columns.waits": "from to",
    "columns.upkeep": "machine upkeep minutes after_hours after_batches after_quantity interval "
    "cost done_before_hours done_before_batches done_before_quantity sets_up",
    "columns.resources": "resource amount calendar cost_per_hour during machine product person "
    "weekdays start end tool perhaps_tool",
    "columns.needs": "minutes product stage",
    "values.during": "changeover run start end set_up upkeep",
    "columns.changeovers": "from to minutes cost machine attribute",
    "columns.calendars": "calendar weekdays date start end open",
    "columns.durations": "product order_id stage machine_id minutes minutes_per_unit "
    "units_per_hour allowed forbidden",
    "columns.routes": "product order_id stage operation family eligible_machines minutes "
    "minutes_per_unit units_per_hour setup_minutes min_wait max_wait predecessor",
    "columns.any": "machine family product quantity customer note",
    "other": "entry_date changed_date print_date expiry_date document_date actual_start "
    "actual_end last_run_date stock safety_stock days_of_cover output_per_day price value phone "
    "person lateness shelf_life page drawing revision second_number address percent_done "
    "availability "
    "shift department crew lead_time cavities process_value campaign calibration",
    "words": "actual planned setup per_unit per_hour total open done scrap number name date time "
    "start end from to latest earliest wanted confirmed last max min weight count change allowed "
    "forbidden group",
    "values.status": "finished cancelled closed on_hold released in_progress planned",
    "values.priority": "urgent high normal low",
    "values.yes_no": "yes no not_possible",
    "values.any": "any",
    "values.process": "serial parallel continuous",
    "values.weekdays": NEEDED["values.weekdays"],
    "values.months": NEEDED["values.months"],
    "units": "second minute hour shift day week month piece hundred thousand gram kg tonne mm cm "
    "metre m2 litre hectolitre m3 pallet tray rack basket box roll sheet kilowatt percent",
    "units_per": "per",
    "rows": "total note signature placeholder continued",
    "run_time_text": "half one_and_half quarter three_quarters and about",
}
MEASURED = re.compile(r"(?:size|capacity)_[a-z][a-z0-9]*")
# A word of one of these would be read as the other: an order left out, or a way forbidden.
APART = {
    "values.status": (("finished", "cancelled", "closed"), ("released", "in_progress", "planned")),
    "values.yes_no": (("yes",), ("no", "not_possible")),
    "values.priority": (("urgent", "high"), ("low",)),
}


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _sections(words: dict[str, Any]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    for name, section in words.items():
        if name in ("columns", "values"):
            yield from ((f"{name}.{part}", meanings) for part, meanings in section.items())
        elif name != "language":
            yield name, section


def _compared(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(letter for letter in apart if unicodedata.combining(letter) < 200)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _is_known(section: str, meaning: str) -> bool:
    is_measured = section in ("columns.orders", "columns.machines") and MEASURED.fullmatch(meaning)
    return meaning in KNOWN[section].split() or bool(is_measured)


each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
each_language = pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.stem not in ("systems", "planner")],
    ids=lambda path: path.stem,
)


def test_the_main_languages_and_the_systems_have_a_file() -> None:
    assert {*MAIN, "systems"} <= {path.stem for path in FILES}


@each_file
def test_a_file_names_its_language_and_has_known_keys_only(path: Path) -> None:
    words = _read(path)
    assert words["language"]
    keys = [(section, key) for section, meanings in _sections(words) for key in meanings]
    assert [key for key in keys if key[0] not in KNOWN] == []
    assert [key for key in keys if not _is_known(*key)] == []


@each_file
def test_no_word_is_empty_or_stands_twice_in_a_list(path: Path) -> None:
    wrong = []
    for section, meanings in _sections(_read(path)):
        for meaning, names in meanings.items():
            compared = [_compared(name) for name in names]
            twice = {name for name in compared if compared.count(name) > 1}
            wrong += [(section, meaning, name) for name in twice]
            wrong += [(section, meaning, name) for name in names if name != name.strip()]
            wrong += [] if names and all(compared) else [(section, meaning, "empty")]
    assert wrong == []


@each_language
def test_a_language_has_the_words_that_every_plant_needs(path: Path) -> None:
    found = dict(_sections(_read(path)))
    missing = [
        (section, meaning)
        for section, meanings in NEEDED.items()
        for meaning in meanings.split()
        if not found.get(section, {}).get(meaning)
    ]
    assert missing == []


def test_no_language_takes_a_word_of_a_cell_for_its_opposite() -> None:
    found: dict[tuple[str, int, str], str] = {}
    for path in FILES:
        sections = dict(_sections(_read(path)))
        for section, sides in APART.items():
            for side, meanings in enumerate(sides):
                for meaning in meanings:
                    for name in sections.get(section, {}).get(meaning, []):
                        found[section, side, _compared(name)] = f"{path.stem}: {name}"
    opposite = [
        (found[section, 0, name], found[section, 1, name])
        for section, side, name in found
        if side == 0 and (section, 1, name) in found
    ]
    assert opposite == []


@pytest.mark.parametrize("group", ["weekdays", "months", "status", "priority"])
def test_a_word_of_a_cell_means_the_same_in_every_language(group: str) -> None:
    meanings: dict[str, set[str]] = {}
    for path in FILES:
        for meaning, names in _read(path).get("values", {}).get(group, {}).items():
            for name in names:
                meanings.setdefault(_compared(name), set()).add(meaning)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}
