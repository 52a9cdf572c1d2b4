"""The figures with their words and units, the same wherever they are shown."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal, NamedTuple

from planner.kpis.figures import Kpis, MachineKpis, ResourceKpis, StageKpis, UpkeepKpis

NOT_AVAILABLE = "not available"

# What two figures may differ by and still be the same: the fault of adding up fractions.
LEAST = 1e-9

Number = int | float | Decimal


class _Figure(NamedTuple):
    name: str
    label: str
    unit: str
    better: Literal["lower", "higher", ""]
    meaning: str


# In the order of interest: what is saved, what is late, how the machines are used.
_FIGURES = (
    _Figure("cost", "Cost", "", "lower", "weighted sum of all terms, what planning minimises"),
    _Figure("changeovers", "Changeovers", "", "lower", "to another family, or with time or cost"),
    _Figure("changeover_hours", "Changeover time", "h", "lower", "working time of changeovers"),
    _Figure("changeover_cost", "Changeover cost", "", "lower", "cost of changeovers"),
    _Figure("upkeeps", "Upkeep", "", "lower", "how often machines are kept up"),
    _Figure("upkeep_hours", "Upkeep time", "h", "lower", "working time of upkeep"),
    _Figure("upkeep_cost", "Upkeep cost", "", "lower", "cost of upkeep"),
    _Figure("batches", "Batches", "", "", "number of batches"),
    _Figure("fill", "Average batch fill", "%", "higher", "share of the tightest capacity"),
    _Figure("on_time_share", "Orders on time", "%", "higher", "of the orders with a due date"),
    _Figure("tardy_orders", "Late orders", "", "lower", "orders completed after their due date"),
    _Figure("tardiness_hours", "Time late", "h", "lower", "time after due dates, all orders"),
    _Figure("longest_tardiness_hours", "Longest time late", "h", "lower", "of one order"),
    _Figure(
        "mean_flow_hours",
        "Lead time",
        "h",
        "lower",
        "from release to completion, mean of all orders",
    ),
    _Figure("work_share", "Share of lead time that is work", "%", "higher", "being made"),
    _Figure("mean_wait_hours", "Mean wait between stages", "h", "lower", "of an operation"),
    _Figure("limiting_stage", "Stage that limits", "", "", "whose machines are used most"),
    _Figure("makespan_hours", "Finished after", "h", "lower", "from the start to the last end"),
    _Figure("processing_hours", "Processing time", "h", "", "working time of batches"),
    _Figure("idle_hours", "Idle time", "h", "lower", "open, before the last end, not used"),
    _Figure("utilisation", "Utilisation", "%", "higher", "processing over open time"),
    _Figure("machine_cost", "Machine cost", "", "lower", "processing and changeover, per hour"),
    _Figure("unplanned", "Unplanned orders", "", "lower", "orders that are in no batch"),
)
_OF_MACHINES = {field.name for field in fields(MachineKpis)} - {"machine", "cost"}
_STAGE_FIGURES = (
    _Figure("operations", "Operations", "", "", "that it makes"),
    _Figure("processing_hours", "Processing time", "h", "", "working time of its machines"),
    _Figure("utilisation", "Utilisation", "%", "higher", "processing over open time"),
    _Figure("mean_wait_hours", "Mean wait before it", "h", "lower", "after the stage before"),
    _Figure("work_in_progress", "Work in progress", "", "lower", "operations there, on average"),
)
_RESOURCE_FIGURES = (
    _Figure("amount", "There are", "", "", "the most there ever is of it"),
    _Figure("most_used", "Used at once", "", "", "at most"),
    _Figure("used_hours", "Used", "h", "", "hours of one of it"),
    _Figure("utilisation", "Utilisation", "%", "", "used, of what there is"),
    _Figure("waits", "Batches that wait for it", "", "lower", "and could start earlier but for it"),
    _Figure("wait_hours", "Wait for it", "h", "lower", "of all batches together"),
    _Figure("cost", "Cost", "", "lower", "used, per hour"),
)
_UPKEEP_FIGURES = (
    _Figure("times", "Times", "", "lower", "how often it is done"),
    _Figure("hours", "Upkeep time", "h", "lower", "working time of it"),
    _Figure("cost", "Upkeep cost", "", "lower", "all times together"),
    _Figure("next_in_hours", "Next after", "h", "", "running time that is left until then"),
    _Figure("next_in_batches", "Next after batches", "", "", "that are left until then"),
    _Figure("next_in_quantity", "Next after quantity", "", "", "that is left until then"),
)
_MACHINE_FIGURES = (
    _Figure("operations", "Orders", "", "", "orders that it makes"),
    _Figure("cost", "Machine cost", "", "lower", "processing and changeover, per hour"),
    *(figure for figure in _FIGURES if figure.name in _OF_MACHINES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRow:
    """One figure with its label; shares are in per cent. `better` is the wanted direction."""

    name: str
    label: str
    unit: str
    value: Number | None
    better: Literal["lower", "higher", ""]
    meaning: str

    @property
    def text(self) -> str:
        """Return the value as it is shown, with its unit."""
        return shown(self.value, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure of two schedules: `difference` is value less baseline, `percent` of the baseline.

    Both are None where one of the two is not available; `percent` too where the baseline is 0 or
    itself in per cent.
    """

    row: KpiRow
    baseline: KpiRow
    difference: Number | None
    percent: float | None

    @property
    def text(self) -> str:
        """Return the difference as it is shown, such as `-3.5 h (-20.0 %)`."""
        if self.difference is None:
            return NOT_AVAILABLE
        sign = "+" if self.difference > 0 else ""
        share = "" if self.percent is None else f" ({self.percent:+.1f} %)"
        return f"{sign}{shown(self.difference, self._unit)}{share}"

    @property
    def verdict(self) -> str:
        """Return the difference as better or worse, such as `Better by 3.5 h (20.0 %)`."""
        if self.difference is None or not self.row.better:
            return self.text
        size = self.difference if self.difference > 0 else -self.difference
        if size < LEAST:
            return "Same"
        wanted = (self.difference > 0) == (self.row.better == "higher")
        share = "" if self.percent is None else f" ({abs(self.percent):.1f} %)"
        word = "Better" if wanted else "Worse"
        return f"{word} by {shown(size, self._unit)}{share}"

    @property
    def _unit(self) -> str:
        return "points" if self.row.unit == "%" else self.row.unit


