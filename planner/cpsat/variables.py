"""What the model decides: places for batches on tracks, who is in them, and what follows what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ortools.sat.python.cp_model import IntVar, LinearExpr

from planner.arrays import CONTINUOUS, NONE
from planner.cpsat.clock import MachineClock
from planner.cpsat.frames import Follower, Frame

# A variable, a sum of them, or a plain number.
Expression = LinearExpr | int

DEPOT = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """A place for one batch on one track; on a serial machine, for one operation.

    `members` maps each operation that may be in it to its literal; the first one leads it and is
    in it whenever it is `present`. `start` and `end` are positions of the track's clock, within
    `[earliest, latest]`; `rank` is its place among the batches kept, NONE where it is free. `label`
    tells it in the names of variables: its machine and the operation that leads it.
    """

    label: str
    operation: int
    family: int
    present: IntVar
    members: Mapping[int, IntVar]
    start: Expression
    end: Expression
    shortest: int
    earliest: int
    latest: int
    rank: int = NONE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arc:
    """Node `head` comes directly after node `tail`; DEPOT is either end of the track.

    `minutes` and `cost` are those of the changeover between, the cost with that of the `upkeep`
    that stands before it (see BeforeBatch), which takes `work`. With `joins` there is none of it:
    the two are operations of one serial batch.
    """

    tail: int
    head: int
    taken: IntVar
    minutes: int
    cost: int
    joins: bool = False
    upkeep: int = 0
    work: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UpkeepVars:
    """One upkeep before one node: whether it is there, and the position at which it begins."""

    number: int
    units: int
    present: IntVar
    start: IntVar
    sets_up: int

    @property
    def end(self) -> LinearExpr:
        """Return the position at which it ends."""
        return self.start + self.units


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackVars:
    """The variables of one track, and of the track itself what rules and cost ask for.

    `entries` has the position at which an operation enters a continuous machine, `stays` how long
    it stays there; `upkeep` has all that may stand before a node. `timed` is false where times can
    neither break a rule nor change the cost.
    """

    machine: int
    clock: MachineClock
    ready: int
    family: int  # what the machine is set up for before it
    follower: Follower | None
    process: int
    timed: bool
    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]
    entries: Mapping[int, IntVar] = field(default_factory=dict)
    stays: Mapping[int, int] = field(default_factory=dict)
    upkeep: Mapping[int, tuple[UpkeepVars, ...]] = field(default_factory=dict)  # by node

    def before(self, arc: Arc) -> tuple[UpkeepVars, ...]:
        """Return the upkeep of `arc`, in the order in which it is done."""
        return tuple(u for u in self.upkeep.get(arc.head, ()) if arc.upkeep >> u.number & 1)

    def entry(self, node: Node, operation: int) -> Expression:
        """Return the position at which `operation` begins when it is in `node`."""
        return self.entries[operation] if self.process == CONTINUOUS else node.start

    def exit(self, node: Node, operation: int) -> Expression:
        """Return the position at which `operation` is done when it is in `node`."""
        if self.process == CONTINUOUS:
            return self.entries[operation] + self.stays[operation]
        return node.end

    def changeovers_into(self) -> Mapping[int, Expression]:
        """Return the minutes of changeover directly before each node."""
        parts: dict[int, list[Expression]] = {}
        for arc in self.arcs:
            if arc.minutes:
                parts.setdefault(arc.head, []).append(arc.minutes * arc.taken)
        return {head: sum(terms) for head, terms in parts.items()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visit:
    """One way to make an operation: in `node` of `track`, if `taken`."""

    operation: int
    track: TrackVars
    node: Node
    taken: IntVar

    @property
    def entry(self) -> Expression:
        """Return the position at which it begins."""
        return self.track.entry(self.node, self.operation)

    @property
    def exit(self) -> Expression:
        """Return the position at which it is done."""
        return self.track.exit(self.node, self.operation)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteTimes:
    """When each operation starts and completes in scenario time; free where it is unplanned.

    Numbers for what is not in the frame.
    """

    start: Mapping[int, Expression]
    completion: Mapping[int, Expression]

    def is_free(self, operation: int) -> bool:
        """Tell whether times of `operation` are to be decided."""
        return not isinstance(self.start.get(operation, 0), int)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variables:
    """All decisions of a model.

    `visits` are the ways to make each operation of the frame; `unplanned` has a literal for each
    operation that may be left out. `times` are those in scenario time, where operations wait for
    others. `ordered` tells whether it counts in which order batches begin, over all machines.
    """

    frame: Frame
    tracks: tuple[TrackVars, ...]
    visits: Mapping[int, tuple[Visit, ...]]
    unplanned: Mapping[int, IntVar]
    times: RouteTimes | None = None
    ordered: bool = False
