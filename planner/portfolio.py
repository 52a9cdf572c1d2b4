"""Divides the effort of one planning run between local search, neighbourhoods and proof."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.arrays import NONE, SERIAL, Arrays, Sequences
from planner.domain import TERMS
from planner.incumbent import Incumbent
from planner.search import Effort, Found, search

AUTO, SEARCH, CP_SAT = "auto", "search", "cpsat"

# One unit of work: moves of each worker, and seconds of CP-SAT's deterministic time.
WORK_MOVES = 1_000
WORK_SECONDS = 0.002

# CP-SAT gets most of the effort up to so many operations, half of it up to so many more, and most
# of it where only changeovers count, up to so many literals: there it is strongest.
PROVABLE = 30
HALF_PROVABLE = 60
SEARCH_SHARE_WHEN_PROVABLE = 0.15
SEQUENCING_LITERALS = 250_000

# Neighbourhoods get so much of the effort at first, and more or less after each success or failure.
NEIGHBOURHOOD_SHARE = 0.04
MOST_NEIGHBOURHOOD_SHARE = 0.2
NEIGHBOURHOOD_SECONDS = 2.0
ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits of one planning run: `seconds` or `work`, and when to `stop`."""

    seconds: float | None
    work: int | None
    workers: int
    seed: int
    stop: Callable[[], bool]


def run_portfolio(arrays: Arrays, incumbent: Incumbent, budget: Budget, method: str) -> None:
    """Improve `incumbent` until the budget is spent or its schedule is proven optimal."""
    share = search_share(arrays) if method == AUTO else float(method == SEARCH)
    if share == 1.0 and method == AUTO:
        alternate(arrays, incumbent, budget)
        return
    if share > 0.0:
        improve(arrays, incumbent, budget, share)
    if share < 1.0 and not _is_over(incumbent, budget):
        prove(arrays, incumbent, budget, 1.0 - share)


def search_share(arrays: Arrays) -> float:
    """Return what share of the effort goes to the local search before CP-SAT tries a proof."""
    count = len(arrays.family)
    if count <= PROVABLE or _is_sequencing(arrays):
        return SEARCH_SHARE_WHEN_PROVABLE
    return 0.5 if count <= HALF_PROVABLE else 1.0


def _is_sequencing(arrays: Arrays) -> bool:
    """Tell whether only changeovers count, on serial machines few enough for the whole model."""
    named = dict(zip(TERMS, arrays.weights.tolist(), strict=True))
    timed = sum(named[term] for term in ("tardiness", "tardy_orders", "makespan", "flow_time"))
    literals = int(((arrays.shortest != NONE).sum(axis=0) ** 2).sum())
    serial = bool((arrays.process == SERIAL).all())
    return serial and not timed and literals <= SEQUENCING_LITERALS


def alternate(arrays: Arrays, incumbent: Incumbent, budget: Budget) -> None:
    """Search locally, with bursts of neighbourhoods between, longer ones while they succeed."""
    rng = np.random.default_rng(budget.seed)
    burst = NEIGHBOURHOOD_SHARE
    left = 1.0
    for turn in range(ROUNDS):
        if _is_over(incumbent, budget):
            return
        share = left - burst if turn == ROUNDS - 1 else left * 0.6
        improve(arrays, incumbent, budget, share, gentle=turn > 0)
        left -= share
        if _is_over(incumbent, budget):
            return
        before = incumbent.cost
        search_neighbourhoods(arrays, incumbent, budget, min(burst, left), rng)
        left -= min(burst, left)
        factor = 2.0 if incumbent.cost != before else 0.5
        burst = min(MOST_NEIGHBOURHOOD_SHARE * left, burst * factor)


def search_neighbourhoods(
    arrays: Arrays,
    incumbent: Incumbent,
    budget: Budget,
    share: float,
    rng: np.random.Generator,
) -> None:
    """Let CP-SAT plan parts of the incumbent anew for a share of the budget."""
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    until = incumbent.seconds() + (budget.seconds or 0.0) * share
    work = (budget.work or 0) * WORK_SECONDS * share
    wins = dict.fromkeys(cpsat.KINDS, 1.0)
    while not _is_over(incumbent, budget):
        seconds = until - incumbent.seconds() if budget.work is None else None
        if (seconds is not None and seconds <= 0.05) or (seconds is None and work <= 0.0):
            return
        kinds = np.array(list(wins.values()))
        kind = cpsat.KINDS[int(rng.choice(len(kinds), p=kinds / kinds.sum()))]
        slice_seconds = None if seconds is None else min(seconds, NEIGHBOURHOOD_SECONDS)
        slice_work = None if seconds is not None else min(work, 0.5)
        found = cpsat.improve(
            arrays,
            incumbent.sequences,
            kind=kind,
            rng=rng,
            limits=cpsat.Limits(
                seconds=slice_seconds,
                work=slice_work,
                workers=budget.workers,
                seed=int(rng.integers(2**31)),
                stop=budget.stop,
            ),
        )
        better = found is not None and incumbent.offer(found, f"neighbourhood: {kind}")
        wins[kind] = 0.7 * wins[kind] + (1.0 if better else 0.05)
        work -= 0.5


def improve(
    arrays: Arrays, incumbent: Incumbent, budget: Budget, share: float, *, gentle: bool = False
) -> None:
    """Search locally for a share of the budget; `gentle` begins at a low temperature."""

    def offer(found: Found) -> None:
        incumbent.offer(found.sequences, "search")

    effort = Effort(
        seconds=None if budget.seconds is None else _left(incumbent, budget, share),
        moves=None if budget.work is None else int(budget.work * WORK_MOVES * share),
    )
    found = search(
        arrays,
        incumbent.sequences,
        effort,
        workers=budget.workers,
        seed=budget.seed + int(gentle),
        gentle=gentle,
        on_found=offer,
        stop=lambda: _is_over(incumbent, budget),
    )
    incumbent.settle(found.sequences, "search")


def prove(arrays: Arrays, incumbent: Incumbent, budget: Budget, share: float) -> None:
    """Let CP-SAT start from the incumbent and prove how good it is."""
    # CP-SAT takes most of a second to import, which no start-up should wait for.
    from planner import cpsat

    def offer(sequences: Sequences, _: int) -> None:
        incumbent.offer(sequences, "CP-SAT")

    answer = cpsat.solve(
        arrays,
        hint=incumbent.sequences,
        seconds=None if budget.seconds is None else _left(incumbent, budget, 1.0),
        work=None if budget.work is None else budget.work * WORK_SECONDS * share,
        workers=budget.workers,
        seed=budget.seed,
        on_solution=offer,
        on_bound=lambda bound: incumbent.raise_bound(bound, "CP-SAT"),
        stop=budget.stop,
    )
    if answer.sequences is not None:
        incumbent.offer(answer.sequences, "CP-SAT")
    incumbent.raise_bound(answer.bound, "CP-SAT")


def _left(incumbent: Incumbent, budget: Budget, share: float) -> float:
    """Return the seconds left, at most a share of all."""
    total = budget.seconds or 0.0
    return max(0.001, min(total * share, total - incumbent.seconds()))


def _is_over(incumbent: Incumbent, budget: Budget) -> bool:
    out_of_time = budget.seconds is not None and incumbent.seconds() >= budget.seconds
    return budget.stop() or incumbent.is_proven or out_of_time
