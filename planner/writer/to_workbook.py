"""A schedule as an Excel workbook for people: schedule, figures, chart, certificate."""

import io
from collections.abc import Mapping

from planner.domain import Scenario
from planner.errors import ScheduleError
from planner.kpis import has_places
from planner.schedule import Schedule
from planner.writer import workbook_sheets as sheets
from planner.writer.handover import NO_COLOURS, Handover
from planner.writer.sheet_writing import Book
from planner.writer.to_gantt import image_of
from planner.writer.workbook_gantt import gantt_cells

MOST_ROWS = 1_048_000  # of Excel's 1,048,576


def schedule_xlsx(
    scenario: Scenario,
    schedule: Schedule,
    baseline: Schedule | None = None,
    *,
    run: str = "",
    colours: Mapping[str, str] = NO_COLOURS,
) -> bytes:
    """Return the workbook; figures are compared with `baseline`, by default one by one.

    Times are local and without a zone, as Excel knows none; headings name the zone. Text from
    files is always a text cell, never a formula.
    """
    # Needed only here: both are slow to import.
    import xlsxwriter

    from planner.search.baselines import one_by_one

    if len(scenario.operations) > MOST_ROWS:
        raise ScheduleError(
            f"{len(scenario.operations):,} operations are too many for a sheet\n    Export as csv."
        )
    handover = Handover(scenario=scenario, schedule=schedule, run=run, chosen_colours=colours)
    compared = one_by_one(scenario) if baseline is None else baseline
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"title": scenario.name[:255], "comments": handover.line[:255]})
        book = Book(workbook, handover)
        book.table("Figures", *sheets.figures(handover, compared))
        book.table("Schedule", *sheets.placements(handover), page_per=0)
        book.table("Batches", *sheets.batches(handover))
        book.table("Orders", *sheets.orders(handover))
        book.table("Changeovers", *sheets.changeovers(handover))
        if scenario.upkeeps:
            book.table("Upkeep", *sheets.upkeep(handover))
            book.table("Next upkeep", *sheets.next_upkeep(handover))
        gantt_cells(book)
        book.picture("Chart", image_of(handover, "png"))
        book.table("Machines", *sheets.machines(handover))
        if has_places(scenario):
            book.table("Stages", *sheets.stages(handover))
        if scenario.resources:
            book.table("Resources", *sheets.resources(handover))
        book.table("Assumptions", *sheets.assumptions(handover))
        book.table("Certificate", *sheets.certificate(handover))
    return target.getvalue()
