"""The changes of a plan by hand or by what happens, as values.

Operations are named by their names; the name of an order stands for all of its operations. Times
are units from the scenario's start. A batch is named by any operation in it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from planner.errors import ChangeError


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveWork:
    """Operations go to `machine`: before the batch of `before`, or last where that is empty.

    Those of one batch stay together, those of several batches come one batch after the other. Where
    `before` stands inside a batch that a serial machine makes, that batch is parted there.
    """

    kind: ClassVar[str] = "move"
    operations: tuple[str, ...]
    machine: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapBatches:
    """The batches of two operations change places."""

    kind: ClassVar[str] = "swap"
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinBatch:
    """Operations leave where they are and join the batch of `into`, last of it."""

    kind: ClassVar[str] = "join"
    operations: tuple[str, ...]
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitBatch:
    """Operations leave their batch and become a batch of their own directly behind it."""

    kind: ClassVar[str] = "split"
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PinWork:
    """Operations stay on the machine where they are, and with `start` at their start."""

    kind: ClassVar[str] = "pin"
    operations: tuple[str, ...]
    start: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpinWork:
    """Operations may move again."""

    kind: ClassVar[str] = "unpin"
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """Orders are not planned any more until they are taken in."""

    kind: ClassVar[str] = "leave out"
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn:
    """Orders that are not planned go where they cost least."""

    kind: ClassVar[str] = "take in"
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDue:
    """An order is wanted by `due`, or has no due date where that is None."""

    kind: ClassVar[str] = "set due"
    order: str
    due: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriority:
    """The weight of an order in the cost: 0 or more."""

    kind: ClassVar[str] = "set priority"
    order: str
    priority: int

    def __post_init__(self) -> None:
        if self.priority < 0:
            raise ChangeError(f"priority {self.priority} is negative; give 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuantity:
    """The quantity of an order; its sizes and its times on serial machines grow with it.

    They are rounded up. The least and most times of ovens stay.
    """

    kind: ClassVar[str] = "set quantity"
    order: str
    quantity: Decimal

    def __post_init__(self) -> None:
        if not (self.quantity.is_finite() and self.quantity > 0):
            raise ChangeError(f"quantity {self.quantity} is not more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOrder:
    """A new order that is made like another: its family, route, machines, times and sizes.

    Times and sizes follow the quantities, as for `SetQuantity`. It goes where it costs least, or
    stays unplanned where `placed` is no.
    """

    kind: ClassVar[str] = "add order"
    order: str
    like: str
    quantity: Decimal | None = None
    due: int | None = None
    release: int = 0
    priority: int = 1
    customer: str = ""
    note: str = ""
    placed: bool = True

    def __post_init__(self) -> None:
        if not self.order.strip():
            raise ChangeError("a new order needs a name")
        if self.priority < 0 or self.release < 0:
            raise ChangeError(f"order {self.order}: priority or release is negative")
        if self.quantity is not None and not (self.quantity.is_finite() and self.quantity > 0):
            raise ChangeError(f"quantity {self.quantity} is not more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineHours:
    """Something about when a machine works, during `[start, end)`."""

    machine: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start < 0 or self.end <= self.start:
            raise ChangeError(
                f"from {self.start} to {self.end} is no time; give a start and a later end"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMachine(MachineHours):
    """A machine does not work during `[start, end)`: it broke down, or is cleaned."""

    kind: ClassVar[str] = "close machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddShift(MachineHours):
    """A machine also works during `[start, end)`: overtime, a Saturday."""

    kind: ClassVar[str] = "add shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowMachine:
    """Operations may be made on one more machine, in the time of where they take longest."""

    kind: ClassVar[str] = "allow machine"
    operations: tuple[str, ...]
    machine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A note on an order; it changes nothing else."""

    kind: ClassVar[str] = "remark"
    order: str
    text: str


PlanChange = (
    MoveWork
    | SwapBatches
    | JoinBatch
    | SplitBatch
    | PinWork
    | UnpinWork
    | LeaveOut
    | TakeIn
    | SetDue
    | SetPriority
    | SetQuantity
    | AddOrder
    | CloseMachine
    | AddShift
    | AllowMachine
    | Remark
)
KINDS: dict[str, type[PlanChange]] = {
    each.kind: each
    for each in (
        MoveWork,
        SwapBatches,
        JoinBatch,
        SplitBatch,
        PinWork,
        UnpinWork,
        LeaveOut,
        TakeIn,
        SetDue,
        SetPriority,
        SetQuantity,
        AddOrder,
        CloseMachine,
        AddShift,
        AllowMachine,
        Remark,
    )
}
