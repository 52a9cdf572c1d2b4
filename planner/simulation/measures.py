"""The figures of a simulated run, from what started when."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.arrays import CONTINUOUS, NEVER, NONE, SERIAL
from planner.domain import FloatArray, IntArray, Scenario
from planner.simulation import event_loop as kernels
from planner.simulation.event_loop import Plant


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Figures of one run; hours are elapsed hours, shares go from 0 to 1, unknown is None.

    Counted are the orders after the warm-up that were done. `throughput` is orders per hour from
    their first arrival to the last end; `capacity` is the throughput if the machines did nothing
    but what they did: throughput / (utilisation + changeover share). `utilisation` and
    `changeover_share` are shares of the machines' open time, `place_utilisation` is the share of
    the places (or of the tightest capacity) of ovens and continuous machines that is in use.
    `queue` is the time from arrival to start, `flow` to completion. `fill` is the average batch's
    share of the tightest capacity, or of the policy's largest batch where there is no capacity.
    `cost` is the weighted cost per order, without makespan.
    """

    orders: int
    unfinished: int
    batches: int
    batch_size: float | None
    throughput: float | None
    capacity: float | None
    utilisation: float | None
    changeover_share: float | None
    place_utilisation: float | None
    queue: float | None
    queue_95: float | None
    queue_99: float | None
    flow: float | None
    flow_95: float | None
    flow_99: float | None
    tardy_share: float | None
    fill: float | None
    cost: float | None


def measured(scenario: Scenario, plant: Plant, warm_up: int = 0) -> Measures:
    """Return the figures of a run that has ended; its first `warm_up` orders do not count."""
    done = np.flatnonzero(plant.order[:, kernels.IN_BATCH] != NONE)
    counted = done[done >= warm_up]
    if not len(counted):
        return _nothing(len(plant.order))
    hour = scenario.clock.units_per_hour
    arrived = plant.stream[counted, kernels.TIME]
    start, end = plant.order[counted, kernels.START], plant.order[counted, kernels.END]
    first, last = int(arrived[0]), int(plant.order[done, kernels.END].max())
    batches = plant.batch[: plant.total[kernels.BATCHES]]
    opened = _open_time(plant, first, last)
    working = _share(int(_working(plant, batches, first).sum()), opened)
    batches = batches[batches[:, kernels.BEGIN] >= first]
    changing = _share(int(batches[:, kernels.CHANGE].sum()), opened)
    throughput = _share(len(counted) * hour, last - first)
    queue, flow = _distribution((start - arrived) / hour), _distribution((end - arrived) / hour)
    return Measures(
        orders=len(counted),
        unfinished=len(plant.order) - len(done),
        batches=len(batches),
        batch_size=_share(int(batches[:, kernels.HELD].sum()), len(batches)),
        throughput=throughput,
        capacity=_ratio(throughput, working, changing),
        utilisation=working,
        changeover_share=changing,
        place_utilisation=_place_utilisation(plant, done, first, last),
        queue=queue[0],
        queue_95=queue[1],
        queue_99=queue[2],
        flow=flow[0],
        flow_95=flow[1],
        flow_99=flow[2],
        tardy_share=_tardy_share(plant, counted),
        fill=_fill(plant, done),
        cost=_cost(scenario, plant, counted, batches),
    )


def _nothing(unfinished: int) -> Measures:
    known = ("orders", "unfinished", "batches")
    unknown = dict.fromkeys(name for name in Measures.__slots__ if name not in known)
    return Measures(orders=0, unfinished=unfinished, batches=0, **unknown)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _ratio(throughput: float | None, working: float | None, changing: float | None) -> float | None:
    if throughput is None or working is None or changing is None or not working + changing:
        return None
    return throughput / (working + changing)


def _distribution(hours: FloatArray) -> tuple[float, float, float]:
    """Return mean, 95th and 99th percentile."""
    high, higher = np.percentile(hours, (95, 99))
    return float(hours.mean()), float(high), float(higher)


def _work_at(plant: Plant, machine: int, moments: IntArray) -> IntArray:
    """Return the working units of a machine before each moment."""
    windows = plant.window[
        plant.machine[machine, kernels.FIRST_WINDOW] : plant.machine[machine, kernels.LAST_WINDOW]
    ]
    if not len(windows):
        return np.zeros_like(moments)
    place = np.minimum(
        np.searchsorted(windows[:, kernels.CLOSES], moments, side="right"), len(windows) - 1
    )
    length = windows[place, kernels.CLOSES] - windows[place, kernels.OPENS]
    inside = np.clip(moments - windows[place, kernels.OPENS], 0, length)
    return np.asarray(windows[place, kernels.WORKED] + inside, dtype=np.int64)


def _open_time(plant: Plant, first: int, last: int) -> int:
    return sum(_open_on(plant, k, first, last) for k in range(len(plant.machine)))


def _open_on(plant: Plant, machine: int, first: int, last: int) -> int:
    before, after = _work_at(plant, machine, np.array([first, last], dtype=np.int64)).tolist()
    return int(after - before)


