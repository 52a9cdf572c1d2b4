"""Text of cells: times as a planner reads them, and nothing that a spreadsheet would run."""

from planner.calendars import Clock

# A cell that begins so is a formula for some spreadsheet, or looks as if it were made harmless.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula.

    >>> harmless("=1+1"), harmless("A-17")
    ("'=1+1", 'A-17')
    """
    return f"'{text}" if text.startswith(_RISKY) else text


def plain(cell: str) -> str:
    """Return the text that `harmless` made into `cell`.

    >>> plain("'=1+1"), plain("A-17")
    ('=1+1', 'A-17')
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell


def local_time(clock: Clock, units: int) -> str:
    """Return local time with its offset, such as `2026-03-02T06:00+01:00`."""
    timespec = "seconds" if clock.time_unit == "second" else "minutes"
    return clock.local(units).isoformat(timespec=timespec)


def minutes(clock: Clock, units: int) -> str:
    """Return a length of time in minutes, as short as it goes."""
    return f"{units / clock.units_per_minute:.10g}"
