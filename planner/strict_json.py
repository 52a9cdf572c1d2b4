"""JSON as RFC 8259 has it, in and out: nothing that another program would read in another way."""

import json
import re
from collections.abc import Iterable
from typing import Any

# Deep enough for any document of ours, far from where a parser gives up.
DEEPEST = 64
# Beyond, a number is infinity to whoever reads it as a double.
MOST_DIGITS = 308
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


def json_value(data: bytes | str) -> Any:
    """Return the value in a JSON text.

    Raises ValueError for what is no JSON, for bytes that are no UTF-8, for numbers that no double
    holds (RFC 8259, 6), names given twice (4), halves of surrogate pairs (8.2), and for values
    nested deeper than `DEEPEST`.
    """
    text = data if isinstance(data, str) else _decoded(data)
    try:
        value = json.loads(
            text,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
            object_pairs_hook=_object,
        )
    except RecursionError as error:
        raise ValueError(f"values are nested more than {DEEPEST} deep") from error
    if _depth(value) > DEEPEST:
        raise ValueError(f"values are nested more than {DEEPEST} deep")
    if _HALF_PAIR.search(text):
        _check_pairs(value)
    return value


def json_text(value: object) -> str:
    """Return `value` as JSON on one line, in ASCII; equal values give equal texts.

    Raises ValueError for infinity and what is no number.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def printable(text: str) -> str:
    r"""Return `text` with halves of surrogate pairs, which cannot be sent, made visible.

    >>> printable("A\ud800")
    'A\\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8") from error


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is larger than a number may be")
    return value


def _int(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number of {len(text)} digits is larger than a number may be")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {printable(twice[:40])!r} is given twice")
    return made


def _depth(value: Any) -> int:
    """Return how deep `value` is nested, level by level: no recursion that could run out."""
    depth, level = 0, [value]
    while level := [inner for outer in level for inner in _inside(outer)]:
        depth += 1
        if depth > DEEPEST:
            break
    return depth


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_pairs(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("half of a surrogate pair is no letter") from error
