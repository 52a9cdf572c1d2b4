"""Uploads are read in a process of their own: none holds up, or brings down, other sessions.

`python -m ui.apart` is that process: it takes the arguments of `ui.uploads.uploaded` and gives back
what that returns, both pickled; only the dashboard starts it, and only the dashboard reads it.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from planner.errors import Finding
from planner.intake import Raw
from ui.uploads import Answers, Files, UploadedFiles, uploaded

UNREAD = "upload"
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


def is_unread(made: UploadedFiles) -> bool:
    """Return whether the files were not read for want of time, memory or room."""
    return any(finding.rule == UNREAD for finding in made.findings)


def _too_much(files: Files) -> UploadedFiles:
    return _unread(
        files,
        "reading it takes more time or memory than is given to one upload",
        "Upload fewer or smaller files, or save what is a workbook as CSV.",
    )


def _unread(files: Files, message: str, hint: str) -> UploadedFiles:
    name = files[0][0] if files else ""
    finding = Finding(rule=UNREAD, file=name, message=message, hint=hint)
    return UploadedFiles(findings=(finding,))


def _main() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files, *more = pickle.load(sys.stdin.buffer)
    try:
        made = uploaded(files, *more)
    except OSError as error:
        # Files are laid out in the folder for temporary ones; nothing has been stored yet.
        message = f"it cannot be read on this machine: {error.strerror or error}"
        made = _unread(files, message, f"Make room in {tempfile.gettempdir()}, and try again.")
    sys.stdout.buffer.write(pickle.dumps(made))


if __name__ == "__main__":
    _main()
