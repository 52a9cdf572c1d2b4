"""What the commands print: results on stdout, messages on stderr."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import Protocol

DONE, FAILED, WRONG_USE = 0, 1, 2


class Commands(Protocol):
    """Where a command registers itself: what argparse returns for its sub-parsers."""

    def add_parser(
        self,
        name: str,
        *,
        parents: Sequence[argparse.ArgumentParser],
        help: str,  # noqa: A002 -- argparse's name
        description: str,
    ) -> argparse.ArgumentParser:
        """Return the parser of a new command."""


def show(text: str = "") -> None:
    """Print a line of the result."""
    print(text)


def say(text: str) -> None:
    """Print a message to the user that is not part of the result."""
    print(text, file=sys.stderr)


def clean(text: str) -> str:
    r"""Return `text` from a file with control characters made visible, so they cannot act.

    >>> clean("A-17\x1b[2J")
    'A-17\\x1b[2J'
    """
    return "".join(
        letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text
    )


def aligned(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as text: the first column to the left, the others to the right.

    >>> print(aligned(("", "saved"), [("hours", "3.5"), ("late orders", "12")]))
                 saved
    hours          3.5
    late orders     12
    """
    lines = [tuple(map(clean, header)), *(tuple(map(clean, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        ).rstrip()
        for line in lines
    )


def number_of(count: int, thing: str, things: str | None = None) -> str:
    """Return a count with its noun.

    >>> number_of(1, "order"), number_of(1500, "batch", "batches")
    ('1 order', '1,500 batches')
    """
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"
