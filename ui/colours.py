"""Colours of charts; a family has one look everywhere, on pages and in exports."""

from collections.abc import Mapping, Sequence

from planner.writer import FamilyLook, family_looks

# What is no family: plan and baselines in charts, readable on light and dark grounds.
SERIES = ("#3d7ea6", "#c98a2b", "#7a8896", "#8a63a8", "#4f9a72", "#b2596e")


def family_fills(
    families: Sequence[str], chosen: Mapping[str, str] | None = None
) -> Mapping[str, FamilyLook]:
    """Return the look of each family; `chosen` are colours that the user gave."""
    return family_looks(families, chosen)
