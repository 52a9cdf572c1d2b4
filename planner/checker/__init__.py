"""The judge of whether a schedule keeps every rule of the plant.

Shares nothing with what plans. Takes any schedule, however broken, and answers with violations,
never with an exception. One function per rule, whose name is the rule's; `RULES` lists them.

Where two rules could claim a fault, one does: a batch beside its windows or outside `[0, horizon]`
breaks `machine_calendar`; too little time between two batches `changeover_time`; operations that
overlap inside a serial batch, stand outside their batch or end before they start, and batches that
are empty or longer than what they hold `processing_time`.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields

from planner.checker.contents import (
    batch_capacity,
    eligible_machine,
    every_order_once,
    one_family,
    pinned,
)
from planner.checker.places import Fault, Layout, Violation, layout_of
from planner.checker.sharing import campaign, resource_amount
from planner.checker.times import (
    changeover_possible,
    changeover_time,
    deadline,
    machine_calendar,
    one_batch_at_a_time,
    processing_time,
    release,
    route_order,
    waiting_time,
)
from planner.checker.upkeep import upkeep
from planner.domain import Scenario
from planner.schedule import Schedule

__all__ = ["RULES", "Violation", "check"]

RULES: tuple[Callable[[Layout], Iterator[Fault]], ...] = (
    every_order_once,
    eligible_machine,
    one_family,
    batch_capacity,
    one_batch_at_a_time,
    changeover_time,
    changeover_possible,
    machine_calendar,
    release,
    route_order,
    waiting_time,
    deadline,
    processing_time,
    resource_amount,
    upkeep,
    campaign,
    pinned,
)


def check(scenario: Scenario, schedule: Schedule) -> tuple[Violation, ...]:
    """Return all rules that `schedule` breaks, and where; nothing means it can be run."""
    layout = layout_of(scenario, schedule)
    return tuple(_violation(rule.__name__, fault) for rule in RULES for fault in rule(layout))


def _violation(rule: str, fault: Fault) -> Violation:
    found = {field.name: getattr(fault, field.name) for field in fields(fault)}
    return Violation(rule=rule, **found)
