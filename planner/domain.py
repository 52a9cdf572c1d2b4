"""What is given: orders, machines, changeovers, calendars, weights; together, a scenario.

Values are frozen and known by name. Times are whole units from the scenario's start (see
`planner.calendars.Clock`), sizes whole multiples of `10 ** -decimals` of their dimension.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.calendars import Clock, Window
from planner.errors import ScenarioError

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

# Products of costs and counts must stay within 64 bits, in the model and in compiled code.
LARGEST_COST = 2**60


class Process(StrEnum):
    """How a machine fills a batch."""

    SERIAL = "serial"
    PARALLEL = "parallel"
    CONTINUOUS = "continuous"


class HandOn(StrEnum):
    """When what a machine has made goes on to the next stage: order by order, or whole batches."""

    ORDER = "order"
    BATCH = "batch"


class During(StrEnum):
    """When something needs a resource."""

    CHANGEOVER = "changeover"
    RUN = "run"
    START = "start"
    END = "end"
    SET_UP = "set up"
    UPKEEP = "upkeep"


class InARow(NamedTuple):
    """Most that a machine makes of one family in a row; None where there is no limit.

    `units` are working time units of its batches, `quantity` is that of the orders.
    """

    batches: int | None = None
    units: int | None = None
    quantity: Decimal | None = None


NO_LIMIT = InARow()


class MadeInARow(NamedTuple):
    """What a machine has made in a row, before the start, of the family it is set up for."""

    batches: int = 0
    units: int = 0
    quantity: Decimal = Decimal(0)


NOTHING_MADE = MadeInARow()


class Level(NamedTuple):
    """From time `start` on there is so much of a resource, until the next level."""

    start: int
    amount: int


class Duration(NamedTuple):
    """Least and most working time units an operation may take; no `maximum` means no limit."""

    minimum: int
    maximum: int | None = None


class Changeover(NamedTuple):
    """Working time units and cost of one changeover."""

    minutes: int
    cost: int


class After(NamedTuple):
    """An operation that must be complete before another starts, and the wait between the two.

    Waits are wall-clock time units from its completion to the start of the other; `most_wait` None
    means as long as it likes.
    """

    operation: str
    least_wait: int = 0
    most_wait: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """What a capacity counts: pieces, kg, trays. Sizes are integers of `10 ** -decimals`."""

    name: str
    decimals: int = 0

    def shown(self, size: int) -> str:
        """Return `size` as a planner writes it.

        >>> Dimension(name="kg", decimals=1).shown(125)
        '12.5'
        """
        return f"{Decimal(size).scaleb(-self.decimals):f}"


class PinReason(StrEnum):
    """Why an operation stays: the user pinned it, it has begun, or it is too near to be moved."""

    PINNED = "pinned"
    BEGUN = "begun"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Where an operation must stay: on `machine`, and from `start` on when that is given."""

    machine: str
    start: int | None = None
    because: PinReason = PinReason.PINNED


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentPlace:
    """Where the planner's own current sequence has an operation; positions count up."""

    machine: str
    position: int


