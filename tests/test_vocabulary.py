"""What pages, exports and messages say: one word per idea, and plural forms that are right."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.domain import PRESETS
from ui.vocabulary import AIMS, COUNTED, INSTEAD

HERE = Path(__file__).parents[1]
SPOKEN = (
    *sorted((HERE / "ui").rglob("*.py")),
    *sorted((HERE / "planner" / "writer").rglob("*.py")),
    HERE / "planner" / "kpis" / "listing.py",
    HERE / "planner" / "simulation" / "frontier.py",
    HERE / "planner" / "service" / "live_policies.py",
)
SCRIPTS = tuple(sorted((HERE / "ui" / "gantt").rglob("*.js")))
NEVER = re.compile(rf"\b({'|'.join(map(re.escape, INSTEAD))})\b", re.IGNORECASE)
GLUED = re.compile(rf"^ (more )?({'|'.join(COUNTED)})\b")
MARKUP = re.compile(r"<[^>]*>")
# Words of files and programs: an identifier, a key, a preset.
NAME = re.compile(r"[a-z_#.*{}/-]* ?")


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module, but for its documentation and for names."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in documented and not NAME.fullmatch(node.value):
            yield node.lineno, node.value


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(HERE)))
def test_no_text_says_a_word_that_planners_have_to_guess(path: Path) -> None:
    if path.name == "vocabulary.py":
        return
    said = [
        f"{path.name}, line {line}: {text!r}: say {INSTEAD[found[1].lower()]!r}"
        for line, text in texts(path)
        if text not in {*PRESETS, *AIMS.values()} and (found := NEVER.search(MARKUP.sub("", text)))
    ]
    assert said == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_says_a_word_that_planners_have_to_guess(path: Path) -> None:
    spoken = re.findall(r"[\"`]([^\"`\n]* [^\"`\n]*)[\"`]", path.read_text(encoding="utf-8"))
    assert [text for text in spoken if NEVER.search(text)] == []


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(HERE)))
def test_no_number_is_glued_to_a_plural(path: Path) -> None:
    # f"{number} orders" says "1 orders".
    glued = [
        f"{path.name}, line {node.lineno}: {after.value!r}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for before, after in zip(node.values, node.values[1:], strict=False)
        if isinstance(before, ast.FormattedValue)
        and isinstance(after, ast.Constant)
        and GLUED.match(str(after.value))
    ]
    assert glued == []


def test_the_test_finds_what_it_looks_for() -> None:
    assert NEVER.search("Mean flow time")
    assert GLUED.match(" orders and more")
    assert not GLUED.match(" of 3 orders")
