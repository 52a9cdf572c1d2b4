"""Which operations come after which, for the lines that join those of an order."""

from collections.abc import Sequence

from planner.domain import Scenario
from planner.kpis import on_route
from planner.schedule import Batch


def links(scenario: Scenario, batches: Sequence[Batch]) -> list[int]:
    """Return pairs of places among the placements of `batches`: one, what follows it, one, ..."""
    if not scenario.has_routes:
        return []
    names = [name for batch in batches for name in batch.operations]
    place = {name: k for k, name in enumerate(names)}
    return [
        end
        for name in names
        for before in scenario.operation[name].after
        if before.operation in place
        for end in (place[before.operation], place[name])
    ]


def label_of(scenario: Scenario, operation: str) -> str:
    """Return what is told of an operation beside its order: step and lot, product, customer."""
    order = scenario.order[scenario.operation[operation].order]
    told = (on_route(scenario, operation), order.product, order.customer)
    return " · ".join(filter(None, told))
