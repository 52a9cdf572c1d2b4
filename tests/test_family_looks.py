"""Families look like the colour they are called."""

import pytest

from planner.writer.colour_words import FILLS, colour_in
from planner.writer.looks import BASE, contrast, family_looks, ink_on


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("white", "white"),
        ("RAL 9010 Reinweiß", "white"),
        ("Verkehrsrot-matt", "red"),
        ("dark blue", "blue"),
        ("weiß", "white"),
        ("blanco 2", "white"),
        ("żółty", "yellow"),
        ("深红", "red"),
        ("Weißbrot", None),
        ("covered", None),
        ("Bread", None),
        ("A-17", None),
    ],
)
def test_a_name_says_a_colour_or_none(name: str, colour: str | None) -> None:
    assert colour_in(name) == colour


def test_a_family_that_is_a_colour_has_it_and_others_have_their_place() -> None:
    looks = family_looks(["white", "yellow", "b", "a"])
    assert looks["white"].fill == FILLS["white"]
    assert looks["yellow"].fill == FILLS["yellow"]
    assert [looks[name].fill for name in "ab"] == [BASE[0], BASE[1]]


def test_two_families_of_one_colour_are_told_apart_by_a_pattern() -> None:
    looks = family_looks(["white gloss", "white matt"])
    assert [looks[name].pattern for name in sorted(looks)] == [0, 1]


def test_what_the_user_chose_goes_first_and_nonsense_is_not_drawn() -> None:
    looks = family_looks(["red", "blue"], {"red": "#00ff00", "blue": "url(x)"})
    assert (looks["red"].fill, looks["blue"].fill) == ("#00ff00", FILLS["blue"])


def test_every_named_colour_can_be_written_on() -> None:
    assert min(contrast(ink_on(fill), fill) for fill in FILLS.values()) >= 4.5
