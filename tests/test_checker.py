import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest

from planner import checker
from planner.checker import RULES, check
from planner.domain import Pin, Scenario
from planner.schedule import Batch, Placement, Schedule
from tests.builders import batch, machine, order, random_scenario, scenario, schedule
from tests.naive import is_valid, naive_schedule

KINDS = ("serial", "parallel", "continuous")


def broken(given: Scenario, made: Schedule) -> set[str]:
    """Return the names of the rules that are broken."""
    return {violation.rule for violation in check(given, made)}


def test_the_rules_have_their_names_in_their_order() -> None:
    assert [rule.__name__ for rule in RULES] == [
        "every_order_once",
        "eligible_machine",
        "one_family",
        "batch_capacity",
        "one_batch_at_a_time",
        "changeover_time",
        "changeover_possible",
        "machine_calendar",
        "release",
        "route_order",
        "waiting_time",
        "deadline",
        "processing_time",
        "resource_amount",
        "upkeep",
        "campaign",
        "pinned",
    ]


def test_a_violation_says_where_it_is_and_how_much_is_missing() -> None:
    given = scenario([order(release=5)])
    (found,) = check(given, schedule(batch(("A", 3, 63))))
    assert (found.rule, found.machine, found.batch, found.operations) == ("release", "M", 1, ("A",))
    assert (found.at, found.short_by) == (3, 2)
    assert str(found) == (
        "release: M, batch 1, A starts Mon 2026-03-02 06:03, "
        "before its release Mon 2026-03-02 06:05"
    )


# every_order_once


def test_an_order_in_one_batch_or_unplanned_with_a_reason_is_there_once() -> None:
    given = scenario([order("A"), order("B")])
    assert check(given, schedule(batch("A", end=60), unplanned={"B": "too large"})) == ()


@pytest.mark.parametrize(
    "made",
    [
        schedule(),
        schedule(batch("A", end=60), batch("A", start=60, end=120)),
        schedule(batch("A", end=60), unplanned=["A"]),
        schedule(unplanned={"A": " "}),
        schedule(batch("A", end=60), unplanned=["Z"]),
        schedule(batch("A", end=60), batch("Z", start=60, end=120)),
    ],
    ids=["missing", "twice", "also unplanned", "no reason", "unknown unplanned", "unknown planned"],
)
def test_an_order_missing_twice_unknown_or_without_reason_is_noticed(made: Schedule) -> None:
    assert broken(scenario([order("A")]), made) == {"every_order_once"}


# eligible_machine


def test_a_batch_on_a_machine_that_may_not_make_its_order_is_noticed() -> None:
    given = scenario([order(durations={"M": 60})], [machine("M"), machine("N")])
    assert broken(given, schedule(batch(end=60, machine="M"))) == set()
    assert broken(given, schedule(batch(end=60, machine="N"))) == {"eligible_machine"}


def test_a_machine_that_the_scenario_has_not_is_noticed() -> None:
    assert broken(scenario([order()]), schedule(batch(end=60, machine="X"))) == {"eligible_machine"}


# one_family


def test_two_families_in_one_batch_are_noticed() -> None:
    given = scenario([order("A"), order("B", family="blue")])
    mixed = schedule(batch(("A", 0, 60), ("B", 60, 120)))
    apart = schedule(batch(("A", 0, 60)), batch(("B", 60, 120), family="blue"))
    assert broken(given, apart) == set()
    assert broken(given, mixed) == {"one_family"}


def test_a_family_that_the_scenario_has_not_is_noticed() -> None:
    assert broken(scenario([order()]), schedule(batch(end=60, family="pink"))) == {"one_family"}


# batch_capacity


@pytest.mark.parametrize("kind", ["serial", "parallel"])
@pytest.mark.parametrize(("size", "rules"), [(4, set()), (5, {"batch_capacity"})])
def test_a_batch_holds_its_capacity_and_no_unit_more(kind: str, size: int, rules: set[str]) -> None:
    # 6 pieces of A and 4 of B fill 10; weight, the second dimension, is never the limit.
    given = scenario(
        [order("A", sizes=[6, 1]), order("B", sizes=[size, 1])],
        [machine(process=kind, capacity=[10, None])],
    )
    placements = [("A", 0, 60), ("B", 60, 120)] if kind == "serial" else ["A", "B"]
    assert (
        broken(given, schedule(batch(*placements, start=0, end=None if kind == "serial" else 60)))
        == rules
    )


