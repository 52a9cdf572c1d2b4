"""A machine more: a copy of one, with all that it may make and all that is said about it."""

import re
from dataclasses import replace

from planner.reader import Table, Tables
from planner.variants.columns import (
    MACHINES,
    cells,
    changed_cells,
    known_machine,
    machine_names,
    machine_table,
    with_files,
    with_rows,
)

NAMING = ("machine", "machine_id")
# What has happened on a machine has not happened on its copy.
OF_ONE_ONLY = ("actuals.csv", "reference.csv")
NEEDS = "needs.csv"


def with_copy(tables: Tables, machine: str) -> Tables:
    """Return `tables` with a copy of a machine: its times, changeovers, and what it may make.

    The copy is set up for nothing where being set up needs a mould or a tool: that is in the first.
    """
    known_machine(tables, machine)
    name = name_of_copy(tables, machine)
    tables = with_files(tables, machines=machine_table(tables))
    made = replace(
        tables,
        files={
            file: table if file in OF_ONE_ONLY else _copied(file, table, machine, name)
            for file, table in tables.files.items()
        },
    )
    if not _needs_while_set_up(tables):
        return made
    machines = machine_table(made)
    copies = [row == name for row in cells(machines, "machine_id")]
    machines = changed_cells(machines, "initial_family", lambda _: "", copies)
    return with_files(made, machines=machines)


def _needs_while_set_up(tables: Tables) -> bool:
    table = tables.files.get(NEEDS)
    during = cells(table, "during") if table else ()
    return any(cell.lower().replace("_", " ").split() == ["set", "up"] for cell in during)


def name_of_copy(tables: Tables, machine: str) -> str:
    """Return what a copy of a machine is called: the next free number."""
    stem = re.sub(r"[ -]?\d+$", "", machine)
    between = machine[len(stem) :].rstrip("0123456789")
    digits = machine[len(stem) + len(between) :]
    if not digits:
        stem, between = machine, " "
    number = int(digits or 1) + 1
    while f"{stem}{between}{number:0{len(digits)}}" in machine_names(tables):
        number += 1
    return f"{stem}{between}{number:0{len(digits)}}"


def _copied(file: str, table: Table, machine: str, name: str) -> Table:
    everywhere = [True] * len(table.rows)
    table = changed_cells(
        table, "eligible_machines", lambda cell: _also(cell, machine, name), everywhere
    )
    naming = (
        "machine_id"
        if file == MACHINES
        else next((column for column in NAMING if column in table.columns), "")
    )
    if naming not in table.columns:
        return table
    place = table.columns.index(naming)
    copies = [
        (*row[:place], name, *row[place + 1 :])
        for row, cell in zip(table.rows, cells(table, naming), strict=True)
        if cell == machine
    ]
    return with_rows(table, copies)


def _also(cell: str, machine: str, name: str) -> str:
    named = [part.strip() for part in cell.split("|")]
    return f"{cell}|{name}" if machine in named else cell
