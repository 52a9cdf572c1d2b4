"""Policies by name, as the command line, the dashboard and the service are told them."""

from collections.abc import Callable, Mapping

from planner.domain import Process, Scenario
from planner.errors import PlannerError
from planner.simulation.policies import (
    Adaptive,
    ByLoad,
    ContinuousPlaces,
    DynamicBatching,
    FullBatch,
    MinimumBatch,
    NextArrival,
    OneByOne,
    Policy,
    SizeOrTimeout,
    WholeBatch,
)

LARGEST_SETTING = 10**7

# How a policy is written: its name, then its settings, a `?` where one may be left out.
FORMS = (
    "one-by-one",
    "full[:SIZE]",
    "minimum:LEAST[:SIZE]",
    "timeout:SIZE:MINUTES",
    "flush:SIZE:MINUTES",
    "load:SHARE[:MINUTES]",
    "adaptive:SIZE[:WORTH]",
    "next-arrival[:SIZE]",
    "dynamic[:SIZE]",
    "places:PLACES",
    "whole:PLACES",
)


def policy_named(text: str) -> Policy:
    """Return the policy that a text such as `timeout:8:120` names.

    >>> policy_named("timeout:8:120").name
    '8 or 120 min'
    """
    name, *values = text.strip().lower().split(":")
    make = _MAKERS.get(name)
    wrong = PlannerError(f"there is no policy {text!r}; there are {', '.join(FORMS)}")
    if make is None:
        raise wrong
    try:
        return make(*(_setting(value) for value in values))
    except (TypeError, ValueError, OverflowError) as error:
        raise wrong from error


def usual_policies(scenario: Scenario, best: SizeOrTimeout) -> tuple[Policy, ...]:
    """Return the policies worth comparing on `scenario`, with the batch size of `best`."""
    size = best.size or 1
    found: list[Policy] = [OneByOne(), FullBatch(size=size)]
    if size > 2:
        found.append(MinimumBatch(least=size // 2, size=size))
    found += [best, Adaptive(size=size), NextArrival(size=size), DynamicBatching(size=size)]
    if any(limit is not None for machine in scenario.machines for limit in machine.capacity):
        found.append(ByLoad(share=0.8, minutes=best.minutes))
    if any(machine.process == Process.CONTINUOUS for machine in scenario.machines):
        found += [ContinuousPlaces(places=size), WholeBatch(places=size)]
    return tuple(found)


def _setting(text: str) -> float:
    value = float(text)
    if not 0 <= value <= LARGEST_SETTING:
        raise ValueError(text)
    return value


def _whole(value: float) -> int:
    if value != int(value):
        raise ValueError(value)
    return int(value)


def _full(size: float | None = None) -> Policy:
    return FullBatch(size=None if size is None else _whole(size))


def _minimum(least: float, size: float | None = None) -> Policy:
    return MinimumBatch(least=_whole(least), size=None if size is None else _whole(size))


def _adaptive(size: float, worth: float = 1.0) -> Policy:
    return Adaptive(size=_whole(size), worth=worth)


def _next_arrival(size: float | None = None) -> Policy:
    return NextArrival(size=None if size is None else _whole(size))


def _dynamic(size: float | None = None) -> Policy:
    return DynamicBatching(size=None if size is None else _whole(size))


_MAKERS: Mapping[str, Callable[..., Policy]] = {
    "one-by-one": OneByOne,
    "full": _full,
    "minimum": _minimum,
    "timeout": lambda size, minutes: SizeOrTimeout(size=_whole(size), minutes=minutes),
    "flush": lambda size, minutes: SizeOrTimeout(size=_whole(size), minutes=minutes, flush=True),
    "load": lambda share, minutes=None: ByLoad(share=share, minutes=minutes),
    "adaptive": _adaptive,
    "next-arrival": _next_arrival,
    "dynamic": _dynamic,
    "places": lambda places: ContinuousPlaces(places=_whole(places)),
    "whole": lambda places: WholeBatch(places=_whole(places)),
}
