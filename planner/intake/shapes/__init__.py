"""Tables in other shapes than a row for each thing: put into that shape, which is then said."""

from planner.intake.shapes.shaping import renumbered, shaped

__all__ = ["renumbered", "shaped"]
