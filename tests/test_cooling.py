"""How annealing cools."""

import numpy as np
import pytest

from planner.search.cooling import COLD, DESCENT, HOT, STEPS, Trial, even_cooling, measured_cooling


def _trial(deviation: int, kept: int, step: int) -> Trial:
    """Return a trial in which costs vary, or moves are kept, otherwise in one step only."""
    trial = Trial()
    for place in range(STEPS):
        special = place == step
        for sign in (-1, 1, -1, 1):
            spent = (place + 0.5) / STEPS * (1.0 - DESCENT)
            cost = 1000 + sign * (deviation if special else 1)
            trial.note(spent, cost, 100, kept if special else 50)
    return trial


def _share_of(trial: Trial, step: int) -> float:
    spent = measured_cooling([trial], even_cooling(np.array([10.0]))).spent
    return float(spent[step + 1] - spent[step])


def test_an_even_cooling_falls_by_the_same_factor_everywhere() -> None:
    cooling = even_cooling(np.array([100.0]))
    assert cooling.at(0.0) == pytest.approx(100.0 * HOT)
    assert cooling.at(0.5 * (1.0 - DESCENT)) == pytest.approx(100.0 * HOT * COLD**0.5)
    assert cooling.at(1.0) == 0.0


def test_a_gentle_annealing_begins_within_the_cooling() -> None:
    cooling = even_cooling(np.array([100.0]))
    assert cooling.at(0.0, begin=0.5) == pytest.approx(100.0 * HOT * COLD**0.5)


def test_time_goes_where_the_cost_varies() -> None:
    # Ten times the deviation in step 4 alone, so it gets more than any step gets in an even trial.
    assert _share_of(_trial(1000, 50, 4), 4) > 2 * _share_of(_trial(1, 50, 4), 4)


def test_time_goes_where_few_changes_are_kept() -> None:
    assert _share_of(_trial(1, 5, 20), 20) > _share_of(_trial(1, 50, 20), 20)


def test_too_short_a_trial_changes_nothing() -> None:
    even = even_cooling(np.array([10.0]))
    trial = Trial()
    trial.note(0.0, 7, 10, 5)
    assert measured_cooling([_trial(1, 50, 4), trial], even) is even


def test_how_far_apart_workers_settle_does_not_count() -> None:
    even = even_cooling(np.array([10.0]))
    trial, other = _trial(5, 50, 3), _trial(5, 50, 3)
    other.costs = [[cost + 500 * step for cost in costs] for step, costs in enumerate(other.costs)]
    alone, together = measured_cooling([trial], even), measured_cooling([trial, other], even)
    assert together.spent == pytest.approx(alone.spent, abs=1e-3)


def test_what_workers_keep_adds_up() -> None:
    even = even_cooling(np.array([10.0]))
    few, many = _trial(5, 10, 20), _trial(5, 90, 20)
    together = measured_cooling([few, many], even)
    assert together.spent == pytest.approx(
        measured_cooling([_trial(5, 50, 20)], even).spent, abs=1e-3
    )
