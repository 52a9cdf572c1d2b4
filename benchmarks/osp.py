"""The oven scheduling problem: parallel machines that cannot pause, read from MiniZinc data.

M.-L. Lackner, C. Mrkvicka, N. Musliu, D. Walkiewicz, F. Winter, "Exact methods for the Oven
Scheduling Problem", Constraints 28 (2023).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.made import CLOCK, names, single_stage, table
from planner.calendars import Window, clip
from planner.domain import (
    Dimension,
    Duration,
    Machine,
    Order,
    Process,
    Scenario,
    Weights,
)
from planner.errors import ScenarioError
from planner.schedule import Schedule

Rows = list[list[int]]


def read_osp(path: Path) -> Scenario:
    """Return the oven scheduling instance at `path`; its cost is the integer objective.

    The latest end is a due date, the minimum and maximum time those of a parallel machine;
    touching windows stay apart, because an oven's changeover and batch share one.
    """
    given = _assignments(path.read_text(encoding="utf-8"))
    horizon = _number(given, "l")
    families = names("attribute", _number(given, "a"))
    machines = _machines(given, families, horizon)
    orders = tuple(
        Order(name=name, release=release, due=due)
        for name, release, due in zip(
            names("job", _number(given, "n")),
            _numbers(given, "earliest_start"),
            _numbers(given, "latest_end"),
            strict=True,
        )
    )
    return Scenario(
        name=path.name,
        orders=orders,
        operations=_operations(given, orders, families, machines),
        machines=machines,
        # The last row of each matrix is a dummy.
        changeovers=table(
            families, [_rows(given, "setup_times")[:-1]], [_rows(given, "setup_costs")[:-1]]
        ),
        clock=CLOCK,
        horizon=horizon,
        dimensions=(Dimension(name="size"),),
        weights=_weights(given),
    )


def osp_solution(scenario: Scenario, schedule: Schedule) -> Mapping[str, Any]:
    """Return `schedule` as the set's checker reads it, machines and jobs counted from 0."""
    machine = {item.name: index for index, item in enumerate(scenario.machines)}
    job = {item.name: index for index, item in enumerate(scenario.operations)}
    return {
        "base": 0,
        "batches": [
            {
                "machine": machine[batch.machine],
                "start": batch.start,
                "duration": batch.end - batch.start,
                "jobs": [job[name] for name in batch.operations],
            }
            for batch in schedule.batches
        ],
    }


def _machines(
    given: Mapping[str, str], families: tuple[str, ...], horizon: int
) -> tuple[Machine, ...]:
    count = _number(given, "m")
    initial: list[int | None] = [None] * count
    if "initState" in given:
        initial = [number - 1 for number in _numbers(given, "initState")]
    parts = zip(
        names("machine", count),
        _numbers(given, "max_cap"),
        initial,
        _rows(given, "m_a_s"),
        _rows(given, "m_a_e"),
        strict=True,
    )
    return tuple(
        Machine(
            name=name,
            process=Process.PARALLEL,
            capacity=(capacity,),
            initial_family=None if family is None else families[family],
            # Empty windows pad the rows.
            windows=clip(sorted(map(Window, starts, ends)), horizon),
            pausable=False,
        )
        for name, capacity, family, starts, ends in parts
    )


def _operations(
    given: Mapping[str, str],
    orders: tuple[Order, ...],
    families: tuple[str, ...],
    machines: tuple[Machine, ...],
) -> tuple[Any, ...]:
    eligible = [
        [machines[int(number) - 1].name for number in group.split(",")]
        for group in re.findall(r"\{([^}]*)\}", given["eligible_machine"])
    ]
    columns = [_numbers(given, key) for key in ("min_time", "max_time", "size", "attribute")]
    return tuple(
        single_stage(order, families[family - 1], dict.fromkeys(on, Duration(least, most)), (size,))
        for order, on, least, most, size, family in zip(orders, eligible, *columns, strict=True)
    )


def _weights(given: Mapping[str, str]) -> Weights:
    return Weights(
        processing_minutes=_number(given, "mult_factor_total_runtime"),
        tardy_orders=_number(given, "mult_factor_finished_toolate"),
        changeover_minutes=_number(given, "mult_factor_total_setuptimes"),
        changeover_cost=_number(given, "mult_factor_total_setupcosts"),
    )


def _assignments(text: str) -> Mapping[str, str]:
    statements = re.sub(r"%[^\n]*", "", text).split(";")
    pairs = (statement.split("=", 1) for statement in statements if "=" in statement)
    return {name.strip(): value.strip() for name, value in pairs}


def _value(given: Mapping[str, str], key: str) -> str:
    if key not in given:
        raise ScenarioError(f"no {key} is given")
    return given[key]


def _number(given: Mapping[str, str], key: str) -> int:
    return int(_value(given, key))


def _numbers(given: Mapping[str, str], key: str) -> list[int]:
    return [int(number) for number in re.findall(r"-?\d+", _value(given, key))]


def _rows(given: Mapping[str, str], key: str) -> Rows:
    inner = _value(given, key).strip().removeprefix("[").removesuffix("]")
    parts = (re.findall(r"-?\d+", part) for part in inner.split("|"))
    return [[int(number) for number in part] for part in parts if part]
