"""Orders that are finished, partly made, cancelled or on hold: what is left of them to plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from planner.intake.headings.lexicon import lexicon
from planner.intake.reading.layout import Skipped
from planner.intake.reading.sheet_reading import Option, Question, SheetReading

Rows = list[tuple[str, ...]]
ENDED = {"finished": "finished", "closed": "closed", "cancelled": "cancelled"}
_NONE = "none"
_MOST_CODES = 12


@dataclass(slots=True)
class RowsLeft:
    """The rows that are left to plan, their lines, the others with the reason, and what came up.

    `what` a row is: an order, or a step of one.
    """

    columns: tuple[str, ...]
    rows: Rows
    lines: list[int]
    what: str = "order"
    skipped: list[Skipped] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def counted(self, count: int) -> str:
        """Return how many there are of what a row is, with the verb.

        >>> RowsLeft(columns=(), rows=[], lines=[]).counted(2)
        '2 orders are'
        """
        return f"{count} {self.what}{'s are' if count > 1 else ' is'}"

    @property
    def one(self) -> str:
        """Return what a row is, with its article."""
        return f"{'an' if self.what[0] in 'aeiou' else 'a'} {self.what}"


def progress(
    columns: tuple[str, ...],
    rows: Rows,
    lines: Sequence[int],
    mapping: SheetReading,
    *,
    what: str = "order",
) -> RowsLeft:
    """Return what is left of orders that say how far they are; of others all of them.

    `what` is what the assumptions call a row.
    """
    done = RowsLeft(columns=columns, rows=list(rows), lines=list(lines), what=what)
    if mapping.kind == "orders":
        _with_done(done, mapping)
        _judge(done, mapping)
    return done


def state_of(text: str) -> str:
    """Return what a status means, such as finished or on_hold; "" if it is not known.

    Several codes may stand in one cell, as SAP writes them: the one that ends the order counts.

    >>> state_of("TECO PRT GMPS"), state_of("erledigt"), state_of("17")
    ('finished', 'finished', '')
    """
    known = lexicon()
    whole = known.value("status", text) or known.like("status", text)
    if whole or " " not in text.strip():
        return whole
    parts = [known.value("status", part) for part in text.replace(",", " ").split()]
    ranks = (*ENDED, "on_hold", "in_progress", "released", "planned")
    codes = [part for part in text.split() if part.isupper() or part.isdigit()]
    if len(codes) < len(text.split()):
        return ""
    return next((rank for rank in ranks if rank in parts), "")


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _with_done(done: RowsLeft, mapping: SheetReading) -> None:
    """Work out what is done where the file says only what is open."""
    column = mapping.column_of("open_quantity")
    if column is None or "done_quantity" in done.columns or "quantity" not in done.columns:
        return
    if column.column not in done.columns:
        return
    at, whole = done.columns.index(column.column), done.columns.index("quantity")
    made = []
    for row in done.rows:
        rest, quantity = _number(row[at].replace(",", ".")), _number(row[whole])
        is_known = rest is not None and quantity is not None and 0 <= rest <= quantity
        made.append(f"{(quantity - rest).normalize():f}" if is_known else "")  # type: ignore[operator]
    done.columns = (*done.columns, "done_quantity")
    done.rows = [(*row, text) for row, text in zip(done.rows, made, strict=True)]
    done.assumptions.append(f"{column.column} is what is left: the rest of quantity is done")


def _judge(done: RowsLeft, mapping: SheetReading) -> None:
    states = _states(done, mapping)
    complete = [_is_complete(done.columns, row) for row in done.rows]
    ended = _ended(done, mapping, states, complete)
    held = _held(done, mapping, states)
    kept: Rows = []
    lines = []
    name = mapping.column_of("status")
    for place, (row, line) in enumerate(zip(done.rows, done.lines, strict=True)):
        why = ended[place]
        if not why and complete[place]:
            why = "all of it is made"
        if not why and held and states[place] == "on_hold":
            why = "on hold"
        if why:
            text = row[done.columns.index("order_id")] if "order_id" in done.columns else ""
            done.skipped.append(Skipped(line=line, reason=why, text=text))
            continue
        kept.append(row)
        lines.append(line)
    _count(done, name.column if name else "")
    done.rows, done.lines = _with_states(done, kept, mapping), lines
    _say_partly(done)


def _with_states(done: RowsLeft, rows: Rows, mapping: SheetReading) -> Rows:
    """Return the rows with their states in the words of a scenario; unknown ones are left out."""
    if "status" not in done.columns:
        return rows
    at, name = done.columns.index("status"), mapping.column_of("status")
    is_planned = name is not None and mapping.answered(f"status_on_hold:{name.column}") == "plan"
    words = {"planned": "open", **({"on_hold": "open"} if is_planned else {})}
    states = {text: state_of(text) for text in {row[at] for row in rows}}
    return [
        (*row[:at], words.get(states[row[at]], states[row[at]]), *row[at + 1 :]) for row in rows
    ]


def _states(done: RowsLeft, mapping: SheetReading) -> list[str]:
    if "status" not in done.columns:
        return [""] * len(done.rows)
    at = done.columns.index("status")
    known: dict[str, str] = {}
    found = []
    for row in done.rows:
        if row[at] not in known:
            known[row[at]] = state_of(row[at])
        found.append(known[row[at]])
    return found


def _is_complete(columns: Sequence[str], row: Sequence[str]) -> bool:
    if "done_quantity" not in columns or "quantity" not in columns:
        return False
    made, wanted = (_number(row[columns.index(name)]) for name in ("done_quantity", "quantity"))
    return made is not None and wanted is not None and 0 < wanted <= made


def _ended(
    done: RowsLeft, mapping: SheetReading, states: Sequence[str], complete: Sequence[bool]
) -> list[str]:
    """Return why each row is no order any more; "" for those that are."""
    if "status" not in done.columns:
        return [""] * len(states)
    at = done.columns.index("status")
    unknown: dict[str, list[bool]] = {}
    for row, state, is_made in zip(done.rows, states, complete, strict=True):
        if row[at] and not state:
            unknown.setdefault(row[at], []).append(is_made)
    closing = _closing(done, mapping, unknown) if unknown else frozenset()
    return [
        ENDED.get(state, "") or ("finished" if row[at] in closing else "")
        for row, state in zip(done.rows, states, strict=True)
    ]


def _closing(
    done: RowsLeft, mapping: SheetReading, unknown: dict[str, list[bool]]
) -> frozenset[str]:
    """Return the codes that mean finished, as answered or as the quantities made show."""
    name = mapping.column_of("status")
    if name is None or len(unknown) > _MOST_CODES:
        return frozenset()
    likely = [code for code, made in unknown.items() if sum(made) > len(made) / 2]
    key = f"status:{name.column}"
    done.keys.append(key)
    given = mapping.answered(key)
    if given is not None:
        return frozenset(part.strip() for part in given.split("|"))
    options = [Option(value=code, label=f"{code}: finished") for code in unknown]
    default = "|".join(likely) or _NONE
    if len(likely) > 1:
        options.append(Option(value=default, label=f"{' and '.join(likely)}: finished"))
    listed = ", ".join(f"{code} ({len(made)})" for code, made in unknown.items())
    done.questions.append(
        Question(
            key=key,
            column=name.column,
            text=f"{name.column}: which of these mean that {done.one} is finished: {listed}?",
            options=(*options, Option(value=_NONE, label="none of them: all are to be planned")),
            default=default,
            is_open=True,
        )
    )
    return frozenset(likely)


def _held(done: RowsLeft, mapping: SheetReading, states: Sequence[str]) -> bool:
    """Return whether orders on hold are left out, as they are until it is answered."""
    count, name = sum(state == "on_hold" for state in states), mapping.column_of("status")
    if not count or name is None:
        return False
    key = f"status_on_hold:{name.column}"
    done.keys.append(key)
    given = mapping.answered(key)
    if given is None:
        done.questions.append(
            Question(
                key=key,
                column=name.column,
                text=f"{name.column}: {done.counted(count)} on hold.",
                options=(
                    Option(value="leave", label="leave them out"),
                    Option(value="plan", label="plan them"),
                ),
                default="leave",
            )
        )
    return given != "plan"


def _count(done: RowsLeft, name: str) -> None:
    for reason in dict.fromkeys(skip.reason for skip in done.skipped):
        count = sum(skip.reason == reason for skip in done.skipped)
        what = f"{count} {done.what}{'s' if count > 1 else ''}"
        of = f" as {name} says" if name and reason != "all of it is made" else ""
        done.assumptions.append(f"{what} left out{of}: {reason}")


def _say_partly(done: RowsLeft) -> None:
    if "done_quantity" not in done.columns:
        return
    at = done.columns.index("done_quantity")
    partly = sum((_number(row[at]) or 0) > 0 for row in done.rows)
    if partly:
        done.assumptions.append(f"{done.counted(partly)} partly made: the rest of each is planned")
