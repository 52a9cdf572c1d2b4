"""Reading an upload: large files in a process of their own, so that other sessions go on."""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from planner.errors import PlannerError
from planner.intake import Raw
from ui.uploads import Answers, Files, UploadedFiles, uploaded

# Bytes from which on it takes longer to read files than to start a process.
LARGE = 400_000
ROOT = Path(__file__).parents[1]
WORKER = "from ui.reading import work; work()"


def read(
    files: Files, answers: Answers, memory: Mapping[str, str], words: Sequence[Raw]
) -> UploadedFiles:
    """Return what the files hold; raises `PlannerError` where the process that reads them ends."""
    if sum(len(data) for _, data in files) < LARGE:
        return uploaded(files, answers, memory, words)
    return read_apart(files, answers, memory, words)


def read_apart(
    files: Files, answers: Answers, memory: Mapping[str, str], words: Sequence[Raw]
) -> UploadedFiles:
    """Return what the files hold, read by another process."""
    inherited = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(ROOT), *([inherited] if inherited else [])])
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        input=pickle.dumps((files, answers, dict(memory), words)),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it ended"]
        raise PlannerError(f"The files cannot be read: {lines[-1]}")
    # What comes back was written by this program, not by whoever made the files.
    made = pickle.loads(done.stdout)
    assert isinstance(made, UploadedFiles)
    return made


def work() -> None:
    """Read what standard input gives and write the result, as the other process."""
    given = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(pickle.dumps(uploaded(*given)))
