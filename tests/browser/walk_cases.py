"""Takes every set of files of a folder through the browser, to a plan or to what is asked.

`python -m tests.browser.walk_cases DIR [ID ...]` reads DIR/gold.json: a list of imports, each with
`id`, `paths` of its files and how they are to be read, from which the questions are answered. With
`--upload` it ends on the Data page, before the planning.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page

from planner.intake import Imported, Question
from tests.browser.serving import chromium, dashboard, settle
from tests.browser.uploading import choose, put, use, write
from ui.tables.findings import stops
from ui.tables.meanings import KINDS, NOT_USED, choices, option_text, stable_key, words_of
from ui.uploads import UploadedFiles, uploaded

Gold = Mapping[str, Any]
Files = Sequence[tuple[str, bytes]]
ROUNDS = 12
UPLOAD_ALONE = "--upload"


def main(arguments: Sequence[str]) -> int:
    """Walk all imports of a folder, or those named; return how many have failed."""
    folder, wanted = Path(arguments[0]), [name for name in arguments[1:] if name != UPLOAD_ALONE]
    plans = UPLOAD_ALONE not in arguments
    golds = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    chosen = [gold for gold in golds if not wanted or gold["id"].startswith(tuple(wanted))]
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        database = f"sqlite:///{Path(temporary) / 'planner.db'}"
        with (
            dashboard(database, {"BATCH_PLANNER_SAMPLES": "no"}) as address,
            chromium() as browser,
        ):
            for gold in chosen:
                files = [(Path(p).name, (folder / p).read_bytes()) for p in gold["paths"]]
                reached = attempt(browser, address, files, gold, plans=plans)
                counts[reached.partition(":")[0]] += 1
                sys.stdout.write(f"{gold['id']}: {reached}\n")
                sys.stdout.flush()
    sys.stdout.write(", ".join(f"{name} {number}" for name, number in counts.items()) + "\n")
    return counts["failed"]


def attempt(browser: Browser, address: str, files: Files, gold: Gold, *, plans: bool) -> str:
    """Walk one import in a window of its own; what goes wrong is part of the answer."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(60_000)
    try:
        return walk(page, address, files, gold, plans=plans)
    except Error as error:
        return f"failed: {str(error).splitlines()[0]}"
    finally:
        context.close()


def walk(page: Page, address: str, files: Files, gold: Gold, *, plans: bool = True) -> str:
    """Return how far files get: `planned`, `asked`, `nothing to plan` or `stopped`, and why.

    Where nothing is planned, `ready` is what could be.
    """
    page.goto(address)
    settle(page)
    put(page, files)
    made = answered(page, files, gold)
    if page.get_by_text("Something went wrong").count():
        return "failed: the page shows an error"
    if made.blocking:
        return f"asked: {made.blocking[0].key}"
    if made.tables is None:
        return "nothing to plan: " + page.get_by_text("No orders are known yet").inner_text()
    use(page)
    if not made.can_be_planned:
        first = next(finding for finding in made.obstacles if stops([finding]))
        return f"stopped: {first}"
    if not plans:
        return f"ready: {page.get_by_text('can be planned').first.inner_text()}"
    return planned(page)


def answered(page: Page, files: Files, gold: Gold) -> UploadedFiles:
    """Answer on the page what the gold has an answer to, and return what is then understood."""
    said: dict[str, str] = {}
    for _ in range(ROUNDS):
        made = uploaded(files, tuple(said.items()))
        step = next(_steps(made, gold, said), None)
        if step is None:
            return made
        key, value, option, is_own = step
        said[key] = value
        if is_own:
            write(page, key, value)
        else:
            choose(page, key, option)
    return uploaded(files, tuple(said.items()))


def _steps(
    made: UploadedFiles, gold: Gold, said: Mapping[str, str]
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield keys, answers, their words, and whether they are of one's own."""
    asked = {question.key: question for question in made.questions}
    for part in (*made.sheets, None):
        own = part.questions if part else tuple(asked.values())
        for question in own:
            key = stable_key(question.key, part) if part else question.key
            value = answer_of(question, part, gold) if question.key in asked else None
            if value is None or key in said or value == question.default:
                continue
            words = _words(question, part, value)
            yield key, value, words or value, not words


def _words(question: Question, part: Imported | None, value: str) -> str:
    head = question.key.partition(":")[0]
    if head == "kind":
        return KINDS[value]
    if head == "meaning" and part is not None:
        column = next(c for c in part.mapping.columns if c.column == question.column)
        return words_of(value) if value in choices(part, column, question) else ""
    labels = {o.value: option_text(o.value, o.label) for o in question.options}
    return labels.get(value, "")


def answer_of(question: Question, part: Imported | None, gold: Gold) -> str | None:
    """Return the gold's answer to a question; None where it has none."""
    head = question.key.partition(":")[0]
    told = _told(question.key, gold)
    if told is not None and head != "kind":
        return told
    sheet = _sheet(part, gold)
    column = sheet.get("columns", {}).get(question.column, {})
    values = [option.value for option in question.options]
    if head == "kind":
        return str(sheet["kind"]) if sheet.get("kind") in KINDS else NOT_USED
    if head == "meaning":
        return _meaning(column, values)
    if head == "column":
        field = question.key.rpartition(":")[2]
        named = [name for name, c in sheet.get("columns", {}).items() if c["is"] == field]
        return next((n for n in [*named, "rows", NOT_USED] if n in values), None)
    known = {"unit": "unit", "date_order": "order", "decimal": "mark", "priority": "dir"}
    found = column.get(known.get(head, ""))
    return str(found) if found else None


def _told(asked: str, gold: Gold) -> str | None:
    """Return the answer that the gold gives a key, or all keys that begin so."""
    for key, value in gold.get("answers", {}).items():
        begins = key.endswith(":") and asked.startswith(key)
        if key in (asked, asked.partition(":")[0]) or begins:
            return str(value)
    return None


def _meaning(column: Gold, values: Sequence[str]) -> str:
    meanings = [column.get("is", "other"), *column.get("also", ())]
    return next((meaning for meaning in meanings if meaning in values), NOT_USED)


def _sheet(part: Imported | None, gold: Gold) -> Gold:
    sheets: list[Gold] = gold.get("sheets", [])
    if part is None or len(sheets) == 1:
        return sheets[0] if len(sheets) == 1 else {}
    name = part.mapping.sheet
    return next((s for s in sheets if s["sheet"] in (name, part.file) and s["sheet"]), {})


def planned(page: Page) -> str:
    """Plan what is looked at for a moment, and return what the plan says of itself."""
    page.get_by_role("link", name="Go to planning").click()
    page.get_by_text("Advanced: time").click()
    page.get_by_role("spinbutton", name="Time (seconds)").fill("2")
    page.get_by_role("button", name="Plan", exact=True).click()
    page.get_by_text("Finished after").first.wait_for(timeout=300_000)
    page.get_by_role("link", name="Open the schedule").click()
    certified = page.locator(".card", has_text="Independent check").first
    certified.wait_for()
    return f"planned: {' '.join(certified.inner_text().split())}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
