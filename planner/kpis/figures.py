"""The figures of a schedule as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from planner.schedule import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineKpis:
    """Figures of one machine; hours are working hours.

    `idle_hours` is open time until its last batch ends, less processing and changeover.
    `utilisation` is processing over open time from the start to the makespan of the whole
    schedule. `fill` is the average over its batches of the share of the tightest capacity, on
    continuous machines averaged over the batch's time. `cost` covers processing, changeover and
    upkeep; the upkeep figures are None where no machine needs any.
    """

    machine: str
    batches: int
    operations: int
    changeovers: int
    changeover_hours: float
    changeover_cost: int
    processing_hours: float
    upkeeps: int | None
    upkeep_hours: float | None
    upkeep_cost: int | None
    idle_hours: float
    utilisation: float | None
    fill: float | None
    cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepKpis:
    """Figures of one upkeep of a machine: how often it is done, and what that takes.

    `next_in_*` say what may still be made after the schedule before it is due; None where that
    does not count.
    """

    machine: str
    upkeep: str
    times: int
    hours: float
    cost: int
    next_in_hours: float | None
    next_in_batches: int | None
    next_in_quantity: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageKpis:
    """Figures of one stage of the routes.

    `processing_hours` are the working hours of its machines for it, from the first to the last of
    a batch, and `utilisation` their share of the time these are open until the makespan.
    `mean_wait_hours` is from completion at the stages before to the start here; `work_in_progress`
    how many operations are there on average, waiting or being made, until the makespan.
    """

    stage: int
    step: str
    operations: int
    processing_hours: float
    utilisation: float | None
    mean_wait_hours: float | None
    work_in_progress: float | None
    machines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceKpis:
    """Figures of one resource until the makespan.

    `amount` is the most there ever is of it and `most_used` the most that is used at once.
    `used_hours` are hours of one of it, and `utilisation` their share of what there is.
    `waits` counts the batches that could start earlier but for it, and `wait_hours` by how much.
    """

    resource: str
    amount: int
    most_used: int
    used_hours: float
    utilisation: float | None
    waits: int
    wait_hours: float
    cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpis:
    """Figures of a schedule; what cannot be known is None.

    `terms` are in the scenario's unit and weighted as planning counts them; `costs` is each term
    times its weight, and `cost` their sum. Every other figure is plain: hours, counts of orders,
    shares from 0 to 1. An order counts as planned when all its operations are.

    `tardy_orders` and `on_time_share` are None when no order has a due date; unplanned orders with
    a due date are not on time. The tardiness figures are None when no planned order has one.
    `fill` is None without a capacity, `machine_cost` when a machine that runs has no cost per hour.

    `mean_wait_hours` and `limiting_stage`, the stage whose machines are used most, are None without
    routes; `work_share` is the share of the flow time in which orders are being made. The term
    changeover cost holds the cost of upkeep too; `changeover_cost` is without it, and the upkeep
    figures are None where no machine needs any.
    """

    terms: Terms
    costs: Mapping[str, int]
    cost: int
    batches: int
    changeovers: int
    changeover_hours: float
    changeover_cost: int
    upkeeps: int | None = None
    upkeep_hours: float | None = None
    upkeep_cost: int | None = None
    processing_hours: float
    idle_hours: float
    utilisation: float | None
    fill: float | None
    makespan_hours: float | None
    tardy_orders: int | None
    on_time_share: float | None
    tardiness_hours: float | None
    longest_tardiness_hours: float | None
    mean_flow_hours: float | None
    work_share: float | None
    mean_wait_hours: float | None
    limiting_stage: int | None
    machine_cost: Decimal | None
    orders: int
    unplanned: int
    machines: tuple[MachineKpis, ...]
    stages: tuple[StageKpis, ...] = ()
    resources: tuple[ResourceKpis, ...] = ()
    upkeep: tuple[UpkeepKpis, ...] = ()
