"""Divides the effort of one planning run between independent parts, and in each between methods."""

from planner.arrays import NONE, SERIAL, Arrays, is_coupled, weights_of
from planner.planning.budget import Budget
from planner.planning.improving import alternate, anneal, is_over, prove
from planner.planning.incumbent import Incumbent, PartIncumbent
from planner.planning.routed import improve_routed
from planner.routes import may_prove

AUTO, SEARCH, CP_SAT = "auto", "search", "cpsat"

# Where there are several parts, a first pass improves all with this share of the effort, so that
# whoever stops early finds none of them untouched; a second pass has the rest.
FIRST_PASS = 0.2

# CP-SAT gets most of the effort up to so many operations, half of it up to so many more, and most
# of it where only changeovers count, up to so many literals: there it is strongest.
PROVABLE = 30
HALF_PROVABLE = 60
SEARCH_SHARE_WHEN_PROVABLE = 0.15
SEQUENCING_LITERALS = 250_000


def run_portfolio(incumbent: Incumbent, budget: Budget, method: str) -> None:
    """Improve all parts of `incumbent` until the budget is spent or all are proven optimal."""
    passes = (FIRST_PASS, 1.0 - FIRST_PASS) if len(incumbent.parts) > 1 else (1.0,)
    work_left = 1.0
    for number, share in enumerate(passes):
        improve_all(incumbent, budget.part(share / work_left, share, budget.seed + number), method)
        work_left -= share


def improve_all(incumbent: Incumbent, budget: Budget, method: str) -> None:
    """Improve each part, by its share of the operations; time that one leaves goes to the rest.

    The smallest come first, because they are the likeliest to be proven and to leave time.
    """
    waiting = [part for part in incumbent.parts if not part.is_proven]
    sizes = [len(part.arrays.family) for part in waiting]
    for place, part in enumerate(waiting):
        if budget.is_over():
            return
        time, work = sizes[place] / sum(sizes[place:]), sizes[place] / sum(sizes)
        plan_part(part, budget.part(time, work, budget.seed), method)


def plan_part(part: PartIncumbent, budget: Budget, method: str) -> None:
    """Improve one part by `method` until the budget is spent or its best is proven optimal."""
    share = search_share(part.arrays) if method == AUTO else float(method == SEARCH)
    if is_coupled(part.arrays) and not may_prove(part.arrays):
        share = 1.0
    if share == 1.0 and method == AUTO:
        improve = improve_routed if is_coupled(part.arrays) else alternate
        improve(part, budget)
        return
    if share > 0.0:
        anneal(part, budget, share)
    if share < 1.0 and not is_over(part, budget):
        prove(part, budget, 1.0 - share)


def search_share(arrays: Arrays) -> float:
    """Return what share of the effort goes to the local search before CP-SAT tries a proof."""
    count = len(arrays.family)
    if count <= PROVABLE or _is_sequencing(arrays):
        return SEARCH_SHARE_WHEN_PROVABLE
    return 0.5 if count <= HALF_PROVABLE else 1.0


def _is_sequencing(arrays: Arrays) -> bool:
    """Tell whether only changeovers count, on serial machines few enough for the whole model."""
    weights = weights_of(arrays)
    timed = weights.tardiness or weights.tardy_orders or weights.makespan or weights.flow_time
    literals = int(((arrays.shortest != NONE).sum(axis=0) ** 2).sum())
    serial = bool((arrays.process == SERIAL).all())
    return serial and not timed and literals <= SEQUENCING_LITERALS
