"""Figures of the running service, in the text format of Prometheus."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

PREFIX = "batch_planner"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


class Metrics:
    """Counters and distributions; one registry per service, so that several can be in a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = self._counter("requests", "Requests for orders", ("status",))
        self.orders = self._counter("orders", "Orders acknowledged for the first time")
        self.batches = self._counter("batches", "Batches released", ("reason",))
        self.failures = self._counter("commit_failures", "Transactions that failed")
        self.delivered = self._counter("delivered_batches", "Batches handed over")
        self.handover_requests = self._counter("handover_requests", "Requests of the hand-over")
        self.handover_failures = self._counter("handover_failures", "Chunks given up for a while")
        self.acknowledged = self._histogram(
            "acknowledgement_seconds", "From a request's last byte to its answer", SECONDS
        )
        self.commits = self._histogram("commit_seconds", "Time of one transaction", SECONDS)
        self.commit_orders = self._histogram("commit_orders", "New orders of a commit", SIZES)
        self.batch_orders = self._histogram("batch_orders", "Orders of a released batch", SIZES)

    def gauge(self, name: str, help_text: str, value: Callable[[], float]) -> None:
        """Show `value` as it is whenever somebody asks."""
        Gauge(f"{PREFIX}_{name}", help_text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """Return all figures."""
        return generate_latest(self.registry)

    def _counter(self, name: str, help_text: str, labels: tuple[str, ...] = ()) -> Counter:
        return Counter(f"{PREFIX}_{name}", help_text, labels, registry=self.registry)

    def _histogram(self, name: str, help_text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"{PREFIX}_{name}", help_text, buckets=buckets, registry=self.registry)
