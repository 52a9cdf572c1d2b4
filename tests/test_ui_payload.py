"""What the Gantt chart is given."""

from datetime import datetime
from itertools import combinations

import pytest

from planner.checker import check
from planner.domain import During, Level, Need, Process, Resource
from planner.schedule import PlannedUpkeep, Schedule
from planner.writer.looks import BASE, channels, contrast
from tests.builders import batch, machine, order, scenario, schedule
from ui.colours import family_fills
from ui.gantt.payload import LATE, PINNED, clock_shifts, payload
from ui.loads import load_profile, load_text, share_of


def test_batches_come_by_machine_and_start_with_their_orders() -> None:
    given = scenario(
        orders=[order("A"), order("B", family="blue", due=100)],
        machines=[machine("N"), machine("M")],
        changeovers=30,
    )
    # B waits for the changeover from red, 60 + 30, and is 50 minutes late.
    made = schedule(
        batch(("A", 0, 60), machine="M"), batch(("B", 90, 150), machine="M", family="blue")
    )
    assert check(given, made) == ()
    drawn = payload(given, made)
    assert drawn["families"]["name"] == ["blue", "red"]
    assert drawn["batches"]["machine"] == [1, 1]
    assert drawn["batches"]["family"] == [1, 0]
    assert drawn["batches"]["first"] == [0, 1, 2]
    assert drawn["batches"]["flags"] == [0, LATE]
    assert drawn["orders"]["due"] == [None, 100]
    assert drawn["changeovers"] == {
        "batch": [1],
        "parts": [[60, 90]],
        "from": [1],
        "text": ["30 min"],
    }
    assert drawn["end"] == 150


def test_a_pinned_batch_is_marked() -> None:
    given = scenario(orders=[order("A", pin="M")])
    made = schedule(batch(("A", 0, 60)))
    assert check(given, made) == ()
    assert payload(given, made)["batches"]["flags"] == [PINNED]


def test_closed_time_lies_between_windows_and_after_the_last() -> None:
    given = scenario(orders=[order()], machines=[machine(windows=[(10, 100), (200, 300)])])
    made = schedule(batch(("A", 10, 70)))
    assert payload(given, made)["machines"]["closed"] == [[0, 10, 100, 200, 300, 2**40]]


def test_machines_with_the_same_windows_share_one_list() -> None:
    given = scenario(orders=[order()], machines=[machine("M"), machine("N"), machine("O")])
    drawn = payload(given, schedule(batch()))["machines"]
    assert len(drawn["closed"]) == 1
    assert drawn["closedOf"] == [0, 0, 0]


def test_the_same_schedule_has_the_same_version_and_another_another() -> None:
    given = scenario(orders=[order()])
    one = payload(given, schedule(batch(start=0, end=60)))
    again = payload(given, schedule(batch(start=0, end=60)))
    later = payload(given, schedule(batch(start=1, end=61)))
    assert one["version"] == again["version"] != later["version"]


def test_an_empty_schedule_can_be_drawn() -> None:
    drawn = payload(scenario(orders=[order()]), schedule(unplanned=["A"]))
    assert drawn["batches"]["start"] == []
    assert drawn["end"] > 0


@pytest.mark.parametrize(
    ("start", "shifts"),
    [
        # At 02:00 on 29 March 2026 clocks in Berlin go forward: 20 hours after Saturday 06:00.
        (datetime(2026, 3, 28, 6), [[0, 0], [20 * 60, 3_600_000]]),  # noqa: DTZ001
        # On 25 October at 03:00 they go back: 21 hours after Saturday 06:00.
        (datetime(2026, 10, 24, 6), [[0, 0], [21 * 60, -3_600_000]]),  # noqa: DTZ001
        (datetime(2026, 6, 1, 6), [[0, 0]]),  # noqa: DTZ001
    ],
    ids=["forward", "back", "neither"],
)
def test_shifts_of_the_clocks_are_told_to_the_minute(
    start: datetime, shifts: list[list[int]]
) -> None:
    clock = scenario(orders=[order()], start=start).clock
    assert clock_shifts(clock, 3 * 24 * 60)["shifts"] == shifts


def test_a_parallel_batch_shows_its_load_against_the_tightest_capacity() -> None:
    given = scenario(
        orders=[order("A", sizes=(20, 3)), order("B", sizes=(30, 1))],
        machines=[machine(process=Process.PARALLEL, capacity=(100, 5))],
    )
    both = batch("A", "B", start=0, end=60)
    assert check(given, schedule(both)) == ()
    # 50 of 100 and 4 of 5: trays are tighter.
    assert share_of(given, both) == 0.8
    assert load_text(given, both) == "50 of 100 pieces, 4 of 5 kg"
    assert payload(given, schedule(both))["batches"]["share"] == [0.8]


