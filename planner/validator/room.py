"""Where an operation alone could go: a relaxation in which machines are otherwise empty.

What has no room here has none in any schedule: other operations only take time away, and the
changeover counted is the shortest that any schedule could have before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.domain import BoolArray, IntArray, Machine, Scenario, reachable

NOT_ELIGIBLE = -1
LATER_THAN_ALL = 2**60


class MachineDemands(NamedTuple):
    """Operations on one machine, one entry each; times in units from the start."""

    length: IntArray  # working units at least, NOT_ELIGIBLE where the machine may not make it
    changeover: IntArray  # working units before it, at least; LATER_THAN_ALL where there is no way
    release: IntArray
    latest: IntArray  # last allowed completion
    start: IntArray  # pinned start, or -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """The operations of a scenario as columns, in their order."""

    family: IntArray
    release: IntArray
    latest: IntArray
    pinned_machine: IntArray
    pinned_start: IntArray
    size: IntArray
    mapping: IntArray  # which of `durations` an operation has
    durations: tuple[Mapping[str, tuple[int, int | None]], ...]


def demands_of(scenario: Scenario) -> Demands:
    """Return the operations of `scenario` as columns; a deadline never lies after the horizon."""
    operations = scenario.operations
    orders = [scenario.order[item.order] for item in operations]
    machines = {machine.name: k for k, machine in enumerate(scenario.machines)}
    families = scenario.changeovers.index
    horizon = scenario.horizon
    # Orders share their duration mappings; each is looked at once.
    shared = {id(item.durations): item.durations for item in operations}
    place = {key: k for k, key in enumerate(shared)}
    pins = [item.pin for item in operations]
    return Demands(
        family=_ints([families[item.family] for item in operations]),
        release=_ints([order.release for order in orders]),
        latest=_ints([horizon if o.deadline is None else min(o.deadline, horizon) for o in orders]),
        pinned_machine=_ints([machines.get(pin.machine, -2) if pin else -1 for pin in pins]),
        pinned_start=_ints([-1 if p is None or p.start is None else p.start for p in pins]),
        size=_ints([item.sizes for item in operations]).reshape(
            len(operations), len(scenario.dimensions)
        ),
        mapping=_ints([place[id(item.durations)] for item in operations]),
        durations=tuple(shared.values()),
    )


def _ints(values: Sequence[object]) -> IntArray:
    return np.array(values, dtype=np.int64)


def has_room(scenario: Scenario, demands: Demands, rows: IntArray, test: "Test") -> BoolArray:
    """Return for each operation in `rows` whether any machine passes `test` for it."""
    left = np.ones(rows.size, dtype=np.bool_)
    shortest = _shortest_changeovers(scenario, demands)
    for number, machine in enumerate(scenario.machines):
        if not left.any():
            break
        asked = _asked(demands, rows[left], number, machine, shortest(machine))
        fits = asked.length != NOT_ELIGIBLE
        fits &= test(machine, asked, demands.size[rows[left]])
        left[np.flatnonzero(left)[fits]] = False
    return ~left


Test = Callable[[Machine, MachineDemands, IntArray], BoolArray]


def _asked(
    demands: Demands, rows: IntArray, number: int, machine: Machine, changeover: IntArray
) -> MachineDemands:
    name = machine.name
    wanted, places = np.unique(demands.mapping[rows], return_inverse=True)
    lengths = [demands.durations[k].get(name, (NOT_ELIGIBLE, None))[0] for k in wanted]
    length = _ints(lengths)[places] if lengths else np.zeros(0, dtype=np.int64)
    pinned = demands.pinned_machine[rows]
    return MachineDemands(
        length=np.where((pinned == -1) | (pinned == number), length, NOT_ELIGIBLE),
        changeover=changeover[demands.family[rows]],
        release=demands.release[rows],
        latest=demands.latest[rows],
        start=demands.pinned_start[rows],
    )


def _shortest_changeovers(scenario: Scenario, demands: Demands) -> Callable[[Machine], IntArray]:
    """Return the least changeover into each family, by machine.

    Before an operation comes a batch of any family that orders have, of its own only if there is
    another operation of that family; or the machine is still set up for its initial family.
    Or it comes after upkeep that sets the machine up. Families that a machine can never be set up
    for are LATER_THAN_ALL.
    """
    table = scenario.changeovers
    count = np.bincount(demands.family, minlength=len(table.families))
    alone = np.diag(count == 1)
    usable = (count > 0)[:, None] & ~alone & table.possible
    after_any = [
        np.where(may, minutes, LATER_THAN_ALL).min(axis=0, initial=LATER_THAN_ALL)
        for may, minutes in zip(usable, table.minutes, strict=True)
    ]
    row = table.index
    all_possible = table.all_possible

    def of(machine: Machine) -> IntArray:
        if machine.initial_family is None:
            return np.zeros(len(table.families), dtype=np.int64)
        group = table.groups.get(machine.name, 0)
        upkeeps = [upkeep.sets_up for upkeep in scenario.upkeeps_of(machine.name)]
        others = [row[name] for name in (machine.initial_family, *upkeeps) if name is not None]
        may, minutes = table.possible[group], table.minutes[group]
        first = np.where(may[others], minutes[others], LATER_THAN_ALL).min(axis=0)
        shortest: IntArray = np.minimum(after_any[group], first)
        if all_possible:
            return shortest
        made = families_made(demands, machine.name, len(table.families))
        reached = reachable(may & made, may[others].any(axis=0) & made)
        return np.where(reached, shortest, LATER_THAN_ALL)

    return of


def families_made(demands: Demands, machine: str, count: int) -> BoolArray:
    """Return which of `count` families `machine` may make operations of."""
    able = np.array([machine in durations for durations in demands.durations])
    made = np.zeros(count, dtype=np.bool_)
    made[demands.family[able[demands.mapping]]] = True
    return made


def may_make(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where the machine is eligible."""
    eligible: BoolArray = asked.length != NOT_ELIGIBLE
    return eligible


