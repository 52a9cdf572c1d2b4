"""Names that differ only in what nobody sees, or in what nobody means: taken for two things."""

import unicodedata
from collections.abc import Iterable, Iterator

from planner.domain import Scenario
from planner.errors import Finding, Severity
from planner.validator.phrases import ORDERS

TOLD = 20
# Format characters (zero-width space, joiner, byte-order mark, direction marks) and controls.
_UNSEEN = frozenset({"Cf", "Cc"})


def names_apart(scenario: Scenario) -> Iterator[Finding]:
    """Find ids, families, machines and products that look alike and are different all the same."""
    orders = [(order.name, order.row) for order in scenario.orders]
    families = [(item.family, scenario.order[item.order].row) for item in scenario.operations]
    products = [(order.product, order.row) for order in scenario.orders]
    machines = [(machine.name, row) for row, machine in enumerate(scenario.machines, start=2)]
    yield from _twins(orders, ORDERS, "order_id")
    yield from _twins(families, ORDERS, "family")
    yield from _twins(products, ORDERS, "product")
    yield from _twins(machines, "machines.csv", "machine_id")


def looks(name: str) -> str:
    r"""Return what `name` looks like: without unseen characters, composed, in one case.

    >>> looks("Rot\u200b"), looks("ROT"), looks("ro\u0301t") == looks("r\u00f3t")
    ('rot', 'rot', True)
    """
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN)
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())


def _twins(names: Iterable[tuple[str, int | None]], file: str, column: str) -> Iterator[Finding]:
    first_row: dict[str, int | None] = {}
    for name, row in names:
        first_row.setdefault(name, row)
    alike: dict[str, str] = {}
    told = 0
    for name, row in first_row.items():
        first = alike.setdefault(looks(name), name)
        if first != name and told < TOLD:
            told += 1
            yield _finding(name, row, first, (file, column))


def _finding(name: str, row: int | None, first: str, place: tuple[str, str]) -> Finding:
    file, column = place
    return Finding(
        rule="names_apart",
        file=file,
        row=row,
        column=column,
        value=name,
        message=f"{_shown(name)} looks like {_shown(first)} and is taken for another {column}: "
        f"{_difference(name, first)}",
        hint="Write both alike if they are the same; nothing to do if they are not.",
        severity=Severity.WARNING,
    )


def _difference(name: str, other: str) -> str:
    unseen = [letter for letter in name + other if unicodedata.category(letter) in _UNSEEN]
    if unseen:
        code = f"U+{ord(unseen[0]):04X}"
        return f"one has a character that nobody sees, {unicodedata.name(unseen[0], code)}"
    if unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", other):
        return "an accent is a character of its own in one of them"
    if name.casefold() == other.casefold():
        return "capital letters differ"
    return "they are written with different characters or spaces"


def _shown(name: str) -> str:
    return ascii(name) if any(unicodedata.category(c) in _UNSEEN for c in name) else repr(name)
