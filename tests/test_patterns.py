"""No pattern costs much more than a text is long: no repeats share it in many ways."""

import ast
import importlib
import re
import re._constants as ops  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("planner", "ui")
# Patterns under these are being written anew.
LEFT_OUT: tuple[str, ...] = ()
CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT)
# A repeat that goes on for so long is as good as one without end.
LONG = 200
LENGTH = 4_000
SECONDS = 1.0


@cache
def patterns() -> dict[str, re.Pattern[Any]]:
    """Return every pattern of the project by where it stands."""
    found: dict[str, re.Pattern[Any]] = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(LEFT_OUT) or "migrations" in name:
                continue
            found |= {f"{name}:{line}": pattern for line, pattern in _literal(path)}
            found |= {f"{name}:{key}": pattern for key, pattern in _made(path)}
    return found


def _literal(path: Path) -> Iterator[tuple[int, re.Pattern[Any]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in CALLS
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, re.compile(node.args[0].value)


def _made(path: Path) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns that a module keeps, also those put together from parts."""
    # To import a page is to show it; the others keep theirs in plain sight.
    if "planner" not in path.parts or "re." not in path.read_text(encoding="utf-8"):
        return
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for key, value in vars(importlib.import_module(name)).items():
        values = value.values() if isinstance(value, dict) else [value]
        for number, each in enumerate(values):
            if isinstance(each, re.Pattern):
                yield f"{key}[{number}]", each


def nested(items: Any, *, inside: bool = False) -> bool:
    """Return whether a repeat without end stands in another one, and is not possessive."""
    for kind, given in items:
        if kind in REPEATS:
            _, most, body = given
            endless = most == ops.MAXREPEAT or most > LONG
            if endless and inside:
                return True
            if nested(body, inside=inside or (most > 1 and (endless or most > LONG))):
                return True
        elif any(nested(part, inside=inside) for part in _parts(kind, given)):
            return True
    return False


def _parts(kind: Any, given: Any) -> list[Any]:
    if kind is ops.SUBPATTERN:
        return [given[-1]]
    if kind is ops.BRANCH:
        return list(given[1])
    if kind in (ops.ASSERT, ops.ASSERT_NOT):
        return [given[1]]
    return [given] if kind is ops.ATOMIC_GROUP else []


def cost(pattern: re.Pattern[Any], text: str) -> float:
    """Return the processor time of using a pattern on a text in every way."""
    given: Any = text.encode("utf-8", "ignore") if isinstance(pattern.pattern, bytes) else text
    begun = time.process_time()
    pattern.search(given)
    pattern.fullmatch(given)
    return time.process_time() - begun


def texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    """Yield long texts of what a pattern repeats, each with an end that fits nothing."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin")
    )
    letters = [letter for letter in dict.fromkeys(source) if letter.isalnum() or letter in " -.,:"]
    alphabet = dict.fromkeys([*letters[:12], " ", "\t", "0", "1", "a", ".", ",", "-", "<", "x"])
    for letter in alphabet:
        yield letter * LENGTH + "\0"
        yield "1" + letter * LENGTH + "\0"
    for pair in ("1 ", "1,", "a ", "1.", "a:", "<c ", "1-", "a|"):
        yield pair * (LENGTH // len(pair)) + "\0"


def test_there_are_patterns_to_look_at() -> None:
    assert len(patterns()) > 15


@pytest.mark.parametrize("place", sorted(patterns()))
def test_no_repeat_without_end_stands_in_another(place: str) -> None:
    pattern = patterns()[place]
    assert not nested(parser.parse(pattern.pattern, pattern.flags)), pattern.pattern


@pytest.mark.parametrize("place", sorted(patterns()))
def test_a_long_text_costs_little(place: str) -> None:
    pattern = patterns()[place]
    for text in texts(pattern):
        assert cost(pattern, text) < SECONDS, (pattern.pattern, text[:5])


@pytest.mark.parametrize("bad", [r"(a+)+b", r"(\s*\d*)*x", r"(?:a{1,999})+b", r"(a|b*)+c"])
def test_the_search_finds_what_it_looks_for(bad: str) -> None:
    assert nested(parser.parse(bad))


@pytest.mark.parametrize("good", [r"(?:a++)+b", r"(a,)*b", r"a{1,20}(b{1,3}c)*"])
def test_repeats_that_share_nothing_are_fine(good: str) -> None:
    assert not nested(parser.parse(good))
