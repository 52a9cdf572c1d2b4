"""How full batches are, against the tightest capacity of their machine."""

from collections.abc import Iterable, Iterator

from planner.domain import Process, Scenario
from planner.schedule import Batch

Step = tuple[int, float]


def share_of(scenario: Scenario, batch: Batch) -> float | None:
    """Return the largest share of a capacity that `batch` ever takes; None without a capacity."""
    if scenario.machine[batch.machine].process == Process.CONTINUOUS:
        return max((share for _, share in load_profile(scenario, batch)), default=None)
    return _tightest(scenario, batch.machine, _sizes(scenario, batch.operations))


def load_text(scenario: Scenario, batch: Batch) -> str:
    """Return the load against each capacity in words, such as `820 of 1000 kg`."""
    machine = scenario.machine[batch.machine]
    if all(capacity is None for capacity in machine.capacity):
        return ""
    sizes = _most_at_once(scenario, batch)
    parts = [
        f"{dimension.shown(size)} of {dimension.shown(capacity)} {dimension.name}"
        for dimension, size, capacity in zip(
            scenario.dimensions, sizes, machine.capacity, strict=True
        )
        if capacity is not None
    ]
    most = "at most " if parts and machine.process == Process.CONTINUOUS else ""
    return most + ", ".join(parts)


def load_profile(scenario: Scenario, batch: Batch) -> tuple[Step, ...]:
    """Return from when on which share of the tightest capacity is taken, and the end with 0."""
    if not any(scenario.machine[batch.machine].capacity):
        return ()
    steps = (
        (moment, _tightest(scenario, batch.machine, sizes) or 0.0)
        for moment, sizes in _levels(scenario, batch)
    )
    return tuple(steps)


def _most_at_once(scenario: Scenario, batch: Batch) -> tuple[int, ...]:
    if scenario.machine[batch.machine].process != Process.CONTINUOUS:
        return _sizes(scenario, batch.operations)
    levels = [sizes for _, sizes in _levels(scenario, batch)]
    return tuple(max(column) for column in zip(*levels, strict=True))


def _levels(scenario: Scenario, batch: Batch) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the load in each dimension from each moment on at which it changes."""
    changes: dict[int, list[int]] = {}
    for placement in batch.placements:
        sizes = scenario.operation[placement.operation].sizes
        for moment, sign in ((placement.start, 1), (placement.end, -1)):
            change = changes.setdefault(moment, [0] * len(sizes))
            for place, size in enumerate(sizes):
                change[place] += sign * size
    level = [0] * len(scenario.dimensions)
    for moment in sorted(changes):
        level = [have + more for have, more in zip(level, changes[moment], strict=True)]
        yield moment, tuple(level)


def _sizes(scenario: Scenario, operations: Iterable[str]) -> tuple[int, ...]:
    rows = [scenario.operation[name].sizes for name in operations]
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _tightest(scenario: Scenario, machine: str, sizes: tuple[int, ...]) -> float | None:
    capacities = scenario.machine[machine].capacity
    shares = [size / capacity for size, capacity in zip(sizes, capacities, strict=True) if capacity]
    return max(shares, default=None)
