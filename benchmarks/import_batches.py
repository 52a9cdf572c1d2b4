"""The classical gain of batching, measured on importing past orders.

`python -m benchmarks.import_batches` stores orders one at a time, in batches of 50, 500 and 5,000,
and all at once, in SQLite and in PostgreSQL, whose server it starts itself, at 0 and at 10 ms
round-trip time. Each measurement is a process of its own, so that its peak memory is its own.
`--million` stores 1,000,000 orders in SQLite instead. Results go to benchmarks/results, the figure
to benchmarks/figures.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from benchmarks.postgresql import server, slow_wire
from planner.store.history import BATCH_SIZE

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results" / "import_batches.csv"
FIGURE = FOLDER / "figures" / "import_batches.png"

ORDERS = 100_000
BATCHES = (1, 50, 500, 5000, ORDERS)
# One at a time waits for each order: few of them tell the time of all.
MOST_BATCHES = {"SQLite": 100_000, "PostgreSQL": 10_000, "PostgreSQL, 10 ms": 400}
ROUND_TRIP = 0.010


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One import: `seconds` for `orders`, at a peak of `megabytes` in the importing process."""

    database: str
    batch_size: int
    orders: int
    seconds: float
    megabytes: float

    @property
    def seconds_for_all(self) -> float:
        """Return the seconds that `ORDERS` orders take at this rate."""
        return self.seconds * ORDERS / self.orders


def orders(count: int) -> Iterator[dict[str, str]]:
    """Yield `count` made-up past orders as the importer reads them from a file."""
    for number in range(count):
        yield {
            "order_id": f"{number:08}",
            "product": f"hinge {number % 977}",
            "family": f"RAL {7000 + number % 40}",
            "quantity": str(number % 500 + 1),
            "unit": "pcs",
            "duration_minutes": str(number % 90 + 5),
            "release": "",
            "due": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T14:00",
            "machine": f"LINE-{number % 6 + 1}",
            "customer": f"customer {number % 311}",
        }


def measure_here(url: str, batch_size: int, count: int) -> dict[str, float]:
    """Import in this process; return seconds and peak megabytes."""
    from planner.store import Store
    from planner.store.history import import_orders

    with Store(url) as store:
        began = time.perf_counter()
        # All at once means what it says: every order is in memory before the first is stored.
        rows = list(orders(count)) if batch_size == count > 1 else orders(count)
        import_orders(store, rows, f"{batch_size} of {count}", batch_size=batch_size)
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "megabytes": peak_megabytes()}


def peak_megabytes() -> float:
    """Return the most memory this process has had."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measured(database: str, url: str, batch_size: int, count: int) -> Measurement:
    """Import in a new process."""
    command = [sys.executable, "-m", __spec__.name, "--here", url, str(batch_size), str(count)]
    output = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=FOLDER.parent
    )
    found = Measurement(
        database=database, batch_size=batch_size, orders=count, **json.loads(output.stdout)
    )
    print(
        f"{database:18} {batch_size:>9,} a batch {count:>9,} orders "
        f"{found.seconds:8.2f} s {found.megabytes:6.0f} MB"
    )
    return found


def all_measured() -> list[Measurement]:
    """Import in every way, each into an empty database."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        near = make_url(stack.enter_context(server()))
        wire = stack.enter_context(slow_wire(near.port or 0, ROUND_TRIP))
        databases: dict[str, Callable[[int], str]] = {
            "SQLite": lambda size: f"sqlite:///{folder}/{size}.db",
            "PostgreSQL": lambda size: empty_database(near, f"near_{size}", near.port),
            "PostgreSQL, 10 ms": lambda size: empty_database(near, f"far_{size}", wire),
        }
        return [
            measured(name, url(size), size, min(ORDERS, size * MOST_BATCHES[name]))
            for name, url in databases.items()
            for size in BATCHES
        ]


def empty_database(server_url: URL, name: str, port: int | None) -> str:
    """Make a database on a server; return its URL through `port`."""
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server_url.set(database=name, port=port).render_as_string(hide_password=False)


def write(found: Sequence[Measurement]) -> None:
    """Write the results as a table and as a figure."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Measurement)])
        writer.writeheader()
        rows = (asdict(row) for row in found)
        writer.writerows(
            row | {"seconds": f"{row['seconds']:.3f}", "megabytes": f"{row['megabytes']:.1f}"}
            for row in rows
        )
    draw(found)


def draw(found: Sequence[Measurement]) -> None:
    """Draw seconds and peak memory over the batch size, one line per database."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FuncFormatter

    figure, (time_axes, memory_axes) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    lines = {"SQLite": ("#0072B2", "o"), "PostgreSQL": ("#009E73", "s")}
    for name in dict.fromkeys(row.database for row in found):
        rows = [row for row in found if row.database == name]
        color, marker = lines.get(name, ("#D55E00", "^"))
        style = {"color": color, "marker": marker, "label": name}
        time_axes.plot(
            [row.batch_size for row in rows], [row.seconds_for_all for row in rows], **style
        )
        whole = [row for row in rows if row.orders == ORDERS]
        part = [row for row in rows if row.orders < ORDERS]
        time_axes.plot(
            [row.batch_size for row in part],
            [row.seconds_for_all for row in part],
            color=color,
            marker=marker,
            linestyle="",
            markerfacecolor="white",
        )
        memory_axes.plot([r.batch_size for r in whole], [r.megabytes for r in whole], **style)
    for axes in (time_axes, memory_axes):
        axes.set_xscale("log")
        axes.set_xticks(BATCHES, ["1", "50", "500", "5,000", "all"])
        axes.minorticks_off()
        axes.set_xlabel("orders per batch")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    time_axes.set_yscale("log")
    time_axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    time_axes.set_title(f"seconds for {ORDERS:,} orders (hollow: scaled up)", loc="left")
    memory_axes.set_ylim(bottom=0)
    memory_axes.set_title("peak memory of the import, MB", loc="left")
    time_axes.legend(frameon=False)
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(FIGURE, dpi=150)
    plt.close(figure)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--here", nargs=3, metavar=("URL", "BATCH", "ORDERS"))
    parser.add_argument("--million", action="store_true")
    given = parser.parse_args()
    if given.here:
        url, batch_size, count = given.here
        print(json.dumps(measure_here(url, int(batch_size), int(count))))
    elif given.million:
        with tempfile.TemporaryDirectory() as folder:
            measured("SQLite", f"sqlite:///{folder}/planner.db", BATCH_SIZE, 1_000_000)
    else:
        write(all_measured())


if __name__ == "__main__":
    main()
