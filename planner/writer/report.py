"""What a report says: one page for somebody who decides, not plans."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from planner.calendars import WEEKDAYS
from planner.kpis import Kpis, Prices, cost_per_hour_less_late, in_money, measure
from planner.kpis.listing import NOT_AVAILABLE
from planner.writer.handover import Handover

MOST_ASSUMPTIONS = 4


class ReportFigure(NamedTuple):
    """A figure with what it was before."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, kw_only=True)  # no slots: what is derived is kept
class PlanReport:
    """A plan beside what it is compared with; the two may be of different scenarios."""

    plan: Handover
    before: Handover
    before_name: str = "one by one"
    name: str = ""
    prices: Prices = field(default_factory=Prices)

    @property
    def title(self) -> str:
        """Return what the report is about."""
        return self.name or self.plan.scenario.name

    @cached_property
    def kpis(self) -> Kpis:
        """Return the figures of the plan."""
        return measure(self.plan.scenario, self.plan.schedule)

    @cached_property
    def kpis_before(self) -> Kpis:
        """Return the figures of what it is compared with."""
        return measure(self.before.scenario, self.before.schedule)

    @property
    def headline(self) -> str:
        """Return the result in one sentence."""
        told = [_changeovers(self.kpis, self.kpis_before), _lateness(self.kpis, self.kpis_before)]
        if self.kpis.unplanned:
            told.append(f"leaves {_counted(self.kpis.unplanned, 'order')} unplanned")
        return f"Against {self.before_name}, this plan {_joined(told)}."

    @property
    def figures(self) -> tuple[ReportFigure, ReportFigure, ReportFigure]:
        """Return the three figures: changeover time, late orders, and money or the end."""
        now, before = self.kpis, self.kpis_before
        return (
            ReportFigure(
                "Changeover time",
                f"{now.changeover_hours:,.1f} h",
                f"before: {before.changeover_hours:,.1f} h",
            ),
            ReportFigure(
                "Late orders",
                _known(now.tardy_orders),
                f"before: {_known(before.tardy_orders)}, of {_counted(now.orders, 'order')}",
            ),
            self._cost() if self.prices.is_known else self._end(),
        )

    def _end(self) -> ReportFigure:
        return ReportFigure("Finished by", _end_of(self.plan), f"before: {_end_of(self.before)}")

    def _cost(self) -> ReportFigure:
        before = self.prices.shown(self.money_before["In all"])
        return ReportFigure(
            "Cost",
            self.prices.shown(self.money["In all"]),
            f"before: {before}, of what has a price",
        )

    @cached_property
    def money(self) -> Mapping[str, Decimal | None]:
        """Return the plan in money, part by part."""
        return in_money(self.plan.scenario, self.plan.schedule, self.kpis, self.prices)

    @cached_property
    def money_before(self) -> Mapping[str, Decimal | None]:
        """Return what it is compared with in money, part by part."""
        return in_money(self.before.scenario, self.before.schedule, self.kpis_before, self.prices)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Return what the report rests on: the data, what was assumed, and the prices."""
        return tuple(self._rests_on())

    def _rests_on(self) -> Iterator[str]:
        given = self.plan.scenario
        yield (
            f"{_counted(len(given.orders), 'order')} and "
            f"{_counted(len(given.machines), 'machine')} of {given.name}, "
            f"from {_moment(self.plan, 0)} on, {given.clock.time_zone}"
        )
        if self.before.scenario.name != given.name:
            yield f"compared with {self.before.scenario.name}"
        yield from given.assumptions[:MOST_ASSUMPTIONS]
        if len(given.assumptions) > MOST_ASSUMPTIONS:
            yield f"and {_counted(len(given.assumptions) - MOST_ASSUMPTIONS, 'assumption')} more"
        if self.prices.is_known:
            yield from self._prices()

    def _prices(self) -> Iterator[str]:
        prices = self.prices
        named = (
            ("a machine hour", prices.machine_hour),
            ("a changeover", prices.changeover),
            ("an hour on a Saturday or Sunday, on top,", prices.overtime_hour),
            ("an hour late", prices.hour_late),
        )
        told = [f"{name} {prices.shown(price)}" for name, price in named]
        yield f"prices: {'; '.join(told)}"
        cost = cost_per_hour_less_late(
            self.money_before,
            self.money,
            self.kpis_before.tardiness_hours,
            self.kpis.tardiness_hours,
        )
        if cost is not None:
            yield f"each hour less late costs {prices.shown(cost)}"

    @property
    def certificate(self) -> str:
        """Return what the checker says, and what identifies the plan."""
        return self.plan.line


def _changeovers(now: Kpis, before: Kpis) -> str:
    saved = before.changeover_hours - now.changeover_hours
    if abs(saved) < 0.05:
        return "needs the same changeover time"
    share = (
        f" ({100 * abs(saved) / before.changeover_hours:.0f} %)" if before.changeover_hours else ""
    )
    verb = "saves" if saved > 0 else "needs"
    more = "of changeover" if saved > 0 else "more of changeover"
    return f"{verb} {abs(saved):,.1f} h {more}{share}"


def _lateness(now: Kpis, before: Kpis) -> str:
    if now.tardy_orders is None:
        return "has no due dates to keep"
    orders = _counted(now.tardy_orders, "order")
    was = "" if before.tardy_orders is None else f" instead of {before.tardy_orders:,}"
    return f"makes {orders} late{was}" if now.tardy_orders else f"makes no order late{was}"


def _joined(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _known(value: int | None) -> str:
    return NOT_AVAILABLE if value is None else f"{value:,}"


def _end_of(made: Handover) -> str:
    return _moment(made, made.makespan) if made.schedule.batches else NOT_AVAILABLE


def _moment(made: Handover, units: int) -> str:
    local = made.scenario.clock.local(units)
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"
