"""Options that several commands share, and how they become a plan's settings."""

import argparse
import math
from dataclasses import dataclass, replace

from planner.domain import PRESETS, TERMS, Scenario, weights_from
from planner.errors import WrongUseError

LONGEST_SHOWN = 40
MOST = 999_999_999


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
        "--workers", type=whole_number(1, 256), default=2, metavar="N", help="threads (default: 2)"
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
    if weights == scenario.weights:
        return scenario
    return checked(replace(scenario, weights=weights))


def checked(scenario: Scenario) -> Scenario:
    """Return `scenario`; WrongUseError if its weights are too large for what they weigh."""
    from planner.validator.rules import cost_in_range

    for finding in cost_in_range(scenario):
        raise WrongUseError(f"{finding.message}\n    {finding.hint}")
    return scenario


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


class number:  # noqa: N801 -- argparse shows a type by its name
    """Reads numbers from `least` to `most`."""

    def __init__(self, least: float, most: float) -> None:
        self.least, self.most = least, most

    def __call__(self, text: str) -> float:
        """Return the number in `text`."""
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if self.least <= value <= self.most:
            return value
        shown = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "..."
        raise argparse.ArgumentTypeError(
            f"{shown!r} is not a number from {self.least:g} to {self.most:g}"
        )


# No shorter than a clock can tell, no longer than four months.
positive_seconds = number(0.001, 1e7)


class whole_number:  # noqa: N801 -- argparse shows a type by its name
    """Reads whole numbers from `least` to `most`."""

    def __init__(self, least: int, most: int = MOST) -> None:
        self.least, self.most = least, most

    def __call__(self, text: str) -> int:
        """Return the number in `text`."""
        digits = text.isascii() and text.isdigit() and len(text) < 12
        if digits and self.least <= int(text) <= self.most:
            return int(text)
        shown = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "..."
        until = "on" if self.most == MOST else f"to {self.most}"
        raise argparse.ArgumentTypeError(
            f"{shown!r} is not a whole number from {self.least} {until}"
        )


# Port 0 lets the system choose.
port = whole_number(0, 65_535)
