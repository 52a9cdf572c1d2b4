"""Upkeep in sequences and in a state of the compiled search."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from planner.arrays import AS_GIVEN, NONE, Arrays, BeforeBatch, Ordered, Sequences
from planner.domain import Scenario
from planner.schedule import PlannedUpkeep, Schedule
from planner.search.kernels import State, columns
from planner.search.kernels.coupled import ROUTE_UPKEEP, CoupledState
from planner.search.kernels.shared_state import GRANTED, MOST_UPKEEPS, UPKEEP_TIME
from planner.search.state import load, new_state


class TimedUpkeep(NamedTuple):
    """Upkeep `number` of a machine (see BeforeBatch) before the batch that `operation` begins."""

    machine: int
    number: int
    operation: int
    start: int
    end: int


def upkeep_in(state: Any) -> Iterator[TimedUpkeep]:
    """Yield the upkeep that `state` has timed, machine by machine in order of time."""
    if not isinstance(state, CoupledState):
        return
    x = state.shared
    for machine in range(len(state.machine) if x[MOST_UPKEEPS] else 0):
        b = int(state.batch[state.slots + machine, columns.BATCH_NEXT])
        while b < state.slots:
            first = int(state.batch[b, columns.BATCH_FIRST])
            for number in _bits(int(state.route[first, ROUTE_UPKEEP])):
                place = x[UPKEEP_TIME] + 2 * (x[MOST_UPKEEPS] * b + number)
                start, end = x[place : place + 2].tolist()
                yield TimedUpkeep(machine, number, first, start, end)
            b = int(state.batch[b, columns.BATCH_NEXT])


def planned_upkeep(scenario: Scenario, timed: TimedUpkeep) -> PlannedUpkeep:
    """Return upkeep by its names."""
    machine = scenario.machines[timed.machine].name
    name = scenario.upkeeps_of(machine)[timed.number].name
    return PlannedUpkeep(machine=machine, name=name, start=timed.start, end=timed.end)


def upkeep_given(scenario: Scenario, schedule: Schedule) -> tuple[BeforeBatch, ...]:
    """Return the upkeep of `schedule` batch by batch; what stands behind the last is not needed."""
    row = {operation.name: index for index, operation in enumerate(scenario.operations)}
    found = []
    for machine in scenario.machine if scenario.upkeeps else ():
        number = {upkeep.name: i for i, upkeep in enumerate(scenario.upkeeps_of(machine))}
        done = list(schedule.upkeeps_on(machine))
        for batch in schedule.on(machine) if number else ():
            before = [upkeep for upkeep in done if upkeep.start < batch.start]
            done = done[len(before) :]
            chosen = sum({1 << number[upkeep.name] for upkeep in before if upkeep.name in number})
            found.append(BeforeBatch(row[batch.operations[0]], AS_GIVEN + chosen))
    return tuple(found)


def softened(arrays: Arrays, sequences: Sequences, state: State | None = None) -> Sequences:
    """Return `sequences` with upkeep as it differs from what is taken for granted.

    So that what is taken for granted follows from what stands around it when that changes. A
    `state` of these `arrays` saves making one.
    """
    if not isinstance(sequences, Ordered) or all(u.chosen < AS_GIVEN for u in sequences.upkeep):
        return sequences
    known: Any = new_state(arrays, seed=0) if state is None else state
    load(known, sequences)
    made = []
    for before in sequences.upkeep:
        chosen = before.chosen
        b = int(known.op[before.operation, columns.OP_BATCH])
        if chosen >= AS_GIVEN and b != NONE:
            place = known.shared[GRANTED] + 2 * b
            granted, must = known.shared[place : place + 2].tolist()
            chosen = ((chosen - AS_GIVEN) ^ granted) & ~must
        made.append(before._replace(chosen=chosen))
    kept = tuple(before for before in made if before.chosen or before.not_before)
    return Ordered(sequences, sequences.order, sequences.not_before, kept)


def _bits(number: int) -> list[int]:
    return [bit for bit in range(number.bit_length()) if number >> bit & 1]
