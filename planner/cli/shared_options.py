"""Options that several commands share, and how they become a plan's settings."""

import argparse
from dataclasses import dataclass, replace

from planner.domain import PRESETS, TERMS, Scenario, weights_from


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightOption:
    """One `--weight TERM=VALUE`."""

    term: str
    value: int


def add_weights(command: argparse.ArgumentParser) -> None:
    """Add the options that say what a plan costs."""
    command.add_argument(
        "--preset",
        type=preset,
        metavar="NAME",
        help=f"weights of the cost: {', '.join(PRESETS)} (default: those of the scenario)",
    )
    command.add_argument(
        "--weight",
        type=weight,
        action="append",
        default=[],
        metavar="TERM=VALUE",
        help=f"one weight of the cost; may be repeated; terms: {', '.join(TERMS)}",
    )


def add_effort(command: argparse.ArgumentParser, *, seconds: float) -> None:
    """Add the options that say how long and how hard to plan."""
    command.add_argument(
        "--seconds",
        type=positive_seconds,
        metavar="S",
        help=f"time limit (default: {seconds:g}; none if --work is given)",
    )
    command.add_argument(
        "--work",
        type=whole_number(1),
        metavar="N",
        help="work limit instead: the same limit, seed and workers give the same schedule",
    )
    command.add_argument(
        "--workers", type=whole_number(1), default=2, metavar="N", help="threads (default: 2)"
    )
    command.add_argument(
        "--seed", type=whole_number(0), default=0, metavar="N", help="of chance (default: 0)"
    )


def time_limit(options: argparse.Namespace, default: float) -> float | None:
    """Return the seconds to plan; None if only work limits it."""
    if options.seconds is None and options.work is None:
        return default
    return None if options.seconds is None else float(options.seconds)


def weighted(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """Return `scenario` with the weights that the options ask for."""
    weights = PRESETS[options.preset] if options.preset else scenario.weights
    changed = {option.term: option.value for option in options.weight}
    weights = replace(weights, **changed)
    return scenario if weights == scenario.weights else replace(scenario, weights=weights)


def preset(text: str) -> str:
    """Return the name of a preset, however its words are joined.

    >>> preset("on-time-first")
    'on time first'
    """
    name = text.lower().replace("-", " ").replace("_", " ")
    if name not in PRESETS:
        raise argparse.ArgumentTypeError(f"no preset {text!r}; there are {', '.join(PRESETS)}")
    return name


def weight(text: str) -> WeightOption:
    """Return the term and the value of `TERM=VALUE`.

    >>> weight("tardiness=5")
    WeightOption(term='tardiness', value=5)
    """
    term, _, value = text.partition("=")
    if term not in TERMS:
        raise argparse.ArgumentTypeError(f"no term {term!r}; there are {', '.join(TERMS)}")
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise argparse.ArgumentTypeError(f"{value!r} is not a whole number of 0 or more")
    weights_from({term: int(value)})
    return WeightOption(term=term, value=int(value))


def positive_seconds(text: str) -> float:
    """Return a time limit in seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e7:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


class whole_number:  # noqa: N801 -- argparse shows a type by its name
    """Reads whole numbers from `least` on."""

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, text: str) -> int:
        """Return the number in `text`."""
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= self.least:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {self.least} on")
