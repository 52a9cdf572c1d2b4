"""Changes as JSON, in and out: an object with `kind` and the fields of that kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import NoneType
from typing import Any, get_args

from planner.calendars import Clock
from planner.changes.kinds import KINDS, PlanChange
from planner.errors import ChangeError
from planner.strict_json import json_text, json_value

LONGEST_TEXT = 10_000


def change_to_json(change: PlanChange) -> dict[str, Any]:
    """Return `change` as a JSON object; fields with their usual value are left out."""
    found: dict[str, Any] = {"kind": change.kind}
    for field in fields(change):
        value = getattr(change, field.name)
        if field.default is MISSING or value != field.default:
            found[field.name] = _plain(value)
    return found


def change_from_json(value: object, clock: Clock | None = None) -> PlanChange:
    """Return the change that a JSON object says.

    With a `clock`, a time may also be local wall-clock time such as `2026-03-02T14:00`. Raises
    `ChangeError` for what is no change: an unknown kind or field, one that is missing or no such
    value.
    """
    if not isinstance(value, dict):
        raise ChangeError("a change is an object, such as {}".format('{"kind": "remark", ...}'))
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ChangeError(f"no kind of change {_short(kind)}; there are {', '.join(KINDS)}")
    known = {field.name: field for field in fields(KINDS[kind])}
    for name in value:
        if name != "kind" and name not in known:
            raise ChangeError(f"{kind} has no field {_short(name)}; it has {', '.join(known)}")
    given: dict[str, Any] = {
        name: _read(kind, field, value[name], clock)
        for name, field in known.items()
        if name in value
    }
    for name, field in known.items():
        if name not in given and field.default is MISSING:
            raise ChangeError(f"{kind} needs the field {name!r}")
    made: PlanChange = KINDS[kind](**given)
    return made


def changes_from_text(text: bytes | str, clock: Clock | None = None) -> tuple[PlanChange, ...]:
    """Return the changes in a JSON text: one object, or a list of them.

    Raises `ChangeError` for what is no JSON or no change.
    """
    try:
        value = json_value(text)
    except ValueError as error:
        raise ChangeError(f"the changes are no JSON: {error}") from error
    listed = value if isinstance(value, list) else [value]
    return tuple(change_from_json(each, clock) for each in listed)


def changes_to_text(changes: Iterable[PlanChange]) -> str:
    """Return changes as the JSON text of a list, which `changes_from_text` reads."""
    return json_text([change_to_json(change) for change in changes])


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return f"{value:f}" if isinstance(value, Decimal) else value


def _read(kind: str, field: "Field[Any]", value: object, clock: Clock | None) -> object:
    reader = _READERS[_type_of(field)]
    if value is None and NoneType not in get_args(field.type):
        raise ChangeError(f"{kind}: {field.name} is null, and must not be")
    try:
        return reader(value, clock)
    except ValueError as error:
        raise ChangeError(f"{kind}: {field.name} = {_short(value)} {error}") from error


def _type_of(field: "Field[Any]") -> str:
    name = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", "")
    if field.name in ("due", "release", "end") or (field.name == "start" and name != "bool"):
        return "time"
    return {"str": "text", "bool": "yes or no", "int": "whole number"}.get(
        name, "names" if field.name in ("operations", "orders") else "quantity"
    )


def _text(value: object, _: Clock | None) -> str:
    if not isinstance(value, str):
        raise ValueError("is no text")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"is longer than {LONGEST_TEXT} letters")
    return value


def _names(value: object, clock: Clock | None) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("is no list of names")
    return tuple(dict.fromkeys(_text(each, clock) for each in value))


def _whole(value: object, _: Clock | None) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**53:
        raise ValueError("is no whole number")
    return value


def _yes_or_no(value: object, _: Clock | None) -> bool:
    if not isinstance(value, bool):
        raise ValueError("is neither true nor false")
    return value


def _quantity(value: object, _: Clock | None) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is no number")
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("is no number") from error


def _time(value: object, clock: Clock | None) -> int | None:
    if value is None:
        return None
    if not isinstance(value, str) or clock is None:
        return _whole(value, clock)
    try:
        local = datetime.fromisoformat(value)
        return clock.units(local)
    except (ValueError, OverflowError) as error:
        raise ValueError("is no time such as 2026-03-02T14:00") from error


_READERS: Mapping[str, Callable[[object, Clock | None], object]] = {
    "text": _text,
    "names": _names,
    "whole number": _whole,
    "yes or no": _yes_or_no,
    "quantity": _quantity,
    "time": _time,
}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
