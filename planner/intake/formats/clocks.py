"""Times of day as people write them: `14:30`, `2:30 pm`, `14h30`, `0600`, `下午2:30`."""

import re
from datetime import date, datetime, time, timedelta

from planner.intake.files.cells import Cell
from planner.intake.formats.amounts import plain

_CLOCK = re.compile(
    r"(?P<early>上午|下午)?\s*+(?P<hour>\d{1,2})"
    r"(?:\s*+[:.h时点]\s*+(?P<minute>\d{2})(?:分)?(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*+(?P<half>[ap]\.?\s?m\.?)?\s*+(?P<word>uhr|h|hrs|时|点)?",
    re.IGNORECASE,
)
_PACKED = re.compile(r"(\d{2})(\d{2})(\d{2})?")


def seconds_of_day(cell: Cell) -> int | None:
    """Return the seconds after midnight a cell means, up to 24:00; None if it means none.

    >>> seconds_of_day("2:30 pm"), seconds_of_day("24:00"), seconds_of_day("25:00")
    (52200, 86400, None)
    """
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, timedelta):
        return _within_day(round(cell.total_seconds()))
    if isinstance(cell, bool | date):
        return None
    if isinstance(cell, int | float):
        # Excel keeps a time as a fraction of a day; whole numbers up to 24 are hours.
        is_hour = float(cell).is_integer()
        return _within_day(round(cell * (3600 if is_hour else 86400))) if 0 <= cell <= 24 else None
    return _seconds_of_text(plain(cell))


def _seconds_of_text(text: str) -> int | None:
    packed = _PACKED.fullmatch(text)
    if packed:
        return _seconds(*(int(part or 0) for part in packed.groups()))
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour = int(match["hour"])
    half = {"上午": "a", "下午": "p"}.get(match["early"] or "", (match["half"] or "").lower()[:1])
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return _seconds(hour, int(match["minute"] or 0), int(match["second"] or 0))


def _seconds(hour: int, minute: int, second: int) -> int | None:
    if minute > 59 or second > 59:
        return None
    return _within_day(hour * 3600 + minute * 60 + second)


def _within_day(seconds: int) -> int | None:
    return seconds if 0 <= seconds <= 86400 else None


def clock_text(seconds: int) -> str:
    """Return `HH:MM`, with seconds only where there are some.

    >>> clock_text(52200)
    '14:30'
    """
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}" + (f":{left:02}" if left else "")
