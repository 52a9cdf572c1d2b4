"""Generated plants whose orders pass several stages, each with machines of all three kinds.

They are made of the plants of `benchmarks.plants`: what is an order there is one operation here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from benchmarks.made import along
from benchmarks.plants import DAY, KINDS, plant
from planner.domain import Duration, Operation, Order, Scenario


def routed_plant(orders: int, machines: int, stages: int, seed: int = 0) -> Scenario:
    """Return a plant in which every order passes `stages` stages, one after the other."""
    made = plant(orders * stages, machines, seed)
    stage_of = {
        machine.name: row // len(KINDS) % stages for row, machine in enumerate(made.machines)
    }
    wanted = tuple(
        replace(order, due=None if order.due is None else order.due + (stages - 1) * DAY)
        for order in made.orders[::stages]
    )
    return replace(
        made,
        name=f"plant of {orders} orders of {stages} stages on {machines} machines",
        orders=wanted,
        operations=tuple(_operations(made, wanted, stage_of, stages)),
    )


def _operations(
    made: Scenario, orders: tuple[Order, ...], stage_of: dict[str, int], stages: int
) -> Iterator[Operation]:
    # Operations share their durations, as those of a plant do: laying each out apart takes long.
    shared: dict[tuple[int, int], Mapping[str, Duration]] = {}

    def at(step: Operation, number: int) -> Operation:
        """Return `step` on the machines of its stage; on all it had, should none be there."""
        key = id(step.durations), number
        if key not in shared:
            there = {name: t for name, t in step.durations.items() if stage_of[name] == number}
            shared[key] = there or step.durations
        return replace(step, durations=shared[key])

    for row, order in enumerate(orders):
        steps = made.operations[row * stages : (row + 1) * stages]
        yield from along(order, (at(step, number) for number, step in enumerate(steps)))
