"""How much of each resource is free when: a step function in time, changed by what is placed."""

from planner.arrays import NEVER, NONE
from planner.search.kernels.compiling import inner
from planner.search.kernels.coupled import CoupledState
from planner.search.kernels.shared_state import (
    LEVEL,
    LEVEL_FIRST,
    LEVEL_WIDTH,
    RESOURCES,
    STEP,
    STEP_COUNT,
    STEP_FREE,
    STEP_ROOM,
    STEP_TIME,
    STEP_WIDTH,
    TAKEN,
    TAKEN_AMOUNT,
    TAKEN_COUNT,
    TAKEN_END,
    TAKEN_KEPT,
    TAKEN_RESOURCE,
    TAKEN_START,
    TAKEN_WIDTH,
)


@inner
def reset_profile(s: CoupledState) -> None:
    """Let all of each resource be free."""
    x = s.shared
    for r in range(x[RESOURCES]):
        first, last = x[x[LEVEL_FIRST] + r], x[x[LEVEL_FIRST] + r + 1]
        for i in range(first, last):
            x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i - first) + STEP_TIME] = x[
                x[LEVEL] + LEVEL_WIDTH * i
            ]
            x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i - first) + STEP_FREE] = x[
                x[LEVEL] + LEVEL_WIDTH * i + 1
            ]
        x[x[STEP_COUNT] + r] = last - first
    x[TAKEN_COUNT] = 0


@inner
def step_at(s: CoupledState, r: int, moment: int) -> int:
    """Return the step of resource `r` that holds `moment`, which is not before the first."""
    x = s.shared
    low, high = 0, x[x[STEP_COUNT] + r]
    while high - low > 1:
        middle = (low + high) >> 1
        if x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + middle) + STEP_TIME] <= moment:
            low = middle
        else:
            high = middle
    return low


@inner
def free_again(s: CoupledState, r: int, start: int, end: int, amount: int) -> int:
    """Return from when on `amount` of `r` is free that is not during `[start, end)`.

    NONE where it is free all the time, NEVER where it is not free again; the last time within the
    interval when it is not decides.
    """
    x = s.shared
    count = x[x[STEP_COUNT] + r]
    i = step_at(s, r, start)
    blocked = int(NONE)
    while i < count and x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_TIME] < end:
        if x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_FREE] < amount:
            blocked = i
        i += 1
    if blocked == NONE:
        return NONE
    i = blocked + 1
    while i < count and x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_FREE] < amount:
        i += 1
    return x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_TIME] if i < count else NEVER


@inner
def break_at(s: CoupledState, r: int, moment: int) -> int:
    """Return the step of resource `r` that begins at `moment`, made if there is none."""
    x = s.shared
    i = step_at(s, r, moment)
    if x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_TIME] == moment:
        return i
    for j in range(x[x[STEP_COUNT] + r], i + 1, -1):
        x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j) + STEP_TIME] = x[
            x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j - 1) + STEP_TIME
        ]
        x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j) + STEP_FREE] = x[
            x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j - 1) + STEP_FREE
        ]
    x[x[STEP_COUNT] + r] += 1
    x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i + 1) + STEP_TIME] = moment
    x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i + 1) + STEP_FREE] = x[
        x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_FREE
    ]
    return i + 1


@inner
def join_at(s: CoupledState, r: int, i: int) -> None:
    """Make one of step `i` of resource `r` and the one before, where as much is free."""
    x = s.shared
    if (
        i < 1
        or i >= x[x[STEP_COUNT] + r]
        or x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_FREE]
        != x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i - 1) + STEP_FREE]
    ):
        return
    x[x[STEP_COUNT] + r] -= 1
    for j in range(i, x[x[STEP_COUNT] + r]):
        x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j) + STEP_TIME] = x[
            x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j + 1) + STEP_TIME
        ]
        x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j) + STEP_FREE] = x[
            x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + j + 1) + STEP_FREE
        ]


@inner
def change_free(s: CoupledState, r: int, start: int, end: int, amount: int) -> None:
    """Add `amount` to what is free of resource `r` during `[start, end)`; NEVER has no end."""
    x = s.shared
    first = break_at(s, r, start)
    last = x[x[STEP_COUNT] + r]
    if end < NEVER:
        last = break_at(s, r, end)
    for i in range(first, last):
        x[x[STEP] + STEP_WIDTH * (r * x[STEP_ROOM] + i) + STEP_FREE] += amount
    join_at(s, r, last)
    join_at(s, r, first)


@inner
def take(s: CoupledState, r: int, start: int, end: int, amount: int) -> None:
    """Take `amount` of resource `r` for the batch that is being timed; less than 0 gives back."""
    x = s.shared
    i = x[TAKEN_COUNT]
    x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_RESOURCE] = r
    x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_START] = start
    x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_END] = end
    x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_AMOUNT] = amount
    x[TAKEN_COUNT] = i + 1
    change_free(s, r, start, end, -amount)


@inner
def give_back(s: CoupledState) -> None:
    """Give back all that the batch that is being timed has taken, but what is taken for good."""
    x = s.shared
    for i in range(x[TAKEN_KEPT], x[TAKEN_COUNT]):
        change_free(
            s,
            x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_RESOURCE],
            x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_START],
            x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_END],
            x[x[TAKEN] + TAKEN_WIDTH * i + TAKEN_AMOUNT],
        )
    x[TAKEN_COUNT] = x[TAKEN_KEPT]
