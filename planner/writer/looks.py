"""How families look in charts and lists: one look everywhere, told apart by any kind of sight.

A family whose name is a colour has that colour. All others take Paul Tol's "muted" qualitative
scheme (Technical Note SRON/EPS/TN/09-002, issue 3.2), without its darkest colour and in an order
that keeps neighbours apart.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from planner.writer.colour_words import FILLS, colour_in

BASE = ("#88CCEE", "#CC6677", "#117733", "#DDCC77", "#AA4499", "#44AA99", "#882255", "#999933")
DARK_INK = "#14191f"
LIGHT_INK = "#ffffff"
PATTERNS = 4  # plain, dots, upright lines, level lines
TONE = 0.72
HEX = re.compile(r"#[0-9a-fA-F]{6}")


class FamilyLook(NamedTuple):
    """How the bars of a family look; `ink` is the colour of text on `fill`."""

    fill: str
    ink: str
    pattern: int


def family_looks(
    families: Iterable[str], chosen: Mapping[str, str] | None = None
) -> Mapping[str, FamilyLook]:
    """Return the look of each family, by sorted name.

    `chosen` colours, as `#rrggbb`, go first. Families of one colour get a pattern, and beyond the
    patterns a darker tone.

    >>> looks = family_looks(["white", "red", "A-17"])
    >>> looks["A-17"].fill, looks["white"].fill, looks["red"].fill
    ('#88CCEE', '#f4f3ee', '#c8372d')
    """
    own = {name: fill for name, fill in (chosen or {}).items() if HEX.fullmatch(fill)}
    used: Counter[str] = Counter()
    looks: dict[str, FamilyLook] = {}
    nameless = 0
    for name in sorted(families):
        word = colour_in(name)
        fill = own.get(name) or (FILLS[word] if word else BASE[nameless % len(BASE)])
        nameless += name not in own and word is None
        looks[name] = _look(fill, used[fill])
        used[fill] += 1
    return looks


def _look(fill: str, turn: int) -> FamilyLook:
    fill = _darker(fill, TONE ** (turn // PATTERNS))
    return FamilyLook(fill=fill, ink=ink_on(fill), pattern=turn % PATTERNS)


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
