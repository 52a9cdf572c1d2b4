"""scenario.toml -> settings."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from planner.calendars import Clock, TimeUnit
from planner.domain import DEFAULT_PRESET, LARGEST_COST, PRESETS, TERMS, Weights, weights_from
from planner.errors import BadCellError, Finding, PlannerError
from planner.reader.cells import LONGEST_MINUTES, moment
from planner.reader.freeze import freeze_from
from planner.reader.notes import Notes
from planner.reader.tables import SETTINGS_FILE

KEYS = (
    "name",
    "start",
    "time_zone",
    "time_unit",
    "default_changeover",
    "attributes",
    "preset",
    "weights",
    "moved_tolerance",
    "now",
    "freeze",
)
UNITS: Mapping[str, TimeUnit] = {"minute": "minute", "second": "second"}
# How the changeover minutes of several attributes count together.
Attributes = Literal["sum", "longest"]
ATTRIBUTES: Mapping[str, Attributes] = {"sum": "sum", "longest": "longest"}
DEFAULT_MINUTES = 30
LARGEST_WEIGHT = 10**9
SOME_DAY = datetime(2001, 1, 1)  # noqa: DTZ001  (local time without a zone, see Clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What scenario.toml says; None where it says nothing."""

    name: str | None = None
    start: datetime | None = None
    time_zone: str = "UTC"
    time_unit: TimeUnit = "minute"
    default_minutes: int | None = None
    default_cost: int = 0
    attributes: Attributes = "sum"
    weights: Weights = PRESETS[DEFAULT_PRESET]
    moved_tolerance: int | None = None  # minutes
    now: datetime | None = None
    freeze: Mapping[str, float] | None = None

    @property
    def units_per_minute(self) -> int:
        """Return 1 for minutes, 60 for seconds."""
        return self.clock(SOME_DAY).units_per_minute

    def clock(self, start: datetime) -> Clock:
        """Return the clock that starts at `start`."""
        return Clock(start=start, time_zone=self.time_zone, time_unit=self.time_unit)


def settings_from(text: str, notes: Notes) -> Settings:
    """Return the settings in the text of scenario.toml, with findings for all that is wrong."""
    try:
        given = tomllib.loads(text)
    # Also numbers of thousands of digits, and brackets nested as deep.
    except (ValueError, RecursionError) as error:
        _fault(notes, "toml", "", "", f"the file is not TOML: {error}", "Put the line right.")
        return Settings()
    for key in given:
        if key not in KEYS:
            hint = f"The keys are {', '.join(KEYS)}."
            _fault(notes, "known_key", key, given[key], f"there is no key {key}", hint)
    if not given:
        notes.assume("no settings are given: times are minutes, in UTC")
    elif "time_zone" not in given:
        notes.assume("no time zone is given: times are in UTC")
    minutes, cost = _default_changeover(given.get("default_changeover", {}), notes)
    zone = _time_zone(given.get("time_zone", "UTC"), notes)
    unit = _choice(given, "time_unit", "minute", UNITS, notes)
    clock = Clock(start=SOME_DAY, time_zone=zone, time_unit=unit)
    return Settings(
        name=_text(given, "name", notes),
        start=_local(given, "start", clock, notes),
        time_zone=zone,
        time_unit=unit,
        default_minutes=minutes,
        default_cost=cost,
        attributes=_choice(given, "attributes", "sum", ATTRIBUTES, notes),
        weights=_weights(given, notes),
        moved_tolerance=_tolerance(given, notes),
        now=_local(given, "now", clock, notes),
        freeze=freeze_from(given.get("freeze"), notes),
    )


def _fault(notes: Notes, rule: str, key: str, value: object, message: str, hint: str) -> None:
    shown = "" if value == "" else str(value)[:200]
    notes.add(
        Finding(rule=rule, file=SETTINGS_FILE, column=key, value=shown, message=message, hint=hint)
    )


def _text(given: Mapping[str, Any], key: str, notes: Notes) -> str | None:
    value = given.get(key)
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    _fault(notes, "text", key, value, f"{key} is not a text", f'Write {key} = "...".')
    return None


def _choice(
    given: Mapping[str, Any], key: str, default: str, choices: Mapping[str, Any], notes: Notes
) -> Any:
    value = given.get(key, default)
    if isinstance(value, str) and value in choices:
        return choices[value]
    hint = f"Choose one of {', '.join(choices)}."
    _fault(notes, "known_choice", key, value, f"{key} = {value!r} is not a choice", hint)
    return choices[default]


