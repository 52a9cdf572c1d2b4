"""Tiny builders: a test says what it is about and nothing else.

`scenario(orders=[order()])` with `schedule(batch(start=0, end=60))` is complete: order A of family
red takes 60 minutes on the always open serial machine M, and the batch holds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np

from planner.calendars import Clock, TimeUnit, Window, clip, open_units
from planner.domain import (
    TERMS,
    Changeovers,
    CurrentPlace,
    Dimension,
    Duration,
    Machine,
    Operation,
    Order,
    Pin,
    Process,
    Scenario,
    Weights,
)
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Unplanned

HORIZON = 10_000
FAMILIES = ("blue", "green", "red")

# Minutes, or minutes and cost, from family to family; None is not possible, what is not named is
# nothing.
Table = Mapping[tuple[str, str], int | tuple[int, int] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An order with what its one operation needs."""

    order: Order
    family: str
    duration: Duration
    durations: Mapping[str, Duration] | None
    sizes: tuple[int, ...]
    pin: Pin | None
    current: CurrentPlace | None


def order(
    name: str = "A",
    *,
    family: str = "red",
    minutes: int = 60,
    maximum: int | None = None,
    durations: Mapping[str, int | tuple[int, int | None]] | None = None,
    sizes: Sequence[int] = (),
    pin: Pin | str | None = None,
    current: tuple[str, int] | None = None,
    **fields: Any,
) -> Wanted:
    """Return an order; `fields` are those of `Order` (release, due, deadline, weight, ...).

    It may run on every machine for `minutes` (at most `maximum`), or only on those that
    `durations` names. A `pin` in text names just the machine.
    """
    return Wanted(
        order=Order(name=name, **fields),
        family=family,
        duration=Duration(minutes, maximum),
        durations=None if durations is None else {m: _duration(d) for m, d in durations.items()},
        sizes=tuple(sizes),
        pin=Pin(machine=pin) if isinstance(pin, str) else pin,
        current=None if current is None else CurrentPlace(machine=current[0], position=current[1]),
    )


def machine(
    name: str = "M",
    *,
    process: Process | str = Process.SERIAL,
    capacity: Sequence[int | None] = (),
    initial: str | None = None,
    windows: Iterable[tuple[int, int]] = ((0, HORIZON),),
    pausable: bool = True,
    cost_per_hour: Decimal | int | None = None,
) -> Machine:
    """Return a machine, always open unless `windows` are given."""
    return Machine(
        name=name,
        process=Process(process),
        capacity=tuple(capacity),
        initial_family=initial,
        windows=tuple(Window(start, end) for start, end in windows),
        pausable=pausable,
        cost_per_hour=None if cost_per_hour is None else Decimal(cost_per_hour),
    )


def scenario(
    orders: Iterable[Wanted] = (),
    machines: Iterable[Machine] | None = None,
    changeovers: Table | int | Changeovers | None = None,
    *,
    machine_changeovers: Mapping[str, Table] | None = None,
    horizon: int = HORIZON,
    start: datetime = datetime(2026, 3, 2, 6),  # noqa: DTZ001  (local time, as the clock wants it)
    time_zone: str = "Europe/Berlin",
    time_unit: TimeUnit = "minute",
    **fields: Any,
) -> Scenario:
    """Return a single-stage scenario; `fields` are those of `Scenario` (weights, name, ...).

    `changeovers` is a table, or one number of minutes between any two families. A machine that
    `machine_changeovers` names has a table of its own. Without `dimensions` there are as many as
    the first machine has capacities: pieces, kg, trays.
    """
    wanted = tuple(orders)
    park = tuple(machines) if machines is not None else (machine(),)
    park = tuple(replace(m, windows=clip(m.windows, horizon)) for m in park)
    width = len(park[0].capacity) if park else 0
    names = ("pieces", "kg", "trays")[:width]
    fields.setdefault("dimensions", tuple(Dimension(name=name) for name in names))
    return Scenario(
        orders=tuple(item.order for item in wanted),
        operations=tuple(_operation(item, park) for item in wanted),
        machines=park,
        changeovers=_changeovers(
            wanted,
            {m.initial_family for m in park} | {u.sets_up for u in fields.get("upkeeps", ())},
            changeovers,
            machine_changeovers or {},
        ),
        clock=Clock(start=start, time_zone=time_zone, time_unit=time_unit),
        horizon=horizon,
        **fields,
    )