def test_a_continuous_batch_shows_its_load_over_time() -> None:
    given = scenario(
        orders=[order("A", sizes=(3,)), order("B", sizes=(5,))],
        machines=[machine(process=Process.CONTINUOUS, capacity=(10,))],
    )
    both = batch(("A", 0, 60), ("B", 30, 90))
    assert check(given, schedule(both)) == ()
    assert load_profile(given, both) == ((0, 0.3), (30, 0.8), (60, 0.5), (90, 0.0))
    assert share_of(given, both) == 0.8
    assert load_text(given, both) == "at most 8 of 10 pieces"
    assert payload(given, schedule(both))["profiles"] == {"0": [0, 0.3, 30, 0.8, 60, 0.5, 90, 0]}


def test_without_a_capacity_there_is_no_load() -> None:
    given = scenario(orders=[order()])
    assert share_of(given, batch()) is None
    assert load_text(given, batch()) == ""


def test_a_family_has_its_colour_by_its_place_among_the_sorted_names() -> None:
    assert family_fills(["b", "a"])["a"].fill == BASE[0]
    assert family_fills(["b", "a"])["b"].fill == BASE[1]


def test_forty_families_all_look_different_and_can_be_written_on() -> None:
    looks = family_fills([f"{k:02}" for k in range(40)])
    assert len(set(looks.values())) == 40
    assert min(contrast(look.ink, look.fill) for look in looks.values()) >= 4.5


# Linear transforms that simulate a missing kind of cone (Machado, Oliveira and Fernandes 2009).
NO_RED = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
          (-0.003882, -0.048116, 1.051998))  # fmt: skip
NO_GREEN = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881))  # fmt: skip
ALL_CONES = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


@pytest.mark.parametrize(
    "cones", [ALL_CONES, NO_RED, NO_GREEN], ids=["all cones", "no red", "no green"]
)
def test_base_colours_can_be_told_apart_with_any_colour_vision(
    cones: tuple[tuple[float, ...], ...],
) -> None:
    seen = [
        [sum(weight * channel for weight, channel in zip(row, channels(colour), strict=True))
         for row in cones]
        for colour in BASE
    ]  # fmt: skip
    apart = [sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
             for one, other in combinations(seen, 2)]  # fmt: skip
    # In steps of 0 to 255; below about 20 neighbours begin to look the same.
    assert min(apart) > 20


def test_what_machines_share_is_told_with_who_uses_it_and_what_a_batch_would_need() -> None:
    setter = Need(resource="setter", during=During.CHANGEOVER)
    loader = Need(resource="loader", during=During.START, units=10, machine="N")
    given = scenario(
        orders=[order("A"), order("B", family="blue", durations={"M": 60})],
        machines=[machine("M"), machine("N")],
        changeovers=30,
        resources=(
            Resource(name="setter", levels=(Level(0, 1), Level(50, 2))),
            Resource(name="loader"),
        ),
        needs=(setter, loader),
    )
    made = schedule(batch(("A", 0, 60)), batch(("B", 90, 150), family="blue"))
    assert check(given, made) == ()
    drawn = payload(given, made)["supply"]
    assert drawn["levels"] == [[0, 1, 50, 2], [0, 1]]
    # The second batch, on the first machine, from 60 to 90, one setter, in a changeover.
    assert drawn["uses"] == [[1, 0, 60, 90, 1, 0], []]
    # A needs the loader as well on N only, which is the second machine it may go to.
    assert [drawn["sets"][k] for k in drawn["of"][0]] == [[0], [0, 1]]
    assert drawn["sets"][drawn["of"][1]] == [0]


def test_nothing_is_told_of_resources_where_there_are_none() -> None:
    assert payload(scenario(orders=[order()]), schedule(batch()))["supply"] is None


def test_upkeep_is_drawn_where_it_is_worked_at() -> None:
    given = scenario(
        orders=[order("A"), order("B")],
        machines=[machine("N"), machine("M", windows=[(0, 80), (100, 1000)])],
    )
    # 40 working minutes, of which 20 before the pause from 80 to 100.
    clean = PlannedUpkeep(machine="M", name="cleaning", start=60, end=120)
    made = Schedule(
        batches=(batch(("A", 0, 60)), batch(("B", 120, 180))),
        upkeeps=(clean,),
    )
    assert payload(given, made)["upkeeps"] == {
        "machine": [1],
        "name": ["cleaning"],
        "start": [60],
        "end": [120],
        "parts": [[60, 80, 100, 120]],
    }
