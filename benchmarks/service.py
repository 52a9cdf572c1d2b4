"""The live release service under load.

`python -m benchmarks.service --orders-per-second 2000 --seconds 20` sends orders one at a time to a
service of its own and prints how long acknowledgements took, counted from the moment at which each
order was to be sent: a service that stalls cannot hide behind a client that waits for it. With
`--publish` the service hands over at the same time. All on loopback.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import uvloop

from benchmarks.postgresql import LOOPBACK, free_port
from benchmarks.publish import Mes

ROOT = Path(__file__).parents[1]
FAMILIES = 20
READY_SECONDS = 120.0


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders-per-second", type=float, default=2000.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--size", type=int, default=50)
    parser.add_argument("--publish", action="store_true", help="hand over to a server that fails")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        if not options.publish:
            _print_rate(Path(folder), options)
            return
        mes = Mes()
        with mes.serving() as url:
            _print_rate(Path(folder), options, "--publish", url, "--timeout", "0.5")
        once = sum(times == 1 for times in mes.arrived.values())
        print(f"{len(mes.arrived):,} batches handed over, {once:,} of them exactly once")


def _print_rate(folder: Path, options: argparse.Namespace, *more: str) -> None:
    port = free_port()
    rate, lines = options.orders_per_second, options.connections
    with service(folder, port, "--size", str(options.size), *more):
        uvloop.run(offered(port, rate, 2.0, connections=lines, first=10**9))  # warm
        found = uvloop.run(offered(port, rate, options.seconds, connections=lines))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = (used.ru_utime + used.ru_stime) / (len(found.seconds) + 2.0 * rate)
    print(f"{len(found.seconds):,} orders in {found.elapsed:.1f} s = {found.rate:,.0f} a second")
    print(f"CPU time of the service {1e6 * cpu:.0f} µs an order, its start included")
    print(f"refused {found.refused}; acknowledged after, in milliseconds:")
    for percentile in (50, 95, 99, 99.9, 100):
        print(f"  {percentile:>5} %  {found.milliseconds(percentile):8.1f}")


if __name__ == "__main__":
    main()