def batch(
    *placements: str | tuple[str, int, int],
    machine: str = "M",
    family: str = "red",
    start: int | None = None,
    end: int | None = None,
) -> Batch:
    """Return a batch; a placement is (operation, start, end), or a name that fills the batch.

    Without placements it holds operation A; without `start` or `end` it fits its placements.
    """
    timed = [item for item in placements if not isinstance(item, str)]
    first = min((item[1] for item in timed), default=0) if start is None else start
    last = max((item[2] for item in timed), default=first) if end is None else end
    full = [(item, first, last) if isinstance(item, str) else item for item in placements or ("A",)]
    return Batch(
        machine=machine,
        family=family,
        start=first,
        end=last,
        placements=tuple(Placement(operation=name, start=a, end=b) for name, a, b in full),
    )


def schedule(
    *batches: Batch,
    unplanned: Mapping[str, str] | Iterable[str] = (),
    upkeeps: Iterable[tuple[str, str, int, int]] = (),
) -> Schedule:
    """Return a schedule; `unplanned` names operations, with or without reasons.

    An upkeep is (machine, name, start, end).
    """
    reasons = unplanned if isinstance(unplanned, Mapping) else dict.fromkeys(unplanned, "no room")
    return Schedule(
        batches=batches,
        unplanned=tuple(Unplanned(operation=name, reason=why) for name, why in reasons.items()),
        upkeeps=tuple(
            PlannedUpkeep(machine=machine, name=name, start=start, end=end)
            for machine, name, start, end in upkeeps
        ),
    )


def random_scenario(
    rng: np.random.Generator,
    *,
    process: Process | str | None = None,
    pausable: bool | None = None,
    orders: int = 6,
    machines: int = 2,
    pins: bool = True,
    impossible: float = 0.0,
    **fields: Any,
) -> Scenario:
    """Return a small random scenario in which most orders can be planned most of the time.

    Without `process` and `pausable` each machine draws its own. Durations are 0 to 12, windows 25
    to 60 with gaps of 0 (touching) to 15; a share of the changeovers is `impossible`; `fields`
    replace those of `scenario`.
    """
    horizon = 150 + 12 * orders
    width = int(rng.choice([0, 1, 1, 2, 3]))
    park = [
        _random_machine(rng, f"M{k + 1}", horizon, width, process, pausable)
        for k in range(machines)
    ]
    wanted = [_random_order(rng, f"A{k + 1}", horizon, width, park) for k in range(orders)]
    tables = _random_tables(rng, park, impossible)
    given = {
        "orders": wanted,
        "machines": park,
        "changeovers": tables[0],
        "machine_changeovers": tables[1],
        "horizon": horizon,
        "weights": _random_weights(rng),
        **fields,
    }
    made = scenario(**given)
    if not pins:
        return made
    return replace(made, operations=tuple(_maybe_pinned(rng, made, o) for o in made.operations))


def _duration(given: int | tuple[int, int | None]) -> Duration:
    return Duration(*given) if isinstance(given, tuple) else Duration(given)


def _operation(wanted: Wanted, park: Iterable[Machine]) -> Operation:
    durations = wanted.durations
    if durations is None:
        durations = {machine.name: wanted.duration for machine in park}
    return Operation(
        name=wanted.order.name,
        order=wanted.order.name,
        family=wanted.family,
        durations=durations,
        sizes=wanted.sizes,
        pin=wanted.pin,
        current=wanted.current,
    )


def _changeovers(
    wanted: Iterable[Wanted],
    others: Iterable[str | None],
    common: Table | int | Changeovers | None,
    own: Mapping[str, Table],
) -> Changeovers:
    if isinstance(common, Changeovers):
        return common
    tables: list[Table] = [{} if common is None or isinstance(common, int) else common]
    tables += own.values()
    named = {family for table in tables for pair in table for family in pair}
    named |= {item.family for item in wanted}
    named |= {family for family in others if family is not None}
    families = tuple(sorted(named))
    laid_out = np.zeros((2, len(tables), len(families), len(families)), dtype=np.int64)
    if isinstance(common, int):
        laid_out[0, 0] = common * (1 - np.eye(len(families), dtype=np.int64))
    possible = np.ones(laid_out.shape[1:], dtype=np.bool_)
    for group, table in enumerate(tables):
        for (before, after), entry in table.items():
            minutes, cost = entry if isinstance(entry, tuple) else (entry or 0, 0)
            place = (group, families.index(before), families.index(after))
            laid_out[(0, *place)], laid_out[(1, *place)] = minutes, cost
            possible[place] = entry is not None
    return Changeovers(
        families=families,
        minutes=laid_out[0].copy(),
        cost=laid_out[1].copy(),
        groups={name: 1 + k for k, name in enumerate(own)},
        possible=possible,
    )


