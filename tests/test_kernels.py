"""The compiled search against slow and obvious twins; also run as plain Python."""

import numpy as np
import pytest

from planner.arrays import NONE, Sequences, arrays_from
from planner.calendars import Window
from planner.checker import check
from planner.domain import Pin, Process, Scenario
from planner.kpis import measure
from planner.search import kernels
from planner.search.annealing import NO_RISES, SHARES, style, style_for
from planner.search.decoding import cost_of, decode, encode
from planner.search.kernels import State, columns, kinds
from planner.search.state import by_due, flatten, load, new_flat, new_state, sequences_in, unflatten
from tests import builders
from tests.brute_force import least_cost

SEEDS = range(16)


def _style() -> np.ndarray:
    return style(SHARES, dealing=0.5)


def _tally() -> tuple[np.ndarray, np.ndarray, bool, np.ndarray, np.ndarray]:
    tally = np.zeros(kinds.KINDS, dtype=np.int64)
    return tally, tally.copy(), True, NO_RISES, np.zeros(1, dtype=np.int64)


def _started(scenario: Scenario, seed: int) -> State:
    arrays = arrays_from(scenario)
    state = new_state(arrays, seed)
    kernels.dispatch(state, by_due(arrays), 1)
    return state


def _random(process: Process, seed: int, **fields: object) -> Scenario:
    rng = np.random.default_rng(seed)
    return builders.random_scenario(rng, process=process, orders=8, machines=3, **fields)


@pytest.mark.parametrize("process", list(Process))
@pytest.mark.parametrize("seed", SEEDS)
def test_many_moves_cost_what_a_fresh_timing_and_the_measurement_say(
    process: Process, seed: int
) -> None:
    scenario = _random(process, seed)
    arrays = arrays_from(scenario)
    state = _started(scenario, seed)
    best = new_flat(state)
    for temperature in (1000.0, 100.0, 10.0, 0.0):
        kernels.anneal(state, best, 100, temperature, _style(), *_tally())
        sequences = sequences_in(state)
        schedule = decode(scenario, arrays, sequences)
        assert check(scenario, schedule) == ()
        assert (
            state.scalar[columns.TOTAL_COST]
            == cost_of(arrays, sequences)
            == measure(scenario, schedule).cost
        )


@pytest.mark.parametrize("dealing", [0.0, 1.0])
# What delays something is looked for where operations wait for others, which has tests of its own.
@pytest.mark.parametrize("kind", kinds.NAMES[: kinds.WHAT_DELAYS])
def test_each_kind_of_move_alone_keeps_every_operation_and_its_cost(
    kind: str, dealing: float
) -> None:
    only = style({kind: 1.0}, dealing)
    evaluated = 0
    for seed, process in enumerate(Process):
        scenario = builders.random_scenario(
            np.random.default_rng(seed), process=process, orders=14, machines=2, pins=False
        )
        arrays = arrays_from(scenario)
        state = _started(scenario, seed)
        # A hot start first, so that the moves meet many kinds of schedule.
        kernels.anneal(state, new_flat(state), 200, 1000.0, _style(), *_tally())
        tally = _tally()
        kernels.anneal(state, new_flat(state), 400, 1000.0, only, *tally)
        tried = tally[0]
        sequences = sequences_in(state)
        placed = [o for batches in sequences for batch in batches for o in batch]
        assert len(placed) == len(set(placed)) == sum(state.op[:, columns.OP_BATCH] != NONE)
        assert state.scalar[columns.TOTAL_COST] == cost_of(arrays, sequences)
        assert check(scenario, decode(scenario, arrays, sequences)) == ()
        evaluated += int(tried.sum())
        assert tried.sum() == tried[kinds.NAMES.index(kind)]
    assert evaluated > 0


