"""How the command line calls the ways to plan."""

import argparse

# A test holds these to those of `planner.planning`, whose import is slow.
BASELINES = ("one by one", "earliest due date", "current sequence")
METHODS = ("auto", "search", "cpsat", *BASELINES)
REFERENCE = BASELINES[0]


def as_method(text: str) -> str | None:
    """Return the method that `text` names, however its words are joined; None for no method.

    >>> as_method("one-by-one"), as_method("schedule.csv")
    ('one by one', None)
    """
    name = text.lower().replace("-", " ").replace("_", " ")
    return name if name in METHODS else None


def method(text: str) -> str:
    """Return the method that `text` names; for argparse."""
    name = as_method(text)
    if name is None:
        raise argparse.ArgumentTypeError(f"no method {text!r}; there are {', '.join(METHODS)}")
    return name
