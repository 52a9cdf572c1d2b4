"""What it would cost to plan without regard to what machines share.

`python -m benchmarks.sharing moulding` plans a sample as it is, and once more as if every machine
had its own setters, moulds and loaders. The second plan is held against the rules: it is wrong by
the hours in which more is used of a resource than there is. Then its batches stay in their sequence
on their machines and wait for what is short: that is what such a plan comes to on the shop floor.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner import check, read_scenario
from planner.arrays import arrays_from
from planner.domain import Scenario
from planner.kpis import Kpis, measure
from planner.kpis.resources import resource_uses
from planner.planning import plan
from planner.schedule import Schedule
from planner.search.baselines import one_by_one
from planner.search.decoding import decode, encode
from scenarios import SAMPLES, sample_path

HEADER = "| plan | changeover time | tardy orders | unplanned | last batch ends | cost |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How long each plan may take, by how many workers, and the seed of chance."""

    seconds: float
    workers: int
    seed: int


def main(words: Sequence[str] | None = None) -> int:
    """Print the comparison of each sample that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sharing", description=__doc__)
    parser.add_argument("samples", nargs="+", choices=SAMPLES, metavar="SAMPLE")
    parser.add_argument("--seconds", type=float, default=30.0, help="per plan (30)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(words)
    for name in given.samples:
        effort = Effort(seconds=given.seconds, workers=given.workers, seed=given.seed)
        compare(read_scenario(sample_path(name)), effort)
    return 0


def compare(scenario: Scenario, effort: Effort) -> None:
    """Print what a plan of `scenario` comes to, one by one, and without regard to resources."""
    careless = planned(replace(scenario, resources=(), needs=()), effort)
    schedules = {
        "one by one": one_by_one(scenario),
        "without regard, as it says": careless,
        "without regard, as it would be": kept_to(scenario, careless),
        "planned": planned(scenario, effort),
    }
    print(f"{scenario.name}: {effort.seconds:g} s, {effort.workers} workers, seed {effort.seed}\n")
    print(f"{HEADER}\n| --- | --: | --: | --: | --: | --: |")
    for title, schedule in schedules.items():
        print(row(title, measure(scenario, schedule)))
    over = hours_over(scenario, careless)
    print(f"\nwithout regard, more is used than there is for {sum(over.values()):,.1f} hours:")
    for resource, hours in sorted(over.items(), key=lambda item: (-item[1], item[0])):
        print(f"- {resource}: {hours:,.1f} h")
    broken = Counter(violation.rule for violation in check(scenario, careless))
    times = ", ".join(f"{rule} {count} times" for rule, count in broken.items())
    print(f"broken: {times or 'nothing'}")


def planned(scenario: Scenario, effort: Effort) -> Schedule:
    """Return a plan of `scenario`; SystemExit where there is none, or where it breaks a rule."""
    schedule = plan(
        scenario, seconds=effort.seconds, workers=effort.workers, seed=effort.seed
    ).schedule
    if schedule is None:
        raise SystemExit(f"{scenario.name}: no plan in {effort.seconds:g} s")
    if violations := check(scenario, schedule):
        raise SystemExit(f"{scenario.name}: {violations[0]}")
    return schedule


def kept_to(scenario: Scenario, schedule: Schedule) -> Schedule:
    """Return the batches of `schedule` in their sequence, each when `scenario` first allows it.

    What can never be made so stays unplanned: two machines that wait for each other's mould.
    """
    return decode(scenario, arrays_from(scenario), encode(scenario, schedule))


def hours_over(scenario: Scenario, schedule: Schedule) -> Mapping[str, float]:
    """Return for how many hours more is used of which resource than there is.

    One too many for one hour is an hour, two too many are two. What is used after the last batch
    does not count, nor what is used as there is.
    """
    end = max((batch.end for batch in schedule.batches), default=0)
    uses = resource_uses(scenario, schedule)
    found: dict[str, float] = {}
    for resource in scenario.resources:
        steps: Counter[int] = Counter()
        for use in uses:
            if use.resource == resource.name:
                steps[min(use.start, end)] += use.amount
                steps[min(use.end, end)] -= use.amount
        over = _over(steps, dict(resource.levels), end)
        if over:
            found[resource.name] = over / scenario.clock.units_per_hour
    return found


def _over(steps: Mapping[int, int], amounts: Mapping[int, int], end: int) -> int:
    used = amount = over = before = 0
    for moment in sorted({*steps, *amounts, end}):
        over += max(0, used - amount) * (moment - before)
        used += steps.get(moment, 0)
        amount, before = amounts.get(moment, amount), moment
    return over


def row(title: str, kpis: Kpis) -> str:
    """Return the figures of a plan as a row of the table."""
    last = "" if kpis.makespan_hours is None else f"{kpis.makespan_hours:.0f} h"
    cells = (
        title,
        f"{kpis.changeover_hours:.1f} h",
        f"{kpis.tardy_orders} of {kpis.orders}",
        kpis.unplanned,
        last,
        f"{kpis.cost:,}",
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
