"""routes.csv -> the steps of the route of each product or order.

The steps of one stage are made in any order; all of them come after all of the stage before. The
rows of an order replace those of its product.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from planner.reader import cells
from planner.reader.durations import HIGHEST_STAGE, RATES, RunTime
from planner.reader.notes import counted
from planner.reader.orders import BETWEEN_ATTRIBUTES, OrderRows, machine_lists
from planner.reader.sheet import Sheet, check_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """How long a step takes at normal speed: minutes for the order, or minutes per unit of it.

    `is_shared` says that a lot takes its share of `minimum`: not so where all of a batch is made
    at once, as in an oven.
    """

    minimum: Fraction | None = None
    maximum: Fraction | None = None
    per_unit: Fraction | None = None
    is_shared: bool = True

    def of(self, of_quantity: Callable[[Fraction], Fraction]) -> RunTime | None:
        """Return the run time; `of_quantity` turns minutes per unit into those of a lot."""
        if self.per_unit is not None:
            return RunTime(minimum=of_quantity(self.per_unit), maximum=self.maximum)
        if self.minimum is None:
            return None
        return RunTime(minimum=self.minimum, maximum=self.maximum, whole=self.is_shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of a route; what is None or missing is as the order has it.

    `stage` 0 is the one step of an order without a route.
    """

    index: int
    stage: int
    name: str = ""
    family: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    eligible: tuple[str, ...] | None = None
    time: StepTime = StepTime()
    sizes: Mapping[str, Fraction] = field(default_factory=dict)
    least_wait: Fraction = Fraction(0)
    most_wait: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The steps of each product and of each order that has its own, by stage."""

    of_order: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    of_product: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)

    def of(self, order: str, product: str) -> tuple[Step, ...]:
        """Return the steps of an order, none where it has no route."""
        return self.of_order.get(order) or self.of_product.get(product, ())


def routed_names(sheet: Sheet | None) -> frozenset[str]:
    """Return the orders and products that routes.csv names, before anything else is read."""
    if sheet is None:
        return frozenset()
    return frozenset((*sheet.texts("order_id"), *sheet.texts("product"))) - {""}


def routes_from(sheet: Sheet | None, orders: OrderRows, machines: Sequence[str]) -> Routes:
    """Return the routes of routes.csv, with a finding for every cell that is wrong."""
    if sheet is None:
        return Routes()
    check_columns(sheet)
    ids, products = sheet.texts("order_id"), sheet.texts("product")
    of_order: dict[str, list[Step]] = {}
    of_product: dict[str, list[Step]] = {}
    for step in _steps(sheet, orders, machines):
        order, product = ids[step.index], products[step.index]
        if bool(order) == bool(product):
            what = "both an order and a product" if order else "neither an order nor a product"
            sheet.fault(
                step.index,
                "product",
                "order_or_product",
                f"there are {what}",
                "Give one of the two.",
            )
            continue
        target = of_order.setdefault(order, []) if order else of_product.setdefault(product, [])
        target.append(step)
    _note_unused(sheet, "order_id", orders.names)
    _note_unused(sheet, "product", orders.sheet.texts("product"))
    _note_without_route(sheet, orders, {*of_order}, {*of_product})
    routes = Routes(of_order=_by_stage(of_order), of_product=_by_stage(of_product))
    _note_first_waits(sheet, routes)
    return routes


def _by_stage(routes: Mapping[str, list[Step]]) -> Mapping[str, tuple[Step, ...]]:
    return {name: tuple(sorted(steps, key=lambda s: s.stage)) for name, steps in routes.items()}


def _steps(sheet: Sheet, orders: OrderRows, machines: Sequence[str]) -> list[Step]:
    stages = sheet.required("stage", cells.up_to(HIGHEST_STAGE))
    names, families = sheet.texts("operation"), _families(sheet, orders)
    attributes = _attributes(sheet, orders)
    eligible = machine_lists(sheet, "eligible_machines", machines)
    times, sizes = _times(sheet), _sizes(sheet)
    least = sheet.parsed("min_wait", cells.wait_minutes)
    most = sheet.parsed("max_wait", cells.wait_minutes)
    _check_waits(sheet, least, most)
    return [
        Step(
            index=index,
            stage=stage,
            name=names[index],
            family=families[index],
            attributes=attributes[index],
            eligible=eligible[index],
            time=times[index],
            sizes=sizes[index],
            least_wait=least[index] or Fraction(0),
            most_wait=most[index],
        )
        for index, stage in enumerate(stages)
        if stage is not None
    ]


def _families(sheet: Sheet, orders: OrderRows) -> list[str | None]:
    families = sheet.parsed("family", cells.name)
    names = orders.families.attributes
    for index, family in enumerate(families):
        if names and family and len(family.split(BETWEEN_ATTRIBUTES)) != len(names):
            sheet.fault(
                index,
                "family",
                "known_family",
                f"{family} is not a combination of {counted(len(names), 'attribute')}",
                f"Write the values of {BETWEEN_ATTRIBUTES.join(names)}, or use their columns.",
            )
    return families


def _attributes(sheet: Sheet, orders: OrderRows) -> list[dict[str, str]]:
    columns = sheet.with_prefix("attr_")
    for column in columns:
        if column.removeprefix("attr_") not in orders.families.attributes:
            sheet.fault(
                None,
                column,
                "known_attribute",
                f"the families of the orders have no {column}",
                f"Add a column {column} to orders.csv, or use the column family here.",
            )
    values = [sheet.texts(column) for column in columns]
    return [
        {
            column: texts[index]
            for column, texts in zip(columns, values, strict=True)
            if texts[index]
        }
        for index in range(sheet.count)
    ]


def _times(sheet: Sheet) -> list[StepTime]:
    columns = {
        name: sheet.parsed(name, cells.rate if name == "units_per_hour" else cells.run_minutes)
        for name in (*RATES, "max_minutes")
    }
    return [
        _time(sheet, index, dict(zip(columns, row, strict=True)))
        for index, row in enumerate(zip(*columns.values(), strict=True))
    ]


def _time(sheet: Sheet, index: int, given: Mapping[str, Fraction | None]) -> StepTime:
    named = [name for name in RATES if given[name] is not None]
    if len(named) > 1:
        message = f"{' and '.join(named)} are given"
        sheet.fault(index, named[1], "one_duration", message, "Give only one of them.")
    per_unit, per_hour = given["minutes_per_unit"], given["units_per_hour"]
    minimum, maximum = given["duration_minutes"] or given["min_minutes"], given["max_minutes"]
    if minimum is not None and maximum is not None and maximum < minimum:
        message = f"the maximum is below the minimum of {float(minimum):g} minutes"
        hint = "Swap the two, or leave the maximum empty."
        sheet.fault(index, "max_minutes", "minimum_within_maximum", message, hint)
        maximum = None
    return StepTime(
        minimum=minimum,
        maximum=maximum,
        per_unit=per_unit if per_hour is None else Fraction(60) / per_hour,
        is_shared=given["min_minutes"] is None,
    )


def _sizes(sheet: Sheet) -> list[dict[str, Fraction]]:
    columns = sheet.with_prefix("size_")
    parsed = [sheet.parsed(column, cells.from_zero) for column in columns]
    names = [column.removeprefix("size_") for column in columns]
    return [
        {
            name: Fraction(size)
            for name, sizes in zip(names, parsed, strict=True)
            if (size := sizes[index]) is not None
        }
        for index in range(sheet.count)
    ]


def _check_waits(
    sheet: Sheet, least: Sequence[Fraction | None], most: Sequence[Fraction | None]
) -> None:
    for index, (low, high) in enumerate(zip(least, most, strict=True)):
        if low is not None and high is not None and high < low:
            sheet.fault(
                index,
                "max_wait",
                "waiting_time",
                f"the most wait is below the least wait of {float(low):g} minutes",
                "Swap the two, or leave max_wait empty.",
            )


def _note_first_waits(sheet: Sheet, routes: Routes) -> None:
    first = [
        step.index
        for steps in (*routes.of_order.values(), *routes.of_product.values())
        for step in steps
        if step.stage == steps[0].stage and (step.least_wait or step.most_wait is not None)
    ]
    if first and not sheet.notes.failed:
        waits = counted(len(first), "wait")
        message = f"{waits} of a first step counts only after orders that are needed"
        hint = "Put the wait on the step that is to wait; that of a first step may be empty."
        sheet.notes.warn(sheet.finding(min(first), "min_wait", "waiting_time", message, hint))


def _note_unused(sheet: Sheet, column: str, used: Sequence[str | None]) -> None:
    among = set(used)
    unused = [k for k, text in enumerate(sheet.texts(column)) if text and text not in among]
    if unused:
        what = "an order that is" if column == "order_id" else "a product that is"
        message = f"{counted(len(unused), 'row')} for {what} not in the orders file"
        hint = "Nothing to do if that is meant."
        sheet.notes.warn(sheet.finding(unused[0], column, "route_used", message, hint))


def _note_without_route(
    sheet: Sheet, orders: OrderRows, own: set[str], of_product: set[str]
) -> None:
    products = orders.sheet.texts("product")
    bare = [
        name
        for name, product in zip(orders.names, products, strict=True)
        if name and name not in own and product not in of_product
    ]
    if bare:
        orders.sheet.notes.assume(
            f"{counted(len(bare), 'order')} without a route: made in one stage"
        )
