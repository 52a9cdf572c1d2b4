"""Pure changeover sequencing: the asymmetric travelling salesman instances of TSPLIB95.

G. Reinelt, "TSPLIB - a traveling salesman problem library", ORSA Journal on Computing 3 (1991).
"""

import re
from pathlib import Path

from benchmarks.made import CLOCK, always_open, single_stage, table
from planner.domain import Duration, Machine, Order, Scenario, Weights
from planner.errors import ScenarioError

# Lengths of the shortest tours, as the library publishes them.
OPTIMA = {
    "br17": 39,
    "ft53": 6905,
    "ft70": 38673,
    "ftv33": 1286,
    "ftv35": 1473,
    "ftv38": 1530,
    "ftv44": 1613,
    "ftv47": 1776,
    "ftv55": 1608,
    "ftv64": 1839,
    "ftv70": 1950,
    "ftv170": 2755,
    "kro124p": 36230,
    "p43": 5620,
    "rbg323": 1326,
    "rbg358": 1163,
    "rbg403": 2465,
    "rbg443": 2720,
    "ry48p": 14422,
}


def read_atsp(path: Path) -> Scenario:
    """Return the tour at `path` as one serial machine; its cost is the tour's length.

    The first city is two families: the machine starts as one of them, and the closing order has
    the other. After the closing order any changeover takes longer than the horizon, so nothing can
    follow it. Every order takes one unit, which no term counts: equal ends would lose the sequence.
    """
    text = path.read_text(encoding="utf-8")
    distances = _distances(text)
    count = len(distances)
    width = len(str(count))
    cities = tuple(f"city {number:0{width}}" for number in range(1, count + 1))
    # Leaving the first city, and coming back to it; "city 001, back" sorts after "city 001".
    families = (cities[0], f"{cities[0]}, back", *cities[1:])
    horizon = count + sum(max(row[:city] + row[city + 1 :]) for city, row in enumerate(distances))
    orders = tuple(Order(name=name) for name in families[1:])
    return Scenario(
        name=path.name,
        orders=orders,
        operations=tuple(
            single_stage(order, order.name, {"machine": Duration(1)}) for order in orders
        ),
        machines=(
            Machine(name="machine", initial_family=families[0], windows=always_open(horizon)),
        ),
        changeovers=table(families, [_changeovers(distances, horizon + 1)]),
        clock=CLOCK,
        horizon=horizon,
        weights=Weights(changeover_minutes=1),
    )


def _changeovers(distances: list[list[int]], never: int) -> list[list[int]]:
    """Return the matrix with the first city's column again behind it, and a row of `never`."""
    city = [0, 0, *range(1, len(distances))]
    matrix = [[distances[i][j] if i != j else 0 for j in city] for i in city]
    matrix[1] = [never] * len(city)
    matrix[1][1] = 0
    # Nor does a tour of several cities close at once.
    matrix[0][1] = never if len(distances) > 1 else 0
    return matrix


def _distances(text: str) -> list[list[int]]:
    header, section = text.split("EDGE_WEIGHT_SECTION")
    fields = dict(re.findall(r"^\s*(\w+)\s*:\s*(.*?)\s*$", header, flags=re.MULTILINE))
    if fields.get("EDGE_WEIGHT_FORMAT") != "FULL_MATRIX":
        raise ScenarioError(
            f"edge weights as {fields.get('EDGE_WEIGHT_FORMAT')}, not a full matrix"
        )
    count = int(fields["DIMENSION"])
    numbers = [int(word) for word in section.replace("EOF", "").split()]
    if len(numbers) != count * count:
        raise ScenarioError(f"{len(numbers)} distances, not {count} times {count}")
    return [numbers[row * count : (row + 1) * count] for row in range(count)]