def test_each_dimension_has_its_capacity() -> None:
    given = scenario([order(sizes=[1, 3])], [machine(capacity=[9, 2])])
    (found,) = check(given, schedule(batch(end=60)))
    assert (found.rule, found.short_by) == ("batch_capacity", 1)
    assert found.message == "holds 3 kg, its capacity is 2"


@pytest.mark.parametrize(("enters", "rules"), [(60, set()), (59, {"batch_capacity"})])
def test_a_place_in_a_continuous_machine_is_free_once_it_is_left(
    enters: int, rules: set[str]
) -> None:
    # A and B fill the machine; C may enter when A leaves at 60.
    given = scenario(
        [order("A", sizes=[1]), order("B", sizes=[1], minutes=90), order("C", sizes=[1])],
        [machine(process="continuous", capacity=[2])],
    )
    made = schedule(batch(("A", 0, 60), ("B", 0, 90), ("C", enters, enters + 60)))
    assert broken(given, made) == rules


# one_batch_at_a_time


@pytest.mark.parametrize(("third", "rules"), [(120, set()), (119, {"one_batch_at_a_time"})])
def test_a_batch_starts_when_the_one_before_has_ended(third: int, rules: set[str]) -> None:
    given = scenario([order(name) for name in "ABC"])
    made = schedule(
        batch("A", end=60), batch("B", start=60, end=120), batch("C", start=third, end=third + 60)
    )
    assert broken(given, made) == rules


def test_a_batch_inside_a_long_one_before_the_last_is_noticed() -> None:
    given = scenario([order("A", minutes=100), order("B", minutes=10), order("C", minutes=10)])
    made = schedule(batch("A", end=100), batch("B", start=20, end=30), batch("C", start=40, end=50))
    assert [found.short_by for found in check(given, made)] == [80, 60]


# changeover_possible


@pytest.mark.parametrize(("second", "rules"), [("green", set()), ("blue", {"changeover_possible"})])
def test_changeover_possible_between_a_batch_and_the_one_directly_before(
    second: str, rules: set[str]
) -> None:
    # From red to blue only over green.
    families = ("red", second, "blue" if second == "green" else "green")
    given = scenario(
        [order(name, family=family) for name, family in zip("ABC", families, strict=True)],
        changeovers={("red", "blue"): None},
    )
    made = schedule(
        *(
            batch(name, start=60 * k, end=60 * k + 60, family=family)
            for k, (name, family) in enumerate(zip("ABC", families, strict=True))
        )
    )
    assert broken(given, made) == rules
    assert is_valid(given, made) == (not rules)


@pytest.mark.parametrize(
    ("initial", "rules"), [("green", set()), ("blue", {"changeover_possible"}), (None, set())]
)
def test_changeover_possible_from_the_initial_family(initial: str | None, rules: set[str]) -> None:
    given = scenario(
        [order()], [machine(initial=initial)], {("blue", "red"): None, ("green", "red"): 0}
    )
    assert broken(given, schedule(batch(end=60))) == rules


def test_changeover_possible_is_a_matter_of_the_machine() -> None:
    given = scenario(
        [order("A"), order("B", family="blue")],
        [machine("M"), machine("N")],
        {("red", "blue"): None},
        machine_changeovers={"N": {("red", "blue"): 0}},
    )
    for name, rules in (("M", {"changeover_possible"}), ("N", set())):
        red = batch("A", end=60, machine=name)
        blue = batch("B", start=60, end=120, machine=name, family="blue")
        assert broken(given, schedule(red, blue)) == rules


# changeover_time


@pytest.mark.parametrize("pausable", [True, False])
@pytest.mark.parametrize(("third", "rules"), [(135, set()), (134, {"changeover_time"})])
def test_between_batches_there_is_the_changeover_from_the_one_directly_before(
    pausable: bool, third: int, rules: set[str]
) -> None:
    # red to blue 10: 60 + 10 = 70, to 130; blue to green 5: 135. From red it would be 50.
    given = scenario(
        [order("A"), order("B", family="blue"), order("C", family="green")],
        [machine(pausable=pausable)],
        {("red", "blue"): 10, ("blue", "green"): 5, ("red", "green"): 50},
    )
    made = schedule(
        batch("A", end=60),
        batch("B", start=70, end=130, family="blue"),
        batch("C", start=third, end=third + 60, family="green"),
    )
    assert broken(given, made) == rules


