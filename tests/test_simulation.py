from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from planner.checker import check
from planner.cli import main
from planner.domain import During, Need, Resource
from planner.errors import PlannerError
from planner.reader import read_scenario
from planner.simulation import event_loop as kernels
from planner.simulation import theory
from planner.simulation.arrivals import Arrivals, Generated, Replay
from planner.simulation.frontier import frontier_of, knee_of, limit, sensitivity, settings
from planner.simulation.laboratory import (
    Laboratory,
    Run,
    difference,
    interval,
    intervals,
    replicate,
    simulate,
)
from planner.simulation.leaving_out import left_out_in_words
from planner.simulation.naming import FORMS, policy_named
from planner.simulation.policies import (
    Adaptive,
    ByLoad,
    ContinuousPlaces,
    DynamicBatching,
    Facts,
    FullBatch,
    MinimumBatch,
    NextArrival,
    OneByOne,
    Policy,
    SizeAndMinutes,
    SizeOrTimeout,
    StartRule,
    WholeBatch,
)
from planner.simulation.rolling import RollingPlan
from planner.simulation.schedules import schedule_of
from planner.simulation.wording import in_words
from scenarios import sample_path
from tests.builders import Wanted, machine, order, random_scenario, scenario

LONG = 10_000_000
POLICIES: Mapping[str, Policy] = {
    policy.name: policy
    for policy in (
        OneByOne(),
        FullBatch(size=3),
        FullBatch(),
        MinimumBatch(least=2, size=4),
        SizeOrTimeout(size=3, minutes=10, flush=True),
        SizeOrTimeout(size=None, minutes=30),
        ByLoad(share=0.7, minutes=20),
        Adaptive(size=4, patience=40, memory=30),
        NextArrival(size=4),
        DynamicBatching(size=4),
        ContinuousPlaces(places=3),
        WholeBatch(places=3),
    )
}


def _run(policy: Policy, wanted: list[Wanted], **fields: object) -> Run:
    """Return a run of the orders at their releases, on a parallel machine; checked."""
    park = [machine(process=str(fields.pop("process", "parallel")), **fields)]  # type: ignore[arg-type]
    made = scenario(wanted, park, 5)
    run = Laboratory(made, Replay().draw(made, np.random.default_rng(0))).run(policy)
    assert check(*schedule_of(run)) == ()
    return run


def _reds(*releases: int, minutes: int = 100) -> list[Wanted]:
    return [order(f"A{i}", release=r, minutes=minutes) for i, r in enumerate(releases)]


def _one_machine(process: str, families: tuple[str, ...] = ("red",), changeover: int = 0) -> object:
    wanted = [order(family, family=family, minutes=1000) for family in families]
    park = [machine(process=process, windows=[(0, LONG)])]
    return scenario(wanted, park, changeover, horizon=LONG)


# ------------------------------------------------------------------------- what each policy does


def test_a_full_batch_waits_for_its_last_order_and_the_end_of_orders_flushes() -> None:
    # Full at 20 with the second order; the third is the last that comes, so it goes at once: 120.
    assert _run(FullBatch(size=2), _reds(0, 20, 30)).start.tolist() == [20, 20, 120]


def test_a_minimum_batch_takes_more_than_its_least() -> None:
    # The first two start at 10; while they run until 110 three more come and go together.
    run = _run(MinimumBatch(least=2, size=4), _reds(0, 10, 20, 30, 40))
    assert run.start.tolist() == [10, 10, 110, 110, 110]


@pytest.mark.parametrize(("second", "start"), [(29, 29), (31, 30)], ids=["full", "waited"])
def test_size_or_timeout_starts_with_what_comes_first(second: int, start: int) -> None:
    run = _run(SizeOrTimeout(size=2, minutes=30), _reds(0, second, 500))
    assert run.start[0] == start


def test_a_family_may_have_a_timeout_of_its_own() -> None:
    own = SizeOrTimeout(size=9, minutes=90, families={"red": SizeAndMinutes(9, 7)})
    assert _run(own, _reds(0, 500)).start[0] == 7


