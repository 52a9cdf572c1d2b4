"""The documentation as data: pages, code blocks, tables; what their commands print.

`python -m tests.docs_pages` writes the output of all commands, and what is drawn from
pyproject.toml, into the pages anew. Read the difference before you keep it.
"""

import doctest
import os
import re
import shlex
import sys
import tomllib
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.cli import command_parser, main
from planner.planning.warmup import warm_up

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
# What a page's commands read, beside what they have written themselves.
READ = ("scenarios", "docs")
# These serve until they are stopped, or send something away: they are only parsed.
NOT_RUN = ("ui", "release", "publish")

FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
DRAWING = re.compile(r"(?<=<!-- layers of pyproject.toml -->\n\n```text\n).*?(?=```\n)", re.DOTALL)
# How long something took is another number each time, and who was the first to find it may be.
VARYING = re.compile(r"\b\d+\.\d s\b|(?<=best found by )[\w :-]+(?= after)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page: its language and its text."""

    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of a page, as words behind `planner`, and what the page shows below it.

    `shown` is None in a block that shows no output. `is_run` where its files are at hand: it
    ends by itself, leaves the network alone, and is no mere example of its form.
    """

    words: tuple[str, ...]
    shown: str | None = None
    is_run: bool = True


def pages() -> tuple[Path, ...]:
    """Return all pages of the documentation, those at the root first."""
    top = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    return (*top, *sorted(DOCS.rglob("*.md")))


def label(page: Path) -> str:
    """Return the name of `page` from the root."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: str) -> str:
    """Return the text of the page that `label` calls so."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: Path) -> tuple[Block, ...]:
    """Return the fenced code blocks of `page`, in order."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return tuple(Block(language=language, text=text) for language, text in found)


def commands(page: Path) -> tuple[Command, ...]:
    """Return the commands of `page`: lines of `sh` blocks, and of `console` blocks after a `$`."""
    found: list[Command] = []
    for block in blocks(page):
        if block.language == "sh":
            found += _plain(block.text)
        elif block.language == "console":
            found += (command for command, _ in _sessions(block.text))
    return tuple(found)


def _sessions(text: str) -> Iterator[tuple[Command, str]]:
    """Yield each command after a `$` with its output, and the text of both."""
    for part in re.findall(r"^\$ .*?(?=^\$ |\Z)", text, re.DOTALL | re.MULTILINE):
        line, _, output = part.partition("\n")
        words = _words(line.removeprefix("$ "))
        if words is not None:
            is_run = line.startswith("$ ./run") and _ends(words)
            yield Command(words=words, shown=output, is_run=is_run), part


def _plain(text: str) -> Iterator[Command]:
    """Yield the commands of a block that shows no output."""
    for words in map(_words, text.splitlines()):
        if words is not None:
            yield Command(words=words, is_run=_ends(words))


def _ends(words: tuple[str, ...]) -> bool:
    return bool(words) and words[0] not in (*NOT_RUN, "--version")


def _words(line: str) -> tuple[str, ...] | None:
    """Return the words behind `planner` or `./run`; None for another program's line."""
    words = shlex.split(line, comments=True)
    return tuple(words[1:]) if words[:1] in (["planner"], ["./run"]) else None


def output(command: Command) -> str:
    """Run `command` here and return all it prints, messages and results as they come."""
    return run(command)[1]


def run(command: Command) -> tuple[int, str]:
    """Run `command` here and return its exit code and all it prints."""
    # Otherwise the first command of a process may tell of compiling.
    warm_up()
    printed = StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = main(command.words)
    return code, printed.getvalue()


def is_shown(shown: str, printed: str) -> bool:
    """Tell whether a page shows what was printed; `...` stands for anything."""
    checker = doctest.OutputChecker()
    want, got = VARYING.sub("#", shown), VARYING.sub("#", printed)
    # A block in a page ends where its output ends, with or without empty lines.
    return checker.check_output(want.rstrip() + "\n", got.rstrip() + "\n", doctest.ELLIPSIS)


def lay_out(folder: Path) -> None:
    """Make `folder` a place where a page's commands can run, as in a clone."""
    for name in READ:
        (folder / name).symlink_to(ROOT / name)


def sections(page: str) -> Mapping[str, str]:
    """Return the text below each heading of a page, to the next heading of any level."""
    parts = re.split(r"^#+ (.*)$", FENCE.sub("", text_of(page)), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def first_column(text: str) -> list[str]:
    """Return the code names in the first column of the tables in `text`."""
    return re.findall(r"^\| `([^`]+)`[^|\n]* \|", text, re.MULTILINE)


def command_parsers() -> Mapping[str, ArgumentParser]:
    """Return the parser of each command."""
    actions = command_parser()._actions
    return next(dict(a.choices) for a in actions if isinstance(a, _SubParsersAction))


def layers() -> tuple[tuple[str, ...], ...]:
    """Return the rooms of each floor, the highest first, as the import contract has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return tuple(tuple(re.findall(r"\w+", floor)) for floor in floors)


def drawing(floors: Sequence[Sequence[str]]) -> str:
    """Return the floors as boxes, one above the other; each may import what lies below it.

    >>> print(drawing((("cli",), ("checker", "kpis"))), end="")
    ┌────────────────┐
    │      cli       │
    ├────────────────┤
    │ checker   kpis │
    └────────────────┘
    """
    lines = ["   ".join(floor) for floor in floors]
    width = max(map(len, lines)) + 2
    rule = "─" * width
    body = f"\n├{rule}┤\n".join(f"│{line:^{width}}│" for line in lines)
    return f"┌{rule}┐\n{body}\n└{rule}┘\n"


def _renewed(page: Path) -> str:
    """Return the text of `page` with the output of its commands as it is now."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(page):
        for command in _plain(block.text) if block.language == "sh" else ():
            if command.is_run:
                output(command)
        for command, session in _sessions(block.text) if block.language == "console" else ():
            printed = output(command) if command.is_run else command.shown or ""
            if not is_shown(command.shown or "", printed):
                line = session.partition("\n")[0]
                text = text.replace(session, f"{line}\n{printed.rstrip()}\n", 1)
    return DRAWING.sub(lambda _: drawing(layers()), text)


def renew() -> None:
    """Write the output of all commands into their pages."""
    for page in pages():
        with TemporaryDirectory() as folder, chdir(folder):
            lay_out(Path(folder))
            renewed = _renewed(page)
        if renewed != page.read_text(encoding="utf-8"):
            page.write_text(renewed, encoding="utf-8")
            sys.stderr.write(f"written anew: {label(page)}\n")


if __name__ == "__main__":
    os.environ["COLUMNS"] = "100"
    renew()