def _working(plant: Plant, batches: IntArray, first: int = 0) -> IntArray:
    """Return the working units of each batch from time `first` on."""
    units = np.zeros(len(batches), dtype=np.int64)
    for k in range(len(plant.machine)):
        own = batches[:, kernels.ON] == k
        began = _work_at(plant, k, np.maximum(batches[own, kernels.BEGIN], first))
        ended = np.maximum(batches[own, kernels.FINISH], first)
        units[own] = _work_at(plant, k, ended) - began
    return units


def _tardy_share(plant: Plant, counted: IntArray) -> float | None:
    allowance = plant.item[plant.stream[counted, kernels.ITEM], kernels.ALLOWANCE]
    wanted = allowance < NEVER
    if not wanted.any():
        return None
    flow = plant.order[counted, kernels.END] - plant.stream[counted, kernels.TIME]
    return float((flow > allowance)[wanted].mean())


def _limits(plant: Plant) -> tuple[npt.NDArray[np.float64], bool]:
    """Return per machine the capacities (infinite where there is none), and whether they count.

    Where no machine has a capacity the one limit is the policy's number of orders.
    """
    capacity = plant.machine[:, kernels.CAPACITY :].astype(float)
    capacity[capacity >= NEVER] = np.inf
    if np.isfinite(capacity).any():
        return capacity, True
    in_places = plant.choice[kernels.POLICY] == kernels.IN_PLACES
    most = plant.choice[kernels.PLACES] if in_places else plant.rule[:, kernels.MOST].max(initial=0)
    return np.full((len(capacity), 1), np.inf if most >= NEVER else float(most)), False


def _sizes(plant: Plant, done: IntArray, by_capacity: bool) -> FloatArray:
    if not by_capacity:
        return np.ones((len(done), 1))
    return plant.item[plant.stream[done, kernels.ITEM], kernels.SIZE :].astype(float)


def _fill(plant: Plant, done: IntArray) -> float | None:
    """Return the mean over batches of the share of the tightest limit that is used.

    On continuous machines the share is averaged over the batch's time.
    """
    limits, by_capacity = _limits(plant)
    if not np.isfinite(limits).any():
        return None
    batch = plant.order[done, kernels.IN_BATCH]
    batches = plant.batch[: plant.total[kernels.BATCHES]]
    on = batches[:, kernels.ON]
    length = np.maximum(batches[:, kernels.FINISH] - batches[:, kernels.BEGIN], 1)
    stay = plant.order[done, kernels.END] - plant.order[done, kernels.START]
    partly = plant.machine[on[batch], kernels.PROCESS] == CONTINUOUS
    share = np.where(partly, stay / length[batch], 1.0)
    sizes = _sizes(plant, done, by_capacity) * share[:, None]
    load = np.stack(
        [np.bincount(batch, weights=column, minlength=len(batches)) for column in sizes.T], axis=1
    )
    filled = np.max(load / limits[on], axis=1)
    known = np.isfinite(limits[on]).any(axis=1)
    return float(filled[known].mean()) if known.any() else None


def _place_utilisation(plant: Plant, done: IntArray, first: int, last: int) -> float | None:
    """Return the share of place-time in use on machines that hold several orders at once."""
    limits, by_capacity = _limits(plant)
    machines = np.flatnonzero(
        (plant.machine[:, kernels.PROCESS] != SERIAL) & np.isfinite(limits).any(axis=1)
    )
    if not len(machines):
        return None
    on = plant.batch[plant.order[done, kernels.IN_BATCH], kernels.ON]
    sizes = _sizes(plant, done, by_capacity)
    used, there = np.zeros(limits.shape[1]), np.zeros(limits.shape[1])
    for k in machines.tolist():
        own = done[on == k]
        # Of orders from the warm-up only the stay after it counts.
        began = _work_at(plant, k, np.maximum(plant.order[own, kernels.START], first))
        stay = _work_at(plant, k, np.maximum(plant.order[own, kernels.END], first)) - began
        finite = np.isfinite(limits[k])
        used[finite] += (sizes[on == k] * stay[:, None]).sum(axis=0)[finite]
        there[finite] += limits[k][finite] * _open_on(plant, k, first, last)
    known = there > 0
    return float((used[known] / there[known]).max()) if known.any() else None


def _cost(scenario: Scenario, plant: Plant, counted: IntArray, batches: IntArray) -> float:
    """Return the weighted cost per counted order, without makespan."""
    weights = scenario.weights
    items = plant.stream[counted, kernels.ITEM]
    weight = np.array([scenario.order[o.order].weight for o in scenario.operations])[items]
    flow = plant.order[counted, kernels.END] - plant.stream[counted, kernels.TIME]
    late = np.maximum(0, flow - plant.item[items, kernels.ALLOWANCE])
    table = np.pad(scenario.changeovers.cost, ((0, 0), (0, 1), (0, 0)))
    group = plant.machine[batches[:, kernels.ON], kernels.GROUP]
    place = (group, batches[:, kernels.FROM_FAMILY], batches[:, kernels.OF_FAMILY])
    total = (
        weights.changeover_minutes * int(batches[:, kernels.CHANGE].sum())
        + weights.changeover_cost * int(table[place].sum())
        + weights.processing_minutes * int(_working(plant, batches).sum())
        + weights.tardiness * int((weight * late).sum())
        + weights.tardy_orders * int(weight[late > 0].sum())
        + weights.flow_time * int((weight * flow).sum())
    )
    return total / len(counted)
