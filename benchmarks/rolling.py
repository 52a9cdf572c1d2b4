"""What calm costs: a plan that is worked by and planned again, day after day.

`python -m benchmarks.rolling` plans a sample, and then lets days go by. What really happens is by a
seed: work takes longer or shorter than planned, a machine breaks down, a rush order comes.
Every morning the plan goes on from what has happened, by each way of planning again. At the end it
shows what the days cost as they really were, how many orders were late, and how much was moved each
morning. `--weights` instead lets one morning be planned again with many weights of moving: the
frontier between calm and cheap. The processor time is told too: it says how much searching the
seconds were worth.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import mean
from time import process_time

import numpy as np

from planner import read_scenario
from planner.calendars import open_parts
from planner.changes import (
    AddOrder,
    Calmness,
    CloseMachine,
    PlanChange,
    Replanned,
    replan,
    scenario_after,
)
from planner.domain import Machine, Process, Scenario
from planner.kpis import Kpis, measure
from planner.planning import plan
from planner.schedule import Actual, Batch, Placement, Schedule, Unplanned
from scenarios import sample_path

SAMPLES = ("denim", "enamel")
# Work takes as long as planned times a number around 1: lognormal with this deviation.
SPREAD = 0.15
BREAKDOWN_SHARE = 0.5  # of the mornings
BREAKDOWN_HOURS = 4
DUE_HOURS = 36  # of a rush order
FREEZE_HOURS = 4.0
# Weights of moving, as shares of what the plan costs per operation.
SHARES = (0.0, 0.03, 0.1, 1 / 3, 1.0, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A plan at some moment: what is still to be made, and what has happened to what was."""

    scenario: Scenario
    schedule: Schedule
    now: int = 0


@dataclass(slots=True, kw_only=True)
class Days:
    """What really happened in the days of one run, and how much each morning moved."""

    happened: dict[str, Actual] = field(default_factory=dict)
    added: list[AddOrder] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)


def lived(start: Shop, calmness: Calmness, days: int, seed: int, seconds: float) -> Days:
    """Return what the days were like when every morning is planned again so."""
    told, shop = Days(), start
    day = 24 * start.scenario.clock.units_per_hour
    for number in range(1, days + 1):
        rng = np.random.default_rng([seed, number])
        now = shop.now + day
        happening = _happening(shop, rng, now)
        events = list(_events(start.scenario, shop, happening, now, [seed, number]))
        told.happened |= {actual.operation: actual for actual in happening}
        made = _again(shop, happening, now, events, calmness, seconds)
        told.added += [event for event in events if isinstance(event, AddOrder)]
        told.moved.append(made.moved)
        shop = Shop(scenario=made.scenario, schedule=made.schedule, now=now)
    # What is left happens as planned.
    for batch in shop.schedule.batches:
        for placed in batch.placements:
            told.happened[placed.operation] = _as_planned(told, batch, placed)
    return told


def _again(
    shop: Shop,
    happening: Sequence[Actual],
    now: int,
    events: Sequence[PlanChange],
    calmness: Calmness,
    seconds: float,
) -> Replanned:
    return replan(
        shop.scenario,
        shop.schedule,
        happening,
        now=now,
        freeze_hours=FREEZE_HOURS,
        seconds=seconds,
        changes=events,
        calmness=calmness,
    )


def _as_planned(told: Days, batch: Batch, placed: Placement) -> Actual:
    begun = told.happened.get(placed.operation)
    return Actual(
        operation=placed.operation,
        machine=batch.machine,
        begun=placed.start if begun is None else begun.begun,
        ended=placed.end,
    )


def _events(
    first: Scenario, shop: Shop, happening: Iterable[Actual], now: int, seed: Sequence[int]
) -> Iterable[PlanChange]:
    """Yield what the morning brings: perhaps a breakdown, and every other day a rush order.

    `seed` is of the course of days, and the number of the morning.
    """
    rng = np.random.default_rng([*seed, 1])
    hour = first.clock.units_per_hour
    broken, like = str(rng.choice(list(first.machine))), rng.random()
    if rng.random() < BREAKDOWN_SHARE:
        yield CloseMachine(machine=broken, start=now, end=now + BREAKDOWN_HOURS * hour)
    begun = {shop.scenario.operation[actual.operation].order for actual in happening}
    left = [name for name in shop.scenario.order if name not in begun]
    if seed[-1] % 2 and left:
        whose, due = left[int(like * len(left))], now + DUE_HOURS * hour
        yield AddOrder(order=f"RUSH-{seed[-1]}", like=whose, due=due, release=now, priority=3)


