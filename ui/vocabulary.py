"""One word per idea for planners: what pages, exports and messages say, and what they never say.

A test reads every text of the pages against this list. Names in files, options and programs
(`tardiness` in scenario.toml, the preset `shortest flow time`) are no words of pages and stay.
"""

from collections.abc import Mapping

# What is never said, in small letters, and what is said in its place.
INSTEAD: Mapping[str, str] = {
    "tardy": "late",
    "tardiness": "time late",
    "makespan": "finished after",
    "flow time": "lead time",
    "slack": "before the due date, late by",
    "too late": "late by",
    "all done": "finished by",
    "plan it": "go to planning",
    "without a word": "stopped unexpectedly",
    "anew": "again",
    "put right": "fix",
    "to know": "note",
    "finding": "problem to fix, note",
    "findings": "problems to fix, notes",
    "kept as it is": "not used",
    "use these meanings": "apply",
    "use these answers": "apply",
    "upload other files": "new scenario from files",
    "not there any more": "was deleted",
    "laboratory": "what if",
    "arrive together": "orders per arrival",
    "orders to draw": "orders to simulate",
    "carries": "copes with",
    "breaks at": "limit",
    "no plan can cost": "possible further saving: at most",
    "cost over": "possible further saving: at most",
    "throughput": "orders per hour",
    "time-out": "longest wait",
}
# What presets of weights are called on pages, where that differs from their names.
AIMS: Mapping[str, str] = {"shortest flow time": "shortest lead time"}
# Nouns that are counted; a number before one has to go through `ui.words.count`.
COUNTED = (
    "orders", "batches", "machines", "rows", "runs", "problems", "notes", "changes", "columns",
    "files", "sheets", "families", "plans", "changeovers", "places", "questions", "versions",
)  # fmt: skip