def test_a_family_that_does_not_exist_is_refused() -> None:
    wrong = SizeOrTimeout(size=9, minutes=90, families={"pink": SizeAndMinutes(9, 7)})
    with pytest.raises(PlannerError, match="no family 'pink'"):
        wrong.rules(Facts(families=("red",)))


def test_the_flush_starts_at_the_last_moment_that_ends_in_the_shift() -> None:
    # 100 minutes must end by 480: at 380 at the latest.
    flushed = SizeOrTimeout(size=9, minutes=5000, flush=True)
    windows = [(0, 480), (1440, 1920)]
    assert _run(flushed, _reds(0, 1500), windows=windows).start[0] == 380


@pytest.mark.parametrize(("arrival", "start"), [(49, 49), (51, 0)], ids=["worth it", "too late"])
@pytest.mark.parametrize("policy", [NextArrival(size=3), DynamicBatching(size=3)])
def test_look_ahead_waits_if_that_saves_more_than_it_costs(
    policy: Policy, arrival: int, start: int
) -> None:
    # One waits, the batch takes 100: waiting t costs t and saves 100 - t, so up to t = 49.
    assert _run(policy, _reds(0, arrival, 5000)).start[0] == start


def test_only_dynamic_batching_sees_the_arrival_after_the_next() -> None:
    # Two wait. The next, at 40: 2 * 40 > 60, not worth it. With it and the one at 41 together:
    # 2 * 41 + 1 = 83 < 60 + 59.
    wanted = _reds(0, 0, 40, 41, 5000)
    assert _run(NextArrival(size=4), wanted).start[0] == 0
    assert _run(DynamicBatching(size=4), wanted).start[0] == 41


def test_a_free_place_is_taken_at_once_and_the_whole_batch_is_not_waited_for() -> None:
    wanted = [order("A", minutes=100), order("B", minutes=10), order("C", minutes=10, release=1)]
    run = _run(ContinuousPlaces(places=2), wanted, process="continuous")
    assert run.start.tolist() == [0, 0, 10]
    whole = _run(WholeBatch(places=2), wanted, process="continuous")
    assert whole.start.tolist() == [0, 0, 100]


def test_load_counts_every_dimension() -> None:
    # Pieces are 2 of 10, but 6 kg of 10 are more than half.
    wanted = [order("A", sizes=(1, 3)), order("B", sizes=(1, 3), release=5), _late()]
    assert _run(ByLoad(share=0.5), wanted, capacity=(10, 10)).start.tolist()[:2] == [5, 5]


def _late() -> Wanted:
    return order("Z", sizes=(1, 1), release=5000)


def test_the_adaptive_size_falls_when_due_dates_press() -> None:
    # Alone in an idle plant, the order with little time left starts before the one with much.
    adaptive = Adaptive(size=4, patience=1000, memory=100)
    pressed = _run(adaptive, [order("A", due=150), order("Z", release=5000)])
    relaxed = _run(adaptive, [order("A", due=900), order("Z", release=5000)])
    assert pressed.start[0] < relaxed.start[0]


def test_the_adaptive_size_grows_with_the_rate_of_arrivals() -> None:
    # A line with changeovers of 5 that is idle nearly always. One order in 8 units is worth waiting
    # for (memory 10), one in 100 is not. Without a worth of a changeover nothing is.
    adaptive = Adaptive(size=3, patience=1000, memory=10, worth=2)
    assert _batch_sizes(adaptive, gap=8)[0] == 3
    assert set(_batch_sizes(replace(adaptive, worth=0), gap=8)) == {1}
    assert set(_batch_sizes(adaptive, gap=100)) == {1}


def _batch_sizes(policy: Policy, gap: int) -> list[int]:
    """Return the sizes of red batches when a red order comes every `gap`, and blue now and then."""
    reds = [order(f"R{n}", minutes=1, release=n * gap) for n in range(12)]
    blues = [order(f"B{n}", family="blue", minutes=1, release=n * gap + 1) for n in range(0, 12, 3)]
    run = _run(policy, [*reds, *blues], process="serial")
    red = run.batches[:, kernels.OF_FAMILY] == run.scenario.changeovers.index["red"]
    return [int(held) for held in run.batches[red, kernels.HELD]]


