"""What is asked of a column's format, what was answered, and what is assumed without one."""

from planner.intake.formats.amounts import NumberEvidence
from planner.intake.formats.date_evidence import DateEvidence
from planner.intake.formats.durations import (
    DurationEvidence,
)
from planner.intake.reading.sheet_reading import (
    Question,
    SheetReading,
)
from planner.intake.rows.evidence import Evidence


class AskedFormats:
    """Gathers questions and assumptions while formats are decided."""

    def __init__(
        self, mapping: SheetReading, evidence: dict[int, Evidence], *, date_1904: bool
    ) -> None:
        self._mapping = mapping
        self._evidence = evidence
        self._date_1904 = date_1904
        self._questions: list[Question] = []
        self._assumptions: list[str] = []
        self.keys: list[str] = []
        self._shared_marks = self._proven_marks()
        self._shared_orders = self._proven_orders()

    def _ask(self, question: Question) -> str:
        """Return the answer to `question`, its default, or "?" with the question kept open."""
        self.keys.append(question.key)
        given = self._mapping.answered(question.key)
        if given is not None and (
            question.is_open or given in [option.value for option in question.options]
        ):
            return str(given)
        self._questions.append(question)
        return question.default or "?"

    def _answer(self, question: Question) -> str:
        """Return the answer to `question`; until there is one its default, which is then said."""
        asked = self._ask(question)
        if self._mapping.answered(question.key) is None:
            label = next(o.label for o in question.options if o.value == question.default)
            self._assumptions.append(f"{question.text} Taken as: {label}")
        return asked

    def _proven_marks(self) -> set[str]:
        found = (
            evidence.numbers if isinstance(evidence, DurationEvidence) else evidence
            for evidence in self._evidence.values()
        )
        return {e.marks[0] for e in found if isinstance(e, NumberEvidence) and len(e.marks) == 1}

    def _proven_orders(self) -> dict[str, str]:
        proven = {}
        for column in self._mapping.columns:
            evidence = self._evidence.get(column.index)
            if isinstance(evidence, DateEvidence) and len(evidence.orders) == 1:
                proven[evidence.orders[0]] = column.column
        return proven
