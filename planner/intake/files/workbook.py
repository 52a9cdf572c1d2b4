"""Workbooks to sheets, read by a process of its own within limits of time and memory."""

import json
import signal
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from math import ceil
from pathlib import Path
from typing import Any

from planner.errors import Finding, RefusedFileError
from planner.intake.files.cells import Cell, CellTable, Limits, Row, refusal, warning

_WORKER = Path(__file__).with_name("workbook_worker.py")
# Seconds to wait for each second of work: the machine may have other work too.
_PATIENCE = 4
_HINT = "Save the sheet as CSV and upload that."


def workbook(data: bytes, file: str, limits: Limits) -> tuple[CellTable, ...]:
    """Return the visible sheets of a workbook; refuses what cannot be read within the limits."""
    found = _answer(data, file, limits)
    if "refused" in found:
        rule, message, hint = found["refused"]
        raise refusal(str(rule), str(message), str(hint), file)
    findings = _warnings(found, file)
    assumed = ["macros are not run: only the saved values are read"] if found["macros"] else []
    if found["hidden"]:
        assumed.append(f"hidden sheets are left out: {', '.join(found['hidden'][:5])}")
    several = len(found["sheets"]) > 1
    return tuple(
        CellTable(
            file=file,
            name=sheet["name"] if several else "",
            rows=_with_gaps(sheet["rows"]),
            date_1904=found["date_1904"],
            assumptions=tuple(assumed),
            findings=findings,
        )
        for sheet in found["sheets"]
    )


def _with_gaps(filled: list[tuple[int, list[Cell]]]) -> tuple[Row, ...]:
    last = filled[-1][0] if filled else -1
    rows: list[Row] = [()] * (last + 1)
    for index, cells in filled:
        rows[index] = tuple(cells)
    return tuple(rows)


def _warnings(found: dict[str, Any], file: str) -> tuple[Finding, ...]:
    if not found["uncalculated"]:
        return ()
    return (
        warning(
            "uncalculated",
            f"{found['uncalculated']} formulas were saved by a program that did not calculate them",
            "Open the workbook in a spreadsheet and save it, so that the values are right.",
            file=file,
        ),
    )


def _answer(data: bytes, file: str, limits: Limits) -> dict[str, Any]:
    told = json.dumps(
        {
            "memory": limits.memory,
            "cells": limits.cells,
            "rows": limits.rows,
            "columns": limits.columns,
            "seconds": max(1, ceil(limits.seconds)),
        }
    )
    try:
        # -I: neither the working directory nor the environment decides what the worker imports.
        done = subprocess.run(
            [sys.executable, "-I", str(_WORKER), told],
            input=data,
            capture_output=True,
            timeout=limits.seconds * _PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_slow(file, limits) from error
    if done.returncode == -getattr(signal, "SIGXCPU", 0) != 0:
        raise _too_slow(file, limits)
    if done.returncode != 0 or not done.stdout:
        raise refusal("workbook_too_large", "the workbook is too large or damaged", _HINT, file)
    answer: dict[str, Any] = json.loads(done.stdout, object_hook=_decoded)
    return answer


def _too_slow(file: str, limits: Limits) -> RefusedFileError:
    return refusal(
        "too_slow", f"the workbook takes more than {limits.seconds:g} s to read", _HINT, file
    )


def _decoded(pairs: dict[str, Any]) -> Cell | dict[str, Any]:
    if len(pairs) != 1:
        return pairs
    ((code, value),) = pairs.items()
    if code == "t":
        return datetime.fromisoformat(value)
    if code == "d":
        return date.fromisoformat(value)
    if code == "c":
        return time.fromisoformat(value)
    if code == "s":
        return timedelta(seconds=value)
    return pairs
