"""The figures of stages as a table."""

from collections.abc import Sequence

from planner.kpis import StageKpis, stage_rows


def stage_table(stages: Sequence[StageKpis]) -> list[dict[str, str]]:
    """Return a row per stage with its figures in words."""
    return [
        {
            "Stage": str(stage.stage),
            "Step": stage.step,
            **{row.label: row.text for row in stage_rows(stage)},
            "Machines": ", ".join(stage.machines),
        }
        for stage in stages
    ]
