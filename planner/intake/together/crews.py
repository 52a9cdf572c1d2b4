"""Lists of crews, skills and people: how many there are, when they work, and what they do.

Who sets up is needed during changeovers, as the name says. Whether an operator is needed for the
whole run of each machine is not said by a name, so that it is asked; so is when an unknown shift
works.
"""

import re
from collections.abc import Mapping, Sequence

from planner.domain import During
from planner.intake.formats.during import during_of
from planner.intake.headings.lexicon import folded
from planner.intake.reading.sheet_reading import Option, Question
from planner.intake.rows.imported import Imported
from planner.intake.together.shared import ALWAYS, CALENDARS, MACHINES, Shared, rows_of, whole
from planner.reader.notes import some
from planner.reader.tables import Table

NONE, GIVEN = "none", "given"
_SURE = (During.CHANGEOVER.value, During.UPKEEP.value)  # what the name of a crew says surely
_ASKED = (During.CHANGEOVER.value, During.RUN.value)
_TIMED = (During.START.value, During.END.value)
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:h|Uhr|uhr)?"
_HOURS = re.compile(rf"{_CLOCK}\s*[-–—]\s*{_CLOCK}")
_WORKING = "Mon Tue Wed Thu Fri"
_Rows = Sequence[Mapping[str, str]]


def with_crews(
    shared: Shared, part: Imported, tables: Mapping[str, Table], answers: Mapping[str, str]
) -> None:
    """Add the crews of a list: each row is so many, or one person."""
    rows = [row for row in rows_of(part) if row.get("resource")]
    for name in dict.fromkeys(row["resource"] for row in rows):
        own = [row for row in rows if row["resource"] == name]
        with_crew(shared, part, own, tables, answers)
    crews: dict[str, set[str]] = {}
    for row in rows:
        crews.setdefault(row.get("person", ""), set()).add(row["resource"])
    twice = sorted(who for who, does in crews.items() if who and len(does) > 1)
    if twice:
        shared.said.append(f"{part.file}: {some(twice)} count for each thing they can do")


def with_crew(
    shared: Shared,
    part: Imported,
    rows: _Rows,
    tables: Mapping[str, Table],
    answers: Mapping[str, str],
) -> None:
    """Add a crew whose rows say how many there are of it and when."""
    name = rows[0]["resource"]
    during = _during(shared, rows, answers)
    if during in ("", NONE):
        shared.said += [f"{part.file}: {name} is not planned with, as answered"] * bool(during)
        return
    amounts: dict[str, int] = {}
    for row in rows:
        calendar = _calendar(shared, row, tables, answers)
        if calendar is None:
            return
        amounts[calendar] = amounts.get(calendar, 0) + whole(row.get("amount", ""))
    cost = next((row["cost_per_hour"] for row in rows if row.get("cost_per_hour")), "")
    shared.resources += [
        {"resource": name, "amount": str(amount), "calendar": calendar, "cost_per_hour": cost}
        for calendar, amount in amounts.items()
    ]
    listed = [f"{amount} ({calendar or ALWAYS})" for calendar, amount in amounts.items()]
    there = f"{part.file}: {name}: {some(listed)}"
    if during != GIVEN:
        needs = [{"resource": name, "during": during, **one} for one in _machines(rows, tables)]
        shared.needs += needs
        where = some([need["machine"] for need in needs if "machine" in need])
        shared.said.append(f"{there}; needed during {during} of {where or 'every machine'}")


def _during(shared: Shared, rows: _Rows, answers: Mapping[str, str]) -> str:
    """Return when a crew is needed; "" where that is asked, `given` where a table says it."""
    name = rows[0]["resource"]
    if any(need["resource"] == name for need in shared.needs):
        return GIVEN
    said = {during_of(row.get("during", "")) for row in rows} - {""}
    if len(said) == 1 and not said & set(_TIMED):
        return said.pop()
    named = during_of(name)
    if not said and named in _SURE:
        return named
    answer = shared.ask(_question(name), answers)
    return answer if answer in (*_ASKED, NONE) else ""


def _question(name: str) -> Question:
    return Question(
        key=f"during:{name}",
        text=f"When does a machine need {name}?",
        options=(
            Option(value=_ASKED[0], label="during changeovers: one for each"),
            Option(value=_ASKED[1], label="as long as it runs: one for each machine"),
            Option(value=NONE, label="plan without it"),
        ),
    )


def _machines(rows: _Rows, tables: Mapping[str, Table]) -> list[dict[str, str]]:
    """Return the machines that a crew is for; one need of all where the list names none."""
    machines = tables.get(MACHINES)
    known = machines.column("machine_id") if machines is not None else ()
    cells = {part.strip() for row in rows for part in re.split(r"[,;|/]", row.get("machine", ""))}
    found = [name for name in known if name in cells]
    return [{"machine": name} for name in found] or [{}]


def _calendar(
    shared: Shared,
    row: Mapping[str, str],
    tables: Mapping[str, Table],
    answers: Mapping[str, str],
) -> str | None:
    """Return the calendar of a row, made where the row says its hours; None where it is asked."""
    text = row.get("calendar", "")
    known = tables[CALENDARS].column("calendar") if CALENDARS in tables else ()
    if row.get("start") and row.get("end"):
        return _made(shared, text or f"{row['start']}-{row['end']}", row, known)
    own = [name for name in known if folded(name) == folded(text)]
    made = [one["calendar"] for one in shared.calendars if folded(one["calendar"]) == folded(text)]
    if own or made or not text:
        return next(iter((*own, *made)), "")
    hours = _hours(text) or _hours(answer := shared.ask(_shift_question(text, known), answers))
    if hours is not None:
        return _made(shared, text, {**row, **hours}, known)
    return "" if answer == ALWAYS else answer if answer in known else None


def _shift_question(text: str, known: Sequence[str]) -> Question:
    names = dict.fromkeys(known)
    return Question(
        key=f"shift:{text}",
        text=f"No calendar is called {text}. When does this shift work?",
        options=(
            Option(value="06:00-14:00", label="Monday to Friday, 06:00 to 14:00, or other times"),
            *(Option(value=name, label=f"as calendar {name} says") for name in names),
            Option(value=ALWAYS, label="day and night"),
        ),
        is_open=True,
    )


def _hours(text: str) -> dict[str, str] | None:
    """Return the start and end that a text such as `6-14 Uhr` or `22:00-06:00` names."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    first, minute, last, other = (int(digits or 0) for digits in found.groups())
    if max(first, last) > 24 or max(minute, other) > 59:
        return None
    return {"start": f"{first:02}:{minute:02}", "end": f"{last:02}:{other:02}"}


def _made(shared: Shared, name: str, row: Mapping[str, str], known: Sequence[str]) -> str:
    """Return the name of a calendar of a row's hours, and add it where it is not there yet.

    Other hours of the same name are another calendar: as many people do not work in both.
    """
    days = row.get("weekdays", "") or _WORKING
    hours = {"weekdays": days, "start": row["start"], "end": row["end"]}
    made = {one["calendar"]: {k: one[k] for k in hours} for one in shared.calendars}
    if name in known or made.get(name, hours) != hours:
        name = f"{name} {days} {row['start']}-{row['end']}"
    while name in known or made.get(name, hours) != hours:
        name = f"{name}'"
    window = {"calendar": name, **hours}
    if window not in shared.calendars:
        shared.calendars.append(window)
        shared.said.append(f"{name} is {row['start']} to {row['end']}, {days}")
    return name
