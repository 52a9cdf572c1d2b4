"""How one part is improved whose machines depend on each other.

Listing comes first. Where no batch needs forming CP-SAT has most of the effort behind that, for it
alone sees what many machines do together; elsewhere annealing and pieces of CP-SAT take turns.
"""

from planner.arrays import Arrays, Sequences, has_shared, is_coupled
from planner.planning.across import AcrossSearch
from planner.planning.budget import Budget
from planner.planning.improving import Annealer, effort_for, in_turns, is_over, prove
from planner.planning.incumbent import PartIncumbent
from planner.planning.steps import Step, StepKind, StepStart, first_step, pace_for
from planner.search.annealing import only_makespan_counts, search
from planner.search.listing import improved_listing

# The share of the effort that goes to improving what first schedules are listed by; where only the
# makespan counts that gets farther than annealing does.
LISTING_SHARE, MAKESPAN_SHARE = 0.15, 0.5
# Lists know nothing of resources: where there are needs, a short look has to do.
SHARED_SHARE = 0.03
# The share for plans made as if nothing were shared, where only that ties machines together.
ALONE_SHARE = 0.2
# Where no batch needs forming: the shares of listing and a proof, and of annealing where operations
# need what machines share; pieces have the rest.
PLAIN_LISTING, PLAIN_PROOF, PLAIN_ANNEALING = 0.2, 0.15, 0.2
# Above so many operations a model of all of them takes longer to lay out than it gains; where no
# batch needs forming it is far more. Pieces are laid out with what is near them alone, unless
# something is shared, and pay up to far more operations, until looking for them takes too long.
MOST_IN_MODEL, MOST_PLAIN_IN_MODEL, MOST_FOR_PIECES = 200, 4_000, 5_000


def improve_routed(part: PartIncumbent, budget: Budget) -> None:
    """List orders better and better, then go on from the best list by annealing and CP-SAT."""
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    count = len(part.arrays.family)
    if count <= MOST_PLAIN_IN_MODEL and cpsat.is_plain(part.arrays):
        improve_plain(part, budget)
        return
    listing = listing_share(part.arrays)
    list_orders(part, budget, listing)
    if is_over(part, budget):
        return
    left = 1.0 - listing
    first = first_step(part.arrays, budget)
    if shares_only(part.arrays):
        left -= ALONE_SHARE
        if plan_as_if_alone(part, budget):
            first = Step(kind=StepKind.ANNEALING, start=StepStart.BEST)
    annealer = Annealer(part, budget)
    pace = pace_for(part.arrays, budget)
    share = pace.first * left
    found = annealer.take(first, share)
    left -= share
    each = pace.moves * count
    restarts = int(found.moves * left / share / budget.workers / each)
    most = MOST_IN_MODEL if has_shared(part.arrays) else MOST_FOR_PIECES
    pieces = AcrossSearch(part, budget).take if count <= most else _nothing
    in_turns(annealer, pieces, restarts, left)


def shares_only(arrays: Arrays) -> bool:
    """Tell whether machines would be on their own if nothing were shared and nothing kept up."""
    return bool(len(arrays.need)) and not is_coupled(as_if_alone(arrays))


def as_if_alone(arrays: Arrays) -> Arrays:
    """Return `arrays` without what machines share, and without upkeep."""
    return arrays._replace(
        need=arrays.need[:0],
        run_needs=arrays.run_needs[:0],
        family_needs=arrays.family_needs[:0],
        upkeep=arrays.upkeep[:0],
        upkeep_needs=arrays.upkeep_needs[:0],
    )


def plan_as_if_alone(part: PartIncumbent, budget: Budget) -> bool:
    """Plan as if nothing were shared, then let batches wait; tell whether that is the best so far.

    Machines on their own are searched many times faster, and what is good there is often good here:
    batches keep their machines and sequences, and get what is short in the order in which they
    would begin. Upkeep comes in where it is due.
    """
    better: list[bool] = []

    def offer(sequences: Sequences) -> None:
        better.append(part.offer(sequences, "search as if alone"))

    found = search(
        as_if_alone(part.arrays),
        tuple(part.sequences),
        effort_for(budget, ALONE_SHARE),
        workers=budget.workers,
        seed=budget.seed,
        on_found=lambda each: offer(each.sequences),
        stop=lambda: is_over(part, budget),
    )
    offer(found.sequences)
    return any(better)


def improve_plain(part: PartIncumbent, budget: Budget) -> None:
    """List, let CP-SAT try a proof, and plan pieces anew until the effort is spent.

    Where operations need what machines share, which lists do not know, anneal before the proof.
    """
    first = min(PLAIN_LISTING, listing_share(part.arrays))
    list_orders(part, budget, first)
    if len(part.arrays.need) and not is_over(part, budget):
        Annealer(part, budget).take(first_step(part.arrays, budget), PLAIN_ANNEALING)
        first += PLAIN_ANNEALING
    if not is_over(part, budget):
        prove(part, budget.part(PLAIN_PROOF / (1.0 - first), PLAIN_PROOF, budget.seed), 1.0)
    if not is_over(part, budget):
        AcrossSearch(part, budget).take(1.0 - first - PLAIN_PROOF)


def _nothing(_: float) -> bool:
    return False


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
