"""Scenario, arrivals and policy -> the arrays of one simulated run.

The scenario's calendar ends at its horizon and a simulation may not, so its last weeks are
repeated for as long as the work may last.
"""

import numpy as np

from planner.arrays import IMPOSSIBLE, NEVER, NONE, SERIAL, Arrays, ShortArray, arrays_from
from planner.domain import FloatArray, IntArray, Scenario
from planner.errors import PlannerError
from planner.simulation import event_loop as kernels
from planner.simulation.arrivals import Arrivals
from planner.simulation.event_loop import Plant
from planner.simulation.policies import Facts, Kind, PolicyNumbers

MOST_WEEKS = 4


def lay_out(scenario: Scenario, arrivals: Arrivals) -> Plant:
    """Return the plant of `scenario` with `arrivals`, not yet under a policy."""
    if not scenario.machines or not len(arrivals):
        raise PlannerError("a simulation needs a machine and an order")
    arrays = arrays_from(scenario)
    duration = _durations(scenario, arrays)
    lane, lane_of, first_lane = _lanes(arrays, duration[:, :, 0])
    windows = _windows(scenario, arrays, arrivals)
    families = len(scenario.changeovers.families)
    nothing = np.zeros((0, 0), dtype=np.int64)
    return Plant(
        machine=_machines(arrays, windows),
        window=np.concatenate([_with_work(each) for each in windows]),
        minutes=arrays.changeover_minutes,
        duration=duration,
        item=_items(arrays, lane),
        lane_of=lane_of,
        first_lane=first_lane,
        stream=np.stack((arrivals.times, arrivals.items), axis=1),
        rule=np.zeros((families, 4), dtype=np.int64),
        choice=np.zeros(5, dtype=np.int64),
        gauge=_gauge(arrays, duration),
        tuning=np.ones(2),
        order=nothing,
        batch=nothing,
        lane=nothing,
        upcoming=nothing,
        run=nothing,
        inside=np.zeros((0, 0, 0), dtype=np.int64),
        blocked=nothing,
        chosen=np.zeros(0, dtype=np.int64),
        total=np.zeros(0, dtype=np.int64),
    )


def facts_of(scenario: Scenario) -> Facts:
    """Return what a policy may know of `scenario`."""
    return Facts(
        families=scenario.changeovers.families, units_per_minute=scenario.clock.units_per_minute
    )


def under(plant: Plant, rules: PolicyNumbers, stickiness: int, initial: IntArray) -> Plant:
    """Return `plant` under a policy, at its start: empty, set up for `initial` families."""
    count, machines = len(plant.stream), len(plant.machine)
    dimensions = plant.item.shape[1] - kernels.SIZE
    places = min(rules.places, count) if rules.kind == Kind.IN_PLACES else 1
    run = np.zeros((machines, kernels.INSIDE_LOAD + dimensions), dtype=np.int64)
    run[:, kernels.SET_UP] = initial
    run[:, kernels.WINDOW] = plant.machine[:, kernels.FIRST_WINDOW]
    run[:, kernels.IDLE] = 1
    run[:, kernels.FREE_AT] = NEVER
    run[:, kernels.BATCH] = NONE
    lane = np.zeros((len(plant.lane_of), kernels.LOAD + dimensions), dtype=np.int64)
    lane[:, kernels.HEAD] = lane[:, kernels.TAIL] = NONE
    settings = (rules.kind, stickiness, places, rules.flush, rules.patience)
    return plant._replace(
        rule=np.array(rules.families, dtype=np.int64),
        choice=np.array(settings, dtype=np.int64),
        gauge=plant.gauge.copy(),
        tuning=np.array([rules.memory, rules.worth]),
        order=np.full((count, 6), NONE, dtype=np.int64),
        batch=np.zeros((count, 7), dtype=np.int64),
        lane=lane,
        upcoming=np.full((len(rules.families), 2), NONE, dtype=np.int64),
        run=run,
        inside=np.zeros((machines, places, 2), dtype=np.int64),
        blocked=np.full((machines, len(rules.families)), NONE, dtype=np.int64),
        chosen=np.zeros(count, dtype=np.int64),
        total=np.array([0, NEVER, 1, 0, 0, 0], dtype=np.int64),
    )


def _durations(scenario: Scenario, arrays: Arrays) -> ShortArray:
    """Return least and most working units, NONE where an order can never run on the machine."""
    duration = np.stack((arrays.shortest, arrays.longest), axis=2)
    for k, machine in enumerate(scenario.machines):
        too_large = (arrays.size > arrays.capacity[k]).any(axis=1)
        duration[too_large, k, 0] = NONE
        longest = max((end - start for start, end in machine.windows), default=0)
        if not machine.windows or not machine.pausable:
            duration[duration[:, k, 0] > longest, k, 0] = NONE
    return duration


