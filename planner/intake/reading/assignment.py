"""The best whole: one meaning to one column, so that all together are likeliest."""

from collections.abc import Mapping, Sequence

Gains = Sequence[
    Mapping[str, float]
]  # for each column, what each meaning gains over meaning nothing


def assigned(gains: Gains) -> dict[int, str]:
    """Return the meaning of each column that has one; the sum of all gains is the greatest.

    No two columns have one meaning, and no column has a meaning that gains nothing. The Hungarian
    method by shortest augmenting paths: H. W. Kuhn, Naval Research Logistics 2, 1955.

    >>> assigned([{"due": 3.0, "release": 2.0}, {"due": 2.5}])
    {0: 'release', 1: 'due'}
    """
    meanings = sorted({name for gain in gains for name, points in gain.items() if points > 0})
    columns = [place for place, gain in enumerate(gains) if any(p > 0 for p in gain.values())]
    if not meanings:
        return {}
    # Behind the columns stand as many that mean nothing, one for each meaning that finds none.
    costs = [
        [-max(0.0, gains[place].get(name, 0.0)) for place in columns] + [0.0] * len(meanings)
        for name in meanings
    ]
    owner = _matched(costs)
    found = {
        columns[at]: meanings[row]
        for at, row in enumerate(owner[: len(columns)])
        if row >= 0 and gains[columns[at]].get(meanings[row], 0.0) > 0
    }
    return dict(sorted(found.items()))


def _matched(costs: Sequence[Sequence[float]]) -> list[int]:
    """Return, for each place, the row it is given to (-1: none), at least cost in all."""
    search = _Assigning(costs)
    for row in range(len(costs)):
        search.place(row)
    return search.owner[:-1]


class _Assigning:
    """Rows given to places one after the other, each by the cheapest chain of exchanges.

    The last place stands for the row that is being placed.
    """

    def __init__(self, costs: Sequence[Sequence[float]]) -> None:
        self._costs, self._places = costs, len(costs[0])
        self._row_price = [0.0] * len(costs)
        self._place_price = [0.0] * (self._places + 1)
        self.owner = [-1] * (self._places + 1)

    def place(self, row: int) -> None:
        """Give `row` a place, moving others where that is cheapest."""
        self.owner[self._places] = row
        at, reached = self._places, [False] * (self._places + 1)
        least, before = [float("inf")] * self._places, [self._places] * self._places
        while self.owner[at] >= 0:
            reached[at] = True
            self._look(at, reached, least, before)
            following = min(
                (p for p in range(self._places) if not reached[p]), key=lambda p: least[p]
            )
            self._raise(least[following], reached, least)
            at = following
        while at != self._places:
            self.owner[at] = self.owner[before[at]]
            at = before[at]

    def _look(
        self, at: int, reached: Sequence[bool], least: list[float], before: list[int]
    ) -> None:
        """Note which places are cheaper to reach from the row at `at`."""
        row = self.owner[at]
        for place in range(self._places):
            if reached[place]:
                continue
            cost = self._costs[row][place] - self._row_price[row] - self._place_price[place]
            if cost < least[place]:
                least[place], before[place] = cost, at

    def _raise(self, step: float, reached: Sequence[bool], least: list[float]) -> None:
        for place in range(self._places + 1):
            if reached[place]:
                self._row_price[self.owner[place]] += step
                self._place_price[place] -= step
            elif place < self._places:
                least[place] -= step


def margin(gains: Gains, found: Mapping[int, str], column: int) -> float:
    """Return how much the whole loses where `column` has another meaning, or none.

    Looked for among its other meanings, free or exchanged with their column, and the other columns
    for its own meaning.
    """
    own = found[column]
    gain = gains[column][own]
    holder = {name: place for place, name in found.items()}
    losses = [gain]
    for name, points in gains[column].items():
        other = holder.get(name)
        if name == own or points <= 0:
            continue
        if other is None:
            losses.append(gain - points)
        else:
            held = gains[other][name]
            losses.append(gain + held - points - max(0.0, gains[other].get(own, 0.0)))
    for place, points in ((p, g.get(own, 0.0)) for p, g in enumerate(gains) if p != column):
        if points > 0:
            kept = gains[place][found[place]] if place in found else 0.0
            losses.append(gain + kept - points - _next_best(gains[column], own, holder))
    return min(losses)


def _next_best(gains: Mapping[str, float], own: str, holder: Mapping[str, int]) -> float:
    free = [p for name, p in gains.items() if name != own and name not in holder]
    return max([0.0, *free])