@pytest.mark.parametrize("load", [0.5, 0.9])
def test_the_adaptive_policy_comes_near_the_best_time_out_found_by_trying(load: float) -> None:
    # All meet the same arrivals; the best of the 20 settings is chosen knowing the outcome.
    denim = read_scenario(sample_path("denim"))
    drawn = Generated(orders=1000, per_hour=load * 0.69).draw(denim, np.random.default_rng(1))
    laboratory = Laboratory(denim, drawn)
    tried = settings((2, 4, 6, 10, 20), (15, 60, 240, 480))
    best = min(laboratory.run(each).measures.flow or 0.0 for each in tried)
    assert (laboratory.run(Adaptive(size=20)).measures.flow or 0.0) < 1.05 * best


def test_a_rule_without_compilation_says_the_same() -> None:
    rule = StartRule(most=3, timeout=30)
    ready = [rule.is_ready(2, 29), rule.is_ready(3, 0), rule.is_ready(1, 30), rule.is_ready(0, 99)]
    assert ready == [False, True, True, False]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_policy_can_be_read(form: str) -> None:
    text = form.replace("[", "").replace("]", "").replace("SHARE", "0.5").replace("LEAST", "2")
    for word in ("SIZE", "MINUTES", "PLACES", "WORTH"):
        text = text.replace(word, "4")
    assert policy_named(text).name