@pytest.mark.parametrize(("start", "rules"), [(30, set()), (29, {"changeover_time"})])
def test_the_first_changeover_is_from_the_initial_family(start: int, rules: set[str]) -> None:
    given = scenario([order()], [machine(initial="blue")], {("blue", "red"): 30})
    assert broken(given, schedule(batch(start=start, end=start + 60))) == rules


def test_without_an_initial_family_the_first_batch_needs_no_changeover() -> None:
    given = scenario([order()], changeovers={("blue", "red"): 30, ("red", "red"): 7})
    assert check(given, schedule(batch(end=60))) == ()


@pytest.mark.parametrize(("diagonal", "rules"), [(0, set()), (1, {"changeover_time"})])
def test_within_a_family_the_changeover_is_what_the_matrix_says(
    diagonal: int, rules: set[str]
) -> None:
    given = scenario([order("A"), order("B")], changeovers={("red", "red"): diagonal})
    made = schedule(batch("A", end=60), batch("B", start=60, end=120))
    assert broken(given, made) == rules


@pytest.mark.parametrize(("start", "rules"), [(110, set()), (109, {"changeover_time"})])
def test_a_changeover_counts_open_time_only_where_the_machine_may_pause(
    start: int, rules: set[str]
) -> None:
    # A ends at 60; open until 80 and again from 100: 20 + 10 units make the changeover of 30.
    given = scenario(
        [order("A"), order("B", family="blue")],
        [machine(windows=[(0, 80), (100, 300)])],
        {("red", "blue"): 30},
    )
    made = schedule(batch("A", end=60), batch("B", start=start, end=start + 60, family="blue"))
    assert broken(given, made) == rules


def test_a_changeover_may_lie_before_the_release() -> None:
    given = scenario([order(release=30)], [machine(initial="blue")], {("blue", "red"): 30})
    assert check(given, schedule(batch(start=30, end=90))) == ()


# machine_calendar


@pytest.mark.parametrize(
    ("start", "rules"),
    [(20, set()), (19, {"machine_calendar"}), (40, set()), (41, {"machine_calendar"})],
)
def test_a_machine_that_cannot_pause_stays_in_one_window(start: int, rules: set[str]) -> None:
    # Window 10 to 100: changeover 10 and batch 60 start at 20 at the earliest, 40 at the latest.
    given = scenario(
        [order()],
        [machine(pausable=False, initial="blue", windows=[(10, 100), (100, 109)])],
        {("blue", "red"): 10},
    )
    assert broken(given, schedule(batch(start=start, end=start + 60))) == rules


def test_a_machine_that_cannot_pause_waits_inside_its_window_too() -> None:
    given = scenario(
        [order("A", minutes=5), order("B", minutes=5)],
        [machine(pausable=False, windows=[(0, 10), (20, 30)])],
    )
    assert broken(given, schedule(batch(("A", 0, 5), ("B", 20, 25)))) == {"machine_calendar"}


@pytest.mark.parametrize(
    ("start", "end", "rules"),
    [
        (5, 25, set()),  # 5 units until 10, 5 from 20
        (10, 30, {"machine_calendar"}),  # begins when closed
        (0, 20, {"machine_calendar"}),  # ends after a pause
        (5, 24, {"processing_time"}),  # one unit short
        (5, 26, {"processing_time"}),  # one unit long
    ],
)
def test_a_machine_that_may_pause_begins_and_ends_in_open_time(
    start: int, end: int, rules: set[str]
) -> None:
    given = scenario([order(minutes=10)], [machine(windows=[(0, 10), (20, 40)])])
    assert broken(given, schedule(batch(start=start, end=end))) == rules


@pytest.mark.parametrize(("horizon", "rules"), [(60, set()), (59, {"machine_calendar"})])
def test_nothing_is_after_the_horizon(horizon: int, rules: set[str]) -> None:
    given = replace(scenario([order()]), horizon=horizon)
    assert broken(given, schedule(batch(end=60))) == rules


def test_nothing_is_before_the_start() -> None:
    made = schedule(batch(start=-1, end=59))
    assert {"machine_calendar", "release"} <= broken(scenario([order()]), made)


# release, deadline


@pytest.mark.parametrize(("start", "rules"), [(8, set()), (7, {"release"})])
def test_no_operation_starts_before_its_release(start: int, rules: set[str]) -> None:
    given = scenario([order(release=8)])
    assert broken(given, schedule(batch(start=start, end=start + 60))) == rules


