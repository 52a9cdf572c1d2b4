"""When the live service releases what waits in a buffer.

A policy looks at one buffer at one moment. All of them keep `Rule.size` and the capacity; none of
them looks ahead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import NamedTuple, Protocol

from planner.errors import PlannerError
from planner.service.buffers import BatchLimits, Buffer, Buffers, Waiting


class PolicyName(StrEnum):
    """The policies of the live service."""

    FULL = "full"
    TIMEOUT = "timeout"
    BY_RATE = "by-rate"
    CONTINUOUS = "continuous"


class Reason(StrEnum):
    """Why a batch was released."""

    FULL = "full"
    TIMEOUT = "time-out"
    TARGET = "target size"
    DUE = "due date"
    PLACE = "free place"
    FLUSH = "flush"


class Release(NamedTuple):
    """Orders of one buffer that leave it together."""

    reason: Reason
    orders: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Most orders of a batch (continuous: places), and the most seconds the first one waits."""

    size: int = 50
    wait: float = 1800.0

    def __post_init__(self) -> None:
        if self.size < 1:
            raise PlannerError(f"a batch of {_orders(self.size)} holds nothing; give 1 or more")
        if not self.wait > 0:
            raise PlannerError(f"a wait of {self.wait} seconds is none; give more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRules:
    """The rule of each family, and the capacity of a batch per dimension."""

    rule: Rule = field(default_factory=Rule)
    by_family: Mapping[str, Rule] = field(default_factory=dict)
    capacity: Mapping[str, Decimal] = field(default_factory=dict)

    def of(self, family: str) -> Rule:
        """Return the rule of `family`."""
        return self.by_family.get(family, self.rule)

    def limits(self, family: str) -> BatchLimits:
        """Return what a batch of `family` may hold."""
        return BatchLimits(self.of(family).size, tuple(self.capacity.values()))


class LivePolicy(Protocol):
    """Decides about one buffer; asked again until it returns None."""

    def worth_asking(self, buffers: Buffers, looked: Iterable[Buffer]) -> Iterable[Buffer]:
        """Return the buffers that may have something to release, where `looked` have changed."""

    @property
    def rules(self) -> ReleaseRules:
        """Return the sizes, waits and capacities it keeps."""

    def release(self, buffer: Buffer, buffers: Buffers, now: float) -> Release | None:
        """Return what leaves `buffer` now; it holds at least one order."""


class _EachAlone:
    """A buffer is decided about without a look at the others."""

    __slots__ = ()

    def worth_asking(self, buffers: Buffers, looked: Iterable[Buffer]) -> Iterable[Buffer]:
        """Return the buffers that have changed."""
        return looked


@dataclass(frozen=True, slots=True, kw_only=True)
class Full(_EachAlone):
    """Release full batches only (Neuts 1967, *A general class of bulk queues*, with a = K)."""

    rules: ReleaseRules

    def release(self, buffer: Buffer, buffers: Buffers, now: float) -> Release | None:
        """Return a batch once it is full."""
        limits = self.rules.limits(buffer.key.family)
        return Release(Reason.FULL, buffer.fill(limits)) if buffer.is_full(limits) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOut(_EachAlone):
    """Release a batch when it is full or its first order has waited `Rule.wait` seconds."""

    rules: ReleaseRules

    def release(self, buffer: Buffer, buffers: Buffers, now: float) -> Release | None:
        """Return a batch once it is full or old enough."""
        limits = self.rules.limits(buffer.key.family)
        if buffer.is_full(limits):
            return Release(Reason.FULL, buffer.fill(limits))
        if now - buffer.oldest >= self.rules.of(buffer.key.family).wait:
            return Release(Reason.TIMEOUT, buffer.fill(limits))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRate(_EachAlone):
    """Wait for as many orders as will arrive in the time that is cheap to spend on filling.

    The service knows neither run times nor how busy the machines are, so this is another law than
    the `Adaptive` one of `planner.simulation.policies`, and has another name.

    That time is W = min(wait, time to the soonest due date - margin), from the first arrival on;
    the target is n = ceil(rate * W) within [1, size]. The rate is measured from arrivals alone,
    which releases do not change, and n is bounded and monotone in it: there is no feedback that
    could swing. A batch never waits longer than `Rule.wait`, whatever the rate does.
    """

    rules: ReleaseRules
    margin: float = 0.0

    def release(self, buffer: Buffer, buffers: Buffers, now: float) -> Release | None:
        """Return a batch once the target is met, its time is up or a due date presses."""
        rule, limits = self.rules.of(buffer.key.family), self.rules.limits(buffer.key.family)
        due = buffer.soonest_due()
        if buffer.is_full(limits):
            return Release(Reason.FULL, buffer.fill(limits))
        if due is not None and due - self.margin <= now:
            return Release(Reason.DUE, buffer.fill(limits))
        if now - buffer.oldest >= rule.wait:
            return Release(Reason.TIMEOUT, buffer.fill(limits))
        if len(buffer) >= self._target(buffer, rule, due, now):
            return Release(Reason.TARGET, buffer.fill(limits))
        return None

    def _target(self, buffer: Buffer, rule: Rule, due: float | None, now: float) -> int:
        cheap = rule.wait if due is None else min(rule.wait, due - self.margin - buffer.oldest)
        # At least two: alone, the first of a burst would leave before a rate can be measured.
        return min(rule.size, max(2, ceil(buffer.rate(now) * cheap)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A machine set has `Rule.size` places; an order enters as soon as one is free for its family.

    While orders are inside only their family enters; once an order of another family has waited
    `Rule.wait`, nothing enters until the places are empty. Empty places go to the oldest family.
    """

    rules: ReleaseRules

    def worth_asking(self, buffers: Buffers, looked: Iterable[Buffer]) -> Iterable[Buffer]:
        """Return for each set of machines the one buffer whose orders may enter."""
        for machines in dict.fromkeys(buffer.key.machines for buffer in looked):
            waiting = buffers.waiting_for(machines)
            families = {order.key.family for order in buffers.inside(machines).values()}
            if waiting and not families:
                yield min(waiting, key=lambda buffer: buffer.oldest)
            else:
                yield from [b for b in waiting if families == {b.key.family}]

    def release(self, buffer: Buffer, buffers: Buffers, now: float) -> Release | None:
        """Return the orders that enter."""
        inside = buffers.inside(buffer.key.machines)
        others = buffers.beside(buffer)
        if not inside:
            may = all(buffer.oldest <= other.oldest for other in others)
        else:
            same = all(order.key.family == buffer.key.family for order in inside.values())
            may = same and not any(self._has_waited(other, now) for other in others)
        limits = self.rules.limits(buffer.key.family).less(tuple(inside.values()))
        orders = buffer.fill(limits) if may and limits.size > 0 else ()
        return Release(Reason.PLACE, orders) if orders else None

    def _has_waited(self, buffer: Buffer, now: float) -> bool:
        return now - buffer.oldest >= self.rules.of(buffer.key.family).wait


def live_policy(name: PolicyName, rules: ReleaseRules, margin: float = 0.0) -> LivePolicy:
    """Return the policy of that name; `ByRate` releases `margin` seconds before a due date."""
    if name == PolicyName.BY_RATE:
        return ByRate(rules=rules, margin=margin)
    if name == PolicyName.CONTINUOUS:
        return Places(rules=rules)
    return Full(rules=rules) if name == PolicyName.FULL else TimeOut(rules=rules)


def in_words(policy: LivePolicy) -> str:
    """Return what a policy does, for people.

    >>> in_words(TimeOut(rules=ReleaseRules(rule=Rule(size=8, wait=90))))
    '8 orders, or the first has waited 90 s'
    """
    rule, own = policy.rules.rule, len(policy.rules.by_family)
    kept = "".join(f", at most {most} {name}" for name, most in policy.rules.capacity.items())
    by_family = f"; own rules: {own} {'family' if own == 1 else 'families'}" if own else ""
    return f"{_rule_in_words(policy, rule)}{kept}{by_family}"


def _rule_in_words(policy: LivePolicy, rule: Rule) -> str:
    wait = f"{rule.wait:g} s" if rule.wait < 600 else f"{rule.wait / 60:g} min"
    if isinstance(policy, Places):
        return f"{rule.size} place{'' if rule.size == 1 else 's'}, another family after {wait}"
    if isinstance(policy, Full):
        return _orders(rule.size)
    if isinstance(policy, ByRate):
        return f"up to {_orders(rule.size)} by their rate, at most {wait}"
    return f"{_orders(rule.size)}, or the first has waited {wait}"


def _orders(count: int) -> str:
    return f"{count} order{'' if count == 1 else 's'}"


def all_releases(
    policy: LivePolicy, buffers: Buffers, looked: Iterable[Buffer], now: float
) -> list[Release]:
    """Take from `buffers` everything that is released now, and return it."""
    found: list[Release] = []
    for buffer in policy.worth_asking(buffers, looked):
        while buffer.orders and (release := policy.release(buffer, buffers, now)):
            _carry_out(buffers, release)
            found.append(release)
    return found


def flushed(policy: LivePolicy, buffers: Buffers) -> list[Release]:
    """Take everything from `buffers` but what waits for a place, in batches as full as they get."""
    if isinstance(policy, Places):
        return []
    found: list[Release] = []
    for buffer in buffers:
        while buffer.orders:
            orders = buffer.fill(policy.rules.limits(buffer.key.family))
            if not orders:
                break  # a capacity that was lowered since the order was taken
            release = Release(Reason.FLUSH, orders)
            _carry_out(buffers, release)
            found.append(release)
    return found


def _carry_out(buffers: Buffers, release: Release) -> None:
    buffers.take(release.orders)
    if release.reason == Reason.PLACE:
        buffers.enter(release.orders)
