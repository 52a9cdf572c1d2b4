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
    rows, places = len(costs), len(costs[0])
    row_price, place_price = [0.0] * rows, [0.0] * (places + 1)
    owner = [-1] * (places + 1)
    for row in range(rows):
        owner[places] = row
        at, reached = places, [False] * (places + 1)
        least, before = [float("inf")] * places, [places] * places
        while owner[at] >= 0:
            reached[at] = True
            current, step, following = owner[at], float("inf"), places
            for place in range(places):
                if reached[place]:
                    continue
                cost = costs[current][place] - row_price[current] - place_price[place]
                if cost < least[place]:
                    least[place], before[place] = cost, at
                if least[place] < step:
                    step, following = least[place], place
            for place in range(places + 1):
                if reached[place]:
                    row_price[owner[place]] += step
                    place_price[place] -= step
                elif place < places:
                    least[place] -= step
            at = following
        while at != places:
            owner[at] = owner[before[at]]
            at = before[at]
    return owner[:places]


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
