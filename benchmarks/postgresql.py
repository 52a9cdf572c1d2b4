"""A real PostgreSQL server in a temporary folder, and a wire to it that takes time."""

import asyncio
import os
import queue
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOPBACK = "127.0.0.1"
# PostgreSQL refuses to run as root; Debian's package makes this user.
USER = "postgres"


def binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`: on the PATH, or where Debian has it."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@contextmanager
def server(*, durable: bool = True) -> Iterator[str]:
    """Run a server of its own with default settings; yield the URL of an empty database.

    One that is not `durable` never waits for the disk: for tests, not for measuring.
    """
    found = binaries()
    if found is None:
        raise FileNotFoundError("no PostgreSQL server: neither on the PATH nor in /usr/lib")
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        data = Path(folder) / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        port = free_port()
        control = [str(found / "pg_ctl"), "-D", str(data), "-w"]
        settings = f"-c listen_addresses={LOOPBACK} -p {port} -k {folder}"
        if not durable:
            settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        initdb = [
            str(found / "initdb"),
            "-A",
            "trust",
            "-U",
            USER,
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        _run([*initdb, "-D", str(data)])
        _run([*control, "-l", f"{folder}/log", "-o", settings, "start"])
        try:
            yield f"postgresql+psycopg://{USER}@{LOOPBACK}:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"])


@contextmanager
def slow_wire(port: int, round_trip: float) -> Iterator[int]:
    """Forward a new port to `port`; what goes there and back takes `round_trip` seconds longer.

    The bandwidth is not limited: bytes are late, but not fewer.
    """
    ports: queue.Queue[int] = queue.Queue()
    loop = asyncio.new_event_loop()
    closing = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, onwards = await asyncio.open_connection(LOOPBACK, port)
        try:
            await asyncio.gather(
                _late(reader, onwards, round_trip / 2), _late(answers, writer, round_trip / 2)
            )
        finally:
            onwards.close()
            writer.close()

    async def listen() -> None:
        async with await asyncio.start_server(serve, LOOPBACK, 0) as served:
            ports.put(served.sockets[0].getsockname()[1])
            await closing.wait()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(listen())

    thread = threading.Thread(target=run, name="slow wire", daemon=True)
    thread.start()
    try:
        yield ports.get()
    finally:
        loop.call_soon_threadsafe(closing.set)
        thread.join()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


async def _late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    clock = asyncio.get_running_loop().time

    async def deliver() -> None:
        data = b"."
        while data:
            due, data = await under_way.get()
            await asyncio.sleep(max(0.0, due - clock()))
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()

    delivery = asyncio.create_task(deliver())
    data = b"."
    while data:
        data = await reader.read(65536)
        under_way.put_nowait((clock() + seconds, data))
    await delivery


def _run(command: list[str]) -> None:
    user = USER if os.geteuid() == 0 else None
    done = subprocess.run(
        command,
        user=user,
        group=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")
