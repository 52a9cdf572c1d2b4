"""The live release service under SIGKILL: what it promised, and what became of it.

`python -m benchmarks.kills --times 50` kills a service at random moments under load, starts it
again each time, and prints what was lost, released twice, or handed over other than once: it
publishes to a server that fails at random. All on loopback, in about a minute.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.postgresql import free_port
from benchmarks.publish import Mes
from benchmarks.service import connection, order, service, start
from planner.publish import PublishSettings, enqueue_released, publish
from planner.store import Store

LINES = 16
SENDING = PublishSettings(rate=None, timeout=0.5, backoff=0.02, attempts=30)


@dataclass(slots=True, kw_only=True)
class Killed:
    """What many kills did: orders acknowledged, and those that the database does not know.

    `undelivered` and `delivered_twice` count released batches at the server they are sent to.
    """

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    sent: int = 0
    lost: int = 0
    twice: int = 0
    released: int = 0
    waiting: int = 0
    batches: int = 0
    undelivered: int = 0
    delivered_twice: int = 0


def kill_again_and_again(folder: Path, times: int, seed: int, most_seconds: float = 0.5) -> Killed:
    """Kill the service `times` times with SIGKILL under load, then compare what it promised."""
    port, chance, found = free_port(), random.Random(seed), Killed()
    mes = Mes(seed=seed, late=0.6)
    with mes.serving() as url:
        options = ["--size", "7", "--wait", "0.05", "--keep-buffers"]
        options += ["--publish", url, "--timeout", "0.5", "--chunk", "20"]
        for _ in range(times):
            process = start(folder, port, *options)
            asyncio.run(
                _load_until_killed(port, process, chance.uniform(0.02, most_seconds), found)
            )
            process.wait()
            found.kills += 1
        with service(folder, port, *options):
            time.sleep(0.2)  # what waits at the end times out
        with Store(f"sqlite:///{folder}/planner.db") as store:
            enqueue_released(store, url)
            publish(store, url, SENDING)
    _compare(folder / "planner.db", found, mes)
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
        # A service that has acknowledged nothing yet has nothing to lose: a busy machine is slow.
        while len(found.acknowledged) == before and not all(line.done() for line in lines):
            await asyncio.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)

    before = len(found.acknowledged)
    lines = [asyncio.create_task(send()) for _ in range(LINES)]
    await asyncio.gather(kill(), *lines)


def _compare(database: Path, found: Killed, mes: Mes) -> None:
    connected = sqlite3.connect(database)
    ask = connected.execute
    batches = dict(ask("SELECT order_id, batch FROM release_orders").fetchall())
    found.lost = len(found.acknowledged - batches.keys())
    found.waiting = sum(batch is None for batch in batches.values())
    found.released = len(batches) - found.waiting
    # Each order has one batch at most; counted once more, a batch holds what it was made of.
    (made,) = ask("SELECT coalesce(sum(orders), 0) FROM release_batches").fetchone()
    found.twice = made - found.released
    names = {f"released/{number}" for (number,) in ask("SELECT number FROM release_batches")}
    found.batches = len(names)
    found.undelivered = len(names - mes.arrived.keys())
    found.delivered_twice = sum(times > 1 for times in mes.arrived.values())
    connected.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Kill, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        found = kill_again_and_again(Path(folder), options.times, options.seed)
    print(f"{found.kills} kills, {found.sent:,} sent, {len(found.acknowledged):,} acknowledged")
    print(f"lost {found.lost}, released {found.released:,}, twice {found.twice}")
    print(f"waiting at the end {found.waiting}")
    print(
        f"{found.batches:,} batches handed over: "
        f"{found.undelivered} missing, {found.delivered_twice} more than once"
    )


if __name__ == "__main__":
    main()
