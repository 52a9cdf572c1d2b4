"""How one part is improved whose machines depend on each other: listing, then annealing."""

from planner.arrays import Arrays, Sequences
from planner.planning.budget import Budget
from planner.planning.improving import Annealer, effort_for, is_over
from planner.planning.incumbent import PartIncumbent
from planner.planning.steps import StepKind, first_step, later_steps, pace_for
from planner.search.annealing import only_makespan_counts
from planner.search.listing import improved_listing

# The share of the effort that goes to improving what first schedules are listed by; where only the
# makespan counts that gets farther than annealing does.
LISTING_SHARE, MAKESPAN_SHARE = 0.15, 0.5
# Lists know nothing of resources: where there are needs, a short look has to do.
SHARED_SHARE = 0.03


def improve_routed(part: PartIncumbent, budget: Budget) -> None:
    """List orders better and better, then anneal from the best list; anew while there is effort."""
    listing = listing_share(part.arrays)
    list_orders(part, budget, listing)
    if is_over(part, budget):
        return
    left = 1.0 - listing
    annealer = Annealer(part, budget)
    pace = pace_for(part.arrays, budget)
    share = pace.first * left
    found = annealer.take(first_step(part.arrays, budget), share)
    left -= share
    each = pace.moves * len(part.arrays.family)
    restarts = int(found.moves * left / share / budget.workers / each)
    for step in later_steps(restarts):
        if is_over(part, budget):
            return
        if step.kind == StepKind.ANNEALING:
            share = left / step.parts
            annealer.take(step, share)
            left -= share


def listing_share(arrays: Arrays) -> float:
    """Return the share of the effort that goes to listing."""
    if len(arrays.need):
        return SHARED_SHARE
    return MAKESPAN_SHARE if only_makespan_counts(arrays) else LISTING_SHARE


def list_orders(part: PartIncumbent, budget: Budget, share: float) -> None:
    """Improve what orders are listed by, for a share of the budget."""

    def offer(sequences: Sequences) -> None:
        part.offer(sequences, "listing")

    improved_listing(
        part.arrays,
        effort_for(budget, share),
        workers=budget.workers,
        seed=budget.seed,
        on_found=offer,
        stop=lambda: is_over(part, budget),
    )
