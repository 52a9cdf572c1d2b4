"""Release policies in the words of those who run them."""

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


def in_words(policy: Policy) -> str:
    """Return what a policy does.

    >>> in_words(SizeOrTimeout(size=2, minutes=1440)), in_words(OneByOne())
    ('Start when 2 are waiting, or after 24 h', 'Start every order by itself, at once')
    """
    match policy:
        case OneByOne():
            return "Start every order by itself, at once"
        case SizeOrTimeout():
            own = "; some families have their own rule" if policy.families else ""
            return f"Start {_when(policy.size)}, or after {lasting(policy.minutes)}{own}"
        case FullBatch():
            return f"Start {_when(policy.size)}, however long that takes"
        case MinimumBatch():
            return f"Start {_when(policy.least)}{_up_to(policy.size)}"
        case ByLoad():
            after = "" if policy.minutes is None else f", or after {lasting(policy.minutes)}"
            return f"Start when {policy.share:.0%} full{after}"
    return _by_judgement(policy)


def _by_judgement(policy: Policy) -> str:
    """Return what a policy does that starts by no fixed number."""
    match policy:
        case Adaptive():
            return f"Adapt to how many come and wait{_up_to(policy.size)}"
        case NextArrival():
            return f"Wait for the next order while that pays{_up_to(policy.size)}"
        case DynamicBatching():
            return f"Wait for any later order while that pays{_up_to(policy.size)}"
        case ContinuousPlaces():
            return f"Fill each place as it becomes free, {policy.places} at once"
        case WholeBatch():
            return f"In together and out together, {policy.places} at once"
    return policy.name


def lasting(minutes: float) -> str:
    """Return a length of time as it is said.

    >>> lasting(1440), lasting(90), lasting(150), lasting(0)
    ('24 h', '90 min', '2.5 h', '0 min')
    """
    return f"{minutes:g} min" if minutes < 120 else f"{minutes / 60:g} h"


def _when(size: int | None) -> str:
    if size is None:
        return "when the machine is full"
    return "as soon as one is waiting" if size == 1 else f"when {size} are waiting"


def _up_to(size: int | None) -> str:
    return "" if size is None else f", up to {size} together"