class Stood(NamedTuple):
    """Where an operation stood in a reference schedule: its machine and its start."""

    machine: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A schedule that people work by: where each of its operations stood, by name.

    An operation is moved where it is on another machine, or starts more than `tolerance` time units
    earlier or later. One that did not stand anywhere is new, and not moved.
    """

    stood: Mapping[str, Stood]
    tolerance: int = 0

    def __post_init__(self) -> None:
        if self.tolerance < 0:
            raise ScenarioError(f"the tolerance {self.tolerance} is negative")

    def is_moved(self, operation: str, machine: str, start: int) -> bool:
        """Tell whether an operation that is there now is moved."""
        stood = self.stood.get(operation)
        if stood is None:
            return False
        return machine != stood.machine or abs(start - stood.start) > self.tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A quantity of one product wanted by a due date.

    `extra` holds the columns of the file that the planner does not know, as text; `row` is the
    row of `orders.csv` the order came from.
    """

    name: str
    product: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    release: int = 0
    due: int | None = None
    deadline: int | None = None
    weight: int = 1
    customer: str = ""
    note: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    row: int | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("an order needs a name")
        if self.release < 0:
            raise ScenarioError(f"order {self.name}: release {self.release} is negative")
        if self.weight < 0:
            raise ScenarioError(f"order {self.name}: weight {self.weight} is negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One order, or one lot of it, at one stage of its route: the unit that is put into a batch.

    `sizes` follows the scenario's `dimensions`. `durations` maps each eligible machine to its
    duration there; orders that take the same share one mapping, so it must not be changed. `after`
    lists what must be complete before it starts. `stage` is the stage of its route, 0 where the
    order has no route; `step` is what is done there, in the plant's words; `lot` counts from 1, 0
    where the order is in one piece, and `share` is the part of the order that the lot is.
    """

    name: str
    order: str
    family: str
    durations: Mapping[str, Duration]
    sizes: tuple[int, ...] = ()
    stage: int = 0
    step: str = ""
    lot: int = 0
    share: Fraction = Fraction(1)
    after: tuple[After, ...] = ()
    pin: Pin | None = None
    current: CurrentPlace | None = None

    def __post_init__(self) -> None:
        for name, least, most in self.after:
            if least < 0 or (most is not None and most < least):
                raise ScenarioError(
                    f"operation {self.name} after {name}: wait of {least} to {most}"
                )
        if min(self.sizes, default=0) < 0:
            raise ScenarioError(f"operation {self.name}: a size is negative")
        for machine, (minimum, maximum) in self.durations.items():
            if minimum < 0 or (maximum is not None and maximum < minimum):
                raise ScenarioError(
                    f"operation {self.name} on {machine}: {minimum} to {maximum} minutes"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine runs one batch at a time.

    `capacity` follows the scenario's `dimensions`, None where there is no limit. `windows` are
    sorted and disjoint; touching ones stay apart, as ovens need. A machine that is not `pausable`
    does a changeover and its batch inside one window. `initial_family` None means not known: the
    first batch then needs no changeover. Where it hands on whole batches, an operation completes
    when its batch ends. `in_a_row` limits what it makes of one family before it changes over;
    `made_in_a_row` is what there is of its initial family at the start.
    """

    name: str
    process: Process = Process.SERIAL
    hand_on: HandOn = HandOn.ORDER
    capacity: tuple[int | None, ...] = ()
    initial_family: str | None = None
    windows: tuple[Window, ...] = ()
    pausable: bool = True
    cost_per_hour: Decimal | None = None
    calendar: str = ""
    in_a_row: InARow = NO_LIMIT
    made_in_a_row: MadeInARow = NOTHING_MADE

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("a machine needs a name")
        if any(amount < 0 for amount in self.made_in_a_row):
            raise ScenarioError(f"machine {self.name}: what is made in a row is negative")
        clock = 0
        for start, end in self.windows:
            if start < clock or end <= start:
                raise ScenarioError(
                    f"machine {self.name}: window {start} to {end} is empty or not after {clock}"
                )
            clock = end


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What machines share and there is too little of: setters, operators, moulds, power.

    `levels` say how much there is, the first from time 0 on; none of it while it is not there.
    """

    name: str
    levels: tuple[Level, ...] = (Level(0, 1),)
    cost_per_hour: Decimal | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("a resource needs a name")
        starts = [level.start for level in self.levels]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ScenarioError(f"resource {self.name}: levels do not follow each other from 0 on")
        if min(level.amount for level in self.levels) < 0:
            raise ScenarioError(f"resource {self.name}: an amount is negative")

    @property
    def most(self) -> int:
        """Return the most that there ever is of it."""
        return max(level.amount for level in self.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is needed of a resource, when, and by whom; None stands for all.

    `units` are the working time units of a need at the start or the end. A changeover and what is
    set up are a matter of the family alone, so that these needs name no product and no stage;
    upkeep is one of the machine, so that its needs name no family either.
    """

    resource: str
    during: During
    amount: int = 1
    units: int = 0
    machine: str | None = None
    families: frozenset[str] | None = None
    product: str | None = None
    stage: int | None = None

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ScenarioError(f"need of {self.resource}: amount {self.amount}")
        timed = self.during in (During.START, During.END)
        if self.units < 0 or (self.units > 0) != timed:
            raise ScenarioError(f"need of {self.resource} during {self.during}: {self.units} units")
        of_upkeep = self.during == During.UPKEEP
        of_family = self.during in (During.CHANGEOVER, During.SET_UP)
        if (of_upkeep and self.families is not None) or (
            (of_upkeep or of_family) and (self.product is not None or self.stage is not None)
        ):
            raise ScenarioError(f"need of {self.resource} during {self.during} names more than it")

    def is_of(self, machine: str, family: str) -> bool:
        """Tell whether it is one of `machine` with `family`, whatever else it asks for."""
        return self.machine in (None, machine) and (
            self.families is None or family in self.families
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Work that a machine needs after so much running time, so many batches or so much quantity.

    It takes `units` of working time and costs `cost`; `most_*` say how much there may be since the
    last one, None where that does not count, and `done_*` how much there is of it at the start.
    Running time is that of batches, in working time units, as in `InARow`. From the beginning of
    an upkeep that `sets_up` a family the machine is set up for that family; otherwise it stays set
    up as it was.
    """

    machine: str
    name: str = "upkeep"
    units: int
    cost: int = 0
    most_units: int | None = None
    most_batches: int | None = None
    most_quantity: Decimal | None = None
    done_units: int = 0
    done_batches: int = 0
    done_quantity: Decimal = Decimal(0)
    sets_up: str | None = None

    def __post_init__(self) -> None:
        who = f"{self.name or 'an upkeep'} of {self.machine}"
        if not self.name:
            raise ScenarioError(f"{who} needs a name")
        if self.units < 1 or self.cost < 0:
            raise ScenarioError(f"{who} takes {self.units} units and costs {self.cost}")
        if all(most is None for _, most in self.counts):
            raise ScenarioError(f"{who} counts nothing")
        if min(done for done, _ in self.counts) < 0:
            raise ScenarioError(f"{who}: what is done since the last one is negative")

    @property
    def counts(self) -> tuple[tuple[Fraction, Fraction | None], ...]:
        """Return (done at the start, most) of running time, batches and quantity."""
        return (
            (Fraction(self.done_units), _fraction(self.most_units)),
            (Fraction(self.done_batches), _fraction(self.most_batches)),
            (Fraction(self.done_quantity), _fraction(self.most_quantity)),
        )


def _fraction(limit: int | Decimal | None) -> Fraction | None:
    return None if limit is None else Fraction(limit)


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: what is looked up is kept
class Changeovers:
    """Changeover minutes and cost from family to family, per group of machines.

    `minutes`, `cost` and `possible` have shape (groups, families, families), from row to column, in
    the order of the sorted `families`; what is not possible has no minutes and no cost. `groups`
    maps a machine to its group, machines that it does not name use group 0.
    """

    families: tuple[str, ...]
    minutes: IntArray
    cost: IntArray
    groups: Mapping[str, int] = field(default_factory=dict)
    possible: BoolArray = field(default_factory=lambda: np.ones((1, 1, 1), dtype=np.bool_))

    def __post_init__(self) -> None:
        size = len(self.families)
        if tuple(sorted(set(self.families))) != self.families:
            raise ScenarioError("families must be sorted")
        for table in (self.minutes, self.cost):
            if table.ndim != 3 or table.shape[1:] != (size, size):
                raise ScenarioError(f"shape {table.shape}")
            if (table < 0).any():
                raise ScenarioError("a changeover is negative")
            table.setflags(write=False)
        possible = np.broadcast_to(self.possible, self.minutes.shape)  # one for all by default
        object.__setattr__(self, "possible", possible)
        nothing = not (self.minutes[~possible].any() or self.cost[~possible].any())
        if not nothing:
            raise ScenarioError("a changeover that is not possible takes minutes or cost")

    @property
    def all_possible(self) -> bool:
        """Return whether every family may follow every other, everywhere."""
        return bool(self.possible.all())

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Return the row (and column) of each family."""
        return {family: row for row, family in enumerate(self.families)}

    @cached_property
    def _found(self) -> dict[tuple[str, str, str], Changeover | None]:
        return {}

    def between(self, machine: str, from_family: str, to_family: str) -> Changeover | None:
        """Return the changeover of `machine`, None where it is not possible."""
        asked = (machine, from_family, to_family)
        if asked not in self._found:
            group = self.groups.get(machine, 0)
            place = (group, self.index[from_family], self.index[to_family])
            change = Changeover(int(self.minutes[place]), int(self.cost[place]))
            self._found[asked] = change if self.possible[place] else None
        return self._found[asked]

    @classmethod
    def constant(cls, families: tuple[str, ...], minutes: int, cost: int = 0) -> "Changeovers":
        """Return the same changeover between any two different families."""
        size = len(families)
        between = 1 - np.eye(size, dtype=np.int64)[None]
        return cls(families=families, minutes=between * minutes, cost=between * cost)


def reachable(possible: BoolArray, begin: BoolArray) -> BoolArray:
    """Return which families a machine can come to, over others, from those in `begin` on.

    `possible` has shape (families, families), from row to column; those in `begin` are among them.
    """
    found = begin.copy()
    newest = begin
    while newest.any():
        newest = possible[newest].any(axis=0) & ~found
        found |= newest
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Factors of the cost's terms: whole numbers, one field per term.

    The cost is the sum of weight times term over all fields. Times count in the scenario's unit.
    `unplanned` None derives a penalty that dominates everything else.
    """

    changeover_minutes: int = 0
    changeover_cost: int = 0
    processing_minutes: int = 0
    tardiness: int = 0
    tardy_orders: int = 0
    makespan: int = 0
    flow_time: int = 0
    moved: int = 0
    unplanned: int | None = None

    def __post_init__(self) -> None:
        for name in TERMS:
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ScenarioError(f"weight {name} = {value} is negative")


TERMS = tuple(term.name for term in fields(Weights))

PRESETS: Mapping[str, Weights] = {
    "fewest changeovers": Weights(changeover_minutes=100, changeover_cost=1, tardiness=1),
    "on time first": Weights(
        tardiness=20, tardy_orders=2000, changeover_minutes=10, changeover_cost=1
    ),
    "balanced": Weights(
        changeover_minutes=20,
        changeover_cost=1,
        processing_minutes=1,
        tardiness=2,
        tardy_orders=200,
    ),
    "shortest flow time": Weights(flow_time=1, tardiness=2, changeover_minutes=1),
}
DEFAULT_PRESET = "balanced"
# What begins within so many hours is too near to be moved, unless something else is said.
FREEZE_HOURS = 8.0


@dataclass(frozen=True, kw_only=True)  # no slots: the look-up tables below are cached
class Scenario:
    """Everything given. Refuses contradictions; `planner.validate` finds what a user can fix.

    `horizon` ends time: nothing is planned after it. `assumptions` says in words what was not
    given and is taken for granted. Planning again begins at `now`, where that is given, and leaves
    alone what begins within `freeze_hours`: for all machines, or for each of them. `reference` is
    what the term *moved* counts against.
    """

    orders: tuple[Order, ...]
    operations: tuple[Operation, ...]
    machines: tuple[Machine, ...]
    changeovers: Changeovers
    clock: Clock
    horizon: int
    name: str = "scenario"
    dimensions: tuple[Dimension, ...] = ()
    weights: Weights = PRESETS[DEFAULT_PRESET]
    assumptions: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    needs: tuple[Need, ...] = ()
    now: int | None = None
    freeze_hours: float | Mapping[str, float] = FREEZE_HOURS
    upkeeps: tuple[Upkeep, ...] = ()
    reference: Reference | None = None

    def __post_init__(self) -> None:
        for kind, named in (
            ("order", self.orders),
            ("operation", self.operations),
            ("machine", self.machines),
            ("resource", self.resources),
        ):
            names = [item.name for item in named]
            if len(set(names)) < len(names):
                raise ScenarioError(f"two {kind}s have the same name")
        if self.horizon < 0:
            raise ScenarioError(f"the horizon {self.horizon} is negative")
        self._refuse_unknown_names()
        if self.has_routes:
            circle = circle_in({o.name: [a.operation for a in o.after] for o in self.operations})
            if circle:
                raise ScenarioError(f"operations wait for each other: {' after '.join(circle)}")

    def _refuse_unknown_names(self) -> None:
        families = set(self.changeovers.families)
        width = len(self.dimensions)
        for machine in self.machines:
            if len(machine.capacity) != width:
                raise ScenarioError(f"machine {machine.name}: capacity not in {width} dimensions")
            initial = machine.initial_family
            if initial is not None and initial not in families:
                raise ScenarioError(f"no changeovers for family {initial}")
        for item in self.operations:
            if item.order not in self.order:
                raise ScenarioError(f"operation {item.name}: no order {item.order}")
            if item.family not in families:
                raise ScenarioError(f"no changeovers for family {item.family}")
            if len(item.sizes) != width:
                raise ScenarioError(f"operation {item.name}: sizes not in {width} dimensions")
            for before in item.after:
                if before.operation not in self.operation:
                    raise ScenarioError(
                        f"operation {item.name}: no operation {before.operation} to come after"
                    )
        self._refuse_unknown_needs()
        self._refuse_unknown_upkeeps()

    def _refuse_unknown_upkeeps(self) -> None:
        names = [(upkeep.machine, upkeep.name) for upkeep in self.upkeeps]
        if len(set(names)) < len(names):
            raise ScenarioError("two upkeeps of a machine have the same name")
        for upkeep in self.upkeeps:
            if upkeep.machine not in self.machine:
                raise ScenarioError(f"upkeep of machine {upkeep.machine}, which there is not")
            if upkeep.sets_up is not None and upkeep.sets_up not in self.changeovers.families:
                raise ScenarioError(f"no changeovers for family {upkeep.sets_up}")

    def _refuse_unknown_needs(self) -> None:
        resources = {resource.name: resource for resource in self.resources}
        for need in self.needs:
            if need.resource not in resources:
                raise ScenarioError(f"a need names resource {need.resource}, which there is not")
            if need.machine is not None and need.machine not in self.machine:
                raise ScenarioError(f"a need names machine {need.machine}, which there is not")
            if need.during == During.SET_UP and len(resources[need.resource].levels) > 1:
                raise ScenarioError(
                    f"{need.resource} is needed while set up, so its amount cannot change"
                )
        for name, resource in resources.items():
            used = sum(
                need.amount
                for machine in self.machines
                if machine.initial_family is not None
                for need in self.needs_of_family(
                    machine.name, machine.initial_family, During.SET_UP
                )
                if need.resource == name
            )
            if used > resource.most:
                raise ScenarioError(
                    f"machines are set up with {used} of {name} at the start, there is "
                    f"{resource.most}"
                )

    @cached_property
    def order(self) -> Mapping[str, Order]:
        """Return the orders by name."""
        return {order.name: order for order in self.orders}

    @cached_property
    def operation(self) -> Mapping[str, Operation]:
        """Return the operations by name."""
        return {operation.name: operation for operation in self.operations}

    @cached_property
    def has_routes(self) -> bool:
        """Tell whether any operation must wait for another."""
        return any(operation.after for operation in self.operations)

    @cached_property
    def has_limits_in_a_row(self) -> bool:
        """Tell whether any machine makes only so much of one family in a row."""
        return any(machine.in_a_row != NO_LIMIT for machine in self.machines)

    @property
    def shares(self) -> bool:
        """Tell whether batches need resources, or machines have limits in a row."""
        return bool(self.needs) or self.has_limits_in_a_row

    def quantity_of(self, operation: Operation) -> Fraction:
        """Return the quantity of `operation`, that of its lot where it is one; 0 if not known."""
        return Fraction(self.order[operation.order].quantity or 0) * operation.share

    @cached_property
    def _known_needs(self) -> dict[tuple[str, str, str, int], tuple[Need, ...]]:
        """Return what was found by `needs_of`: many operations need the same."""
        return {}

    def needs_of(self, machine: str, operation: Operation) -> tuple[Need, ...]:
        """Return what `operation` needs on `machine` from its start to its end."""
        product, stage = self.order[operation.order].product, operation.stage
        key = (machine, operation.family, product, stage)
        if key not in self._known_needs:
            self._known_needs[key] = tuple(
                need
                for need in self.needs
                if need.during in (During.RUN, During.START, During.END)
                and need.is_of(machine, operation.family)
                and need.product in (None, product)
                and need.stage in (None, stage)
            )
        return self._known_needs[key]

    def needs_of_family(self, machine: str, family: str, during: During) -> tuple[Need, ...]:
        """Return what a changeover of `machine` to `family`, or being set up for it, needs."""
        return tuple(n for n in self.needs if n.during == during and n.is_of(machine, family))

    def needs_of_upkeep(self, machine: str) -> tuple[Need, ...]:
        """Return what upkeep of `machine` needs while it lasts."""
        of_upkeep = (need for need in self.needs if need.during == During.UPKEEP)
        return tuple(need for need in of_upkeep if need.machine in (None, machine))

    @cached_property
    def _upkeeps_of(self) -> Mapping[str, tuple[Upkeep, ...]]:
        found: dict[str, list[Upkeep]] = {}
        for upkeep in self.upkeeps:
            found.setdefault(upkeep.machine, []).append(upkeep)
        return {machine: tuple(upkeeps) for machine, upkeeps in found.items()}

    def upkeeps_of(self, machine: str) -> tuple[Upkeep, ...]:
        """Return the upkeeps that `machine` needs."""
        return self._upkeeps_of.get(machine, ())

    @cached_property
    def operations_of(self) -> Mapping[str, tuple[Operation, ...]]:
        """Return the operations of each order that has any, in the order of `operations`."""
        found: dict[str, list[Operation]] = {}
        for operation in self.operations:
            found.setdefault(operation.order, []).append(operation)
        return {name: tuple(operations) for name, operations in found.items()}

    @cached_property
    def machine(self) -> Mapping[str, Machine]:
        """Return the machines by name."""
        return {machine.name: machine for machine in self.machines}

    @cached_property
    def families(self) -> tuple[str, ...]:
        """Return the families that operations have, sorted."""
        return tuple(sorted({operation.family for operation in self.operations}))

    def changeover(
        self, machine: str, from_family: str | None, to_family: str
    ) -> Changeover | None:
        """Return the changeover of `machine`, None where it is not possible.

        From a family that is not known it takes nothing.
        """
        if from_family is None:
            return Changeover(0, 0)
        return self.changeovers.between(machine, from_family, to_family)

    @cached_property
    def unplanned_penalty(self) -> int:
        """Return the cost of one unplanned operation: given, or more than all else can cost.

        Capped so that all operations unplanned still cost less than `LARGEST_COST`.
        """
        if self.weights.unplanned is not None:
            return self.weights.unplanned
        return min(self.most_cost + 1, LARGEST_COST // (len(self.operations) + 1))

    @property
    def counts_moved(self) -> bool:
        """Tell whether moving operations away from a reference schedule costs anything."""
        return self.weights.moved > 0 and self.reference is not None

    @property
    def most_cost(self) -> int:
        """Return what a schedule of all operations can cost at most; above `LARGEST_COST` none may.

        Beyond, the integers of compiled code would overflow.
        """
        weights, count = self.weights, len(self.operations)
        longest = max(
            (max((d.minimum for d in o.durations.values()), default=0) for o in self.operations),
            default=0,
        )
        tardiness = sum(
            o.weight * max(0, self.horizon - o.due) for o in self.orders if o.due is not None
        )
        flow = sum(o.weight * max(0, self.horizon - o.release) for o in self.orders)
        upkeep = max((sum(u.cost for u in self.upkeeps_of(m)) for m in self.machine), default=0)
        into_batch = int(self.changeovers.cost.max(initial=0)) + upkeep
        return (
            weights.changeover_minutes * count * int(self.changeovers.minutes.max(initial=0))
            + weights.changeover_cost * count * into_batch
            + weights.processing_minutes * count * max(longest, self.horizon // max(1, count))
            + weights.tardiness * tardiness
            + weights.tardy_orders * sum(order.weight for order in self.orders)
            + weights.makespan * self.horizon
            + weights.flow_time * flow
            + weights.moved * count
        )


def weights_from(table: Mapping[str, Any]) -> Weights:
    """Build weights from a table that has no other keys; whole numbers of 0 or more only."""
    for key, value in table.items():
        if key not in TERMS:
            raise ScenarioError(f"weights have no key {key!r}; they have {', '.join(TERMS)}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise ScenarioError(f"weight {key} = {value!r} is not a whole number")
    return Weights(**table)


def circle_in(before: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return names that come before each other in a circle, the first again at the end; or nothing.

    `before` maps each name to those that come before it.

    >>> circle_in({"a": ["b"], "b": ["a"]})
    ('a', 'b', 'a')
    """
    sorter = TopologicalSorter(before)
    try:
        sorter.prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()
