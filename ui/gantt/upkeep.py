"""What the chart needs to know to show, while a batch is dragged, which upkeep is due before it."""

from collections.abc import Iterable, Sequence
from typing import Any

from planner.domain import Scenario, Upkeep


def upkeep_due(
    scenario: Scenario, batches: Sequence[Iterable[str]], waiting: Iterable[str]
) -> dict[str, Any]:
    """Return the upkeep of each machine, and the quantities that count towards it.

    `batches` are the operations of each batch, in the order of the chart, and `waiting` those that
    are not planned. `most` and `done` are running time, batches and quantity: what there may be
    since the last one, None without a limit, and what there is at the start. Quantities are left
    out where none counts.
    """
    counts = any(upkeep.most_quantity is not None for upkeep in scenario.upkeeps)
    return {
        "machines": [
            [_told(scenario, upkeep) for upkeep in scenario.upkeeps_of(machine.name)]
            for machine in scenario.machines
        ],
        "quantity": [_quantity(scenario, names) for names in batches] if counts else [],
        "waiting": [_quantity(scenario, (name,)) for name in waiting] if counts else [],
    }


def _told(scenario: Scenario, upkeep: Upkeep) -> dict[str, Any]:
    families = scenario.changeovers.index
    return {
        "name": upkeep.name,
        "units": upkeep.units,
        "most": [None if most is None else float(most) for _, most in upkeep.counts],
        "done": [float(done) for done, _ in upkeep.counts],
        "setsUp": -1 if upkeep.sets_up is None else families[upkeep.sets_up],
    }


def _quantity(scenario: Scenario, names: Iterable[str]) -> float:
    return float(sum(scenario.quantity_of(scenario.operation[name]) for name in names))
