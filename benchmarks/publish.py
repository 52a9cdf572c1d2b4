"""Publishing to a server that fails at random: what arrives, and what chunks gain.

`python -m benchmarks.publish --batches 10000` sends them in chunks of 500 and one at a time to a
server on loopback that answers 429, 500, not in time, or not at all in one case of five; half of
the failures come after the request was carried out. It keeps the answer to each Idempotency-Key.
"""

import argparse
import asyncio
import json
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.publish import PublishSettings, Report, publish
from planner.publish.outbox import Item, enqueue
from planner.store import Store
from planner.strict_json import json_text

FAULTS = ("429", "500", "late", "dropped")
STATUS = {
    200: "OK",
    403: "Forbidden",
    409: "Conflict",
    422: "Unprocessable",
    429: "Too Many",
    500: "Error",
}


@dataclass(slots=True, kw_only=True)
class Mes:
    """A server of a shop floor: counts what arrives, fails at random, refuses what it is told to.

    `delay` is the seconds a request takes, `late` those of one that is not answered in time.
    While it is `denied` it answers 403. `bodies` are those that it has carried out.
    """

    seed: int = 1
    faults: float = 0.2
    late: float = 1.0
    delay: float = 0.0
    refuses: frozenset[str] = frozenset()
    denied: bool = False
    bodies: list[Any] = field(default_factory=list)
    arrived: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    url: str = ""
    _answers: dict[str, bytes] = field(default_factory=dict)
    _open: list[asyncio.Task[None]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on loopback from a thread; yield the URL."""
        self._chance.seed(self.seed)
        loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

        async def listen() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/batches"
            ready.set()
            await stop.wait()
            server.close()
            await asyncio.gather(*self._open)

        def run() -> None:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(listen())

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        ready.wait()
        try:
            yield self.url
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            self._open.append(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has hung up, as it may
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests += 1
        if self.denied:
            _write(writer, 403, b"{}")
            return True
        fault = self._chance.choice(FAULTS) if self._chance.random() < self.faults else ""
        if fault:
            self.failed[fault] += 1
        before = self._chance.random() < 0.5
        answer = b"" if fault and before else self._take(headers["idempotency-key"], body)
        await asyncio.sleep(self.late if fault == "late" else self.delay)
        if fault in ("late", "dropped"):
            return False
        _write(writer, int(fault or 200), b"{}" if fault else answer)
        await writer.drain()
        return True

    def _take(self, key: str, body: bytes) -> bytes:
        if key not in self._answers:
            self.bodies.append(json.loads(body))
            names = [batch["id"] for batch in self.bodies[-1]["batches"]]
            self.arrived.update(name for name in names if name not in self.refuses)
            refused = [
                {"id": name, "reason": "no such machine"} for name in names if name in self.refuses
            ]
            self._answers[key] = json.dumps({"refused": refused}).encode()
        return self._answers[key]


def _write(writer: asyncio.StreamWriter, status: int, body: bytes) -> None:
    pause = "Retry-After: 0\r\n" if status == 429 else ""
    head = f"HTTP/1.1 {status} {STATUS[status]}\r\nContent-Length: {len(body)}\r\n{pause}\r\n"
    writer.write(head.encode() + body)


def items(count: int) -> list[Item]:
    """Return batches of five orders each."""
    return [
        Item(
            name=f"batch/{number}",
            payload=json_text(
                {"id": f"batch/{number}", "orders": [f"{number}-{k}" for k in range(5)]}
            ),
        )
        for number in range(count)
    ]


def published(folder: Path, mes: Mes, count: int, chunk: int) -> tuple[Report, float]:
    """Publish `count` batches to `mes`; return the report and the seconds it took."""
    settings = PublishSettings(
        chunk_size=chunk, rate=None, at_once=4, timeout=0.5, backoff=0.02, attempts=30
    )
    with Store(f"sqlite:///{folder}/planner.db") as store:
        enqueue(store, mes.url, items(count))
        begun = time.perf_counter()
        report = publish(store, mes.url, settings)
        return report, time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=10_000)
    parser.add_argument("--chunk", type=int, nargs="+", default=[500, 1])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    for chunk in options.chunk:
        mes = Mes(seed=options.seed, delay=0.002)
        with tempfile.TemporaryDirectory(prefix="publish-") as folder, mes.serving():
            report, seconds = published(Path(folder), mes, options.batches, chunk)
        once = sum(times == 1 for times in mes.arrived.values())
        print(
            f"chunks of {chunk}: {seconds:.1f} s, {mes.requests:,} requests, "
            f"{mes.failed.total():,} failed {dict(mes.failed)}; "
            f"{once:,} of {options.batches:,} arrived exactly once, "
            f"{sum(mes.arrived.values()) - once} more often; {report.waiting} undelivered"
        )


if __name__ == "__main__":
    main()
