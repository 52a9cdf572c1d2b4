"""What clients send, read: JSON or NDJSON to arrivals, or all that is wrong with them at once."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, NamedTuple

from planner.errors import FieldError, PlannerError, Refusal, RefusedRequestError
from planner.service.buffers import BufferKey
from planner.strict_json import json_text, json_value, printable

LONGEST_NAME = 200
SHOWN = 80
# The start of the year 9999: later ones do not survive a change of zone.
LAST_SECOND = 253_370_764_800


class Arrival(NamedTuple):
    """An order as it was sent; equal contents have equal fingerprints. `due` is seconds UTC."""

    order: str
    key: BufferKey
    due: float | None
    load: tuple[Decimal, ...]
    content: str
    fingerprint: str


# The numbers of an order: their order of magnitude is that of a plant.
LARGEST_SIZE = Decimal(10) ** 12


def arrivals_in(
    body: bytes, media_type: str, capacity: Mapping[str, Decimal], most: int
) -> tuple[Arrival, ...]:
    """Return the orders in the body of a request: an object, an array of them, or NDJSON.

    Raises RefusedRequestError with every field that is wrong, or if there are more orders than
    `most`.
    """
    values = _lines(body) if media_type == "application/x-ndjson" else _objects(body)
    if len(values) > most:
        raise RefusedRequestError(
            413, f"{len(values)} orders in one request; at most {most} are taken"
        )
    found: list[Arrival] = []
    refusals: list[Refusal] = []
    for index, value in enumerate(values):
        try:
            found.append(arrival(value, capacity))
        except FieldError as error:
            refusals.append(_refusal(index, error))
    if refusals:
        raise RefusedRequestError(422, "the orders cannot be read; none was taken", refusals)
    return tuple(found)


def names_in(body: bytes, field: str, most: int) -> tuple[str, ...]:
    """Return the list of names under `field` in a JSON object."""
    value = _json(body, 0)
    names = value.get(field) if isinstance(value, dict) else None
    if not isinstance(names, list):
        refusal = Refusal(
            index=0, field=field, value=_shown(names), message="is not a list of order ids"
        )
        raise RefusedRequestError(422, "the request cannot be read", [refusal])
    if len(names) > most:
        raise RefusedRequestError(
            413, f"{len(names)} orders in one request; at most {most} are taken"
        )
    refusals = list(_bad_names(names, field))
    if refusals:
        raise RefusedRequestError(422, "the request cannot be read", refusals)
    return tuple(dict.fromkeys(names))


def _bad_names(names: list[Any], field: str) -> Iterator[Refusal]:
    for index, name in enumerate(names):
        try:
            _text({field: name}, field, needed=True)
        except FieldError as error:
            yield _refusal(index, error)


def arrival(value: Any, capacity: Mapping[str, Decimal]) -> Arrival:
    """Return one order; columns are those of `orders.csv`, unknown ones are kept."""
    if not isinstance(value, dict):
        raise FieldError("", value, "is not an object")
    content = json_text(value)
    return Arrival(
        order=_text(value, "order_id", needed=True),
        key=BufferKey(_text(value, "family", needed=True), _machines(value)),
        due=_due(value),
        load=tuple(_size(value, name, most) for name, most in capacity.items()),
        content=content,
        fingerprint=sha256(content.encode()).hexdigest(),
    )


def no_number(_name: str) -> None:
    """Return nothing for the infinities that earlier versions took and stored."""


def stored_arrival(content: str, capacity: Mapping[str, Decimal]) -> Arrival:
    """Return an order from its stored content; PlannerError if the capacity no longer takes it."""
    try:
        return arrival(json.loads(content, parse_constant=no_number), capacity)
    except FieldError as error:
        raise PlannerError(
            f"a waiting order does not fit the settings: {error.field} {error.value!r} {error}\n"
            f"    {content[:SHOWN]}\n    Start with the capacity it was taken under."
        ) from error


def _objects(body: bytes) -> list[Any]:
    value = _json(body, 0)
    return value if isinstance(value, list) else [value]


def _lines(body: bytes) -> list[Any]:
    return [_json(line, index) for index, line in enumerate(body.splitlines()) if line.strip()]


def _json(text: bytes, index: int) -> Any:
    try:
        return json_value(text)
    except ValueError as error:
        shown = _shown(text[:SHOWN].decode(errors="replace"))
        refusal = Refusal(index=index, field="", value=shown, message=str(error))
        raise RefusedRequestError(400, "the request is not JSON", [refusal]) from error


def _text(value: Mapping[str, Any], field: str, *, needed: bool = False) -> str:
    text = value.get(field, "")
    if not isinstance(text, str):
        raise FieldError(field, text, "is not text")
    if needed and not text.strip():
        raise FieldError(field, value.get(field), "is missing")
    if len(text) > LONGEST_NAME:
        raise FieldError(field, text, f"is longer than {LONGEST_NAME} characters")
    # NUL ends a text in some databases, half a surrogate pair is none in any.
    if not text.isprintable():
        raise FieldError(field, text, "has characters that cannot be printed")
    return text


def _machines(value: Mapping[str, Any]) -> str:
    names = _text(value, "eligible_machines").split("|")
    return "|".join(sorted({name.strip() for name in names} - {""}))


def _due(value: Mapping[str, Any]) -> float | None:
    text = value.get("due")
    if text is None or text == "":
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise FieldError("due", text, "has no zone; add one, such as Z or +02:00")
        seconds = moment.timestamp()
    except (TypeError, ValueError, OverflowError) as error:
        raise FieldError("due", text, "is not a date and time in ISO 8601") from error
    if not 0 <= seconds < LAST_SECOND:
        raise FieldError("due", text, "is not between the years 1970 and 9998")
    return seconds


def _size(value: Mapping[str, Any], dimension: str, most: Decimal) -> Decimal:
    field = f"size_{dimension}" if f"size_{dimension}" in value else "quantity"
    given = value.get(field)
    if given is None:
        raise FieldError(f"size_{dimension}", None, "is missing, and so is quantity")
    try:
        size = Decimal("NaN") if isinstance(given, bool) else Decimal(str(given))
    except InvalidOperation:
        size = Decimal("NaN")
    if not size.is_finite() or not 0 <= size <= LARGEST_SIZE:
        raise FieldError(field, given, "is not a number from 0 on")
    if size > most:
        raise FieldError(field, given, f"is more than a batch may hold: {most} {dimension}")
    return size


def _refusal(index: int, error: FieldError) -> Refusal:
    return Refusal(index=index, field=error.field, value=_shown(error.value), message=str(error))


def _shown(value: object) -> str:
    return "" if value is None else printable(str(value)[:SHOWN])


def same_again(arrivals: Iterable[Arrival], known: Mapping[str, str]) -> Iterator[Refusal]:
    """Yield the orders whose id is `known` with another fingerprint, or given twice and differ."""
    seen = dict(known)
    for index, order in enumerate(arrivals):
        if seen.setdefault(order.order, order.fingerprint) != order.fingerprint:
            message = "is the id of another order with different content"
            yield Refusal(index=index, field="order_id", value=order.order, message=message)