def _time_zone(value: object, notes: Notes) -> str:
    try:
        Clock(start=SOME_DAY, time_zone=value)  # type: ignore[arg-type]
    except (PlannerError, TypeError, AttributeError):
        message = f"time zone {value!r} is not known"
        hint = "Write an IANA name such as Europe/Berlin."
        _fault(notes, "time_zone", "time_zone", value, message, hint)
        return "UTC"
    return str(value)


def _local(given: Mapping[str, Any], key: str, clock: Clock, notes: Notes) -> datetime | None:
    value = given.get(key)
    hint = f"Write {key} = 2026-03-02T06:00:00, local time without a zone."
    try:
        local = _moment(key, value)
    except BadCellError as fault:
        _fault(notes, fault.rule, key, value, fault.message, hint)
        return None
    if local is None:
        return None
    if local.tzinfo is not None:
        _fault(notes, "date", key, value, f"the {key} {value} has a zone", hint)
        return None
    if not exists(local, clock) and _is_date(value):
        # Midnight of a day that begins when the clocks have gone over it.
        while not exists(local, clock):
            local += timedelta(minutes=1)
    if not exists(local, clock):
        message = f"{local:%Y-%m-%d %H:%M} does not exist: the clocks go forward over it"
        _fault(notes, "local_time", key, value, message, "Choose another time.")
        return None
    return local


def _is_date(value: object) -> bool:
    if isinstance(value, str):
        return len(value) == len("2026-03-31")
    return isinstance(value, date) and not isinstance(value, datetime)


def _moment(key: str, value: object) -> datetime | None:
    if isinstance(value, datetime):
        return moment(value.isoformat())
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, str):
        return moment(value)
    if value is None:
        return None
    raise BadCellError("date", f"{key} = {value!r} is not a date", "")


def exists(local: datetime, clock: Clock) -> bool:
    """Return whether the clocks of the zone ever show `local`, to the minute."""
    shown = local.replace(second=0, microsecond=0)
    return clock.local(clock.units(shown)).replace(tzinfo=None) == shown


def _default_changeover(value: object, notes: Notes) -> tuple[int | None, int]:
    hint = "Write [default_changeover] with minutes = 30 and cost = 0."
    if not isinstance(value, Mapping):
        _fault(
            notes, "table", "default_changeover", value, "default_changeover is not a table", hint
        )
        return None, 0
    for key, number in value.items():
        place = f"default_changeover.{key}"
        if key not in ("minutes", "cost"):
            _fault(notes, "known_key", place, number, f"there is no key {place}", hint)
        elif not _is_whole(number, int(LONGEST_MINUTES)):
            message = f"{place} = {number!r} is not a whole number from 0 to {LONGEST_MINUTES:,}"
            _fault(notes, "whole_number", place, number, message, hint)
            value = {}
    minutes = value.get("minutes")
    return minutes, value.get("cost", 0)


def _tolerance(given: Mapping[str, Any], notes: Notes) -> int | None:
    value = given.get("moved_tolerance")
    if value is None or _is_whole(value, int(LONGEST_MINUTES)):
        return value
    message = f"moved_tolerance = {value!r} is not a whole number from 0 to {LONGEST_MINUTES:,}"
    hint = "Write the minutes that a start may shift, such as moved_tolerance = 30."
    _fault(notes, "whole_number", "moved_tolerance", value, message, hint)
    return None


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _weights(given: Mapping[str, Any], notes: Notes) -> Weights:
    table = given.get("weights")
    if table is None:
        if "preset" not in given:
            notes.assume(f"no weights are given: the preset {DEFAULT_PRESET!r} is used")
        weights: Weights = _choice(given, "preset", DEFAULT_PRESET, PRESETS, notes)
        return weights
    hint = f"The weights are whole numbers, 0 or more: {', '.join(TERMS)}."
    if "preset" in given:
        message = "both a preset and weights are given"
        _fault(notes, "one_weighting", "weights", "", message, "Delete one of the two.")
    if not isinstance(table, Mapping):
        _fault(notes, "table", "weights", table, "weights is not a table", hint)
        return PRESETS[DEFAULT_PRESET]
    good = {}
    for key, value in table.items():
        most = LARGEST_COST if key == "unplanned" else LARGEST_WEIGHT
        if key not in TERMS:
            _fault(notes, "known_key", f"weights.{key}", value, f"there is no weight {key}", hint)
        elif not _is_whole(value, most):
            message = f"weight {key} = {value!r} is not a whole number from 0 to {most:,}"
            _fault(notes, "whole_number", f"weights.{key}", value, message, hint)
        else:
            good[key] = value
    return weights_from(good)
