"""When a plan may start: now, from the next shift on."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner.errors import ScenarioError
from planner.reader import Tables, scenario_from_tables
from planner.variants import settings_of, with_settings


def next_shift(tables: Tables, now: datetime) -> datetime:
    """Return when the first machine opens after `now`, a local time; else the next full hour."""
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    minute = now.replace(second=0, microsecond=0)
    try:
        scenario = scenario_from_tables(with_settings(tables, start=minute))
    except ScenarioError:
        return hour
    starts = [start for each in scenario.machines for start, _ in each.windows if start > 0]
    if not starts:
        return hour
    return scenario.clock.local(min(starts)).replace(tzinfo=None)


def with_next_shift(tables: Tables, now: datetime | None = None) -> Tables:
    """Return `tables` with the next shift from `now` on as their start, unless they have one."""
    given = settings_of(tables)
    if "start" in given:
        return tables
    try:
        zone = ZoneInfo(str(given.get("time_zone", "UTC")))
    except (ValueError, ZoneInfoNotFoundError):
        return tables  # the findings name the zone
    local = (now or datetime.now(UTC)).astimezone(zone).replace(tzinfo=None)
    return with_settings(tables, start=next_shift(tables, local))