@pytest.mark.parametrize(
    "releases", [(0, 100, 0, 100), (0, 0, 0, 0)], ids=["one is not ready", "one is urgent"]
)
def test_batches_that_move_are_dealt_out_anew(releases: tuple[int, ...]) -> None:
    # Two of four can be early and two late, but each batch holds one of either kind.
    dues = [60, 160, 60, 160]
    scenario = builders.scenario(
        [
            builders.order(name, sizes=(1,), release=release, due=due)
            for name, release, due in zip("ABCD", releases, dues, strict=True)
        ],
        [builders.machine(process=Process.PARALLEL, capacity=(2,))],
    )
    arrays = arrays_from(scenario)
    costs = []
    for dealing in (0.0, 1.0):
        state = new_state(arrays, 1)
        load(state, (((0, 1), (2, 3)),))
        kernels.anneal(
            state, new_flat(state), 20, 0.0, style({"swap batches": 1.0}, dealing), *_tally()
        )
        assert check(scenario, decode(scenario, arrays, sequences_in(state))) == ()
        costs.append(state.scalar[columns.TOTAL_COST])
    assert costs[0] > costs[1] == least_cost(scenario, costs[0])


@pytest.mark.parametrize("process", list(Process))
@pytest.mark.parametrize("seed", SEEDS)
def test_moves_that_are_not_kept_change_nothing(process: Process, seed: int) -> None:
    state = _started(_random(process, seed), seed)
    before = state.batch[:, : columns.BATCH_LINK_STAMP].copy(), state.op[:, :3].copy()
    lists, cost = sequences_in(state), state.scalar[columns.TOTAL_COST]
    tried, taken, _, _, stop = _tally()
    rises = np.zeros(300, dtype=np.int64)
    risen = kernels.anneal(
        state, new_flat(state), 300, 0.0, _style(), tried, taken, False, rises, stop
    )
    assert 0 < risen <= tried.sum()
    assert (rises[:risen] > 0).all()
    assert (rises[risen:] == 0).all()
    assert sequences_in(state) == lists
    assert state.scalar[columns.TOTAL_COST] == cost
    links = [
        columns.BATCH_NEXT,
        columns.BATCH_PREVIOUS,
        columns.BATCH_START,
        columns.BATCH_END,
        columns.BATCH_COST,
    ]
    used = before[0][:, columns.BATCH_COUNT] > 0
    assert (state.batch[used][:, links] == before[0][used][:, links]).all()
    assert (state.op[:, :3] == before[1]).all()


@pytest.mark.parametrize("process", list(Process))
def test_the_search_finds_what_trying_everything_finds(process: Process) -> None:
    rng = np.random.default_rng(5)
    scenario = builders.random_scenario(rng, process=process, orders=4, machines=2, pins=False)
    state = _started(scenario, 1)
    best = new_flat(state)
    for temperature in (1000.0, 300.0, 100.0, 30.0, 10.0, 1.0, 0.0):
        kernels.anneal(state, best, 600, temperature, _style(), *_tally())
    found = int(state.scalar[columns.BEST_COST])
    assert least_cost(scenario, found + 1) == found


def test_lists_survive_flattening() -> None:
    scenario = _random(Process.PARALLEL, 3)
    state = _started(scenario, 3)
    sequences = sequences_in(state)
    assert unflatten(flatten(state, sequences), len(scenario.machines)) == sequences


def test_a_schedule_encodes_to_the_sequences_it_was_decoded_from() -> None:
    scenario = _random(Process.PARALLEL, 4)
    arrays = arrays_from(scenario)
    sequences = sequences_in(_started(scenario, 4))
    schedule = decode(scenario, arrays, sequences)
    assert cost_of(arrays, encode(scenario, schedule)) == cost_of(arrays, sequences)


def test_a_batch_that_fits_into_no_window_leaves_the_machine_as_it_was() -> None:
    # B lasts 60 and no window has more than 50; C follows A without a changeover to blue and back.
    scenario = builders.scenario(
        orders=[
            builders.order("A", minutes=20),
            builders.order("B", family="blue", minutes=60),
            builders.order("C", minutes=20),
        ],
        machines=[builders.machine(pausable=False, windows=[Window(0, 50), Window(60, 110)])],
        changeovers={("red", "blue"): 30, ("blue", "red"): 30},
    )
    arrays = arrays_from(scenario)
    sequences: Sequences = (((0,), (1,), (2,)),)
    schedule = decode(scenario, arrays, sequences)
    assert [batch.operations for batch in schedule.batches] == [("A", "C")]
    assert [item.operation for item in schedule.unplanned] == ["B"]
    assert check(scenario, schedule) == ()


