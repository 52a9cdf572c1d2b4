"""The benchmark readers, the runner and the generated plants, on instances written here."""

import csv
import json
from itertools import permutations
from pathlib import Path

import pytest

import planner
from benchmarks import report, run, scale, speed, suite
from benchmarks.atsp import read_atsp
from benchmarks.choosing import Choice, chosen
from benchmarks.operators import read_operators
from benchmarks.osp import osp_solution, read_osp
from benchmarks.pbatch import read_pbatch
from benchmarks.plants import plant
from benchmarks.report import result_lines
from benchmarks.routed_plants import routed_plant
from benchmarks.sets import SETS, best_known, published
from benchmarks.upmsp import read_upmsp
from planner.calendars import Window
from planner.checker import check
from planner.domain import Changeover, Duration, Level, Process, Resource, Scenario
from planner.errors import ScenarioError
from planner.schedule import Result, Schedule, Status, Terms
from planner.validator import validate
from tests.builders import batch

OVEN = """
l=20;
a=2;
setup_costs=[|3,4,
|5,1,
|0,0|];
setup_times=[|2,1,
|2,1,
|0,0|];
m=2;
min_cap=[0,0];
max_cap=[6,8];
initState=[1,2];
s=3;
m_a_s = [|3,9,0,
|0,2,7|];
m_a_e = [|9,15,0,
|0,7,77|];
n=3;
eligible_machine = [{2},
{1},
{2,1}];
earliest_start=[1,4,0];
latest_end=[12,6,3];
min_time=[5,2,2];
max_time=[10,3,6];
size=[5,3,1];
attribute=[1,2,1];
upper_bound_integer_objective=1000;
mult_factor_total_runtime=341;
mult_factor_finished_toolate=31;
mult_factor_total_setuptimes=7;
mult_factor_total_setupcosts=1;
"""

BATCHES = """2 2 4
2    3  10

  30   44 0.18
  29   88 1.00

   4   46 0.07
   0   44 0.00
"""

UNRELATED = """3 2 1
2
 0 41 1 38
 0 93 1 6
 0 30 1 63
SSD
M0
0 26 45
72 0 45
90 13 9
M1
0 31 122
37 0 113
45 20 0
"""

