"""Undo and redo, and what a schedule was, as small data: a patch from the one after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from planner.changes.applying import Applied
from planner.changes.kinds import PlanChange
from planner.changes.nearest import apply_to
from planner.changes.refusing import Refused
from planner.changes.standing import Standing
from planner.errors import ChangeError, ScheduleError
from planner.schedule import Batch, Placement, PlannedUpkeep, Schedule, Unplanned


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Where a planner stands in a chain of changes: what was done, and what was undone since.

    Every step is kept whole, and shares with its neighbours all that is the same in both.
    """

    standing: Standing
    done: tuple[Applied, ...] = ()
    undone: tuple[Applied, ...] = ()

    def apply(self, change: PlanChange) -> "History | Refused":
        """Return the history with `change` made; what was undone is forgotten."""
        made = apply_to(self.standing, change)
        if isinstance(made, Refused):
            return made
        return History(standing=made.after, done=(*self.done, made))

    def undo(self) -> "History":
        """Return the history without its last change; raises `ChangeError` where there is none."""
        if not self.done:
            raise ChangeError("there is nothing to undo")
        *rest, last = self.done
        return replace(self, standing=last.before, done=tuple(rest), undone=(*self.undone, last))

    def redo(self) -> "History":
        """Return the history with what was undone last; raises `ChangeError` without any."""
        if not self.undone:
            raise ChangeError("there is nothing to redo")
        *rest, last = self.undone
        return replace(self, standing=last.after, done=(*self.done, last), undone=tuple(rest))

    @property
    def changes(self) -> tuple[PlanChange, ...]:
        """Return the changes that are in force, one after the other."""
        return tuple(made.change for made in self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulePatch:
    """A schedule told by another: which of its batches to take, in runs, and which to make.

    A piece is a run `(first, last)` of batches of the other schedule, `last` not taken, or a batch.
    """

    pieces: tuple[tuple[int, int] | Batch, ...]
    unplanned: tuple[Unplanned, ...]
    upkeeps: tuple[PlannedUpkeep, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the patch as plain values; upkeep only where there is any."""
        upkeeps = [[u.machine, u.name, u.start, u.end] for u in self.upkeeps]
        return {
            "pieces": [
                list(piece) if isinstance(piece, tuple) else _batch_to_json(piece)
                for piece in self.pieces
            ],
            "unplanned": [[item.operation, item.reason] for item in self.unplanned],
            **({"upkeeps": upkeeps} if upkeeps else {}),
        }

    @classmethod
    def from_json(cls, value: Any) -> "SchedulePatch":
        """Return the patch of such plain values; raises `ScheduleError` for what is none."""
        try:
            return cls(
                pieces=tuple(
                    (int(piece[0]), int(piece[1]))
                    if isinstance(piece, list)
                    else _batch_from_json(piece)
                    for piece in value["pieces"]
                ),
                unplanned=tuple(
                    Unplanned(operation=str(operation), reason=str(reason))
                    for operation, reason in value["unplanned"]
                ),
                upkeeps=tuple(
                    PlannedUpkeep(
                        machine=str(machine), name=str(name), start=int(start), end=int(end)
                    )
                    for machine, name, start, end in value.get("upkeeps", ())
                ),
            )
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise ScheduleError("this is no patch of a schedule") from error

    def applied(self, other: Schedule) -> Schedule:
        """Return the schedule, told by `other`; raises `ScheduleError` where that has too few."""
        batches: list[Batch] = []
        for piece in self.pieces:
            if isinstance(piece, Batch):
                batches.append(piece)
                continue
            first, last = piece
            if not 0 <= first <= last <= len(other.batches):
                raise ScheduleError("the patch is of another schedule")
            batches += other.batches[first:last]
        return Schedule(batches=tuple(batches), unplanned=self.unplanned, upkeeps=self.upkeeps)


def patch(wanted: Schedule, other: Schedule) -> SchedulePatch:
    """Return `wanted` told by `other`: `patch(a, b).applied(b) == a`, to the byte."""
    place = {batch: k for k, batch in enumerate(other.batches)}
    found = [(place.get(batch), batch) for batch in wanted.batches]
    pieces: list[tuple[int, int] | Batch] = []
    runs = groupby(
        enumerate(found), key=lambda item: None if item[1][0] is None else item[1][0] - item[0]
    )
    for shift, run in runs:
        items: Sequence[tuple[int | None, Batch]] = [each for _, each in run]
        if shift is None:
            pieces += [batch for _, batch in items]
        else:
            first = items[0][0]
            assert first is not None
            pieces.append((first, first + len(items)))
    return SchedulePatch(pieces=tuple(pieces), unplanned=wanted.unplanned, upkeeps=wanted.upkeeps)


def _batch_to_json(batch: Batch) -> dict[str, Any]:
    return {
        "machine": batch.machine,
        "family": batch.family,
        "start": batch.start,
        "end": batch.end,
        "placements": [[p.operation, p.start, p.end] for p in batch.placements],
    }


def _batch_from_json(value: Any) -> Batch:
    return Batch(
        machine=str(value["machine"]),
        family=str(value["family"]),
        start=int(value["start"]),
        end=int(value["end"]),
        placements=tuple(
            Placement(operation=str(name), start=int(start), end=int(end))
            for name, start, end in value["placements"]
        ),
    )
