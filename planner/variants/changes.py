"""The changes that make a variant: each with its text, its words, and what it does to tables."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Protocol

from planner.domain import PRESETS, TERMS
from planner.errors import ChangeError
from planner.reader import Tables
from planner.variants.amounts import (
    with_capacity,
    with_changeover_minutes,
    with_changeovers,
    with_demand,
)
from planner.variants.closing import with_shift
from planner.variants.copying import name_of_copy, with_copy
from planner.variants.settings import with_settings

SHIFTS: Mapping[str, str] = {"saturday": "Saturday", "sunday": "Sunday", "night": "night shift"}
MOST = Decimal(100)


class Change(Protocol):
    """One lever: what it is called in files and commands, in words, and what it does."""

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""

    @property
    def said(self) -> str:
        """Return the change in words, such as `Changeovers × 0.5`."""

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables; raises `ChangeError` where it cannot be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A shift more each week: a Saturday, a Sunday, or nights; of one machine, or of all."""

    shift: str
    machine: str = ""

    def __post_init__(self) -> None:
        if self.shift not in SHIFTS:
            raise ChangeError(f"no shift {self.shift!r}; there are {', '.join(SHIFTS)}")

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""
        return f"shift={self.shift}{_at(self.machine)}"

    @property
    def said(self) -> str:
        """Return the change in words."""
        return f"+ {SHIFTS[self.shift]}{_of(self.machine)}"

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables."""
        return with_shift(tables, self.shift, self.machine)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineMore:
    """A copy of a machine, with all that it may make."""

    machine: str

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""
        return f"machine={self.machine}"

    @property
    def said(self) -> str:
        """Return the change in words."""
        return f"+ a machine like {self.machine}"

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables."""
        return with_copy(tables, self.machine)

    def name(self, tables: Tables) -> str:
        """Return what the copy will be called."""
        return name_of_copy(tables, self.machine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The capacity of one machine, or of all, times a factor; rounded down."""

    factor: Decimal
    machine: str = ""

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""
        return f"capacity={self.factor:f}{_at(self.machine)}"

    @property
    def said(self) -> str:
        """Return the change in words."""
        return f"Capacity{_of(self.machine)} × {self.factor:f}"

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables."""
        return with_capacity(tables, self.factor, self.machine)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeoverChange:
    """Changeover minutes times a factor, or in minutes; of a pair of families, or of all."""

    factor: Decimal | None = None
    minutes: int | None = None
    pair: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if (self.factor is None) == (self.minutes is None):
            raise ChangeError("changeovers change by a factor or to a number of minutes")
        if self.minutes is not None and self.pair is None:
            raise ChangeError("changeover minutes need a pair, such as changeovers=20min@red>blue")

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""
        value = f"{self.minutes}min" if self.factor is None else f"{self.factor:f}"
        return f"changeovers={value}{_at('>'.join(self.pair) if self.pair else '')}"

    @property
    def said(self) -> str:
        """Return the change in words."""
        where = f" from {self.pair[0]} to {self.pair[1]}" if self.pair else ""
        if self.factor is None:
            return f"Changeover{where}: {self.minutes} min"
        return f"Changeover{where or 's'} × {self.factor:f}"

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables."""
        if self.minutes is not None and self.pair is not None:
            return with_changeover_minutes(tables, self.minutes, self.pair)
        return with_changeovers(tables, self.factor or Decimal(1), self.pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The quantity of the orders of one family, or of all, times a factor; rounded up."""

    factor: Decimal
    family: str = ""

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""
        return f"demand={self.factor:f}{_at(self.family)}"

    @property
    def said(self) -> str:
        """Return the change in words."""
        return f"Demand{_of(self.family)} × {self.factor:f}"

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables."""
        return with_demand(tables, self.factor, self.family)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """Another weighting of the cost: a preset, or weights by term."""

    preset: str = ""
    weights: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if bool(self.preset) == bool(self.weights):
            raise ChangeError("weights are a preset or terms with their weights")
        if self.preset and self.preset not in PRESETS:
            raise ChangeError(f"no preset {self.preset!r}; there are {', '.join(PRESETS)}")
        for term, _ in self.weights:
            if term not in TERMS:
                raise ChangeError(f"no term {term!r}; there are {', '.join(TERMS)}")

    @property
    def text(self) -> str:
        """Return the change as `change_from` reads it."""
        given = ",".join(f"{term}:{value}" for term, value in self.weights)
        return f"weights={self.preset or given}"

    @property
    def said(self) -> str:
        """Return the change in words."""
        given = ", ".join(f"{term.replace('_', ' ')} {value}" for term, value in self.weights)
        return f"Aim: {self.preset or given}"

    def apply(self, tables: Tables) -> Tables:
        """Return the changed tables."""
        if self.preset:
            return with_settings(tables, weights=None, preset=self.preset)
        return with_settings(tables, preset=None, weights=dict(self.weights))


def applied(tables: Tables, changes: Iterable[Change]) -> Tables:
    """Return `tables` with all changes, one after the other."""
    for change in changes:
        tables = change.apply(tables)
    return tables


def change_from(text: str) -> Change:
    """Return the change that a text names; raises `ChangeError` with the forms there are.

    >>> change_from("shift=saturday@P1").said, change_from("changeovers=0.5").said
    ('+ Saturday of P1', 'Changeovers × 0.5')
    """
    kind, equals, value = text.strip().partition("=")
    reader = _READERS.get(kind.strip())
    if not equals or reader is None or not value.strip():
        raise ChangeError(f"{text!r} is no change; write one such as {', '.join(EXAMPLES)}")
    return reader(value.strip())


EXAMPLES = (
    "shift=saturday",
    "shift=night@M1",
    "machine=M1",
    "capacity=1.2@M1",
    "changeovers=0.5",
    "changeovers=20min@red>blue",
    "demand=1.1@red",
    "weights=on-time-first",
)


def _shift(value: str) -> Change:
    shift, machine = _split(value)
    return Shift(shift=shift.lower(), machine=machine)


def _capacity(value: str) -> Change:
    factor, machine = _split(value)
    return Capacity(factor=_factor(factor), machine=machine)


def _changeovers(value: str) -> Change:
    amount, where = _split(value)
    before, arrow, after = (part.strip() for part in where.partition(">"))
    if where and not (before and arrow and after):
        raise ChangeError(f"{where!r} is no pair of families; write it as red>blue")
    pair = (before, after) if where else None
    if minutes := re.fullmatch(r"(\d{1,7}) ?min", amount):
        return ChangeoverChange(minutes=int(minutes[1]), pair=pair)
    return ChangeoverChange(factor=_factor(amount), pair=pair)


def _demand(value: str) -> Change:
    factor, family = _split(value)
    return Demand(factor=_factor(factor), family=family)


def _weighting(value: str) -> Change:
    if ":" not in value:
        return Weighting(preset=value.lower().replace("-", " ").replace("_", " "))
    pairs = (part.partition(":") for part in value.split(","))
    return Weighting(weights=tuple((term.strip(), _weight(given)) for term, _, given in pairs))


def _weight(text: str) -> int:
    if not re.fullmatch(r"\s*\d{1,9}\s*", text, re.ASCII):
        raise ChangeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _factor(text: str) -> Decimal:
    try:
        factor = Decimal(text.strip())
    except InvalidOperation:
        factor = Decimal(0)
    if not factor.is_finite() or not 0 < factor <= MOST:
        raise ChangeError(f"{text!r} is not a factor above 0, such as 0.5; {MOST} is the most")
    return factor.normalize()


def _split(value: str) -> tuple[str, str]:
    what, _, where = value.partition("@")
    return what.strip(), where.strip()


def _at(where: str) -> str:
    return f"@{where}" if where else ""


def _of(where: str) -> str:
    return f" of {where}" if where else ""


def _machine_more(value: str) -> Change:
    return MachineMore(machine=value)


_READERS: Mapping[str, Callable[[str], Change]] = {
    "shift": _shift,
    "machine": _machine_more,
    "capacity": _capacity,
    "changeovers": _changeovers,
    "demand": _demand,
    "weights": _weighting,
}
