"""The live release service among clients of which some mean no good.

`python -m benchmarks.soak --seconds 60` lets 180 honest clients send orders, one at a time and
again after a refusal, while 20 others misbehave in every way there is: halves of surrogate pairs,
numbers beyond doubles, bodies and heads that never end, connections that say nothing, floods of
names, deep JSON. It prints what became of the honest orders, and how long acknowledgements took.
With `--disk` the disk is full for a while, with `--not-writable` every transaction fails for a
while: nothing that was acknowledged may be lost, and health must tell. With `--backup` a backup is
made meanwhile and restored at the end. All on loopback.
"""

import argparse
import asyncio
import json
import random
import resource
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.postgresql import LOOPBACK, free_port
from benchmarks.service import connection, order, service
from planner.store.backup import back_up, restore

HEAD = (
    f"POST /orders HTTP/1.1\r\nHost: {LOOPBACK}\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\n\r\n"
)
DEEP = b"[" * 50_000 + b"]" * 50_000
BAD_BODIES = (
    b'{"order_id":"A\\ud800","family":"x"}',
    b'{"order_id":"A","family":"x","quantity":1e400}',
    b'{"order_id":"A","family":"x","note":' + DEEP + b"}",
    b'{"order_id":"A","order_id":"B","family":"x"}',
    b"\xff\xfe{}",
    b"9" * 100_000,
)
BAD_NAMES = b'{"orders":["A\\ud800"]}'
PAUSE = 0.05
BACKUP = "backup.db"


@dataclass(slots=True, kw_only=True)
class Soaked:
    """What became of the honest orders: acknowledged, answered otherwise, seconds to the answer.

    `before_backup` were acknowledged when a backup began; `lost_by_restore` of them it lacks.
    """

    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    sent: int = 0
    lost: int = 0
    twice: int = 0
    health: Counter[int] = field(default_factory=Counter)
    before_backup: frozenset[str] = frozenset()
    lost_by_restore: int = 0

    def milliseconds(self, percentile: float) -> float:
        """Return a percentile of the times to an acknowledgement."""
        return 1000 * float(np.percentile(self.seconds, percentile)) if self.seconds else 0.0


Trouble = Callable[[Path, Soaked], Awaitable[None]]


def soak(
    folder: Path,
    *,
    seconds: float,
    honest: int = 180,
    bad: int = 20,
    trouble: Trouble | None = None,
) -> Soaked:
    """Run a service for `seconds` under `honest` and `bad` clients; `trouble` befalls its disk."""
    port, found = free_port(), Soaked()
    options = ["--size", "20", "--wait", "1", "--keep-buffers", "--most-waiting", "1000000"]
    with service(folder, port, *options):
        asyncio.run(_load(port, folder, seconds, (honest, bad), found, trouble))
    _compare(folder / "planner.db", found)
    if found.before_backup:
        restore(folder / BACKUP, f"sqlite:///{folder / 'restored.db'}")
        found.lost_by_restore = len(found.before_backup - _stored(folder / "restored.db").keys())
    return found


async def _load(
    port: int,
    folder: Path,
    seconds: float,
    clients: tuple[int, int],
    found: Soaked,
    trouble: Trouble | None,
) -> None:
    until = time.monotonic() + seconds
    honest, bad = clients
    tasks = [_honest(port, until, found) for _ in range(honest)]
    tasks += [_misbehave(port, until, random.Random(number)) for number in range(bad)]
    tasks.append(_watch(port, until, found))
    if trouble is not None:
        tasks.append(trouble(folder, found))
    await asyncio.gather(*tasks)


async def _honest(port: int, until: float, found: Soaked) -> None:
    while time.monotonic() < until:
        with suppress(OSError, asyncio.IncompleteReadError):
            async with connection(port) as line:
                while time.monotonic() < until:
                    found.sent += 1
                    await _until_taken(line.post, found.sent, until, found)
                    await asyncio.sleep(PAUSE)


async def _until_taken(
    post: Callable[[str, bytes], Awaitable[tuple[int, bytes]]],
    number: int,
    until: float,
    found: Soaked,
) -> None:
    while time.monotonic() < until:
        begun = time.monotonic()
        status, body = await post("/orders", order(number))
        found.statuses[status] += 1
        if status == 200:
            found.seconds.append(time.monotonic() - begun)
            found.acknowledged.add(json.loads(body)["orders"][0]["order_id"])
            return
        await asyncio.sleep(0.2)


async def _misbehave(port: int, until: float, chance: random.Random) -> None:
    ways = (_post_nonsense, _finish_nonsense, _say_nothing, _never_end_a_body, _never_end_a_head,
            _flood_names, _vanish)  # fmt: skip
    while time.monotonic() < until:
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            async with asyncio.timeout(max(0.1, until - time.monotonic())):
                await chance.choice(ways)(port, chance)
        await asyncio.sleep(0.02)


