"""A worker that begins to plan when it may: `python -m tests.browser.held_worker RUN_ID`.

So a test sees a page before the first plan comes, however fast planning is.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.domain import Scenario
from planner.planning import plan
from planner.schedule import Result
from planner.store import worker
from planner.store.processes import python_module

WORKER = python_module("tests.browser.held_worker")
# Names the file that must exist before planning begins.
GO = "BATCH_PLANNER_TEST_GO"


def plan_when_told(scenario: Scenario, *, stop: Callable[[], bool], **options: Any) -> Result:
    """Wait until the file is there or somebody asks to stop, then plan."""
    go = Path(os.environ[GO])
    while not go.exists() and not stop():
        time.sleep(0.02)
    return plan(scenario, stop=stop, **options)


if __name__ == "__main__":
    worker.end_process(worker.main(sys.argv[1:], plan_when_told, WORKER))