def holds(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where the machine also has the capacity."""
    limits = [LATER_THAN_ALL if limit is None else limit for limit in machine.capacity]
    return np.all(size <= _ints(limits), axis=1) if limits else may_make(machine, asked, size)


def can_be_set_up(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where the machine can also be changed over to its family, over others if need be."""
    able: BoolArray = holds(machine, asked, size) & (asked.changeover < LATER_THAN_ALL)
    return able


def is_open_long_enough(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where the machine is also open for long enough, at any time."""
    never = np.full(asked.latest.size, LATER_THAN_ALL)
    anytime = asked._replace(release=np.zeros_like(asked.release), latest=never)
    return holds(machine, asked, size) & _fits(machine, anytime)


def has_time_after_release(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where there is also time after the release."""
    never = np.full(asked.latest.size, LATER_THAN_ALL)
    return holds(machine, asked, size) & _fits(machine, asked._replace(latest=never))


def has_time_before_deadline(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where there is also time before the deadline and the horizon."""
    return holds(machine, asked, size) & _fits(machine, asked)


def has_time_at_pin(machine: Machine, asked: MachineDemands, size: IntArray) -> BoolArray:
    """Return where it also fits at its pinned start, if it has one."""
    free = asked.start < 0
    fits = np.where(free, _fits(machine, asked), _fits_at_start(machine, asked))
    return holds(machine, asked, size) & fits


def _fits(machine: Machine, asked: MachineDemands) -> BoolArray:
    if not machine.windows:
        return np.zeros(asked.length.size, dtype=np.bool_)
    return _fits_pausing(machine, asked) if machine.pausable else _fits_window(machine, asked)


def _fits_pausing(machine: Machine, asked: MachineDemands) -> BoolArray:
    """Return where the earliest completion is early enough: work goes on after each pause."""
    before = _open_before(machine, asked.release)
    work = np.maximum(before, asked.changeover) + asked.length
    end = np.where(work <= before, asked.release, _when_done(machine, work))
    fits: BoolArray = (end <= asked.latest) & (end < LATER_THAN_ALL)
    return fits


def _fits_window(machine: Machine, asked: MachineDemands) -> BoolArray:
    """Return where some window holds the changeover and the operation.

    In the last window that opens before release - changeover it starts at its release; in all
    later ones as soon as the changeover is done, and the longest of those in time decides.
    """
    starts, ends = _edges(machine)
    first = np.searchsorted(starts, asked.release - asked.changeover, side="left")
    end = asked.release + asked.length
    early = (first > 0) & (end <= ends[np.maximum(first - 1, 0)]) & (end <= asked.latest)
    needed = asked.changeover + asked.length
    last = np.searchsorted(starts, asked.latest - needed, side="right")
    fits: BoolArray = early | (_longest_between(ends - starts, first, last) >= needed)
    return fits


def _longest_between(lengths: IntArray, first: IntArray, last: IntArray) -> IntArray:
    """Return the maximum of `lengths[first:last]` of each pair, -1 where that is empty.

    Maxima over all spans of 1, 2, 4, ... entries; any span is the union of two of those.
    """
    levels = [lengths]
    while 2 ** len(levels) <= lengths.size:
        half = 2 ** (len(levels) - 1)
        levels.append(np.maximum(levels[-1][:-half], levels[-1][half:]))
    count = last - first
    longest = np.full(first.size, -1, dtype=np.int64)
    level_of = np.frexp(np.maximum(count, 1).astype(np.float64))[1] - 1
    for level, maxima in enumerate(levels):
        here = np.flatnonzero((count > 0) & (level_of == level))
        second = last[here] - 2**level
        longest[here] = np.maximum(maxima[first[here]], maxima[second])
    return longest


def _fits_at_start(machine: Machine, asked: MachineDemands) -> BoolArray:
    if not machine.windows:
        return np.zeros(asked.length.size, dtype=np.bool_)
    starts, ends = _edges(machine)
    begin = asked.start
    if machine.pausable:
        window = np.searchsorted(starts, begin, side="right") - 1
        is_open = (window >= 0) & (begin < ends[np.maximum(window, 0)])
        done = _open_before(machine, begin)
        end = np.where(asked.length > 0, _when_done(machine, done + asked.length), begin)
        fits = (is_open | (asked.length == 0)) & (done >= asked.changeover)
    else:
        window = np.searchsorted(starts, begin - asked.changeover, side="right") - 1
        end = begin + asked.length
        fits = (window >= 0) & (end <= ends[np.maximum(window, 0)])
    in_time: BoolArray = fits & (begin >= asked.release) & (end <= asked.latest)
    return in_time


def _edges(machine: Machine) -> tuple[IntArray, IntArray]:
    table = _ints(machine.windows)
    return table[:, 0], table[:, 1]


def _open_before(machine: Machine, times: IntArray) -> IntArray:
    """Return the working units before each time."""
    starts, ends = _edges(machine)
    before = np.concatenate(([0], np.cumsum(ends - starts)))
    window = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    inside = np.clip(np.minimum(times, ends[window]) - starts[window], 0, None)
    return before[window] + inside


def _when_done(machine: Machine, work: IntArray) -> IntArray:
    """Return when so many working units are over; LATER_THAN_ALL where there are not so many."""
    starts, ends = _edges(machine)
    over = np.cumsum(ends - starts)
    window = np.searchsorted(over, work, side="left")
    inside = np.minimum(window, starts.size - 1)
    end = ends[inside] - (over[inside] - work)
    return np.where(window < starts.size, end, LATER_THAN_ALL)
