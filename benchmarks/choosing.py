"""Which instances of a set to plan, and in which order: all, every so many, or some per class."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sets import InstanceSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How many to take: every so many in order of name, then so many of each class; None: all."""

    every: int = 1
    per_class: int | None = None


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which instances to take."""
    parser.add_argument("--every", type=int, default=1, help="take every so many instances")
    parser.add_argument("--per-class", type=int, help="take so many of each size class")


def choice_of(given: argparse.Namespace) -> Choice:
    """Return what the options of `add_choice` say."""
    return Choice(every=given.every, per_class=given.per_class)


def paths_of(files: Iterable[Path], data: Path, suffix: str) -> Iterator[Path]:
    """Yield the instances: files, or all those in a folder; where not found, below `data`."""
    for file in files:
        path = file if file.exists() else data / file
        if path.is_dir():
            yield from sorted(item for item in path.iterdir() if item.suffix == suffix)
        else:
            yield path


def chosen(
    instances: InstanceSet, paths: Iterable[Path], choice: Choice
) -> tuple[tuple[int, Path], ...]:
    """Return the chosen instances with their turns: the first of each class have turn 0.

    By turn, so that a run that is cut off has planned about as many of each class, spread over it.
    """
    classes: dict[str, list[Path]] = {}
    for path in list(paths)[:: choice.every]:
        classes.setdefault(instances.size(path.name), []).append(path)
    spread = (_spread(members, choice.per_class) for members in classes.values())
    turns = [(turn, path) for members in spread for turn, path in enumerate(members)]
    return tuple(sorted(turns, key=lambda item: item[0]))


def _spread(items: Sequence[Path], count: int | None) -> Sequence[Path]:
    """Return `count` of the items (None: all), evenly over the list, and so are the first of them.

    The order is that of the places with their binary digits reversed (J. G. van der Corput 1935):
    the first of all, the middle, the quarters.

    >>> [path.name for path in _spread([Path(name) for name in "abcdefgh"], 4)]
    ['a', 'e', 'c', 'g']
    """
    count = len(items) if count is None else min(count, len(items))
    digits = max(1, (count - 1).bit_length())
    reversed_places = (int(f"{place:0{digits}b}"[::-1], 2) for place in range(2**digits))
    return [items[place * len(items) // count] for place in reversed_places if place < count]
