"""The model of a piece and what is near it, where all else stays where it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from planner.arrays import Sequences
from planner.cpsat.around import FrameAround, frame_around
from planner.cpsat.hints import add_hint
from planner.cpsat.reading import Value, batches_by_track
from planner.cpsat.slots import Slot, TimedSequences
from planner.cpsat.solving import BuiltModel, problem
from planner.cpsat.variables import Expression


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocalModel:
    """The model of a frame around what is free, and the schedule that it is a piece of."""

    current: TimedSequences
    around: FrameAround
    built: BuiltModel

    @property
    def model(self) -> cp_model.CpModel:
        """Return the model itself."""
        return self.built.model

    @property
    def cost(self) -> Expression:
        """Return the cost of what is in the frame."""
        return self.built.cost

    def sequences(self, value: Value, _: int) -> Sequences:
        """Return the whole schedule with the piece of a solution in it."""
        return self.around.spliced(self.current, batches_by_track(self.built.variables, value))


def local_piece(
    current: TimedSequences, chosen: Sequence[Slot], free: Sequence[int], left_out: int
) -> LocalModel:
    """Return the model of what is free and what is near it, of which so many may be left out."""
    arrays = current.arrays
    around = frame_around(current, chosen, free)
    built = problem(arrays, around.frame, None, most_unplanned=left_out)
    add_hint(built.model, arrays, built.variables, around.batches(current), current.times)
    return LocalModel(current=current, around=around, built=built)
