"""What the commands print about schedules."""

from collections.abc import Iterator, Mapping

from planner.cli.methods import REFERENCE
from planner.cli.output import aligned, clean, number_of, say, show
from planner.domain import TERMS, Scenario
from planner.kpis import Kpis, compared, measure, rows
from planner.schedule import Result, Schedule, Status

PLAN = "this plan"


def show_result(scenario: Scenario, result: Result, schedule: Schedule) -> None:
    """Show what planning found against one by one, how good it is, and what is not planned."""
    show(clean(_headline(scenario, result)))
    schedules = {**_reference(result), PLAN: schedule}
    kpis = {name: measure(scenario, each) for name, each in schedules.items()}
    show("\n" + comparison(kpis))
    show("\n" + costs_by_term(kpis) + "\n")
    if REFERENCE in kpis:
        show(saving(kpis[REFERENCE], kpis[PLAN]))
    show(quality(result))
    show_unplanned(scenario, schedule)


def show_comparison(scenario: Scenario, schedules: Mapping[str, Schedule]) -> None:
    """Show the figures of all schedules side by side, the first one as the baseline."""
    kpis = {name: measure(scenario, schedule) for name, schedule in schedules.items()}
    show(comparison(kpis))
    show("\n" + costs_by_term(kpis))


def show_certificate(scenario: Scenario, schedule: Schedule, name: str) -> bool:
    """Show whether `schedule` keeps all rules, with every violation, and return it."""
    from planner.checker import RULES, check

    violations = check(scenario, schedule)
    if violations:
        show(clean(f"{name}: not certified, {number_of(len(violations), 'violation')}"))
    else:
        batches = number_of(len(schedule.batches), "batch", "batches")
        show(clean(f"{name}: certified, {batches} keep all {len(RULES)} rules"))
    for violation in violations:
        show(clean(f"    {violation}"))
    return not violations


def show_unplanned(scenario: Scenario, schedule: Schedule) -> None:
    """List the operations that are in no batch, with the row they came from and the reason."""
    if not schedule.unplanned:
        return
    show(f"not planned: {number_of(len(schedule.unplanned), 'operation')}")
    for item in schedule.unplanned:
        operation = scenario.operation.get(item.operation)
        row = scenario.order[operation.order].row if operation else None
        place = "" if row is None else f" (orders.csv, row {row})"
        show(clean(f"    {item.operation}{place}: {item.reason}"))


def say_assumptions(scenario: Scenario) -> None:
    """Tell what was not given and is taken for granted."""
    for assumption in scenario.assumptions:
        say(clean(f"assumed: {assumption}"))


def comparison(kpis: Mapping[str, Kpis]) -> str:
    """Return a table of all figures; each but the first with its difference from the first."""
    baseline, *others = kpis
    header = ["", baseline, *(title for name in others for title in (name, "difference"))]
    columns = [[row.text for row in rows(kpis[baseline])]]
    for name in others:
        differences = compared(kpis[name], kpis[baseline])
        columns.append([difference.row.text for difference in differences])
        columns.append([difference.text for difference in differences])
    labels = [row.label for row in rows(kpis[baseline])]
    return aligned(header, zip(labels, *columns, strict=True))


def costs_by_term(kpis: Mapping[str, Kpis]) -> str:
    """Return a table of the cost by term, without the terms that cost nothing anywhere."""
    return aligned(["Cost by term", *kpis], _term_rows(kpis))


def _term_rows(kpis: Mapping[str, Kpis]) -> Iterator[list[str]]:
    for term in TERMS:
        costs = [each.costs[term] for each in kpis.values()]
        if any(costs):
            yield [term, *(f"{cost:,}" for cost in costs)]


def saving(baseline: Kpis, plan: Kpis) -> str:
    """Return in words how much changeover time a plan saves against one by one."""
    saved = baseline.changeover_hours - plan.changeover_hours
    share = f" ({saved / baseline.changeover_hours:.1%})" if baseline.changeover_hours else ""
    return (
        f"changeover time saved: {saved:,.1f} h{share}, {plan.changeover_hours:,.1f} h "
        f"instead of {baseline.changeover_hours:,.1f} h"
    )


def quality(result: Result) -> str:
    """Return in words how far the plan may be from the best one."""
    if result.status == Status.OPTIMAL:
        return f"proven: no plan can cost less than {result.cost:,}, as this one does"
    if result.bound is None or result.gap is None:
        return f"this plan costs {result.cost:,}; no bound is known"
    return (
        f"proven: no plan can cost less than {result.bound:,}; this one costs {result.cost:,} "
        f"(gap {result.gap:.1%})"
    )


def _headline(scenario: Scenario, result: Result) -> str:
    orders = number_of(len(scenario.orders), "order")
    machines = number_of(len(scenario.machines), "machine")
    return (
        f"{scenario.name}: {orders}, {machines}; {result.status} after {result.seconds:.1f} s, "
        f"best found by {result.method} after {result.seconds_to_best:.1f} s, seed {result.seed}"
    )


def _reference(result: Result) -> Mapping[str, Schedule]:
    baseline = (result.baselines or {}).get(REFERENCE)
    return {} if baseline is None else {REFERENCE: baseline}
