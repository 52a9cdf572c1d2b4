"""From what a release service was told, to what has happened: orders released and finished."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from planner.domain import Operation, Scenario
from planner.schedule import Actual, Batch, Placement, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedOrder:
    """An order as the shop floor told of it: when it was released there, and when it finished.

    Times bear their zone. `machines` are those that the service knew; none means any.
    """

    order: str
    finished: datetime
    released: datetime | None = None
    machines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundActuals:
    """Actuals of finished orders; `assumed` are operations whose begin nobody reported.

    They are taken to have begun as planned, after their release and before their end. `notes` say
    in words what was left out.
    """

    actuals: tuple[Actual, ...]
    assumed: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def actuals_of_completions(
    scenario: Scenario,
    schedule: Schedule,
    completions: Iterable[FinishedOrder],
    known: Iterable[Actual] = (),
) -> FoundActuals:
    """Return the actuals that completions of whole orders stand for; `known` ones keep their begin.

    What `known` says to have ended stays as it is. An order that the scenario does not have, or
    whose machine is not known, is named in the notes.
    """
    told = {actual.operation: actual for actual in known}
    planned = {p.operation: (batch, p) for batch in schedule.batches for p in batch.placements}
    assumed: set[str] = set()
    notes: list[str] = []
    for completion in completions:
        own = scenario.operations_of.get(completion.order, ())
        if not own:
            notes.append(f"order {completion.order} is finished, and not in this plan")
        for operation in own:
            before = told.get(operation.name)
            if before is not None and before.ended is not None:
                continue
            end = scenario.clock.units(completion.finished)
            if before is not None:
                told[operation.name] = replace(before, ended=max(before.begun, end))
                continue
            made = _made(scenario, operation, completion, end, planned.get(operation.name))
            if made is None:
                notes.append(f"order {completion.order}: not known on which machine it was made")
                continue
            told[operation.name] = made
            assumed.add(operation.name)
    return FoundActuals(
        actuals=tuple(told.values()),
        assumed=frozenset(assumed),
        notes=tuple(dict.fromkeys(notes)),
    )


def _made(
    scenario: Scenario,
    operation: Operation,
    completion: FinishedOrder,
    end: int,
    planned: tuple[Batch, Placement] | None,
) -> Actual | None:
    """Return when and where an operation of a finished order was made, as far as one can tell."""
    last = all(
        link.operation != operation.name
        for other in scenario.operations_of[operation.order]
        for link in other.after
    )
    if planned is None:
        machine = next(_machines(operation, completion), None)
        if machine is None:
            return None
        begun = end - operation.durations[machine].minimum
    else:
        batch, placement = planned
        machine, begun = batch.machine, placement.start
        # The order's end is that of its last stage; the stages before ended as planned.
        end = end if last else min(end, placement.end)
        if begun >= end:
            begun = end - (placement.end - placement.start)
    if completion.released is not None:
        begun = max(begun, scenario.clock.units(completion.released))
    return Actual(operation=operation.name, machine=machine, begun=min(begun, end), ended=end)


def _machines(operation: Operation, completion: FinishedOrder) -> Iterator[str]:
    """Yield the machine it must have been on, if there was but one."""
    may = [m for m in operation.durations if not completion.machines or m in completion.machines]
    if len(may) == 1:
        yield may[0]
