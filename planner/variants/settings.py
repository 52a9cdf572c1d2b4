"""The settings of a scenario as values, and back to the text of scenario.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from planner.reader import Tables


def settings_of(tables: Tables) -> dict[str, Any]:
    """Return the settings; none where their text is broken, which the findings say."""
    try:
        return tomllib.loads(tables.settings)
    except (ValueError, RecursionError):
        return {}


def with_settings(tables: Tables, **changed: object) -> Tables:
    """Return `tables` with some settings changed; one that is None is taken out."""
    given = {**settings_of(tables), **changed}
    kept = {name: value for name, value in given.items() if value is not None}
    return replace(tables, settings=toml_of(kept))


def toml_of(given: Mapping[str, Any]) -> str:
    """Return settings as TOML: plain values first, then tables of plain values.

    >>> print(toml_of({"name": "A", "default_changeover": {"minutes": 5}}), end="")
    name = "A"
    <BLANKLINE>
    [default_changeover]
    minutes = 5
    """
    plain = [f"{key} = {_value(value)}" for key, value in given.items() if not _is_table(value)]
    for key, value in given.items():
        if _is_table(value):
            plain += ["", f"[{key}]", *(f"{k} = {_value(v)}" for k, v in value.items())]
    return "\n".join(plain) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'
