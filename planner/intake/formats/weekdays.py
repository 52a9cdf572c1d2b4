"""Weekdays in five languages: `Mo-Fr`, `Monday, Tuesday`, `lun-ven`, `周一至周五`, `1-5`."""

import re

from planner.calendars import WEEKDAYS
from planner.intake.formats.amounts import plain

_NAMES = (
    "mon monday mo montag lun lundi lunes lu l 周一 星期一 一 1",
    "tue tues tuesday di dienstag mar mardi martes ma 周二 星期二 二 2",
    "wed weds wednesday mi mittwoch mer mercredi miercoles miércoles mie mié me 周三 星期三 三 3",
    "thu thur thurs thursday do donnerstag jeu jeudi jueves jue je ju 周四 星期四 四 4",
    "fri friday fr freitag ven vendredi viernes vie ve vi 周五 星期五 五 5",
    "sat saturday sa samstag sonnabend sam samedi sab sáb sabado sábado 周六 星期六 六 6",
    "sun sunday so sonntag dim dimanche dom domingo 周日 星期日 周天 星期天 日 天 7 0",
)
_DAY = {name: day for day, names in enumerate(_NAMES) for name in names.split()}
_ALL = frozenset(
    [
        "daily",
        "every",
        "day",
        "everyday",
        "all",
        "all",
        "days",
        "täglich",
        "taeglich",
        "alle",
        "tous",
        "les",
        "jours",
        "diario",
        "todos",
        "los",
        "dias",
        "每天",
        "每日",
        "7/7",
    ]
) | {"every day", "all days", "alle tage", "tous les jours", "todos los días", "todos los dias"}
_WORKING = {
    "weekdays",
    "working days",
    "werktags",
    "arbeitstage",
    "jours ouvrés",
    "laborables",
    "工作日",
}
_RANGE = re.compile(
    r"(?:(?<!\s)\s++)?(?:-|–|—|~|至|到|\bto\b|\bbis\b|\bau\b|\bà\b|\ba\b)\s*+", re.IGNORECASE
)
_AND = re.compile(r"[\s,;+&|/、，]+|(?<=\w)\.(?=\s|$)")


def weekdays_of(text: str) -> tuple[int, ...] | None:
    """Return the weekdays a text names, 0 is Monday; None if it names none.

    >>> weekdays_of("Mo-Mi, Sa"), weekdays_of("周一至周五"), weekdays_of("Sometimes")
    ((0, 1, 2, 5), (0, 1, 2, 3, 4), None)
    """
    text = plain(text).casefold()
    if text in _ALL:
        return tuple(range(7))
    if text in _WORKING:
        return tuple(range(5))
    found: set[int] = set()
    for part in _AND.split(_RANGE.sub("-", text)):
        days = _days(part.strip("."))
        if days is None:
            return None
        found.update(days)
    return tuple(sorted(found)) or None


def _days(part: str) -> set[int] | None:
    if not part:
        return set()
    first, _, last = part.partition("-")
    start, end = _DAY.get(first.strip(".")), _DAY.get((last or first).strip("."))
    if start is None or end is None:
        return None
    return {(start + step) % 7 for step in range((end - start) % 7 + 1)}


def weekdays_text(days: tuple[int, ...]) -> str:
    """Return weekdays as a scenario file writes them.

    >>> weekdays_text((0, 5))
    'Mon Sat'
    """
    return " ".join(WEEKDAYS[day] for day in days)
