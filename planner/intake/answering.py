"""Keys of questions: short where one sheet is read, with the sheet's name where several are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from planner.intake.files.cells import CellTable
from planner.intake.reading.sheet_reading import Answers, Question

# Questions about all files together have no sheet in their key.
OF_ALL = frozenset(["run_time", "start", "sheet", "forbidden_changeovers"])


def labels(sheets: Sequence[CellTable]) -> list[str]:
    """Return how each sheet is called in keys: by its name or its file, or by both where needed."""
    short = [sheet.name or sheet.file for sheet in sheets]
    return [
        sheet.title if short.count(name) > 1 else name
        for sheet, name in zip(sheets, short, strict=True)
    ]


def qualified(question: Question, label: str) -> Question:
    """Return a question of one sheet with the sheet in its key."""
    head, colon, rest = question.key.partition(":")
    if question.key == "sheet":
        return replace(question, key="sheet:orders.csv")
    if head in OF_ALL:
        return question
    return replace(question, key=f"{head}:{label}{colon}{rest}")


def answers_for(label: str, given: Answers, *, is_alone: bool, title: str = "") -> Answers:
    """Return the answers that a sheet may use, with the keys as it asks them.

    A key may name the sheet by its `title` too: that stays as it is when other files come to it.

    >>> answers_for("Jobs", (("unit:Jobs:Time", "h"), ("unit:Wash:Time", "min")), is_alone=False)
    (('unit:Time', 'h'), ('unit:Wash:Time', 'min'))
    """
    own: dict[str, str] = {}
    for key, value in given:
        head, _, rest = key.partition(":")
        name = next((n for n in (label, title) if n and f"{rest}:".startswith(f"{n}:")), None)
        if name is not None:
            behind = rest[len(name) + 1 :]
            own[f"{head}:{behind}" if behind else head] = value
        elif head != "kind" or is_alone:
            own.setdefault(key, value)
    return tuple(own.items())


def answering_nothing(given: Answers, asked: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of answers to which there is no question, each with the nearest there are."""
    known = list(dict.fromkeys(asked))
    lost = []
    for key, _ in given:
        if any(_is_same(key, other) for other in known):
            continue
        head, _, rest = key.partition(":")
        begun = [other for other in known if other.startswith(key)]
        by_rest = {other.rpartition(":")[2]: other for other in known}
        last = rest.rpartition(":")[2]
        like = [by_rest[name] for name in get_close_matches(last, by_rest, n=3, cutoff=0.6)]
        same_head = [other for other in known if other.partition(":")[0] == head]
        near = (begun or like or same_head or get_close_matches(key, known, cutoff=0.4))[:3]
        near = near or known[:3]
        lost.append(
            f"{key} answers nothing; there {_are(near)}" if near else f"{key} answers nothing"
        )
    return tuple(lost)


def _are(near: Sequence[str]) -> str:
    return f"is {near[0]}" if len(near) == 1 else f"are {', '.join(near)}"


def _is_same(short: str, whole: str) -> bool:
    """Return whether a key names a question, its sheet or its column left out."""
    head, _, rest = short.partition(":")
    other, _, behind = whole.partition(":")
    if head != other:
        return False
    return (
        not rest or rest == behind or behind.endswith(f":{rest}") or behind.startswith(f"{rest}:")
    )
