"""Files -> Scenario: strict, exact, and with all findings at once."""

from planner.reader.actuals import actuals_from_tables, read_actuals
from planner.reader.assembly import findings_in, read_scenario, scenario_from_tables
from planner.reader.sources import read_tables
from planner.reader.starting import with_start
from planner.reader.tables import (
    COLUMNS,
    REQUIRED,
    SETTINGS_FILE,
    Table,
    Tables,
    table_of,
    write_tables,
)
from planner.reader.uploaded import in_upload

__all__ = [
    "COLUMNS",
    "REQUIRED",
    "SETTINGS_FILE",
    "Table",
    "Tables",
    "actuals_from_tables",
    "findings_in",
    "in_upload",
    "read_actuals",
    "read_scenario",
    "read_tables",
    "scenario_from_tables",
    "table_of",
    "with_start",
    "write_tables",
]
