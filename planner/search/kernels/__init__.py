"""All compiled code of the search, from the inside out.

`columns` lays out the state. `chance`, `windows`, `cost` and `timing` say when batches run and what
that costs; `undoing`, `links` and `fitting` change it. `choosing`, `operation_moves`,
`batch_moves`, `mending` and `dealing` are the moves, `critical` and `route_moves` those along
routes, `metropolis` accepts them. `dispatching`, `apparent_cost`, `listing` and `bringing_in` make
first schedules, `placing` prices places, `flat_lists` takes schedules in and out. `coupled` times
machines that depend on each other; `shared_state`, `profile`, `sharing` and `lining` do so where
they share resources, or make only so much of a family in a row, `upkeep_counts` and `upkeep` where
they need upkeep; `apart` is what only machines on their own have. `compiling` is how all that is
compiled and kept, and `taking_turns` how by several processes at once.
"""

from planner.search.kernels.bringing_in import bring_in
from planner.search.kernels.columns import OP_END, OP_START, State
from planner.search.kernels.dispatching import dispatch, dispatch_pinned
from planner.search.kernels.flat_lists import clear, copy_lists, load_lists, record_times
from planner.search.kernels.metropolis import anneal
from planner.search.kernels.placing import price_places

__all__ = [
    "OP_END",
    "OP_START",
    "State",
    "anneal",
    "bring_in",
    "clear",
    "copy_lists",
    "dispatch",
    "dispatch_pinned",
    "load_lists",
    "price_places",
    "record_times",
]