def test_what_has_no_length_where_a_window_closes_is_no_batch_with_the_next_window() -> None:
    scenario = builders.scenario(
        [builders.order("A", minutes=0, release=50), builders.order("B", minutes=20, release=50)],
        [builders.machine(pausable=False, windows=[Window(0, 50), Window(60, 110)])],
    )
    arrays = arrays_from(scenario)
    sequences: Sequences = (((0,), (1,)),)
    schedule = decode(scenario, arrays, sequences)
    assert [batch.operations for batch in schedule.batches] == [("A",), ("B",)]
    assert check(scenario, schedule) == ()


def test_no_move_pushes_a_pinned_operation_off_its_start() -> None:
    scenario = builders.scenario(
        orders=[
            builders.order("A", minutes=60, pin=Pin(machine="M", start=100)),
            builders.order("B", minutes=50, due=10),
            builders.order("C", minutes=50, due=20),
            builders.order("D", minutes=50, due=30),
        ],
    )
    arrays = arrays_from(scenario)
    state = new_state(arrays, 1)
    kernels.dispatch_pinned(state, np.array([0]))
    kernels.dispatch(state, np.array([1, 2, 3]), 0)
    assert state.scalar[columns.LOST_PINS] == 0
    best = new_flat(state)
    kernels.anneal(state, best, 500, 1000.0, _style(), *_tally())
    schedule = decode(scenario, arrays, sequences_in(state))
    starts = {p.operation: p.start for batch in schedule.batches for p in batch.placements}
    assert starts["A"] == 100
    assert check(scenario, schedule) == ()


def test_the_same_seed_gives_the_same_moves() -> None:
    scenario = _random(Process.SERIAL, 7)
    ends = []
    for _ in range(2):
        state = _started(scenario, 9)
        kernels.anneal(state, new_flat(state), 300, 50.0, _style(), *_tally())
        ends.append(sequences_in(state))
    assert ends[0] == ends[1]


@pytest.mark.parametrize(("minutes", "share"), [(0, 0.0), (5, SHARES["costly changeover"])])
def test_no_costly_changeover_is_looked_for_where_no_changeover_takes_anything(
    minutes: int, share: float
) -> None:
    made = builders.scenario(
        [builders.order("A"), builders.order("B", family="blue")],
        changeovers={("red", "blue"): minutes},
    )
    shares = np.diff(style_for(arrays_from(made))[: kinds.KINDS], prepend=0.0)
    wanted = {**SHARES, "costly changeover": share}
    in_all = sum(wanted.values())
    assert dict(zip(kinds.NAMES, shares, strict=True)) == pytest.approx(
        {name: share / in_all for name, share in wanted.items()}
    )


def test_the_shares_name_the_kinds_of_move_in_their_order() -> None:
    assert tuple(SHARES) == kinds.NAMES
    assert len(kinds.NAMES) == kinds.KINDS
    assert kinds.NAMES[kinds.COSTLY_CHANGEOVER] == "costly changeover"


def test_columns_of_one_table_are_told_apart() -> None:
    for table in ("MACHINE_", "WINDOW_", "OP_", "BATCH_", "FLAT_", "CHANGE_"):
        places = [
            place
            for name, place in vars(columns).items()
            if name.startswith(table) and not name.endswith(("_COLUMNS", "_WIDTH"))
        ]
        assert sorted(places) == list(range(len(places)))
    assert columns.BATCH_START == columns.LINK_COLUMNS
    assert columns.BATCH_LINK_STAMP == columns.LINK_COLUMNS + columns.TIME_COLUMNS


def test_stopping_ends_the_moves_at_once() -> None:
    state = _started(_random(Process.SERIAL, 8), 8)
    tally = _tally()
    tally[-1][0] = 1
    kernels.anneal(state, new_flat(state), 10**9, 1.0, _style(), *tally)
    assert tally[0].sum() == 0


def test_an_empty_state_costs_every_penalty() -> None:
    scenario = builders.scenario(orders=[builders.order("A"), builders.order("B")])
    arrays = arrays_from(scenario)
    state = new_state(arrays, 0)
    assert state.scalar[columns.TOTAL_COST] == 2 * scenario.unplanned_penalty
    load(state, (((0,),),))
    assert state.op[1, columns.OP_BATCH] == NONE
    assert state.scalar[columns.TOTAL_COST] >= scenario.unplanned_penalty
