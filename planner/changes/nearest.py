"""The nearest place where a refused change would work, and `apply` itself."""

from collections.abc import Iterator

from planner.arrays import NONE
from planner.changes.applying import Applied, attempted
from planner.changes.arranging import arranged, as_sequences
from planner.changes.given import operations_named
from planner.changes.kinds import JoinBatch, MoveWork, PlanChange
from planner.changes.refusing import BrokenRule, Refused, broken_by_place
from planner.changes.standing import Standing
from planner.domain import Scenario
from planner.errors import ChangeError
from planner.schedule import Schedule
from planner.search.decoding import timed_operations

# Places looked at; each is timed.
MOST_TRIED = 8


def apply(scenario: Scenario, schedule: Schedule, change: PlanChange) -> Applied | Refused:
    """Return what `change` makes of `schedule`, or why it cannot be.

    The rest keeps its machine and the order of batches, and times give way: everything starts as
    early as that allows, what is pinned, begun or frozen exactly where it was. What comes out keeps
    all rules: the checker has certified it. Raises `ChangeError` where the change names what is not
    there, or says nothing.
    """
    return apply_to(Standing(scenario=scenario, schedule=schedule), change)


def apply_to(standing: Standing, change: PlanChange) -> Applied | Refused:
    """Return what `change` makes of where an earlier one led, as `apply` does, and faster."""
    made = attempted(standing, change)
    if isinstance(made, Applied):
        return made
    return Refused(
        change=change,
        rule=made.rule,
        message=made.message,
        nearest=nearest(standing, change),
    )


def nearest(standing: Standing, change: PlanChange) -> MoveWork | None:
    """Return the place nearest to where `change` was to put something, at which it may go."""
    if isinstance(change, JoinBatch):
        change = _beside(standing, change)
    if not isinstance(change, MoveWork):
        return None
    for _, candidate in zip(range(MOST_TRIED), _candidates(standing, change), strict=False):
        if _works(standing, candidate):
            return candidate
    return None


def _beside(standing: Standing, change: JoinBatch) -> MoveWork:
    """Return the move to directly behind the batch that could not take more."""
    into = operations_named(standing.scenario, [change.into])[0]
    batch = standing.batch_of[into]
    after = [b for b in standing.schedule.on(batch.machine) if b.start >= batch.end and b != batch]
    moved = set(operations_named(standing.scenario, change.operations))
    before = next((name for b in after for name in b.operations if name not in moved), "")
    return MoveWork(operations=change.operations, machine=batch.machine, before=before)


def _works(standing: Standing, change: MoveWork) -> bool:
    scenario, arrays = standing.scenario, standing.arrays
    try:
        sequences = as_sequences(arranged(standing, change), standing.sequences)
    except ChangeError:
        return False
    if broken_by_place(scenario, arrays, standing.sequences, sequences):
        return False
    timed = timed_operations(scenario, arrays, sequences, standing.state)
    rows = [standing.row[name] for name in standing.batch_of]
    rows += [standing.row[name] for name in operations_named(scenario, change.operations)]
    if any(timed.end[row] == NONE for row in rows):
        return False
    return not isinstance(attempted(standing, change), BrokenRule)


def _candidates(standing: Standing, change: MoveWork) -> Iterator[MoveWork]:
    """Yield other places: on the same machine by distance, then on others at about that time."""
    names = operations_named(standing.scenario, change.operations)
    rows = [standing.row[name] for name in names]
    may = (standing.arrays.shortest[rows] != NONE).all(axis=0)
    machines = [m.name for m, is_one in zip(standing.scenario.machines, may, strict=True) if is_one]
    wanted = standing.batch_of.get(change.before)
    if change.machine in machines:
        places = _places(standing, change.machine, set(names))
        here = places.index(change.before) if change.before in places else len(places) - 1
        by_distance = sorted(range(len(places)), key=lambda k: (abs(k - here), -k))
        yield from (_to(change, change.machine, places[k]) for k in by_distance if k != here)
    last = max((batch.start for batch in standing.schedule.batches), default=0)
    moment = last if wanted is None else wanted.start
    for machine in machines:
        if machine != change.machine:
            later = (b for b in standing.schedule.on(machine) if b.start >= moment)
            free = (name for b in later for name in b.operations if name not in names)
            yield _to(change, machine, next(free, ""))


def _places(standing: Standing, machine: str, moved: set[str]) -> list[str]:
    """Return what a batch may come before on a machine, and the end."""
    firsts = (
        next((name for name in batch.operations if name not in moved), None)
        for batch in standing.schedule.on(machine)
    )
    return [*(name for name in firsts if name is not None), ""]


def _to(change: MoveWork, machine: str, before: str) -> MoveWork:
    return MoveWork(operations=change.operations, machine=machine, before=before)
