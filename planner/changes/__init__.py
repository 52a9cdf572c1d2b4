"""One change by hand and what follows from it: the repaired schedule, or the rule it would break.

A change here is of a plan: where work stands, what an order wants, when a machine is closed. (The
changes of `planner.variants` are of a scenario's tables, before planning: what if.)

`apply` makes one; `apply_to` goes on from where an earlier one led; `History` undoes and redoes.
"""

from planner.changes.ahead import Ahead, ahead
from planner.changes.applying import Applied
from planner.changes.chain import Cause, CauseKind
from planner.changes.completions import FinishedOrder, FoundActuals, actuals_of_completions
from planner.changes.differing import (
    BatchDifference,
    OperationDifference,
    OrderDifference,
    ScheduleDifference,
    difference,
    hours,
    signed_hours,
)
from planner.changes.explaining import Explanation, explain, explanation
from planner.changes.files import tables_after, with_times
from planner.changes.given import scenario_after
from planner.changes.history import History, SchedulePatch, patch
from planner.changes.json_form import (
    change_from_json,
    change_to_json,
    changes_from_text,
    changes_to_text,
)
from planner.changes.kinds import (
    KINDS,
    AddOrder,
    AddShift,
    AllowMachine,
    CloseMachine,
    JoinBatch,
    LeaveOut,
    MoveWork,
    PinWork,
    PlanChange,
    Remark,
    SetDue,
    SetPriority,
    SetQuantity,
    SplitBatch,
    SwapBatches,
    TakeIn,
    UnpinWork,
)
from planner.changes.learning import LEAST_COUNT, Learnt, LearntFactor, learnt_factors, with_learnt
from planner.changes.nearest import apply, apply_to
from planner.changes.plan_and_actual import Against, against_plan
from planner.changes.promising import Promise, promise, promise_line
from planner.changes.questions import waited_for, why_here, why_not_together
from planner.changes.refusing import Refused
from planner.changes.replanning import (
    Calmness,
    Replanned,
    replan,
    replanned_from,
    still_to_make,
)
from planner.changes.standing import Standing
from planner.changes.unplanned import why_unplanned
from planner.changes.ways_out import WayOut

__all__ = [
    "KINDS",
    "LEAST_COUNT",
    "AddOrder",
    "AddShift",
    "Against",
    "Ahead",
    "AllowMachine",
    "Applied",
    "BatchDifference",
    "Calmness",
    "Cause",
    "CauseKind",
    "CloseMachine",
    "Explanation",
    "FinishedOrder",
    "FoundActuals",
    "History",
    "JoinBatch",
    "Learnt",
    "LearntFactor",
    "LeaveOut",
    "MoveWork",
    "OperationDifference",
    "OrderDifference",
    "PinWork",
    "PlanChange",
    "Promise",
    "Refused",
    "Remark",
    "Replanned",
    "ScheduleDifference",
    "SchedulePatch",
    "SetDue",
    "SetPriority",
    "SetQuantity",
    "SplitBatch",
    "Standing",
    "SwapBatches",
    "TakeIn",
    "UnpinWork",
    "WayOut",
    "actuals_of_completions",
    "against_plan",
    "ahead",
    "apply",
    "apply_to",
    "change_from_json",
    "change_to_json",
    "changes_from_text",
    "changes_to_text",
    "difference",
    "explain",
    "explanation",
    "hours",
    "learnt_factors",
    "patch",
    "promise",
    "promise_line",
    "replan",
    "replanned_from",
    "scenario_after",
    "signed_hours",
    "still_to_make",
    "tables_after",
    "waited_for",
    "why_here",
    "why_not_together",
    "why_unplanned",
    "with_learnt",
    "with_times",
]
