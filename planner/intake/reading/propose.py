"""First readings of sheets: their kinds, their columns, why, and what has to be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.intake.files.cells import CellTable
from planner.intake.reading.columns import Columns
from planner.intake.reading.laid_out import LaidOut, laid_out
from planner.intake.reading.sheet_reading import (
    Answers,
    ColumnReading,
    Option,
    Question,
    SheetReading,
)
from planner.intake.reading.together import LEAST_SCORE, Weighed, weighed

KIND_NAMES = {
    "orders": "orders",
    "routes": "operations of products or orders, one per row",
    "machines": "machines",
    "changeovers": "changeovers, one per row",
    "matrix": "changeovers as a square matrix",
    "calendars": "calendars",
    "durations": "durations or speeds per machine",
    "eligibility": "what may run on which machine, or must not",
    "waits": "waits between operations, such as queue times",
    "upkeep": "upkeep after so many hours, batches or pieces",
    "resources": "tools or crews that machines share, and how many there are",
    "needs": "what needs which tool or crew, and when",
    "none": "nothing to plan with: leave it out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A reading made from the sheet alone, why, and what it cannot know.

    `score` says how surely the sheet is of its kind; 0 is not at all. `keys` are those of all that
    could have been asked, answered or not.
    """

    mapping: SheetReading
    questions: tuple[Question, ...] = ()
    assumptions: tuple[str, ...] = ()
    score: float = 0.0
    keys: tuple[str, ...] = ()


def propose(sheet: CellTable, *, kind: str = "", answers: Answers = ()) -> Proposal:
    """Return how to read `sheet`; `kind` and `answers` settle what the sheet leaves open."""
    given = (*answers, ("kind", kind)) if kind else answers
    return proposals([sheet], [given])[0]


def proposals(sheets: Sequence[CellTable], answers: Sequence[Answers]) -> list[Proposal]:
    """Return how to read sheets that come together, each with its own answers."""
    found = weighed([laid_out(sheet) for sheet in sheets])
    has_orders = any(one.kind == "orders" for one in found)
    return [
        _proposal(one, given, has_orders=has_orders)
        for one, given in zip(found, answers, strict=True)
    ]


def _proposal(one: Weighed, answers: Answers, *, has_orders: bool) -> Proposal:
    given = dict(answers)
    chosen, questions = _kind(one, given, has_orders=has_orders)
    bare = replace(
        one.laid.bare,
        kind="" if chosen == "none" else chosen,
        answers=answers,
        certainty=_certainty(one),
        other_kinds=tuple(k for k in one.ranked if k != chosen),
    )
    said = one.laid.said
    if chosen in ("", "none"):
        bare = replace(bare, columns=_with_examples(one.laid))
        return Proposal(mapping=bare, questions=questions, assumptions=said, keys=("kind",))
    if chosen == "matrix":
        return Proposal(mapping=bare, assumptions=said, score=5.0, keys=("kind",))
    columns = Columns(bare, one.tries[chosen], one.laid)
    columns.read()
    return Proposal(
        mapping=columns.mapping(),
        questions=(*questions, *columns.questions),
        assumptions=(*said, *columns.assumptions),
        score=one.tries[chosen].score or 1.0,
        keys=("kind", *columns.keys),
    )


def _with_examples(laid: LaidOut) -> tuple[ColumnReading, ...]:
    return tuple(
        replace(column, examples=profile.examples)
        for column, profile in zip(laid.bare.columns, laid.profiles, strict=True)
    )


def _certainty(one: Weighed) -> float:
    if one.is_matrix:
        return 1.0
    second = one.tries[one.ranked[1]].score if len(one.ranked) > 1 else LEAST_SCORE
    return round(max(0.0, min(1.0, (one.score - second) / max(one.score, 1.0) + 0.5)), 2)


def _kind(
    one: Weighed, given: Mapping[str, str], *, has_orders: bool
) -> tuple[str, tuple[Question, ...]]:
    answer = given.get("kind", "")
    if answer:
        return answer, ()
    if not one.kind:
        return "", (_kind_question(one.laid, default="none" if has_orders else None),)
    if one.is_close:
        return one.kind, (_kind_question(one.laid, default=one.kind),)
    return one.kind, ()


def _kind_question(laid: LaidOut, default: str | None) -> Question:
    options = tuple(Option(value=kind, label=label) for kind, label in KIND_NAMES.items())
    return Question(
        key="kind",
        text=f"What does {laid.sheet.title} hold? It has {_listed(laid.header)}.",
        options=options,
        default=default,
        sheet=laid.sheet.title,
    )


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(header[:8])
    return f"the columns {shown}" + (" and more" if len(header) > 8 else "")