TOUR = """NAME: four
TYPE: ATSP
DIMENSION: 4
EDGE_WEIGHT_TYPE: EXPLICIT
EDGE_WEIGHT_FORMAT: FULL_MATRIX
EDGE_WEIGHT_SECTION
 9999 1 9 9
 9 9999 2
 9 9 9 9999 3
 4 9 9 9999
EOF
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_job_shop_with_few_operators_needs_one_for_each_operation(tmp_path: Path) -> None:
    (tmp_path / "instances").mkdir()
    path = tmp_path / "instances" / "two.txt"
    path.write_text("2 2\n1 5 0 3\n0 4 1 2\n", encoding="utf-8")
    (tmp_path / "published.csv").write_text("instance,operators,best_known\ntwo,1,14\n")
    given = read_operators(path)
    assert given.resources == (Resource(name="operators", levels=(Level(0, 1),)),)
    assert [dict(o.durations) for o in given.operations] == [
        {"machine 2": Duration(5)},
        {"machine 1": Duration(3)},
        {"machine 1": Duration(4)},
        {"machine 2": Duration(2)},
    ]
    # One operator does everything, one after the other: 5 + 3 + 4 + 2.
    assert planner.plan(given, work=2).cost == 14


@pytest.fixture
def oven(tmp_path: Path) -> Scenario:
    return read_osp(written(tmp_path, "oven.dzn", OVEN))


def test_an_oven_keeps_its_touching_windows_apart_and_ends_with_the_horizon(oven: Scenario) -> None:
    assert [machine.windows for machine in oven.machines] == [
        (Window(3, 9), Window(9, 15)),
        (Window(2, 7), Window(7, 20)),
    ]


def test_an_oven_is_a_parallel_machine_that_cannot_pause(oven: Scenario) -> None:
    first, second = oven.machines
    assert (first.process, first.pausable, first.capacity) == (Process.PARALLEL, False, (6,))
    assert (first.initial_family, second.initial_family) == ("attribute 1", "attribute 2")


def test_an_oven_job_has_its_times_only_on_its_machines(oven: Scenario) -> None:
    assert oven.operation["job 1"].durations == {"machine 2": Duration(5, 10)}
    assert set(oven.operation["job 3"].durations) == {"machine 1", "machine 2"}
    assert (oven.order["job 2"].release, oven.order["job 2"].due) == (4, 6)


def test_an_oven_changeover_reads_from_row_to_column(oven: Scenario) -> None:
    assert oven.changeover("machine 1", "attribute 1", "attribute 2") == Changeover(1, 4)
    assert oven.changeover("machine 2", "attribute 2", "attribute 1") == Changeover(2, 5)


def test_the_cost_of_an_oven_schedule_is_the_published_objective(oven: Scenario) -> None:
    # Machine 1: job 2, changeover 1 -> 2 of cost 4 and 1 unit, runs 2 units, due at 6.
    # Machine 2: jobs 1 and 3, changeover 2 -> 1 of cost 5 and 2 units, run 5 units; job 3 is late.
    made = Schedule(
        batches=(
            batch("job 2", machine="machine 1", family="attribute 2", start=4, end=6),
            batch("job 1", "job 3", machine="machine 2", family="attribute 1", start=9, end=14),
        )
    )
    assert check(oven, made) == ()
    terms = Terms(
        processing_minutes=2 + 5, tardy_orders=2, changeover_cost=4 + 5, changeover_minutes=1 + 2
    )
    assert terms.cost(oven) == 341 * 7 + 31 * 2 + 9 + 7 * 3
    assert osp_solution(oven, made)["batches"][1] == {
        "machine": 1,
        "start": 9,
        "duration": 5,
        "jobs": [0, 2],
    }


def test_an_oven_file_that_lacks_a_field_says_which(tmp_path: Path) -> None:
    path = written(tmp_path, "oven.dzn", OVEN.replace("l=20;", ""))
    with pytest.raises(ScenarioError, match="no l is given"):
        read_osp(path)


def test_batch_machines_count_jobs_and_hundredths_of_weights(tmp_path: Path) -> None:
    made = read_pbatch(written(tmp_path, "batches.txt", BATCHES))
    assert [machine.capacity for machine in made.machines] == [(4,), (4,)]
    assert [order.weight for order in made.orders] == [18, 100, 7, 0]
    assert [operation.family for operation in made.operations] == ["family 1"] * 2 + [
        "family 2"
    ] * 2
    assert made.operations[2].durations["machine 2"] == Duration(10)
    assert made.operations[2].sizes == (1,)


def test_unrelated_machines_have_their_own_times_and_changeovers(tmp_path: Path) -> None:
    made = read_upmsp(written(tmp_path, "unrelated.txt", UNRELATED))
    assert made.operation["job 2"].durations == {
        "machine 1": Duration(93),
        "machine 2": Duration(6),
    }
    assert made.changeover("machine 1", "job 1", "job 3") == Changeover(45, 0)
    assert made.changeover("machine 2", "job 1", "job 3") == Changeover(122, 0)
    assert made.changeover("machine 1", None, "job 3") == Changeover(0, 0)


def tour_schedule(made: Scenario, names: tuple[str, ...]) -> Schedule:
    clock, before, batches = 0, made.machines[0].initial_family, []
    for name in names:
        clock += made.changeover("machine", before, name).minutes
        batches.append(batch(name, machine="machine", family=name, start=clock, end=clock + 1))
        clock, before = clock + 1, name
    return Schedule(batches=tuple(batches))


def test_a_tour_returns_to_the_first_city_at_its_end_and_nowhere_else(tmp_path: Path) -> None:
    made = read_atsp(written(tmp_path, "four.atsp", TOUR))
    lengths = {}
    for names in permutations(operation.name for operation in made.operations):
        made_tour = tour_schedule(made, names)
        if check(made, made_tour) == ():
            length = made_tour.batches[-1].end - len(names)
            lengths[names] = length
    assert all(names[-1] == "city 1, back" for names in lengths)
    assert len(lengths) == 6
    # 1 -> 2 -> 3 -> 4 -> 1 is 1 + 2 + 3 + 4; every other tour takes a 9.
    assert lengths["city 2", "city 3", "city 4", "city 1, back"] == 10
    assert sorted(lengths.values())[1] > 10


def test_the_published_row_of_an_oven_is_that_of_its_use_case(tmp_path: Path) -> None:
    # Use cases share file names and differ in weights.
    written(
        tmp_path,
        "published-use-cases.csv",
        "use_case,file,best_known_int\n1,use-case-1/oven.dzn,7\n2,use-case-2/oven.dzn,9\n",
    )
    reference = published(written(tmp_path, "use-case-2/oven.dzn", OVEN))
    assert reference["published_use_case"] == "2"
    assert best_known(reference) == 9


def test_the_best_known_cost_is_the_least_of_the_published_ones(tmp_path: Path) -> None:
    written(
        tmp_path, "published.csv", "instance_name,sa_best_cost,sa_avg_cost\nbatches.txt,9.25,11\n"
    )
    reference = published(written(tmp_path, "instances/batches.txt", BATCHES))
    assert best_known(reference) == 9.25


def test_an_instance_nobody_published_has_no_best_known_cost(tmp_path: Path) -> None:
    assert best_known(published(written(tmp_path, "unrelated.txt", UNRELATED))) is None


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch, oven: Scenario) -> list[Scenario]:
    """Replace planning by one fixed oven schedule; return the scenarios that were planned."""
    made = Schedule(
        batches=(
            batch("job 2", machine="machine 1", family="attribute 2", start=4, end=6),
            batch("job 1", "job 3", machine="machine 2", family="attribute 1", start=9, end=14),
        )
    )
    seen: list[Scenario] = []

    def plan(scenario: Scenario, **_: object) -> Result:
        seen.append(scenario)
        return Result(
            schedule=made,
            status=Status.FEASIBLE,
            cost=2479,
            bound=2000,
            terms=Terms(),
            method="test",
            seconds=0.1,
            seconds_to_best=0.1,
            seed=1,
        )

    monkeypatch.setattr(run, "plan", plan)
    return seen


def test_a_run_notes_its_outcome_beside_the_published_one_and_is_not_repeated(
    tmp_path: Path, planned: list[Scenario]
) -> None:
    written(tmp_path, "published.csv", "file,best_known_int\nuse-case-2/oven.dzn,2000\n")
    path = written(tmp_path, "use-case-2/oven.dzn", OVEN)
    words = ["osp", str(path), "--seconds", "1", "--seed", "3", "--out", str(tmp_path / "out")]
    assert run.main(words) == 0
    assert run.main(words) == 0
    assert len(planned) == 1
    with (tmp_path / "out" / "results.csv").open(newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["set"], row["instance"], row["seed"]) == ("osp", "oven.dzn", "3")
    assert (row["cost"], row["bound"], row["status"]) == ("2479", "2000", "feasible")
    # 479 above 2000.
    assert row["gap_to_best_known"] == "0.239500"
    solution = json.loads((tmp_path / "out" / "oven.json").read_text())
    assert solution["base"] == 0
    assert len(solution["batches"]) == 2


def test_a_run_refuses_a_schedule_that_breaks_a_rule(
    tmp_path: Path, planned: list[Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    # The first machine now opens too late for its batch.
    path = written(tmp_path, "oven.dzn", OVEN.replace("|3,9,0", "|5,9,0"))
    assert run.main(["osp", str(path), "--out", str(tmp_path / "out")]) == 1
    assert "machine_calendar" in capsys.readouterr().err
    assert not (tmp_path / "out" / "results.csv").exists()


@pytest.mark.parametrize(
    ("code", "verdict"), [(0, "pass"), (1, "fail")], ids=["keeps the rules", "breaks one"]
)
def test_the_checker_of_the_oven_set_has_the_last_word(
    tmp_path: Path, planned: list[Scenario], code: int, verdict: str
) -> None:
    # It passes only what names its instance and solution, so the call is tested too.
    checker = written(
        tmp_path,
        "checker.py",
        "import json, sys\n"
        "oven, solution = open(sys.argv[1]).read(), json.load(open(sys.argv[2]))\n"
        f"sys.exit({code} if 'l=20' in oven and len(solution['batches']) == 2 else 1 - {code})\n",
    )
    path = written(tmp_path, "use-case-2/oven.dzn", OVEN)
    words = ["osp", str(path), "--osp-checker", str(checker), "--out", str(tmp_path / "out")]
    assert run.main(words) == 0
    with (tmp_path / "out" / "results.csv").open(newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["checker"] == verdict
    told = next(line for line in result_lines([row]) if "checker passes" in line)
    assert f"passes {1 - code} of 1 solutions" in told


def test_a_checker_that_falls_over_is_no_verdict(
    tmp_path: Path, planned: list[Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    checker = written(tmp_path, "checker.py", "raise SystemError('lost')\n")
    path = written(tmp_path, "oven.dzn", OVEN)
    words = ["osp", str(path), "--osp-checker", str(checker), "--out", str(tmp_path / "out")]
    assert run.main(words) == 1
    assert "did not judge" in capsys.readouterr().err
    assert not (tmp_path / "out" / "results.csv").exists()


def test_some_of_each_class_are_taken_evenly_and_in_turns() -> None:
    paths = [Path(f"I_{jobs}_2_S_1-9_{k}.txt") for jobs in (6, 8) for k in range(1, 5)]
    turns = chosen(SETS["upmsp"], paths, Choice(per_class=2))
    assert [(turn, path.stem) for turn, path in turns] == [
        (0, "I_6_2_S_1-9_1"),
        (0, "I_8_2_S_1-9_1"),
        (1, "I_6_2_S_1-9_3"),
        (1, "I_8_2_S_1-9_3"),
    ]
    all_of_six = [path.stem[-1] for _, path in chosen(SETS["upmsp"], paths[:4], Choice())]
    assert all_of_six == ["1", "3", "2", "4"]
    assert [path.stem for _, path in chosen(SETS["upmsp"], paths, Choice(every=4))] == [
        "I_6_2_S_1-9_1",
        "I_8_2_S_1-9_1",
    ]


def test_the_suite_advances_all_sets_and_limits_together_and_outlives_a_bad_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    for k in (1, 2):
        written(data, f"upmsp/instances/I_3_2_S_1-9_{k}.txt", UNRELATED)
    written(data, "osp/use-case-2/1-n3-.dzn", OVEN.replace("l=20;", ""))
    words = ["--data", str(data), "--sets", "osp", "upmsp", "--seconds", "5", "9"]
    assert suite.main([*words, "--out", str(out)]) == 1
    heard = capsys.readouterr()
    assert heard.err.count("no l is given") == 2
    assert [line.split(":")[0] for line in heard.out.splitlines()] == [
        "I_3_2_S_1-9_1.txt",
        "I_3_2_S_1-9_1.txt",
        "I_3_2_S_1-9_2.txt",
        "I_3_2_S_1-9_2.txt",
    ]
    assert sorted(folder.name for folder in out.iterdir()) == [
        "osp-5",
        "osp-9",
        "upmsp-5",
        "upmsp-9",
    ]


def test_the_report_counts_wins_ties_and_losses_against_each_method() -> None:
    row = {
        "set": "upmsp",
        "folder": "f",
        "workers": "2",
        "method": "auto",
        "seconds_limit": "10",
        "seed": "1",
        "status": "feasible",
    }
    rows = [
        {**row, "instance": f"I_10_2_S_1-9_{k}", "cost": cost, "published_best_makespan": "100"}
        for k, cost in enumerate(("90", "100", "125", "105"))
    ]
    lines = list(result_lines(rows))
    # Ours on the mean: (90 + 100 + 125 + 105) / 4 = 105.
    assert "| 10 jobs | best makespan | 4 | 100 | 105 | +0.00% | +5.00% | 1 / 1 / 2 |" in lines


def test_the_report_replaces_only_what_is_between_its_markers(tmp_path: Path) -> None:
    readme = written(
        tmp_path, "README.md", "before\n<!-- results -->\nold\n<!-- end of results -->\nafter\n"
    )
    assert report.main([str(tmp_path / "nothing"), "--readme", str(readme)]) == 0
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text


def test_a_size_is_measured_once_and_shown_in_table_and_figure(tmp_path: Path) -> None:
    words = ["--sizes", "30/3", "--seconds", "0.2", "--out", str(tmp_path / "scale")]
    assert scale.main(words) == 0
    assert scale.main(words) == 0
    with (tmp_path / "scale" / "scale.csv").open(newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert int(row["planned: cost"]) == int(row["cost"]) <= int(row["one by one: cost"])
    readme = tmp_path / "README.md"
    assert report.main([str(tmp_path / "scale"), "--readme", str(readme)]) == 0
    assert "| 30 | 1 | 3 | 0.2 |" in readme.read_text(encoding="utf-8")
    assert (tmp_path / "figures" / "scale.svg").exists()


def test_speed_has_a_row_per_class_and_counts_only_moves_that_were_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("I_6_2_a.txt", "I_6_2_b.txt"):
        written(tmp_path, name, UNRELATED)
    assert speed.main(["upmsp", str(tmp_path), "--moves", "0.002"]) == 0
    row = capsys.readouterr().out.splitlines()[-1]
    _, name, instances, *rates, _ = (cell.strip() for cell in row.split("|"))
    assert (name, instances) == (SETS["upmsp"].size("I_6_2_a.txt"), "2")
    assert all(int(rate.replace(",", "")) > 0 for rate in rates)


def test_a_plant_is_the_same_for_the_same_seed() -> None:
    assert plant(40, 4, seed=3).orders == plant(40, 4, seed=3).orders
    assert plant(40, 4, seed=3).orders != plant(40, 4, seed=4).orders


def test_a_plant_mixes_the_three_kinds_and_shares_its_durations() -> None:
    made = plant(500, 6)
    assert {machine.process for machine in made.machines} == set(Process)
    kinds = {name: machine.process for name, machine in made.machine.items()}
    for operation in made.operations:
        assert len({kinds[name] for name in operation.durations}) == 1
    assert len({id(operation.durations) for operation in made.operations}) <= 240
    assert validate(made) == ()


def test_a_plant_with_stages_has_the_operations_of_one_without_on_machines_of_their_stage() -> None:
    # 48 machines are 4 of each kind at each stage, of which a product has one nearly always.
    made = routed_plant(60, 48, 4, seed=5)
    assert [len(made.orders), len(made.operations)] == [60, 240]
    assert validate(made) == ()
    elsewhere = 0
    for operation in made.operations:
        before = [after.operation for after in operation.after]
        stage = operation.stage or 0
        assert before == ([] if stage == 1 else [f"{operation.order}:{stage - 1}"])
        rows = [int(name.split()[-1]) - 1 for name in operation.durations]
        elsewhere += {row // 3 % 4 + 1 for row in rows} != {stage}
    assert elsewhere < 12
    assert len({id(operation.durations) for operation in made.operations}) < 240


def test_sizes_with_stages_are_shown_beside_those_without(tmp_path: Path) -> None:
    row = {
        **dict.fromkeys(report.SCALE_COLUMNS, "7"),
        **{
            f"{made}: {term}": "60"
            for made in ("one by one", "planned")
            for term in ("changeover_minutes", "tardiness")
        },
    }
    lines = list(report.scale_lines([{**row, "stages": "4"}, {**row, "stages": ""}]))
    assert [line.split("|")[2].strip() for line in lines[4:6]] == ["1", "4"]


def test_every_published_set_can_be_reported_and_is_in_the_suite() -> None:
    assert set(report.REPORTED) == set(SETS) == set(suite.FOLDERS)
