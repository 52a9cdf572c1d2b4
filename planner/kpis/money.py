"""A plan in money, where prices are given: what has no price is not available, never 0."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from planner.calendars import Window, open_parts, open_units
from planner.domain import Scenario
from planner.kpis.changeover_times import changeovers_on
from planner.kpis.figures import Kpis
from planner.kpis.listing import NOT_AVAILABLE
from planner.schedule import Schedule

SATURDAY = 5
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices in one currency; None is not known.

    `machine_hour`: an hour in which a machine runs or changes over. `changeover`: one changeover,
    beside its time. `overtime_hour`: what such an hour costs more on a Saturday or Sunday.
    `hour_late`: an hour after the due date, of one order.
    """

    currency: str = ""
    machine_hour: Decimal | None = None
    changeover: Decimal | None = None
    overtime_hour: Decimal | None = None
    hour_late: Decimal | None = None

    @property
    def is_known(self) -> bool:
        """Return whether anything has a price."""
        given = (self.machine_hour, self.changeover, self.overtime_hour, self.hour_late)
        return any(price is not None for price in given)

    def shown(self, amount: Decimal | None) -> str:
        """Return an amount of money in words.

        >>> Prices(currency="EUR").shown(Decimal(1234)), Prices().shown(None)
        ('1,234.00 EUR', 'not available')
        """
        return NOT_AVAILABLE if amount is None else f"{amount:,.2f} {self.currency}".strip()


def in_money(
    scenario: Scenario, schedule: Schedule, kpis: Kpis, prices: Prices
) -> Mapping[str, Decimal | None]:
    """Return what a schedule costs by part, and in all: the sum of the parts that have a price."""
    parts = {
        "Machine hours": _times(prices.machine_hour, kpis.processing_hours + kpis.changeover_hours),
        "Changeovers": _times(prices.changeover, kpis.changeovers),
        "Overtime": _times(prices.overtime_hour, weekend_hours(scenario, schedule))
        if prices.overtime_hour is not None
        else None,
        "Being late": _times(prices.hour_late, kpis.tardiness_hours),
    }
    known = [amount for amount in parts.values() if amount is not None]
    return {**parts, "In all": sum(known, Decimal(0)) if known else None}


def weekend_hours(scenario: Scenario, schedule: Schedule) -> float:
    """Return the hours that machines run or change over on Saturdays and Sundays, local time."""
    last = max((batch.end for batch in schedule.batches), default=0)
    weekends = tuple(_weekends(scenario, last))
    return (
        sum(
            open_units(weekends, part.start, part.end)
            for start, end, windows in _worked(scenario, schedule)
            for part in open_parts(windows, start, end)
        )
        / scenario.clock.units_per_hour
    )


def cost_per_hour_less_late(
    before: Mapping[str, Decimal | None],
    after: Mapping[str, Decimal | None],
    hours_before: float | None,
    hours_after: float | None,
) -> Decimal | None:
    """Return what each hour less late costs, without the price of being late itself.

    None where nothing is gained or nothing is paid for it, or where one of the two is not known.
    """
    if hours_before is None or hours_after is None or hours_after >= hours_before:
        return None
    if before["In all"] is None or after["In all"] is None:
        return None
    paid = _without_lateness(after) - _without_lateness(before)
    gained = Decimal(str(hours_before - hours_after))
    return (paid / gained).quantize(CENT) if paid > 0 else None


def _without_lateness(parts: Mapping[str, Decimal | None]) -> Decimal:
    return (parts["In all"] or Decimal(0)) - (parts["Being late"] or Decimal(0))


def _times(price: Decimal | None, amount: float | None) -> Decimal | None:
    if price is None or amount is None:
        return None
    return (price * Decimal(str(amount))).quantize(CENT)


def _weekends(scenario: Scenario, last: int) -> Iterator[Window]:
    clock = scenario.clock
    day = clock.local(0).date() - timedelta(days=1)
    while (start := clock.units(datetime.combine(day, time()))) < last:
        if day.weekday() == SATURDAY:
            end = clock.units(datetime.combine(day + timedelta(days=2), time()))
            yield Window(max(0, start), end)
        day += timedelta(days=1)


def _worked(
    scenario: Scenario, schedule: Schedule
) -> Iterator[tuple[int, int, tuple[Window, ...]]]:
    for machine in scenario.machines:
        for batch in schedule.on(machine.name):
            yield batch.start, batch.end, machine.windows
        for run in changeovers_on(scenario, schedule, machine):
            yield run.start, run.end, machine.windows