def _random_machine(
    rng: np.random.Generator,
    name: str,
    horizon: int,
    width: int,
    process: Process | str | None,
    pausable: bool | None,
) -> Machine:
    windows = []
    clock = int(rng.choice([0, 0, 3, 10]))
    while clock < horizon:
        end = clock + int(rng.integers(25, 61))
        windows.append((clock, end))
        clock = end + int(rng.choice([0, 0, 1, 6, 15]))
    return machine(
        name,
        process=process or str(rng.choice(["serial", "parallel", "continuous"])),
        pausable=bool(rng.integers(2)) if pausable is None else pausable,
        capacity=[None if rng.random() < 0.2 else int(rng.integers(6, 13)) for _ in range(width)],
        initial=None if rng.random() < 0.3 else str(rng.choice(FAMILIES)),
        windows=clip([Window(*window) for window in windows], horizon),
        cost_per_hour=int(rng.integers(100)) if rng.random() < 0.5 else None,
    )


def _random_order(
    rng: np.random.Generator, name: str, horizon: int, width: int, park: Sequence[Machine]
) -> Wanted:
    eligible = [m.name for m in park if rng.random() < 0.8] or [park[0].name]
    least = int(rng.integers(0, 3)) if rng.random() < 0.1 else int(rng.integers(2, 13))
    release = int(rng.integers(0, horizon // 3)) if rng.random() < 0.6 else 0
    return order(
        name,
        family=str(rng.choice(FAMILIES)),
        durations={m: _random_duration(rng, least) for m in eligible},
        sizes=[int(size) for size in rng.integers(0, 6, size=width)],
        release=release,
        due=release + int(rng.integers(5, horizon // 2)) if rng.random() < 0.8 else None,
        deadline=release + int(rng.integers(40, horizon)) if rng.random() < 0.25 else None,
        weight=int(rng.integers(0, 6)),
    )


def _random_duration(rng: np.random.Generator, least: int) -> tuple[int, int | None]:
    minimum = least + int(rng.integers(0, 3))
    return minimum, minimum + int(rng.integers(0, 9)) if rng.random() < 0.6 else None


def _random_tables(
    rng: np.random.Generator, park: Sequence[Machine], impossible: float
) -> tuple[Table, dict[str, Table]]:
    """Return the common table and those of machines: asymmetric, the diagonal mostly nothing."""
    diagonal = 0.3 if rng.random() < 0.3 else 0.0

    def table() -> Table:
        return {
            (before, after): None
            if impossible and rng.random() < impossible
            else (int(rng.integers(0, 9)), int(rng.integers(0, 20)))
            for before in FAMILIES
            for after in FAMILIES
            if before != after or rng.random() < diagonal
        }

    return table(), {m.name: table() for m in park if rng.random() < 0.3}


# Unplanned has a penalty of its own, and what is moved counts only against a reference schedule.
NOT_DRAWN = ("moved", "unplanned")


def _random_weights(rng: np.random.Generator) -> Weights:
    drawn = {name: int(rng.integers(0, 12)) for name in TERMS if name not in NOT_DRAWN}
    return Weights(**drawn, unplanned=int(rng.integers(1, 5000)) if rng.random() < 0.15 else None)


def _maybe_pinned(rng: np.random.Generator, made: Scenario, operation: Operation) -> Operation:
    """Return `operation` as it is, or now and then pinned where it could run alone."""
    if rng.random() > 0.12:
        return operation
    name = str(rng.choice(sorted(operation.durations)))
    starts = _starts_alone(made, operation, made.machine[name])
    if not starts:
        return operation
    start = int(rng.choice(starts)) if rng.random() < 0.6 else None
    return replace(operation, pin=Pin(machine=name, start=start))


def _starts_alone(made: Scenario, operation: Operation, on: Machine) -> list[int]:
    """Return some starts at which `operation` keeps every rule as the only batch of `on`."""
    wanted = made.order[operation.order]
    latest = made.horizon if wanted.deadline is None else min(wanted.deadline, made.horizon)
    change = made.changeover(on.name, on.initial_family, operation.family)
    if change is None:
        return []
    ready = change.minutes
    length = operation.durations[on.name].minimum
    fits = _fits_paused if on.pausable else _fits_whole
    return [
        start
        for start in range(wanted.release, latest)
        if fits(on.windows, start, ready, length, latest)
    ]


def _fits_whole(
    windows: Sequence[Window], start: int, ready: int, length: int, latest: int
) -> bool:
    return start + length <= latest and any(
        window.start + ready <= start and start + length <= window.end for window in windows
    )


def _fits_paused(
    windows: Sequence[Window], start: int, ready: int, length: int, latest: int
) -> bool:
    opens = any(window.start <= start < window.end for window in windows)
    return (
        opens
        and open_units(windows, 0, start) >= ready
        and open_units(windows, start, latest) >= length
    )
