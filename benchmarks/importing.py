"""How well headings are understood, by language and by meaning, on files whose reading is known.

    python -m benchmarks.importing [FOLDER]

FOLDER has `gold.json`: a list of imports, each with its `paths`, its `language`, the `answers` to
what the files leave open, and for each of its `sheets` what its `columns` are (`is`; `also` right)
and whether a plan needs them (`need`: plan or say). Without one the files of `tests/plants` are
taken. Printed are two tables for the guide: columns that were read right at once, right after an
answer, asked about or named as not used, and read as what they are not.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.intake import Imported, ImportedFiles, Question, import_tables

PLANTS = Path(__file__).parents[1] / "tests" / "plants"
STATES = ("at once", "after an answer", "said", "missing", "wrong")
_ROUNDS = 4  # answers may bring new questions
Gold = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column that a plan needs, and how it was read."""

    language: str
    file: str
    heading: str
    meaning: str
    state: str


def read_gold(folder: Path) -> list[Gold]:
    """Return the imports whose reading is known."""
    return list(json.loads((folder / "gold.json").read_text(encoding="utf-8")))


def fits(field: str, meanings: Sequence[str]) -> bool:
    """Return whether a field is one of the meanings; an attribute is a family."""
    for meaning in meanings:
        stem = f"{meaning}_" if meaning in ("attr", "size", "capacity") else ""
        is_family = {meaning} & {"attr", "family"} and (
            field == "family" or field.startswith("attr_")
        )
        if field == meaning or (stem and field.startswith(stem)) or is_family:
            return True
    return False


def meanings_of(column: Gold) -> list[str]:
    """Return all that a column may be read as."""
    return [column["is"], *column.get("also", ())]


def _columns(gold: Gold) -> Iterator[tuple[str, str, Gold]]:
    for sheet in gold["sheets"]:
        for heading, column in sheet.get("columns", {}).items():
            yield sheet["sheet"], heading, column


def answer(question: Question, gold: Gold) -> str:
    """Return what a planner who knows the files answers."""
    head, _, rest = question.key.partition(":")
    answers: Mapping[str, str] = gold.get("answers", {})
    given = answers.get(question.key) or answers.get(head) or answers.get(f"{head}:")
    values = [option.value for option in question.options]
    if given and (question.is_open or given in values):
        return given
    known = [column for _, heading, column in _columns(gold) if heading == question.column]
    if head == "meaning" and known:
        return next((v for v in values if fits(v, meanings_of(known[0]))), "-")
    if head == "column":
        wanted = rest.rpartition(":")[2]
        named = {heading for _, heading, column in _columns(gold) if fits(wanted, [column["is"]])}
        return next((value for value in values if value in named), values[-1])
    return question.default or values[0]


def imported(gold: Gold, folder: Path) -> tuple[ImportedFiles, ImportedFiles]:
    """Return the import as it is at first, and after all that was asked has been answered."""
    files = [(Path(path).name, (folder / path).read_bytes()) for path in gold["paths"]]
    first = done = import_tables(files)
    answers: dict[str, str] = {}
    for _ in range(_ROUNDS):
        new = {q.key: answer(q, gold) for q in done.all_questions if q.key not in answers}
        if not new:
            break
        answers |= new
        done = import_tables(files, answers=tuple(answers.items()))
    return first, done


def _parts(done: ImportedFiles, sheet: str) -> list[Imported]:
    return [p for p in done.parts if not sheet or sheet in (p.file, p.mapping.sheet)]


def _field(done: ImportedFiles, sheet: str, heading: str) -> str:
    fields = [
        column.field
        for part in _parts(done, sheet)
        for column in part.mapping.columns
        if column.column == heading and column.field not in ("", "-")
    ]
    return next(iter(fields), "")


def judged(gold: Gold, folder: Path) -> list[Column]:
    """Return how each column that a plan needs was read."""
    first, done = imported(gold, folder)
    spoken = "\n".join(
        [*done.all_assumptions, *first.all_assumptions, *(q.text for q in first.all_questions)]
    )
    found = []
    for sheet, heading, column in _columns(gold):
        if column.get("need") in ("plan", "say"):
            state = _state(
                _field(first, sheet, heading), _field(done, sheet, heading), column, spoken, heading
            )
            found.append(
                Column(
                    language=gold["language"],
                    file=gold["id"],
                    heading=heading,
                    meaning=column["is"],
                    state=state,
                )
            )
    return found


def _state(before: str, after: str, column: Gold, spoken: str, heading: str) -> str:
    if after and fits(after, meanings_of(column)):
        return "at once" if fits(before, meanings_of(column)) else "after an answer"
    if after:
        return "wrong"
    return "said" if heading in spoken else "missing"


def table(columns: Sequence[Column], by: str) -> str:
    """Return a Markdown table of how columns were read, a row per language or meaning."""
    counts: dict[str, Counter[str]] = {}
    for column in columns:
        counts.setdefault(getattr(column, by), Counter())[column.state] += 1
    counts["all"] = Counter(column.state for column in columns)
    lines = [f"| {by} | {' | '.join(STATES)} |", f"| --- |{' --: |' * len(STATES)}"]
    ranked = sorted(counts, key=lambda name: (name == "all", -counts[name].total(), name))
    for name in ranked:
        lines.append(f"| {name} | {' | '.join(str(counts[name][state]) for state in STATES)} |")
    return "\n".join(lines)


def main() -> None:
    """Print both tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PLANTS
    columns = [column for gold in read_gold(folder) for column in judged(gold, folder)]
    print(table(columns, "language"), table(columns, "meaning"), sep="\n\n")


if __name__ == "__main__":
    main()