@pytest.mark.parametrize(("deadline", "rules"), [(60, set()), (59, {"deadline"})])
def test_no_order_completes_after_its_deadline(deadline: int, rules: set[str]) -> None:
    assert broken(scenario([order(deadline=deadline)]), schedule(batch(end=60))) == rules


def test_a_due_date_may_be_missed() -> None:
    assert check(scenario([order(due=1)]), schedule(batch(end=60))) == ()


# processing_time


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", [59, 60, 69, 70, 71])
def test_an_operation_takes_its_time(kind: str, end: int) -> None:
    # 60 to 70 minutes; a serial operation takes its minimum.
    given = scenario([order(minutes=60, maximum=70)], [machine(process=kind)])
    longest = 60 if kind == "serial" else 70
    expected = set() if 60 <= end <= longest else {"processing_time"}
    assert broken(given, schedule(batch(end=end))) == expected


@pytest.mark.parametrize(("second", "rules"), [(60, set()), (75, set()), (59, {"processing_time"})])
def test_serial_operations_follow_each_other_and_may_wait(second: int, rules: set[str]) -> None:
    given = scenario([order(name) for name in "ABC"])
    made = schedule(batch(("A", 0, 60), ("B", second, second + 60), ("C", 140, 200)))
    assert broken(given, made) == rules


@pytest.mark.parametrize(
    ("length", "rules"),
    [(80, set()), (79, {"processing_time"}), (90, set()), (91, {"processing_time"})],
)
def test_a_parallel_batch_lasts_for_the_longest_minimum_up_to_the_shortest_maximum(
    length: int, rules: set[str]
) -> None:
    given = scenario(
        [order("A", minutes=80, maximum=100), order("B", minutes=60, maximum=90)],
        [machine(process="parallel")],
    )
    assert broken(given, schedule(batch("A", "B", start=0, end=length))) == rules


def test_a_parallel_batch_is_entered_and_left_together() -> None:
    given = scenario([order("A"), order("B")], [machine(process="parallel")])
    assert broken(given, schedule(batch(("A", 0, 61), ("B", 1, 61)))) == {"processing_time"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("start", "end"), [(0, 61), (-1, 60), (1, 60), (0, 59)])
def test_a_batch_lasts_from_its_first_start_to_its_last_end(
    kind: str, start: int, end: int
) -> None:
    given = scenario([order()], [machine(process=kind)])
    assert "processing_time" in broken(given, schedule(batch(("A", 0, 60), start=start, end=end)))


def test_a_batch_without_operations_is_noticed() -> None:
    empty = Batch(machine="M", family="red", start=0, end=0, placements=())
    made = schedule(empty, batch(end=60))
    assert broken(scenario([order()]), made) == {"processing_time"}


# pinned


@pytest.mark.parametrize(
    ("on", "start", "rules"),
    [("M", 9, set()), ("M", 8, {"pinned"}), ("M", 10, {"pinned"}), ("N", 9, {"pinned"})],
)
def test_a_pinned_operation_stays_on_its_machine_at_its_start(
    on: str, start: int, rules: set[str]
) -> None:
    given = scenario([order(pin=Pin(machine="M", start=9))], [machine("M"), machine("N")])
    assert broken(given, schedule(batch(machine=on, start=start, end=start + 60))) == rules


def test_a_pin_without_a_start_leaves_the_time_free() -> None:
    given = scenario([order(pin="M")])
    assert check(given, schedule(batch(start=17, end=77))) == ()