def _lanes(arrays: Arrays, least: ShortArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the lane of each item, the machines of each lane, and each family's first lane."""
    keys = np.concatenate((arrays.family[:, None], least >= 0), axis=1).astype(np.int64)
    lanes, lane = np.unique(keys, axis=0, return_inverse=True)
    families = arrays.changeover_minutes.shape[2]
    first = np.searchsorted(lanes[:, 0], np.arange(families + 1)).astype(np.int64)
    return lane.reshape(-1).astype(np.int64), np.ascontiguousarray(lanes[:, 1:]), first


def _items(arrays: Arrays, lane: IntArray) -> IntArray:
    wanted = np.minimum(arrays.due, arrays.deadline)
    allowance = np.where(wanted < NEVER, wanted - arrays.release, NEVER)
    facts = np.stack((arrays.family, lane, allowance), axis=1)
    return np.concatenate((facts, arrays.size), axis=1)


def _machines(arrays: Arrays, windows: list[IntArray]) -> IntArray:
    counts = np.array([len(each) for each in windows])
    last = np.cumsum(counts)
    table = np.zeros((len(windows), kernels.CAPACITY + arrays.capacity.shape[1]), dtype=np.int64)
    table[:, kernels.PROCESS] = arrays.process
    table[:, kernels.PAUSABLE] = arrays.pausable
    table[:, kernels.GROUP] = arrays.group
    table[:, kernels.FIRST_WINDOW] = last - counts
    table[:, kernels.LAST_WINDOW] = last
    table[:, kernels.OPEN_WORK] = [int((each[:, 1] - each[:, 0]).sum()) for each in windows]
    table[:, kernels.CAPACITY :] = arrays.capacity
    return table


def _with_work(windows: IntArray) -> IntArray:
    lengths = windows[:, 1] - windows[:, 0]
    return np.column_stack((windows, np.cumsum(lengths) - lengths)).astype(np.int64)


def _windows(scenario: Scenario, arrays: Arrays, arrivals: Arrivals) -> list[IntArray]:
    """Return each machine's windows, repeated until all work is done even if it did it alone."""
    change = int(possible_minutes(arrays).max(initial=0))
    longest = np.maximum(arrays.shortest.max(axis=1), 0).astype(np.int64)
    work = int(longest[arrivals.items].sum()) + change * len(arrivals)
    wide = int(longest.max(initial=0)) + change
    return [
        stretched(
            np.array(machine.windows, dtype=np.int64).reshape(-1, 2),
            scenario.horizon,
            7 * 24 * scenario.clock.units_per_hour,
            int(arrivals.times[-1]),
            work if machine.pausable else 2 * work + wide,
        )
        for machine in scenario.machines
    ]


def stretched(windows: IntArray, horizon: int, week: int, last: int, work: int) -> IntArray:
    """Return `windows` of [0, horizon), repeated until `work` units are open after time `last`.

    What is repeated is the last whole weeks, at most four, or everything if there is no week.
    """
    period = week * min(MOST_WEEKS, horizon // week) or horizon
    pattern = windows[windows[:, 1] > horizon - period].copy()
    pattern[:, 0] = np.maximum(pattern[:, 0], horizon - period)
    opened = int((pattern[:, 1] - pattern[:, 0]).sum())
    if not opened:
        return windows
    count = max(0, -(-(last - horizon) // period)) + -(-work // opened) + 1
    shifts = (np.arange(1, count + 1) * period)[:, None, None]
    repeated = (pattern[None] + shifts).reshape(-1, 2)
    return _joined_at_seams(np.concatenate((windows, repeated)), len(windows), len(pattern))


def _joined_at_seams(windows: IntArray, first: int, length: int) -> IntArray:
    """Return `windows` with a window that the repetition cut in two made one again."""
    seams = np.arange(first, len(windows), length)
    cut = np.zeros(len(windows), dtype=bool)
    cut[seams] = windows[seams, 0] == windows[seams - 1, 1]
    begins = np.flatnonzero(~cut)
    ends = np.append(begins[1:], len(windows)) - 1
    return np.column_stack((windows[begins, 0], windows[ends, 1]))


def _gauge(arrays: Arrays, duration: ShortArray) -> FloatArray:
    """Return per family the mean changeover to it, and its run times per batch and per order."""
    families = arrays.changeover_minutes.shape[2]
    gauge = np.zeros((families + 1, 4))
    present = np.unique(arrays.family)
    minutes = possible_minutes(arrays)
    for family in present:
        others = present[present != family]
        if len(others):
            gauge[family, kernels.CHANGING] = minutes[:, others, family].mean()
        own = duration[arrays.family == family, :, 0]
        gauge[family, kernels.TOGETHER : kernels.COUNTED] = _mean_work(own, arrays.process)
    return gauge


def possible_minutes(arrays: Arrays) -> IntArray:
    """Return the minutes of changeovers, 0 for those that never take place: impossible ones."""
    return np.where(arrays.changeover_minutes < IMPOSSIBLE, arrays.changeover_minutes, 0)


def _mean_work(least: ShortArray, process: IntArray) -> tuple[float, float]:
    """Return run time per batch and per order: together in an oven, in turn on a line."""
    serial = process == SERIAL
    able = least >= 0
    count = max(1, int(able.sum()))
    each = least[:, serial][able[:, serial]].sum() / count
    together = least[:, ~serial][able[:, ~serial]].sum() / count
    return float(together), float(each)


def initial_families(scenario: Scenario) -> IntArray:
    """Return what each machine is set up for; one past the families where it is not known."""
    index = scenario.changeovers.index
    unknown = len(index)
    initial = (machine.initial_family for machine in scenario.machines)
    found = [unknown if family is None else index[family] for family in initial]
    return np.array(found, dtype=np.int64)