def _happening(shop: Shop, rng: np.random.Generator, now: int) -> list[Actual]:
    """Return what happens between the last morning and `now`, with times by chance."""
    found: dict[str, Actual] = {}
    free: dict[str, int] = {}
    for batch in sorted(shop.schedule.batches, key=lambda batch: (batch.start, batch.machine)):
        machine = shop.scenario.machine[batch.machine]
        made = _made(shop, machine, batch, rng, free.get(batch.machine, 0), found)
        begun = [actual for actual in made if actual.begun < now]
        for actual in begun:
            is_over = actual.ended is not None and actual.ended <= now
            found[actual.operation] = actual if is_over else replace(actual, ended=None)
        # What has not begun by now holds back all behind it.
        ends = [actual.ended or now for actual in made]
        free[batch.machine] = max(ends) if len(begun) == len(made) else shop.scenario.horizon
    return list(found.values())


def _made(
    shop: Shop,
    machine: Machine,
    batch: Batch,
    rng: np.random.Generator,
    free: int,
    found: Mapping[str, Actual],
) -> list[Actual]:
    """Return when the operations of a batch really begin and end."""
    made: list[Actual] = []
    together = float(rng.lognormal(0.0, SPREAD))
    ready = max(free, *(_ready(shop, found, name) for name in batch.operations))
    for placed in batch.placements:
        factor = float(rng.lognormal(0.0, SPREAD))
        if machine.process == Process.PARALLEL:
            begun, factor = max(batch.start, ready), together
        elif machine.process == Process.SERIAL and made:
            begun = max(placed.start, made[-1].ended or 0, _ready(shop, found, placed.operation))
        else:
            begun = max(placed.start, free, _ready(shop, found, placed.operation))
        units = max(1, round(factor * _worked(machine, placed)))
        end = _end(machine, begun, units)
        made.append(
            Actual(operation=placed.operation, machine=machine.name, begun=begun, ended=end)
        )
    return made


def _ready(shop: Shop, found: Mapping[str, Actual], name: str) -> int:
    """Return when what comes before an operation on its route has really ended."""
    moment = shop.now
    for link in shop.scenario.operation[name].after:
        ended = found[link.operation].ended if link.operation in found else None
        moment = max(moment, shop.scenario.horizon if ended is None else ended + link.least_wait)
    return moment


def _worked(machine: Machine, placed: Placement) -> int:
    parts = open_parts(machine.windows, placed.start, placed.end)
    return sum(end - start for start, end in parts) or placed.end - placed.start


def _end(machine: Machine, begun: int, units: int) -> int:
    """Return when work that began then is done, in open time where the machine may pause."""
    if not machine.pausable:
        return begun + units
    for start, end in open_parts(machine.windows, begun, machine.windows[-1].end):
        if units <= end - start:
            return start + units
        units -= end - start
    return max(begun, machine.windows[-1].end) + units


def real_schedule(first: Scenario, told: Days) -> tuple[Scenario, Schedule]:
    """Return what really happened as a schedule, and the scenario of all orders that there were."""
    scenario = scenario_after(first, told.added, Schedule())
    lanes: dict[str, list[Actual]] = {}
    for actual in told.happened.values():
        lanes.setdefault(actual.machine, []).append(actual)
    batches: list[Batch] = []
    for machine, actuals in lanes.items():
        for actual in sorted(actuals, key=lambda a: (a.begun, a.operation)):
            _take(scenario, batches, machine, actual)
    made = {name for batch in batches for name in batch.operations}
    left = (name for name in scenario.operation if name not in made)
    return scenario, Schedule(
        batches=tuple(batches),
        unplanned=tuple(Unplanned(operation=name, reason="not made") for name in left),
    )