# all together


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(25))
def test_the_checker_agrees_with_a_judge_that_looks_at_every_unit(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_scenario(rng, process=kind if seed % 5 else None, orders=7)
    made = naive_schedule(given, rng)
    assert check(given, made) == ()
    assert is_valid(given, made)
    for _ in range(12):
        changed = _changed(made, given, rng)
        assert (check(given, changed) == ()) == is_valid(given, changed), check(given, changed)


@pytest.mark.parametrize("seed", range(30))
def test_garbage_breaks_rules_and_never_the_checker(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = random_scenario(rng)
    made = schedule(*(_garbage(rng) for _ in range(8)), unplanned=["A1", "?"])
    assert check(given, made)
    assert all(str(violation) for violation in check(given, made))


@pytest.mark.slow
def test_a_hundred_thousand_operations_are_checked_in_seconds() -> None:
    count, days = 100_000, 365
    windows = [(day * 1440 + 360, day * 1440 + 1320) for day in range(days)]
    given = scenario(
        [order(f"A{k}", minutes=1) for k in range(count)],
        [machine(windows=windows)],
        horizon=days * 1440,
    )
    units = [unit for window in windows for unit in range(*window)][:count]
    made = schedule(*(batch((f"A{k}", unit, unit + 1)) for k, unit in enumerate(units)))
    began = perf_counter()
    assert check(given, made) == ()
    assert perf_counter() - began < 20


def test_the_checker_imports_nothing_from_the_planning_side() -> None:
    allowed = ("planner.checker", "planner.calendars", "planner.domain", "planner.schedule")
    for file in Path(checker.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner"):
                assert (node.module or "").startswith(allowed)


def _garbage(rng: np.random.Generator) -> Batch:
    names = ["A1", "A2", "A3", "", "?"]

    def time() -> int:
        return int(rng.choice([-(10**18), -5, 0, 3, 40, 10**6, 10**18]))

    return Batch(
        machine=str(rng.choice(["M1", "M2", "", "?"])),
        family=str(rng.choice(["red", "blue", "", "?"])),
        start=time(),
        end=time(),
        placements=tuple(
            Placement(operation=str(rng.choice(names)), start=time(), end=time())
            for _ in range(rng.integers(4))
        ),
    )


def _changed(made: Schedule, given: Scenario, rng: np.random.Generator) -> Schedule:
    """Return `made` with one or two random changes, most of them by one unit."""
    changes: list[Callable[[list[Batch], Scenario, np.random.Generator], None]] = [
        _shift_batch,
        _shift_placement,
        _stretch,
        _move_to_machine,
        _move_to_batch,
        _swap_times,
    ]
    batches = list(made.batches)
    for _ in range(int(rng.integers(1, 3))):
        if batches:
            changes[int(rng.integers(len(changes)))](batches, given, rng)
    return replace(made, batches=tuple(batches))


def _step(rng: np.random.Generator) -> int:
    return int(rng.choice([-7, -2, -1, -1, 1, 1, 2, 7]))


def _any(batches: list[Batch], rng: np.random.Generator) -> int:
    return int(rng.integers(len(batches)))


def _with(batch_: Batch, placements: list[Placement]) -> Batch:
    ordered = tuple(sorted(placements, key=lambda placement: placement.start))
    start, end = min(p.start for p in ordered), max(p.end for p in ordered)
    return replace(batch_, start=start, end=end, placements=ordered)


def _moved(placement: Placement, by: int) -> Placement:
    return replace(placement, start=placement.start + by, end=placement.end + by)


def _shift_batch(batches: list[Batch], given: Scenario, rng: np.random.Generator) -> None:
    at, by = _any(batches, rng), _step(rng)
    batches[at] = _with(batches[at], [_moved(p, by) for p in batches[at].placements])


def _shift_placement(batches: list[Batch], given: Scenario, rng: np.random.Generator) -> None:
    at = _any(batches, rng)
    placements = list(batches[at].placements)
    one = int(rng.integers(len(placements)))
    placements[one] = _moved(placements[one], _step(rng))
    batches[at] = _with(batches[at], placements)


def _stretch(batches: list[Batch], given: Scenario, rng: np.random.Generator) -> None:
    at, by = _any(batches, rng), _step(rng)
    batches[at] = _with(batches[at], [replace(p, end=p.end + by) for p in batches[at].placements])


def _move_to_machine(batches: list[Batch], given: Scenario, rng: np.random.Generator) -> None:
    at = _any(batches, rng)
    batches[at] = replace(batches[at], machine=str(rng.choice(list(given.machine))))


def _move_to_batch(batches: list[Batch], given: Scenario, rng: np.random.Generator) -> None:
    at, to = _any(batches, rng), _any(batches, rng)
    if at == to:
        return
    moved = replace(batches[at].placements[0], start=batches[to].start)
    rest = list(batches[at].placements[1:])
    batches[to] = _with(batches[to], [*batches[to].placements, moved])
    if rest:
        batches[at] = _with(batches[at], rest)
    else:
        del batches[at]


def _swap_times(batches: list[Batch], given: Scenario, rng: np.random.Generator) -> None:
    at, to = _any(batches, rng), _any(batches, rng)
    by = batches[to].start - batches[at].start
    batches[at] = _with(batches[at], [_moved(p, by) for p in batches[at].placements])
    if at != to:
        batches[to] = _with(batches[to], [_moved(p, -by) for p in batches[to].placements])
