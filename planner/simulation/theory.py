"""Mean waiting times that queueing theory knows exactly: what the simulation is held against.

Times and rates are in one unit of the caller's choice.
"""

from math import exp

import numpy as np

from planner.errors import PlannerError

# Probability that is left out of the embedded chain.
TAIL = 1e-12


def mg1_wait(rate: float, mean: float, second_moment: float) -> float:
    """Return the mean wait in an M/G/1 queue, first come, first served (Pollaczek-Khinchine).

    rate * E[S^2] / (2 (1 - rate E[S])); for M/D/1 the second moment is mean ** 2.

    >>> mg1_wait(0.5, 1.0, 1.0)
    0.5
    """
    load = rate * mean
    if load >= 1:
        raise PlannerError(f"the queue is not stable: load {load:.3f}")
    return rate * second_moment / (2 * (1 - load))


def changeover_wait(rate: float, run: float, changeover: float, families: int) -> float:
    """Return the mean wait, up to the start of the changeover, of orders made one by one.

    Orders come first, served first; each has one of `families` with equal chance, all run `run`
    and every change of family takes `changeover`. Whether two successive orders differ is then
    independent from order to order, with chance 1 - 1 / families, so the queue is M/G/1.
    """
    chance = 1 - 1 / families
    mean = run + chance * changeover
    second = run**2 + 2 * run * chance * changeover + chance * changeover**2
    return mg1_wait(rate, mean, second)


def bulk_wait(rate: float, run: float, least: int, most: int) -> float:
    """Return the mean wait in an M/D^[least, most]/1 queue: minimum batch size (Neuts 1967).

    From the chain of the queue length X at the ends of batches. A batch takes min(X, most) orders
    as soon as X >= least, and runs `run` during which A, Poisson with mean rate * run, arrive. The
    time average of the queue over a cycle, by Little's law, is rate times the mean wait.
    """
    if rate * run >= most:
        raise PlannerError(f"the queue is not stable: load {rate * run / most:.3f}")
    arrivals = _poisson(rate * run)
    chance = _queue_at_ends(arrivals, most)
    found = np.arange(len(chance))
    idle = np.maximum(0, least - found)
    # While it waits for `least`, the queue is X, X + 1, ... for 1 / rate each.
    queued_idle = np.where(idle > 0, (found + least - 1) * idle / 2, 0.0) / rate
    left = np.maximum(0, np.maximum(found, least) - most)
    queued_busy = left * run + rate * run**2 / 2
    cycle = float(chance @ (idle / rate)) + run
    return float(chance @ (queued_idle + queued_busy)) / cycle / rate


def _poisson(mean: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    size = int(mean + 12 * mean**0.5 + 40)
    logs = np.concatenate(([0.0], np.cumsum(np.log(mean / np.arange(1, size)))))
    return np.asarray(np.exp(logs) * exp(-mean), dtype=np.float64)


def _queue_at_ends(
    arrivals: "np.ndarray[tuple[int], np.dtype[np.float64]]", most: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the stationary chances of the queue length when a batch has ended.

    X' = max(0, X - most) + A, whatever the least batch (a wait for it ends with an empty queue).
    """
    size = max(len(arrivals), 50)
    while True:
        chance = np.zeros(size)
        chance[0] = 1.0
        chance = _iterated(chance, arrivals, most)
        if chance[-most:].sum() < TAIL:
            return chance
        size *= 2


def _iterated(
    chance: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    arrivals: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    most: int,
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    size = len(chance)
    rows = np.zeros((size, size))
    for left in range(size):
        upto = min(len(arrivals), size - left)
        rows[left, left : left + upto] = arrivals[:upto]
        rows[left, -1] += 1 - arrivals[:upto].sum()
    step = rows[np.maximum(0, np.arange(size) - most)]
    # Stationary: chance (step - I) = 0, with the last equation replaced by the sum of chances.
    system = step.T - np.eye(size)
    system[-1] = 1.0
    wanted = np.zeros(size)
    wanted[-1] = 1.0
    return np.asarray(np.linalg.solve(system, wanted), dtype=np.float64)
