"""Colours that can be told apart with any kind of colour vision; a family has one everywhere.

The base colours are Paul Tol's "muted" qualitative scheme (Technical Note SRON/EPS/TN/09-002,
issue 3.2), without the darkest one and in an order that keeps neighbours apart.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

BASE = ("#88CCEE", "#CC6677", "#117733", "#DDCC77", "#AA4499", "#44AA99", "#882255", "#999933")
DARK_INK = "#14191f"
LIGHT_INK = "#ffffff"
PATTERNS = 4  # plain, dots, upright lines, level lines

# What is no family: plan and baselines in charts, readable on light and dark grounds.
SERIES = ("#3d7ea6", "#c98a2b", "#7a8896", "#8a63a8", "#4f9a72", "#b2596e")


class Fill(NamedTuple):
    """How the bars of a family look; `ink` is the colour of text on `fill`."""

    fill: str
    ink: str
    pattern: int


def family_fills(families: Sequence[str]) -> Mapping[str, Fill]:
    """Return the look of each family by its place among the sorted names.

    Families beyond the base colours get a pattern, and beyond the patterns a darker tone.

    >>> family_fills(["red", "blue"])["blue"]
    Fill(fill='#88CCEE', ink='#14191f', pattern=0)
    """
    return {name: _fill(place) for place, name in enumerate(sorted(families))}


def _fill(place: int) -> Fill:
    turn, index = divmod(place, len(BASE))
    tone = 0.72 ** (turn // PATTERNS)
    fill = _darker(BASE[index], tone)
    return Fill(fill=fill, ink=ink_on(fill), pattern=turn % PATTERNS)


def ink_on(fill: str) -> str:
    """Return the text colour with the higher contrast on `fill`."""
    return max((DARK_INK, LIGHT_INK), key=lambda ink: contrast(ink, fill))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours from 1 to 21, as WCAG 2.2 defines it.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue from 0 to 255.

    >>> channels("#0080ff")
    (0, 128, 255)
    """
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return red, green, blue


def _darker(colour: str, tone: float) -> str:
    if tone == 1:
        return colour
    return "#" + "".join(f"{round(channel * tone):02x}" for channel in channels(colour))


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in channels(colour))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
