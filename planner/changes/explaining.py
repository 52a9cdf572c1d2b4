"""Why an order is late, as sentences that a planner can forward, with ways out and their price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planner.changes.chain import Cause, CauseKind, binding, chain
from planner.changes.differing import hours, signed_hours
from planner.changes.given import order_named
from planner.changes.kinds import AddShift, AllowMachine, JoinBatch, MoveWork, PlanChange
from planner.changes.standing import Standing
from planner.changes.unplanned import why_unplanned
from planner.changes.ways_out import WayOut, last_of, ways_out
from planner.changes.wording import moment, named, orders_of, step_of
from planner.domain import PinReason, Scenario
from planner.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why an order is complete when it is: the chain of what it waited for, and ways out.

    Iterating gives its sentences. `lateness` is in units, None without a due date or while it is
    not planned.
    """

    order: str
    lateness: int | None
    causes: tuple[Cause, ...]
    ways: tuple[WayOut, ...]
    lines: tuple[str, ...] = field(repr=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)


def explain(
    scenario: Scenario, schedule: Schedule, order: str, *, with_ways_out: bool = True
) -> Explanation:
    """Return why `order` is late, or when it is complete, and what would help.

    From its completion back to what it all began with; what had slack is not named. Ways out are
    changes that were made and certified; without `with_ways_out` none are looked for. Raises
    `ChangeError` where there is no such order.
    """
    return explanation(
        Standing(scenario=scenario, schedule=schedule), order, with_ways_out=with_ways_out
    )


def explanation(standing: Standing, order: str, *, with_ways_out: bool = True) -> Explanation:
    """Return what `explain` does, for a schedule that is known already."""
    order_named(standing.scenario, order)
    completion = standing.completion_of(order)
    if completion is None:
        lines = tuple(_unplanned(standing, order))
        return Explanation(order=order, lateness=None, causes=(), ways=(), lines=lines)
    causes = chain(standing, last_of(standing, order))
    ways = ways_out(standing, order) if with_ways_out else ()
    lateness = standing.lateness_of(order)
    lines = (
        _headline(standing, order, completion, lateness),
        *_chain_lines(standing, causes),
        *(way_line(standing, way) for way in ways),
    )
    if with_ways_out and lateness is not None and lateness > 0 and not ways:
        lines = (*lines, "No single move, overtime or other machine would make it less late.")
    return Explanation(order=order, lateness=lateness, causes=causes, ways=ways, lines=lines)


def _unplanned(standing: Standing, order: str) -> Iterator[str]:
    own = standing.scenario.operations_of.get(order, ())
    # What is told of one stage need not be told again of those that come after it.
    yield from dict.fromkeys(line for item in own for line in why_unplanned(standing, item.name))


def _headline(standing: Standing, order: str, completion: int, lateness: int | None) -> str:
    scenario = standing.scenario
    complete = f"Order {order} is complete {moment(scenario, completion)}"
    if lateness is None:
        return f"{complete}; it has no due date."
    due = moment(scenario, scenario.order[order].due or 0)
    if lateness <= 0:
        return f"{complete}, in time: it is due {due}."
    return f"{complete}, {_hours(scenario, lateness)} after it is due, {due}."


@dataclass(slots=True)
class _Stretch:
    """Work on one machine that was one after the other without a gap that counts."""

    machine: str
    since: int
    until: int
    operations: list[str] = field(default_factory=list)
    changeover: int = 0
    upkeep: int = 0


def _chain_lines(standing: Standing, causes: Sequence[Cause]) -> Iterator[str]:
    run: _Stretch | None = None
    for cause in causes:
        if cause.kind == CauseKind.MADE:
            if run is None or run.machine != cause.machine:
                if run is not None:
                    yield _run_line(standing, run)
                run = None
                if cause is causes[0] or not _is_followed(causes, cause):
                    yield _made_line(standing, cause)
                continue
            run.since = cause.since
            run.operations += [cause.operation, *cause.others]
        elif cause.kind == CauseKind.MACHINE:
            if run is None:
                run = _Stretch(machine=cause.machine, since=cause.since, until=cause.until)
            run.changeover += cause.changeover
            run.upkeep += len(cause.upkeep)
            run.operations += [name for name in cause.others if name not in run.operations]
        else:
            if run is not None:
                yield _run_line(standing, run)
                run = None
            yield _end_line(standing, cause)
    if run is not None:
        yield _run_line(standing, run)


def _is_followed(causes: Sequence[Cause], made: Cause) -> bool:
    """Tell whether a busy machine is the reason that the chain came to this operation."""
    before = causes[list(causes).index(made) - 1]
    return before.kind == CauseKind.MACHINE and before.machine == made.machine


def _made_line(standing: Standing, cause: Cause) -> str:
    scenario = standing.scenario
    text = (
        f"{_upper(step_of(scenario, cause.operation))} is on {cause.machine} from "
        f"{moment(scenario, cause.since)} to {moment(scenario, cause.until)}"
    )
    others = [
        o
        for o in orders_of(scenario, cause.others)
        if o != scenario.operation[cause.operation].order
    ]
    return f"{text}, in one batch with {named(others)}." if others else f"{text}."


def _run_line(standing: Standing, run: _Stretch) -> str:
    scenario = standing.scenario
    orders = orders_of(scenario, reversed(run.operations))
    text = (
        f"{run.machine} was busy before that, from {moment(scenario, run.since)} on, "
        f"with {named(orders)}"
    )
    if run.changeover:
        text += f"; {_hours(scenario, run.changeover)} of it are changeovers"
    if run.upkeep:
        text += f"; upkeep was due {'once' if run.upkeep == 1 else f'{run.upkeep} times'} in it"
    return text + "."


