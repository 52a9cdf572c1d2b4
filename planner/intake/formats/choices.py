"""Words with a fixed meaning: yes and no, and how a machine fills a batch."""

from planner.intake.files.cells import Cell, shown
from planner.intake.formats.column_format import Format
from planner.intake.formats.problems import Converted, Problem, short

_YES_WORDS = """
    yes y true 1 x ja j wahr oui o vrai sí si s verdadero 是 真 open offen ok ✓ ✔ on
"""
_YES = frozenset(_YES_WORDS.split())
_NO_WORDS = """
    no n false 0 nein falsch non faux falso 否 假 closed geschlossen off
"""
_NO = frozenset(_NO_WORDS.split())


def yesno(cell: Cell, _form: Format) -> Converted:
    """Return yes or no."""
    word = shown(cell).casefold()
    if word in _YES:
        return "yes"
    if word in _NO:
        return "no"
    return Problem("yes_or_no", f"{short(cell)} is neither yes nor no", "Write yes or no.")


_PROCESS = {
    word: process
    for process, words in {
        "serial": """
            serial sequential seriell sequentiell série serie séquentiel secuencial 串行 顺序
            s-batch line single""",
        "parallel": """
            parallel batch oven parallele parallèle paralelo 并行 批处理 p-batch charge furnace
            ofen horno four parallelle lot""",
        "continuous": "continuous kontinuierlich durchlauf continu continuo continua 连续 tunnel",
    }.items()
    for word in words.split()
}


def process(cell: Cell, _form: Format) -> Converted:
    """Return serial, parallel or continuous."""
    found = _PROCESS.get(shown(cell).casefold())
    return found or Problem(
        "process",
        f"{short(cell)} is no way to fill a batch",
        "Write serial, parallel or continuous.",
    )
