"""What may run on which machine, or must not, as the eligible machines of orders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from planner.intake.headings.evidence import heading_evidence
from planner.intake.headings.lexicon import lexicon
from planner.intake.reading.sheet_reading import Option, Question
from planner.intake.rows.imported import Imported
from planner.reader.tables import Table

KEY = "eligibility"
ONLY, NOT, NOTHING = "only", "not", "none"


def question(part: Imported, answers: Mapping[str, str]) -> Question | None:
    """Return the question whether a list says what may run or what must not; None if answered."""
    if answers.get(f"{KEY}:{part.file}") or answers.get(KEY):
        return None
    return Question(
        key=f"{KEY}:{part.file}",
        text=f"{part.file} names machines of products. May they run there, or must they not?",
        options=(
            Option(value=ONLY, label="a product may run on the machines named, and on no others"),
            Option(value=NOT, label="a product must not run on the machines named"),
            Option(value=NOTHING, label="leave it out"),
        ),
        default=_likely(part),
        sheet=part.file,
    )


def _likely(part: Imported) -> str:
    words = heading_evidence(part.mapping.sheet or part.file).words
    forbids = part.mapping.column_of("forbidden") is not None
    return NOT if forbids or "forbidden" in words else ONLY


def with_eligible(
    orders: Table, lists: Sequence[Imported], machines: Sequence[str], answers: Mapping[str, str]
) -> tuple[Table, tuple[str, ...]]:
    """Return the orders with the machines that lists allow them, and what was assumed."""
    said: list[str] = []
    for part in lists:
        way = answers.get(f"{KEY}:{part.file}") or answers.get(KEY) or _likely(part)
        if way != NOTHING and part.table is not None and "product" in orders.columns:
            orders, told = _limited(orders, part, machines, is_only=way == ONLY)
            said.append(f"{part.file}: {told}")
    return orders, tuple(said)


def _limited(
    orders: Table, part: Imported, machines: Sequence[str], *, is_only: bool
) -> tuple[Table, str]:
    named = _pairs(part)
    every = list(dict.fromkeys([*machines, *(m for ms in named.values() for m in ms)]))
    product = orders.columns.index("product")
    has = "eligible_machines" in orders.columns
    at = orders.columns.index("eligible_machines") if has else len(orders.columns)
    rows, count = [], 0
    for row in orders.rows:
        if row[product] not in named:
            rows.append(row if has else (*row, ""))
            continue
        listed = named[row[product]]
        allowed = [m for m in every if (m in listed) == is_only]
        own = row[at].split("|") if has and row[at] else allowed
        count += 1
        text = "|".join(m for m in own if m in allowed)
        rows.append((*row[:at], text, *row[at + 1 :]))
    columns = orders.columns if has else (*orders.columns, "eligible_machines")
    how = "may run only on the machines named" if is_only else "must not run on the machines named"
    return replace(orders, columns=columns, rows=tuple(rows)), f"{count} orders {how} there"


def _pairs(part: Imported) -> dict[str, list[str]]:
    """Return the machines named for each product; a no beside them takes them out."""
    assert part.table is not None
    table, known = part.table, lexicon()
    flag = next((name for name in ("allowed", "forbidden") if name in table.columns), None)
    found: dict[str, list[str]] = {}
    for row in table.rows:
        cells = dict(zip(table.columns, row, strict=True))
        held = found.setdefault(cells.get("product", ""), [])
        says = known.value("yes_no", cells[flag]) if flag else "yes"
        if says == "yes" or (flag == "allowed" and cells[flag].casefold() in ("x", "xx")):
            held.append(cells.get("machine_id", ""))
    return found