@pytest.mark.parametrize("text", ["nothing", "full:x", "full:2.5", "timeout:3", "places:0"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PlannerError, match=r"there is no policy|1 or more"):
        policy_named(text)


# -------------------------------------------------------------------------- against the checker


@pytest.mark.parametrize("name", POLICIES)
def test_every_simulated_schedule_keeps_all_rules(name: str) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        made = random_scenario(rng, orders=15)
        for source in (Replay(), Generated(orders=20, per_hour=10.0, group=1 + seed % 3)):
            laboratory = Laboratory(made, source.draw(made, rng))
            run = laboratory.run(POLICIES[name], stickiness=seed % 3)
            assert check(*schedule_of(run)) == ()


@pytest.mark.parametrize("name", POLICIES)
def test_no_simulated_schedule_holds_a_changeover_that_is_not_possible(name: str) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        made = random_scenario(rng, orders=15, impossible=0.5)
        run = Laboratory(made, Replay().draw(made, rng)).run(POLICIES[name], stickiness=seed % 3)
        assert check(*schedule_of(run)) == ()


@pytest.mark.slow
def test_a_rolling_plan_keeps_all_rules_and_makes_every_order() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        made = random_scenario(rng, orders=8)
        run = RollingPlan(minutes=20, work=1).run(made, Replay().draw(made, rng))
        arrived, schedule = schedule_of(run)
        assert check(arrived, schedule) == ()
        assert schedule.unplanned == ()


# ----------------------------------------------------------------------------- against theory


def _mean_wait(made: object, policy: Policy, rate: float) -> float:
    """Return the simulated mean wait in minutes at `rate` orders per minute."""
    source = Generated(orders=400_000, per_hour=60 * rate)
    run = simulate(made, policy, source, seed=1)  # type: ignore[arg-type]
    assert run.measures.queue is not None
    return run.measures.queue * 60


@pytest.mark.parametrize("load", [0.3, 0.5, 0.7])
def test_waiting_agrees_with_the_m_d_1_queue(load: float) -> None:
    wait = _mean_wait(_one_machine("parallel"), OneByOne(), load / 1000)
    assert wait == pytest.approx(theory.mg1_wait(load / 1000, 1000, 1000**2), rel=0.02)


@pytest.mark.parametrize(("least", "most", "load"), [(1, 4, 0.6), (3, 4, 0.6), (4, 4, 0.7)])
def test_waiting_agrees_with_the_bulk_queue(least: int, most: int, load: float) -> None:
    rate = load * most / 1000
    wait = _mean_wait(_one_machine("parallel"), MinimumBatch(least=least, size=most), rate)
    assert wait == pytest.approx(theory.bulk_wait(rate, 1000, least, most), rel=0.02)


def test_the_bulk_queue_with_batches_of_one_is_the_m_d_1_queue() -> None:
    assert theory.bulk_wait(0.5, 1, 1, 1) == pytest.approx(theory.mg1_wait(0.5, 1, 1))


def test_waiting_agrees_with_the_closed_form_with_changeovers() -> None:
    rate = 0.6 / (1000 + 700 * 2 / 3)
    # The simulated wait ends when the run starts, the formula's when the changeover does.
    wait = _mean_wait(_one_machine("serial", ("a", "b", "c"), 700), OneByOne(), rate) - 700 * 2 / 3
    assert wait == pytest.approx(theory.changeover_wait(rate, 1000, 700, 3), rel=0.02)


def test_theory_refuses_a_queue_that_is_not_stable() -> None:
    with pytest.raises(PlannerError, match="not stable"):
        theory.mg1_wait(1.0, 1.0, 1.0)
    with pytest.raises(PlannerError, match="not stable"):
        theory.bulk_wait(4.0, 1.0, 1, 4)


@pytest.mark.parametrize("seed", range(20))
def test_continuous_batching_never_uses_its_places_less_than_whole_batches(seed: int) -> None:
    # Each order starts no later than in the classic variant, so the same work ends no later.
    rng = np.random.default_rng(seed)
    wanted = [order(f"A{i}", minutes=int(rng.integers(5, 90))) for i in range(10)]
    park = [machine(process="continuous", capacity=(4,))]
    sized = [replace(each, sizes=(1,)) for each in wanted]
    made = scenario(sized, park)
    arrivals = Generated(orders=200, per_hour=float(rng.uniform(1, 6))).draw(made, rng)
    laboratory = Laboratory(made, Arrivals(times=arrivals.times, items=arrivals.items))
    continuous = laboratory.run(ContinuousPlaces(places=4))
    whole = laboratory.run(WholeBatch(places=4))
    assert (continuous.end <= whole.end).all()
    assert (continuous.measures.place_utilisation or 0) >= (whole.measures.place_utilisation or 0)


# ------------------------------------------------------------------ arrivals, figures, frontier


def test_the_same_seed_gives_the_same_run_and_policies_meet_the_same_arrivals() -> None:
    made = scenario(_reds(0, 10))
    source = Generated(orders=50, per_hour=2.0)
    one, again = (simulate(made, OneByOne(), source, seed=3) for _ in range(2))
    assert one.start.tolist() == again.start.tolist()
    tried = {"a": OneByOne(), "b": OneByOne()}
    found = replicate(made, tried, source, replications=3)
    assert difference(found["a"], found["b"], "flow").half_width == 0


def test_an_interval_is_students() -> None:
    # Mean 2, deviation 1, three values: 4.303 / sqrt(3).
    found = interval([1.0, 2.0, 3.0])
    assert found is not None
    assert (found.mean, found.half_width) == (2.0, pytest.approx(2.4843, abs=1e-3))


def test_what_is_not_known_is_none() -> None:
    found = intervals((_run(FullBatch(), _reds(0, 1), process="serial").measures,))
    assert found["tardy_share"] is None
    assert found["fill"] is None


def test_arrivals_keep_to_the_hours_of_the_day_the_mix_and_the_groups() -> None:
    made = scenario([order("A"), order("B", family="blue")])
    day = tuple(1.0 if 6 <= hour < 8 else 0.0 for hour in range(24))
    source = Generated(orders=400, per_hour=1.0, day=day, group=4, mix={"blue": 1.0})
    drawn = source.draw(made, np.random.default_rng(0))
    assert {int(hour) for hour in drawn.times // 60 % 24} == {6, 7}
    assert set(drawn.items.tolist()) == {1}
    assert (drawn.times.reshape(-1, 4) == drawn.times[::4, None]).all()


def test_figures_of_a_run_derived_by_hand() -> None:
    # Starts at 20, 20, 120; ends at 120, 120, 220: flow 120, 100, 190 minutes.
    measures = _run(FullBatch(size=2), _reds(0, 20, 30)).measures
    assert measures.flow == pytest.approx((120 + 100 + 190) / 3 / 60)
    assert measures.queue == pytest.approx((20 + 0 + 90) / 3 / 60)
    assert measures.utilisation == pytest.approx(200 / 220)
    assert measures.throughput == pytest.approx(3 * 60 / 220)
    assert measures.fill == pytest.approx((1 + 0.5) / 2)


def _two_colours() -> tuple[object, Arrivals]:
    wanted = [order("A", minutes=20), order("B", family="blue", minutes=20)]
    made = scenario(wanted, changeovers=40)
    drawn = Generated(orders=400, per_hour=1.2).draw(made, np.random.default_rng(1))
    return made, drawn


def test_the_frontier_grows_in_both_and_its_knee_is_on_it() -> None:
    made, drawn = _two_colours()
    found = frontier_of(made, drawn, settings((1, 2, 4, 8), (10, 60, 240)))  # type: ignore[arg-type]
    curve = [(point.capacity, point.flow) for point in found.best]
    assert len(found.points) == 12
    assert curve == sorted(curve)
    assert found.knee in found.best
    assert found.reason.startswith(f"{in_words(found.knee.setting)}: ")
    assert knee_of([(0, 0), (1, 1)]) == 0


def test_larger_batches_break_later() -> None:
    made, drawn = _two_colours()
    # One by one takes 20 + 40 / 2 minutes an order: 1.5 orders an hour, 1.25 times the 1.2 of now.
    alone = limit(made, drawn, OneByOne())  # type: ignore[arg-type]
    large = limit(made, drawn, FullBatch(size=8))  # type: ignore[arg-type]
    assert alone.per_hour == pytest.approx(1.5, rel=0.1)
    assert large.per_hour is not None
    assert large.per_hour > 1.5 * 1.5


def test_flow_time_grows_with_the_arrival_rate() -> None:
    made, drawn = _two_colours()
    rows = sensitivity(made, drawn, OneByOne(), (0.5, 1.0, 1.5))  # type: ignore[arg-type]
    flows = [measures.flow or 0 for _, measures in rows]
    assert flows == sorted(flows)


# ------------------------------------------------------------------------------ command line


def test_the_command_shows_policies_and_a_recommendation(
    capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    file = f"{tmp_path}/run.csv"
    words = ["simulate", str(sample_path("tiny")), "--orders", "100", "--replications", "2"]
    assert main([*words, "--per-hour", "1", "--policy", "full:3", "--schedule", file]) == 0
    out = capsys.readouterr().out
    assert "full batch of 3" in out
    assert "Recommended: " in out


def test_a_policy_that_does_not_exist_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(sample_path("tiny")), "--policy", "nothing"]) == 2
    assert "there is no policy 'nothing'" in capsys.readouterr().err


def test_what_the_simulation_leaves_out_is_said() -> None:
    plain = read_scenario(sample_path("tiny"))
    routed = read_scenario(sample_path("tiny-route"))
    assert left_out_in_words(plain) == ""
    assert left_out_in_words(routed).startswith("the simulation leaves out routes: ")
    two = replace(
        routed,
        resources=(Resource(name="setter"),),
        needs=(Need(resource="setter", during=During.CHANGEOVER),),
    )
    assert left_out_in_words(two).startswith("the simulation leaves out routes and resources: ")


def test_the_command_says_what_it_leaves_out(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--policy", "one-by-one", "--replications", "1", "--arrivals", "replay"]
    assert main(["simulate", str(sample_path("tiny-route")), *options]) == 0
    assert "leaves out routes" in capsys.readouterr().err
