"""Uploads are read in a process of their own: none holds up, or brings down, other sessions.

`python -m ui.apart` is that process: it takes the arguments of `ui.uploads.uploaded` and gives back
what that returns, both pickled; only the dashboard starts it, and only the dashboard reads it.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from planner.errors import Finding
from planner.intake import Raw
from ui.uploads import Answers, Files, UploadedFiles, uploaded

ROOT = Path(__file__).parents[1]
# Bytes, processor seconds, and seconds in all that reading may take.
MEMORY, PROCESSOR_SECONDS, SECONDS = 4 * 2**30, 120, 600


def uploaded_apart(
    files: Files, answers: Answers, memory: Mapping[str, str], words: Sequence[Raw] = ()
) -> UploadedFiles:
    """Return what `uploaded` does; a finding where the process dies or takes too long."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    given = pickle.dumps((tuple(files), answers, dict(memory), words))
    # -P: files of the working directory are not imported.
    command = [sys.executable, "-P", "-m", "ui.apart"]
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _too_much(files)
    if done.returncode != 0:
        return _too_much(files)
    made: UploadedFiles = pickle.loads(done.stdout)
    return made


def _too_much(files: Files) -> UploadedFiles:
    finding = Finding(
        rule="upload",
        file=files[0][0] if files else "",
        message="reading it takes more time or memory than is given to one upload",
        hint="Upload fewer or smaller files, or save what is a workbook as CSV.",
    )
    return UploadedFiles(findings=(finding,))


def _main() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    made = uploaded(*pickle.load(sys.stdin.buffer))
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    _main()
