"""How annealing cools: slowly where a trial has shown that the cost needs time to settle.

A trial cools evenly over a wide range and measures, per step, how the cost varies and how many
changes are kept. Annealing then spends its effort so that it stays equally close to equilibrium
everywhere: at constant thermodynamic speed (P. Salamon, J. Nulton, J. Harland, J. Pedersen,
G. Ruppeiner, L. Liao, "Simulated annealing with constant thermodynamic speed", Computer Physics
Communications 49 (1988)), where time goes in proportion to the deviation of the cost over the
temperature, times the time that the cost needs to forget. For that time stands the share of
changes that are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from planner.domain import FloatArray

# The first temperature as a share of the large rises in cost, and the last as a share of the first.
# Where machines depend on each other most random moves cost far more than any that is worth it, and
# where only the makespan counts hardly any is: what is lost there is not found again.
HOT, COLD = 0.3, 0.0002
APART = (HOT, COLD)
COUPLED = (0.03, 0.003)
COUPLED_MAKESPAN = (0.006, 0.02)
STEPS = 24
# The last part of an annealing only accepts what is no worse, to settle the smallest terms.
DESCENT = 0.06
# The time to forget grows as the share of kept changes falls, to this power.
FORGETTING = 0.5
# Below this share it freezes, and much more time is of no use.
LEAST_KEPT = 0.1
# No step gets less than this share of the mean.
LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cooling:
    """Temperatures (STEPS + 1,), falling, and the shares of the effort spent when each is met."""

    temperatures: FloatArray
    spent: FloatArray

    def at(self, spent: float, begin: float = 0.0) -> float:
        """Return the temperature after a share of an effort that begins at share `begin`."""
        share = spent / (1.0 - DESCENT)
        if share >= 1.0:
            return 0.0
        place = begin + (1.0 - begin) * share
        return exp(float(np.interp(place, self.spent, np.log(self.temperatures))))


class Trial:
    """Measures per step of an even cooling how the cost varies and what share of changes stays."""

    def __init__(self) -> None:
        self.costs: list[list[int]] = [[] for _ in range(STEPS)]
        self.tried = np.zeros(STEPS)
        self.kept = np.zeros(STEPS)

    def note(self, spent: float, cost: int, tried: int, kept: int) -> None:
        """Take down the cost after a share of the trial, and the moves tried and kept for it."""
        if spent < 1.0 - DESCENT:
            step = min(STEPS - 1, int(spent / (1.0 - DESCENT) * STEPS))
            self.costs[step].append(cost)
            self.tried[step] += tried
            self.kept[step] += kept


def measured_cooling(trials: Sequence[Trial], even: Cooling) -> Cooling:
    """Return the cooling at constant thermodynamic speed by trials of workers side by side.

    Costs vary within each trial: how far apart workers settle is no measure of how fast they do.
    `even` if too little was measured.
    """
    if min(len(costs) for trial in trials for costs in trial.costs) < 3:
        return even
    middle = np.sqrt(even.temperatures[1:] * even.temperatures[:-1])
    variance = np.mean([[np.var(costs) for costs in trial.costs] for trial in trials], axis=0)
    tried = np.sum([trial.tried for trial in trials], axis=0)
    kept = np.sum([trial.kept for trial in trials], axis=0)
    share = np.maximum((kept + 1.0) / (tried + 1.0), LEAST_KEPT)
    speed = np.sqrt(variance) / middle / share**FORGETTING
    speed = np.convolve(np.pad(speed, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    speed = np.maximum(speed, LEAST_SHARE * speed.mean() + 1e-12)
    return Cooling(
        temperatures=even.temperatures,
        spent=np.concatenate(([0.0], np.cumsum(speed) / speed.sum())),
    )


def even_cooling(rises: FloatArray, span: tuple[float, float] = APART) -> Cooling:
    """Return the geometric cooling for a scenario where random moves make these rises in cost.

    `span` says how hot it begins, as a share of large rises, and how cold it ends, as a share of
    that.
    """
    share, cold = span
    hot = share * float(np.quantile(rises, 0.9)) if len(rises) else 1.0
    return Cooling(
        temperatures=hot * np.exp(np.linspace(0.0, log(cold), STEPS + 1)),
        spent=np.linspace(0.0, 1.0, STEPS + 1),
    )
