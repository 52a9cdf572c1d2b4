"""The live release service under load, and under SIGKILL.

`python -m benchmarks.service rate --orders-per-second 2000 --seconds 20` sends orders one at a time
to a service of its own and prints how long acknowledgements took, counted from the moment at which
each order was to be sent: a service that stalls cannot hide behind a client that waits for it.
`python -m benchmarks.service kill --times 50` kills the service at random moments under load and
prints what was lost or released twice. All on loopback.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
import uvloop

from benchmarks.postgresql import LOOPBACK, free_port

ROOT = Path(__file__).parents[1]
FAMILIES = 20
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgements:
    """How long answers took, in seconds; `refused` counts answers other than 200."""

    seconds: tuple[float, ...]
    refused: int
    elapsed: float

    @property
    def rate(self) -> float:
        """Return the acknowledged orders per second."""
        return len(self.seconds) / self.elapsed

    def milliseconds(self, percentile: float) -> float:
        """Return a percentile of the times to the answer."""
        return 1000 * float(np.percentile(self.seconds, percentile))


class Connection:
    """One connection that is kept open; as little work as can be beside the service."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return the status and body of the answer."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return int(answer[9:12]), await self._reader.readexactly(int(length))


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[Connection]:
    """Open a connection to the service."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


def order(number: int) -> bytes:
    """Return an order as JSON."""
    family = f"family {number % FAMILIES}"
    return json.dumps(
        {"order_id": f"A-{number}", "family": family, "quantity": 1 + number % 9}
    ).encode()


def start(folder: Path, port: int, *options: str) -> subprocess.Popen[bytes]:
    """Start a service whose database is in `folder`; wait until it answers."""
    command = [sys.executable, "-m", "planner.cli", "release", "serve", "--port", str(port)]
    command += ["--database", f"sqlite:///{folder}/planner.db", *options]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    asyncio.run(_until_ready(port, process))
    return process


@contextmanager
def service(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service; stop it at the end, if it still runs."""
    process = start(folder, port, *options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


async def _until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    last_try = time.monotonic() + READY_SECONDS
    while True:
        try:
            async with connection(port):
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > last_try:
                raise RuntimeError("the service does not start") from error
            await asyncio.sleep(0.02)


async def offered(
    port: int, per_second: float, seconds: float, *, connections: int = 64, first: int = 0
) -> Acknowledgements:
    """Send orders one at a time at a steady rate, whatever the service does."""
    numbers, total = count(), int(per_second * seconds)
    took: list[float] = []
    refused = 0
    begun = time.perf_counter() + 0.1

    async def send() -> None:
        nonlocal refused
        async with connection(port) as line:
            while (number := next(numbers)) < total:
                at = begun + number / per_second
                await asyncio.sleep(max(0.0, at - time.perf_counter()))
                status, _ = await line.post("/orders", order(first + number))
                took.append(time.perf_counter() - at)
                refused += status != 200

    await asyncio.gather(*(send() for _ in range(connections)))
    return Acknowledgements(
        seconds=tuple(took), refused=refused, elapsed=time.perf_counter() - begun
    )


@dataclass(slots=True, kw_only=True)
class Killed:
    """What many kills did: orders acknowledged, and those that the database does not know."""

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    sent: int = 0
    lost: int = 0
    twice: int = 0
    released: int = 0
    waiting: int = 0


def kill_again_and_again(folder: Path, times: int, seed: int, most_seconds: float = 0.5) -> Killed:
    """Kill the service `times` times with SIGKILL under load, then compare what it promised."""
    port, chance, found = free_port(), random.Random(seed), Killed()
    options = ("--size", "7", "--wait", "0.05", "--keep-buffers")
    for _ in range(times):
        process = start(folder, port, *options)
        asyncio.run(_load_until_killed(port, process, chance.uniform(0.02, most_seconds), found))
        process.wait()
        found.kills += 1
    with service(folder, port, *options):
        time.sleep(0.2)  # what waits at the end times out
    _compare(folder / "planner.db", found)
    return found


async def _load_until_killed(
    port: int, process: subprocess.Popen[bytes], seconds: float, found: Killed
) -> None:
    async def send() -> None:
        try:
            async with connection(port) as line:
                while True:
                    found.sent += 1
                    number = found.sent
                    status, body = await line.post("/orders", order(number))
                    if status == 200:
                        found.acknowledged.add(json.loads(body)["orders"][0]["order_id"])
        except (OSError, asyncio.IncompleteReadError):
            return  # killed

    async def kill() -> None:
        await asyncio.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)

    await asyncio.gather(kill(), *(send() for _ in range(16)))


def _compare(database: Path, found: Killed) -> None:
    connected = sqlite3.connect(database)
    ask = connected.execute
    batches = dict(ask("SELECT order_id, batch FROM release_orders").fetchall())
    found.lost = len(found.acknowledged - batches.keys())
    found.waiting = sum(batch is None for batch in batches.values())
    found.released = len(batches) - found.waiting
    # Each order has one batch at most; counted once more, a batch holds what it was made of.
    (made,) = ask("SELECT coalesce(sum(orders), 0) FROM release_batches").fetchone()
    found.twice = made - found.released
    connected.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("rate", "kill"))
    parser.add_argument("--orders-per-second", type=float, default=2000.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        if options.what == "kill":
            _print_kills(kill_again_and_again(Path(folder), options.times, options.seed))
        else:
            _print_rate(Path(folder), options)


def _print_rate(folder: Path, options: argparse.Namespace) -> None:
    port = free_port()
    rate, lines = options.orders_per_second, options.connections
    with service(folder, port):
        uvloop.run(offered(port, rate, 2.0, connections=lines, first=10**9))  # warm
        found = uvloop.run(offered(port, rate, options.seconds, connections=lines))
    print(f"{len(found.seconds):,} orders in {found.elapsed:.1f} s = {found.rate:,.0f} a second")
    print(f"refused {found.refused}; acknowledged after, in milliseconds:")
    for percentile in (50, 95, 99, 99.9, 100):
        print(f"  {percentile:>5} %  {found.milliseconds(percentile):8.1f}")


def _print_kills(found: Killed) -> None:
    print(f"{found.kills} kills, {found.sent:,} sent, {len(found.acknowledged):,} acknowledged")
    print(f"lost {found.lost}, released {found.released:,}, twice {found.twice}")
    print(f"waiting at the end {found.waiting}")


if __name__ == "__main__":
    main()
