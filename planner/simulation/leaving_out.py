"""What of a scenario a simulation of arriving orders does not look at."""

from planner.domain import Scenario


def left_out_in_words(scenario: Scenario) -> str:
    """Return in a sentence which of a scenario's rules a simulation leaves out; "" if none.

    The simulation knows machines, families, capacities, changeovers and calendars. Every operation
    arrives by itself.
    """
    there = {
        "routes": scenario.has_routes,
        "resources": bool(scenario.needs),
        "upkeep": bool(scenario.upkeeps),
        "limits in a row": scenario.has_limits_in_a_row,
    }
    names = [name for name, is_there in there.items() if is_there]
    if not names:
        return ""
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"the simulation leaves out {listed}: its lead times are shorter than the plant's"
