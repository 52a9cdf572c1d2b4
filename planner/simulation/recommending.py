"""Which of several policies to run, by the figures that they are compared with."""

from collections.abc import Mapping

from planner.simulation.frontier import Limit
from planner.simulation.laboratory import intervals
from planner.simulation.measures import Measures

# What a policy has to be at least as good in, and better in one, to beat another: late orders,
# cost and lead time, and the orders left undone. All of them are better when lower.
DECIDING = ("tardy_share", "cost", "flow", "unfinished")
Compared = Mapping[str, tuple[Measures, ...]]


def recommended(compared: Compared, limits: Mapping[str, Limit], first: str) -> str:
    """Return the name of the policy to run: `first`, unless another of `compared` beats it.

    No other policy beats what is returned in every deciding figure; one that copes with the
    present rate is never left for one that does not.
    """
    figures = _figures(compared)
    best = first
    while beating := [
        name
        for name in compared
        if beats(figures[name], figures[best])
        and (_copes(limits.get(name)) or not _copes(limits.get(best)))
    ]:
        best = min(beating, key=lambda name: figures[name])
    return best


def beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Return whether `one` is nowhere above `other` and somewhere below.

    >>> beats((1, 2), (1, 3)), beats((1, 2), (1, 2)), beats((0, 4), (1, 3))
    (True, False, False)
    """
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def _figures(compared: Compared) -> dict[str, tuple[float, ...]]:
    """Return the means of the deciding figures that are known of every policy."""
    found = {name: intervals(measures) for name, measures in compared.items()}
    known = [each for each in DECIDING if all(figures[each] for figures in found.values())]
    return {
        name: tuple(mean.mean for each in known if (mean := figures[each]))
        for name, figures in found.items()
    }


def _copes(found: Limit | None) -> bool:
    return found is None or found.factor is None or found.factor >= 1