def _take(scenario: Scenario, batches: list[Batch], machine: str, actual: Actual) -> None:
    end = actual.begun if actual.ended is None else actual.ended
    placed = Placement(operation=actual.operation, start=actual.begun, end=end)
    family = scenario.operation[actual.operation].family
    last = batches[-1] if batches else None
    if last is not None and (last.machine, last.family) == (machine, family):
        batches[-1] = replace(last, end=max(last.end, end), placements=(*last.placements, placed))
        return
    batches.append(
        Batch(machine=machine, family=family, start=actual.begun, end=end, placements=(placed,))
    )


# What is shown.


def first_plan(name: str, seconds: float) -> Shop:
    """Return a sample with a plan of so many seconds."""
    scenario = read_scenario(sample_path(name))
    schedule = plan(scenario, seconds=seconds, workers=1, seed=1).schedule
    if schedule is None:
        raise SystemExit(f"{name}: no plan in {seconds:g} s")
    return Shop(scenario=scenario, schedule=schedule)


def compare(name: str, days: int, seeds: int, seconds: float) -> None:
    """Print what the days cost by each way of planning again."""
    start = first_plan(name, seconds)
    print(f"{name}: {days} mornings, {seeds} seeds, {seconds:g} s each")
    print(
        f"{'':14}{'cost':>12}{'late':>8}{'hours late':>12}{'changeover h':>14}{'moved':>8}"
        f"{'CPU s':>8}"
    )
    for calmness in Calmness:
        began = process_time()
        runs = [lived(start, calmness, days, seed, seconds) for seed in range(seeds)]
        kpis = [_measured(start.scenario, run) for run in runs]
        moved = mean(count for run in runs for count in run.moved)
        print(
            f"{calmness.value:14}{mean(k.cost for k in kpis):>12,.0f}"
            f"{mean(k.tardy_orders or 0 for k in kpis):>8.1f}"
            f"{mean(k.tardiness_hours or 0.0 for k in kpis):>12.1f}"
            f"{mean(k.changeover_hours for k in kpis):>14.1f}{moved:>8.1f}"
            f"{(process_time() - began) / (days * seeds):>8.1f}"
        )


def _measured(first: Scenario, run: Days) -> Kpis:
    return measure(*real_schedule(first, run))


def frontier(name: str, seconds: float) -> None:
    """Print one morning planned again with many weights of moving."""
    start = first_plan(name, seconds)
    rng = np.random.default_rng([0, 1])
    now = 24 * start.scenario.clock.units_per_hour
    happening = _happening(start, rng, now)
    events = tuple(_events(start.scenario, start, happening, now, [0, 1]))
    usual = measure(start.scenario, start.schedule).cost / len(start.scenario.operations)
    print(f"{name}: one morning, {seconds:g} s for each weight")
    print(f"{'weight':>10}{'share':>8}{'cost':>12}{'moved':>8}{'CPU s':>8}")
    for share in SHARES:
        began = process_time()
        made = replan(
            start.scenario,
            start.schedule,
            happening,
            now=now,
            freeze_hours=FREEZE_HOURS,
            seconds=seconds,
            changes=events,
            calmness=Calmness.BALANCED if share else Calmness.SCRATCH,
            moved_weight=round(share * usual),
        )
        print(
            f"{round(share * usual):>10,}{share:>8.2f}{made.cost:>12,}{made.moved:>8}"
            f"{process_time() - began:>8.1f}"
        )


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--samples", nargs="+", default=list(SAMPLES), metavar="NAME")
    add("--days", type=int, default=5, metavar="N", help="mornings (5)")
    add("--seeds", type=int, default=3, metavar="N", help="courses of the same days (3)")
    add("--seconds", type=float, default=10.0, metavar="S", help="per morning (10)")
    add("--weights", action="store_true", help="one morning with many weights instead")
    options = parser.parse_args()
    for name in options.samples:
        if options.weights:
            frontier(name, options.seconds)
        else:
            compare(name, options.days, options.seeds, options.seconds)


if __name__ == "__main__":
    main()
