"""How much of each resource is used, how long work waits for it, and what it costs."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from planner.domain import Resource, Scenario
from planner.kpis.figures import ResourceKpis
from planner.kpis.resource_waits import resource_waits
from planner.kpis.resources import ResourceUse, resource_uses
from planner.schedule import Schedule


def resource_kpis(
    scenario: Scenario, schedule: Schedule, makespan: int
) -> tuple[ResourceKpis, ...]:
    """Return the figures of each resource until the last batch of the schedule ends."""
    uses = resource_uses(scenario, schedule)
    waits = resource_waits(scenario, schedule)
    return tuple(
        _figures(
            scenario,
            resource,
            [use for use in uses if use.resource == resource.name],
            [wait.start - wait.earliest for wait in waits if resource.name in wait.resources],
            makespan,
        )
        for resource in scenario.resources
    )


def _figures(
    scenario: Scenario,
    resource: Resource,
    uses: Sequence[ResourceUse],
    waits: Sequence[int],
    makespan: int,
) -> ResourceKpis:
    hour = scenario.clock.units_per_hour
    steps: Counter[int] = Counter()
    used = 0
    for use in uses:
        end = min(use.end, makespan)
        if use.start < end:
            used += use.amount * (end - use.start)
            steps[use.start] += use.amount
            steps[end] -= use.amount
    most = now = 0
    for moment in sorted(steps):
        now += steps[moment]
        most = max(most, now)
    there = sum(
        level.amount * (min(after, makespan) - level.start)
        for level, after in zip(
            resource.levels, [*(lv.start for lv in resource.levels[1:]), makespan], strict=True
        )
        if level.start < makespan
    )
    cost = None
    if resource.cost_per_hour is not None:
        cost = (Decimal(used) * resource.cost_per_hour / hour).quantize(Decimal("0.01"))
    return ResourceKpis(
        resource=resource.name,
        amount=resource.most,
        most_used=most,
        used_hours=used / hour,
        utilisation=used / there if there else None,
        waits=len(waits),
        wait_hours=sum(waits) / hour,
        cost=cost,
    )
