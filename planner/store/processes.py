"""Processes of this machine: starting a worker that outlives us, and telling whether one lives."""

import os
import platform
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGE_PARENT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIdentity:
    """What identifies a process: numbers come again, so its start belongs to it.

    `start` is None where the system does not tell.
    """

    host: str
    pid: int
    start: str | None


def this_process() -> ProcessIdentity:
    """Return what identifies the running process."""
    return ProcessIdentity(host=host(), pid=os.getpid(), start=process_start(os.getpid()))


def host() -> str:
    """Return the name of this machine; two containers have two names, whatever they are called."""
    try:
        space = os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux
        return platform.node()
    return f"{platform.node()} {space}"


def is_gone(process: ProcessIdentity) -> bool:
    """Return whether `process` is known to have ended; False where nobody here can tell."""
    if process.host != host() or process.start is None:
        return False
    return process_start(process.pid) != process.start


def process_start(pid: int) -> str | None:
    """Return when process `pid` started, in the system's own words; None if there is none."""
    if Path("/proc/self/stat").exists():
        return _start_on_linux(pid)
    if os.name == "posix":
        return _start_by_ps(pid)
    return None


def start_detached(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
    """Start `command` in a session of its own: it goes on when this process ends.

    Its output is appended to the file `log`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=own_environment(environment),
            start_new_session=True,
        )
    # Somebody has to wait for it, or it stays a zombie for as long as this process lives.
    threading.Thread(target=process.wait, name=f"wait for {process.pid}", daemon=True).start()


def own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which a process of ours finds the planner, with `environment`."""
    return {**os.environ, **environment, "PYTHONPATH": _python_path()}


def python_module(name: str) -> tuple[str, ...]:
    """Return the command that runs the module `name` with this Python.

    `-P` keeps files of the working directory from being imported.
    """
    return (sys.executable, "-P", "-m", name)


def _python_path() -> str:
    inherited = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(PACKAGE_PARENT), *([inherited] if inherited else [])])


def _start_on_linux(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in brackets may hold anything; after it come state and, as 20th, the start.
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZX" else f"{boot} {rest[18]}"


def _start_by_ps(pid: int) -> str | None:
    shown = subprocess.run(
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C"},
    ).stdout.split(maxsplit=1)
    return shown[1].strip() if len(shown) == 2 and not shown[0].startswith("Z") else None