def rows(kpis: Kpis) -> tuple[KpiRow, ...]:
    """Return all figures of a schedule with their words and units; of upkeep only if needed."""
    return tuple(_row(kpis, figure) for figure in _FIGURES if _counts(kpis, figure))


def machine_rows(kpis: MachineKpis) -> tuple[KpiRow, ...]:
    """Return all figures of one machine with their words and units; of upkeep only if needed."""
    return tuple(_row(kpis, figure) for figure in _MACHINE_FIGURES if _counts(kpis, figure))


def stage_rows(kpis: StageKpis) -> tuple[KpiRow, ...]:
    """Return all figures of one stage with their words and units."""
    return tuple(_row(kpis, figure) for figure in _STAGE_FIGURES)


def resource_rows(kpis: ResourceKpis) -> tuple[KpiRow, ...]:
    """Return all figures of one resource with their words and units."""
    return tuple(_row(kpis, figure) for figure in _RESOURCE_FIGURES)


def upkeep_rows(kpis: UpkeepKpis) -> tuple[KpiRow, ...]:
    """Return all figures of one upkeep of a machine with their words and units."""
    return tuple(_row(kpis, figure) for figure in _UPKEEP_FIGURES)


def compared(kpis: Kpis, baseline: Kpis) -> tuple[Difference, ...]:
    """Return how the figures of a schedule differ from those of a baseline."""
    return tuple(_difference(a, b) for a, b in zip(rows(kpis), rows(baseline), strict=True))


def shown(value: Number | None, unit: str = "") -> str:
    """Return a figure in words.

    >>> shown(12.345, "h"), shown(3), shown(None, "%")
    ('12.3 h', '3', 'not available')
    """
    if value is None:
        return NOT_AVAILABLE
    number = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    return f"{number} {unit}".rstrip()


def _counts(kpis: Kpis | MachineKpis, figure: _Figure) -> bool:
    return kpis.upkeeps is not None or not figure.name.startswith("upkeep")


def _row(
    kpis: Kpis | MachineKpis | StageKpis | ResourceKpis | UpkeepKpis, figure: _Figure
) -> KpiRow:
    value: Number | None = getattr(kpis, figure.name)
    if figure.unit == "%" and value is not None:
        value = 100.0 * float(value)
    return KpiRow(
        name=figure.name,
        label=figure.label,
        unit=figure.unit,
        value=value,
        better=figure.better,
        meaning=figure.meaning,
    )


def _difference(row: KpiRow, baseline: KpiRow) -> Difference:
    if row.value is None or baseline.value is None:
        return Difference(row=row, baseline=baseline, difference=None, percent=None)
    # Two figures of one name have one type, which mypy cannot see.
    difference: Number = row.value - baseline.value  # type: ignore[operator]
    known = row.unit != "%" and baseline.value != 0
    percent = 100.0 * float(difference) / float(baseline.value) if known else None
    return Difference(row=row, baseline=baseline, difference=difference, percent=percent)