async def _post_nonsense(port: int, chance: random.Random) -> None:
    async with connection(port) as line:
        for _ in range(20):
            await line.post("/orders", chance.choice(BAD_BODIES))


async def _finish_nonsense(port: int, _chance: random.Random) -> None:
    async with connection(port) as line:
        for _ in range(20):
            await line.post("/completions", BAD_NAMES)


@asynccontextmanager
async def _line(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection that is cut off at the end, whatever is still to be sent."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _say_nothing(port: int, _chance: random.Random) -> None:
    async with AsyncExitStack() as opened:
        for _ in range(20):
            await opened.enter_async_context(_line(port))
        await asyncio.sleep(3)


async def _never_end_a_body(port: int, _chance: random.Random) -> None:
    async with _line(port) as (_, writer):
        writer.write(HEAD.format(length=8_000_000).encode() + b" " * 2_000_000)
        await writer.drain()
        await asyncio.sleep(3)


async def _never_end_a_head(port: int, _chance: random.Random) -> None:
    async with _line(port) as (_, writer):
        for _ in range(100):
            writer.write(b"GET /health HTTP/1.1\r\nx: " + b"a" * 2000)
            await writer.drain()


async def _flood_names(port: int, chance: random.Random) -> None:
    names = [f"unknown {chance.random()}" for _ in range(5000)]
    async with connection(port) as line:
        await line.post("/completions", json.dumps({"orders": names}).encode())


async def _vanish(port: int, _chance: random.Random) -> None:
    async with _line(port) as (_, writer):
        writer.write(HEAD.format(length=10).encode() + b"{")


async def _watch(port: int, until: float, found: Soaked) -> None:
    ask = f"GET /health HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n"
    while time.monotonic() < until:
        with suppress(OSError, asyncio.IncompleteReadError, IndexError, ValueError):
            async with _line(port) as (reader, writer):
                writer.write(ask.encode())
                found.health[int((await reader.readline()).split()[1])] += 1
        await asyncio.sleep(0.2)


def _compare(database: Path, found: Soaked) -> None:
    stored = _stored(database)
    found.lost = len(found.acknowledged - stored.keys())
    found.twice = sum(count > 1 for count in stored.values())


def _stored(database: Path) -> Counter[str]:
    with closing(sqlite3.connect(database)) as connected:
        return Counter(name for (name,) in connected.execute("SELECT order_id FROM release_orders"))


async def backed_up(folder: Path, found: Soaked) -> None:
    """Make a backup while orders are stored, once some have been."""
    while len(found.acknowledged) < 50:
        await asyncio.sleep(0.05)
    found.before_backup = frozenset(found.acknowledged)
    url = f"sqlite:///{folder / 'planner.db'}"
    await asyncio.to_thread(back_up, folder / BACKUP, url)


async def full_disk(folder: Path, _found: Soaked) -> None:
    """Let the service's files not grow for a while, as on a full disk."""
    process = _service_of(folder)
    usual = resource.prlimit(process, resource.RLIMIT_FSIZE)
    await asyncio.sleep(2)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (8192, usual[1]))
    await asyncio.sleep(3)
    resource.prlimit(process, resource.RLIMIT_FSIZE, usual)


async def not_writable(folder: Path, _found: Soaked) -> None:
    """Take the table of orders away for a while: every transaction fails."""
    await asyncio.sleep(2)
    await asyncio.to_thread(_execute, folder, "ALTER TABLE release_orders RENAME TO away")
    await asyncio.sleep(3)
    await asyncio.to_thread(_execute, folder, "ALTER TABLE away RENAME TO release_orders")


def _execute(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "planner.db", timeout=30)) as connected:
        connected.execute(statement)


def _service_of(folder: Path) -> int:
    """Return the number of the process whose command names the database in `folder`."""
    for found in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            command = found.read_bytes()
            if b"release" in command and str(folder).encode() in command:
                return int(found.parent.name)
    raise RuntimeError("the service does not run")


def main(arguments: Sequence[str] | None = None) -> None:
    """Soak, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.set_defaults(trouble=None)
    for name, trouble in (
        ("--disk", full_disk), ("--not-writable", not_writable), ("--backup", backed_up),
    ):  # fmt: skip
        parser.add_argument(name, dest="trouble", action="store_const", const=trouble)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        found = soak(Path(folder), seconds=options.seconds, trouble=options.trouble)
    print(f"{found.sent:,} honest orders, {len(found.acknowledged):,} acknowledged")
    print(f"lost {found.lost}, twice {found.twice}, answers {dict(found.statuses)}")
    if found.before_backup:
        print(f"backup: {len(found.before_backup):,} before it, {found.lost_by_restore} lost")
    print(f"health {dict(found.health)}")
    print(f"50th, 99th percentile: {found.milliseconds(50):.0f}, {found.milliseconds(99):.0f} ms")


if __name__ == "__main__":
    main()
