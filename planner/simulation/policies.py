"""Release policies: when to stop waiting and start the batch.

A policy is a frozen value with a name and one method, `rules`, that turns it into numbers per
family for the compiled simulation. The live service has policies of its own
(`planner.service.live_policies`): it does not know when a machine is free. Whatever the policy, a
batch also starts when the waiting load fills the machine, and when no more orders will come.
Times are in minutes, sizes count orders; a size of None is limited by the machine's capacity alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from planner.arrays import NEVER
from planner.errors import PlannerError

WHOLE = 1000


class Kind(IntEnum):
    """How the rules of a policy are read; the numbers are those of the compiled simulation."""

    THRESHOLD = 0
    ADAPTIVE = 1
    NEXT_ARRIVAL = 2
    DYNAMIC = 3
    IN_PLACES = 4


class StartRule(NamedTuple):
    """When a batch of one family starts, and how much it takes.

    It starts with `least` orders, or when the first has waited `timeout` units, or when the load
    reaches `fill` thousandths of the capacity in one dimension; it takes at most `most` orders.
    """

    least: int = NEVER
    most: int = NEVER
    timeout: int = NEVER
    fill: int = WHOLE

    def is_ready(self, count: int, waited: int, fill: int = 0) -> bool:
        """Tell whether a batch starts: `count` orders, the first waiting `waited` units."""
        if count == 0:
            return False
        return count >= min(self.least, self.most) or waited >= self.timeout or fill >= self.fill


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNumbers:
    """A policy in numbers; times in units, `families` one rule per family.

    `places` is how many orders a continuous machine holds (kind IN_PLACES); `flush` starts what
    waits before the machine closes; `patience`, `memory` and `worth` belong to kind ADAPTIVE.
    """

    families: tuple[StartRule, ...]
    kind: Kind = Kind.THRESHOLD
    places: int = 1
    flush: bool = False
    patience: int = 1
    memory: float = 1.0
    worth: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a policy may know of the plant when it makes its rules."""

    families: tuple[str, ...]
    units_per_minute: int = 1

    def alike(self, rule: StartRule) -> tuple[StartRule, ...]:
        """Return the same rule for every family."""
        return (rule,) * len(self.families)

    def units(self, minutes: float | None) -> int:
        """Return minutes in time units; NEVER for None."""
        return NEVER if minutes is None else round(minutes * self.units_per_minute)