def _end_line(standing: Standing, cause: Cause) -> str:
    scenario = standing.scenario
    who, since = step_of(scenario, cause.operation), moment(scenario, cause.since)
    opens = ""
    if cause.since < cause.until:
        opens = f" and {cause.machine} could begin with it {moment(scenario, cause.until)}"
    match cause.kind:
        case CauseKind.RELEASED:
            return f"{_upper(who)} was released {since}{opens}."
        case CauseKind.STAGE:
            before = step_of(scenario, cause.others[0])
            return f"{_upper(who)} waited for {before}, ready for it {since}{opens}."
        case CauseKind.PINNED:
            return f"{_upper(who)} {_PINNED[_why_pinned(standing, cause)]} {since}."
        case CauseKind.CAPACITY:
            return f"{cause.machine} was full until {since}: {who} had to wait for a place."
        case CauseKind.RESOURCE:
            return _resource_line(standing, cause)
        case CauseKind.HELD:
            return (
                f"{_upper(who)} is held back until {moment(scenario, cause.until)}, so that it "
                "need not wait too long for what follows it."
            )
        case CauseKind.CLOSED:
            return (
                f"{_upper(who)} did not fit in any more from {since} on before {cause.machine} "
                f"closed; it begins when that opens again, {moment(scenario, cause.until)}."
            )
        case CauseKind.BEGINNING:
            return _beginning_line(standing, cause)
        case _:
            return f"{_upper(who)} could begin earlier than {moment(scenario, cause.until)}."


def _resource_line(standing: Standing, cause: Cause) -> str:
    scenario = standing.scenario
    who = _upper(step_of(scenario, cause.operation))
    text = f"{who} waited for {cause.resource} until {moment(scenario, cause.since)}"
    if not cause.others:
        return f"{text}: there was not enough of it."
    return f"{text}, which {named(orders_of(scenario, reversed(cause.others)))} had."


_PINNED = {
    PinReason.PINNED: "is pinned to begin",
    PinReason.BEGUN: "has begun already and goes on",
    PinReason.FROZEN: "is frozen, too near to be moved, to begin",
}


def _why_pinned(standing: Standing, cause: Cause) -> PinReason:
    pin = standing.scenario.operation[cause.operation].pin
    return PinReason.PINNED if pin is None else pin.because


def cause_lines(standing: Standing, operation: str) -> Iterator[str]:
    """Yield what a planned operation waited for at last, each that alone kept it from earlier."""
    for cause in binding(standing, operation):
        if cause.kind != CauseKind.MACHINE:
            yield _end_line(standing, cause)
            continue
        text = (
            f"{cause.machine} was busy until {moment(standing.scenario, cause.since)} with "
            f"{named(orders_of(standing.scenario, reversed(cause.others)))}"
        )
        if cause.changeover:
            text += (
                f", and then changes over from {cause.from_family} to {cause.to_family}, "
                f"{_hours(standing.scenario, cause.changeover)}"
            )
        if cause.upkeep:
            text += f", {' and '.join(cause.upkeep)} included"
        yield text + "."


def _beginning_line(standing: Standing, cause: Cause) -> str:
    scenario = standing.scenario
    text = f"It begins with the plan, {moment(scenario, 0)}"
    if cause.changeover:
        text += (
            f"; {cause.machine} first changes over from {cause.from_family} to "
            f"{cause.to_family}, {_hours(scenario, cause.changeover)}"
        )
    if cause.until > cause.changeover:
        text += f"; {cause.machine} is ready for it {moment(scenario, cause.until)}"
    return text + "."


def way_line(standing: Standing, way: WayOut) -> str:
    """Return a way out in one sentence: what to do, what it brings, and what it costs whom."""
    scenario = standing.scenario
    what = " and ".join(change_line(way.after.scenario, change) for change in way.changes)
    result = (
        "in time"
        if way.is_on_time
        else f"only {_hours(scenario, way.lateness_after)} late, not "
        f"{_hours(scenario, way.lateness_before)}"
    )
    return f"Way out: {what}: order {way.order} would be {result}{_price(standing, way)}."


def _price(standing: Standing, way: WayOut) -> str:
    scenario, parts = standing.scenario, []
    change = way.difference.changeover_minutes_after - way.difference.changeover_minutes_before
    if change:
        parts.append(f"changeover {signed_hours(change, scenario.clock.units_per_minute)}")
    pushed = way.pushed
    if pushed:
        most = max(each.tardiness_after - each.tardiness_before for each in pushed)
        up_to = "" if len(pushed) == 1 else "up to "
        parts.append(
            f"{named([each.order for each in pushed])} {up_to}{_hours(scenario, most)} later"
        )
    else:
        parts.append("no other order late for it")
    parts.append(f"cost {way.cost:+,}")
    return "; " + ", ".join(parts)


def change_line(scenario: Scenario, change: PlanChange) -> str:
    """Return what a way out, or a promise, does, in words."""
    match change:
        case JoinBatch():
            into = step_of(scenario, change.into)
            return f"make {_steps(scenario, change.operations)} in one batch with {into}"
        case MoveWork():
            place = f"before {step_of(scenario, change.before)}" if change.before else "last"
            return f"make {_steps(scenario, change.operations)} on {change.machine}, {place}"
        case AddShift():
            length = _hours(scenario, change.end - change.start)
            return f"run {change.machine} {length} longer, from {moment(scenario, change.start)}"
        case AllowMachine():
            return f"allow {change.machine} for {_steps(scenario, change.operations)}"
        case _:
            return change.kind


def _steps(scenario: Scenario, operations: Sequence[str]) -> str:
    if len(operations) == 1:
        return step_of(scenario, operations[0])
    return named(orders_of(scenario, operations))


def _hours(scenario: Scenario, units: int) -> str:
    return f"{hours(units, scenario.clock.units_per_minute)} h"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