class Policy(Protocol):
    """When to stop waiting and start the batch."""

    @property
    def name(self) -> str:
        """Return the policy with its settings, in words."""

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneByOne:
    """Every order is a batch of its own, started as soon as a machine is free.

    First come, first served: the M/G/1 queue of the textbooks (Pollaczek 1930, Khinchine 1932).
    """

    @property
    def name(self) -> str:
        """Return the policy in words."""
        return "one by one"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        return PolicyNumbers(families=facts.alike(StartRule(least=1, most=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FullBatch:
    """Wait until the batch is full: bulk service with a fixed batch (Bailey 1954).

    Full is `size` orders, or the machine's capacity, whichever comes first.
    """

    size: int | None = None

    def __post_init__(self) -> None:
        _positive("size", self.size)

    @property
    def name(self) -> str:
        """Return the policy in words."""
        return "full batch" if self.size is None else f"full batch of {self.size}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        return PolicyNumbers(families=facts.alike(StartRule(most=_size(self.size))))


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumBatch:
    """Start with `least` orders or more, up to `size`: minimum batch size, MBS.

    Neuts 1967, A general class of bulk queues with Poisson input; Deb and Serfozo 1973 show when
    it is best.
    """

    least: int
    size: int | None = None

    def __post_init__(self) -> None:
        _positive("least", self.least)
        _positive("size", self.size)
        if self.size is not None and self.least > self.size:
            raise PlannerError(f"least = {self.least} is more than size = {self.size}")

    @property
    def name(self) -> str:
        """Return the policy in words."""
        most = "" if self.size is None else f", at most {self.size}"
        return f"at least {self.least}{most}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        return PolicyNumbers(
            families=facts.alike(StartRule(least=self.least, most=_size(self.size)))
        )


class SizeAndMinutes(NamedTuple):
    """Batch size and time-out of one family."""

    size: int | None
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeOrTimeout:
    """Start when `size` orders wait or the first has waited `minutes`, per family.

    The rule of order consolidation in transport (Higginson and Bookbinder 1994, time-and-quantity
    policy). With `flush`, what waits is started at the last moment at which it ends before the
    machine closes, and at once if that has passed. `families` are settings of single families.
    """

    size: int | None
    minutes: float
    flush: bool = False
    families: Mapping[str, SizeAndMinutes] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for size, minutes in ((self.size, self.minutes), *self.families.values()):
            _positive("size", size)
            _not_negative("minutes", minutes)

    @property
    def name(self) -> str:
        """Return the policy in words."""
        size = "full" if self.size is None else f"{self.size}"
        own = f", {len(self.families)} families their own" if self.families else ""
        return f"{size} or {self.minutes:g} min{own}{', flush' if self.flush else ''}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers; refuses a family that does not exist."""
        unknown = set(self.families) - set(facts.families)
        if unknown:
            raise PlannerError(f"there is no family {sorted(unknown)[0]!r}")
        common = SizeAndMinutes(self.size, self.minutes)
        given = (self.families.get(family, common) for family in facts.families)
        return PolicyNumbers(
            families=tuple(
                StartRule(most=_size(size), timeout=facts.units(minutes)) for size, minutes in given
            ),
            flush=self.flush,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLoad:
    """Start when the load reaches `share` of a capacity, or after `minutes`.

    Large and small orders count by their size in every dimension, not by number. The batch is
    filled first come, first served, passing over what does not fit (first fit,
    Johnson 1974; in vector bins Garey and others 1976).
    """

    share: float = 1.0
    minutes: float | None = None

    def __post_init__(self) -> None:
        _not_negative("minutes", self.minutes)
        if not 0 < self.share <= 1:
            raise PlannerError(f"share = {self.share}; give more than 0, at most 1")

    @property
    def name(self) -> str:
        """Return the policy in words."""
        timeout = "" if self.minutes is None else f" or {self.minutes:g} min"
        return f"load of {self.share:.0%}{timeout}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        fill = max(1, round(self.share * WHOLE))
        rule = StartRule(timeout=facts.units(self.minutes), fill=fill)
        return PolicyNumbers(families=facts.alike(rule))


@dataclass(frozen=True, slots=True, kw_only=True)
class Adaptive:
    """Batch size by measured load: wait for one more order while that pays on average.

    Larger while the queue is short and time is cheap to spend on filling, smaller when due dates
    press. A machine that is free starts family f once as many orders wait as

        size_f = (r * saved * (worth + behind) + max(0, r * together - 1) - behind) / urgency

    says, within [1, size]. r is the measured rate at which orders of f arrive; `saved` is the
    machine time the next one spares by coming along: the mean changeover to f, unless the machine
    is set up for it, and `together`, the run time that all orders of a batch share (ovens);
    `behind` = load / (1 - load) is how many orders a minute of machine time delays, by the measured
    share of busy machines; `urgency` = 1 - 0.9 slack, where slack is the share of the first order's
    time (to its due date, at most `patience` minutes) that is left. `worth` is what a minute of
    changeover is worth by itself, in minutes of waiting of an order.

    So n orders wait while the gain of the next, saved * (worth + behind) + max(0, together - 1/r),
    is more than the expected price of waiting for it, (n * urgency + behind) / r: the marginal rule
    of NACH (Fowler, Hogg and Phillips 1992), with a measured rate in place of a known arrival, and
    with a price for the orders behind.

    Stability: rate and load are first-order low-pass filters with time constant `memory` minutes
    (orders that come together count as one arrival), so bounded whatever comes in; the size is a
    function of them without memory, within [1, size]. A machine stays idle only while fewer than
    `size` orders of each family wait for it, so a backlog beyond that is worked off as by full
    batches: queues stay finite at any rate that batches of `size` can carry. The one feedback
    (larger batches, less changeover, lower load, fewer behind) changes the size by no more than its
    limits and cannot build up a queue.
    """

    size: int
    worth: float = 1.0
    patience: float = 480
    memory: float = 480

    def __post_init__(self) -> None:
        _positive("size", self.size)
        _not_negative("worth", self.worth)
        if min(self.patience, self.memory) <= 0:
            raise PlannerError("patience and memory must be more than 0 minutes")

    @property
    def name(self) -> str:
        """Return the policy in words."""
        worth = "" if self.worth == 1 else f", worth {self.worth:g}"
        return f"adaptive up to {self.size}{worth}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        return PolicyNumbers(
            families=facts.alike(StartRule(most=self.size)),
            kind=Kind.ADAPTIVE,
            patience=max(1, facts.units(self.patience)),
            memory=max(1.0, self.memory * facts.units_per_minute),
            worth=self.worth,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NextArrival:
    """Wait for the next arrival of the family if that lowers the sum of waiting times.

    The next arrival control heuristic, NACH (Fowler, Hogg and Phillips 1992).
    With q orders waiting, a batch time T and the next arrival in t < T, wait if q t < T - t. Knows
    the arrivals of the next batch time. A changeover counts as part of T.
    """

    size: int | None = None

    def __post_init__(self) -> None:
        _positive("size", self.size)

    @property
    def name(self) -> str:
        """Return the policy in words."""
        return "next arrival" if self.size is None else f"next arrival, at most {self.size}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        families = facts.alike(StartRule(most=_size(self.size)))
        return PolicyNumbers(families=families, kind=Kind.NEXT_ARRIVAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicBatching:
    """Wait while starting with a later arrival lowers the sum of waiting times.

    The dynamic batching heuristic, DBH (Glassey and Weng 1991). Looks at every arrival within
    the next batch time and is asked again at each. Knows the arrivals of the next batch time. A
    changeover counts as part of it.
    """

    size: int | None = None

    def __post_init__(self) -> None:
        _positive("size", self.size)

    @property
    def name(self) -> str:
        """Return the policy in words."""
        return "dynamic batching" if self.size is None else f"dynamic batching, at most {self.size}"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        families = facts.alike(StartRule(most=_size(self.size)))
        return PolicyNumbers(families=families, kind=Kind.DYNAMIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuousPlaces:
    """A finished order leaves at once and the next of the family takes its place.

    A continuous machine has `places`; it goes on until another family has waited longer.
    Iteration-level scheduling of inference servers (Yu and others 2022, Orca), here with
    changeovers. Machines of other kinds start what waits, at most `places`.
    """

    places: int

    def __post_init__(self) -> None:
        _positive("places", self.places)

    @property
    def name(self) -> str:
        """Return the policy in words."""
        return f"continuous, {self.places} places"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        families = facts.alike(StartRule(least=1, most=self.places))
        return PolicyNumbers(families=families, kind=Kind.IN_PLACES, places=self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBatch:
    """Start what waits, at most `places`, and wait until the last of the batch is done.

    The classic variant that `ContinuousPlaces` is compared with.
    """

    places: int

    def __post_init__(self) -> None:
        _positive("places", self.places)

    @property
    def name(self) -> str:
        """Return the policy in words."""
        return f"whole batch, {self.places} places"

    def rules(self, facts: Facts) -> PolicyNumbers:
        """Return the policy in numbers."""
        return PolicyNumbers(families=facts.alike(StartRule(least=1, most=self.places)))


def _size(size: int | None) -> int:
    return NEVER if size is None else size


def _positive(what: str, value: int | None) -> None:
    if value is not None and value < 1:
        raise PlannerError(f"{what} = {value}; give 1 or more")


def _not_negative(what: str, value: float | None) -> None:
    if value is not None and not value >= 0:
        raise PlannerError(f"{what} = {value}; give 0 or more")
