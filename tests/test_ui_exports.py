"""Files that are handed over, read back."""

import io
import re

import pytest
from openpyxl import load_workbook

from planner.baselines import earliest_due_date, one_by_one
from planner.kpis import NOT_AVAILABLE
from planner.reader import read_scenario
from scenarios import sample_path
from tests.builders import batch, order, scenario, schedule
from ui.cards import Card, cards_html, headline
from ui.exports import chart_html, printable, workbook
from ui.launch import address, config, theme
from ui.plans import Plan, plan_of
from ui.words import changeover_bound, quality


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, Plan]:
    given = read_scenario(sample_path("heat-treatment"))
    return (plan_of("Plan", given, earliest_due_date(given)),
            plan_of("One by one", given, one_by_one(given)))  # fmt: skip


def test_the_workbook_has_every_batch_order_and_figure(plans: tuple[Plan, Plan]) -> None:
    plan, base = plans
    book = load_workbook(io.BytesIO(workbook(plan, base)), read_only=True)
    assert book.sheetnames[:4] == ["Figures", "Batches", "Orders", "Machines"]
    rows = list(book["Orders"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(plan.scenario.orders)
    assert {row[0] for row in rows[1:]} == set(plan.scenario.order)  # leading zeros kept
    figures = {row[0]: row[2] for row in book["Figures"].iter_rows(values_only=True)}
    assert figures["Changeover time"] == pytest.approx(plan.kpis.changeover_hours)


NASTY = "=1+1<script>alert(1)</script>"


def nasty() -> Plan:
    given = scenario(orders=[order(NASTY, family=NASTY, product=NASTY, customer=NASTY)])
    return plan_of(NASTY, given, schedule(batch((NASTY, 0, 60), family=NASTY)))


def test_names_from_files_are_neither_formulas_nor_tags() -> None:
    book = load_workbook(io.BytesIO(workbook(nasty())))
    cells = [cell for row in book["Orders"].iter_rows() for cell in row if cell.value == NASTY]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    for page in (printable(nasty()), cards_html([Card(label=NASTY, value=NASTY, note=NASTY)])):
        assert "<script" not in page
        assert "&lt;script" in page
    assert "<script>alert" not in chart_html(nasty())


def test_a_printed_page_has_the_batches_of_each_machine_in_sequence(
    plans: tuple[Plan, Plan],
) -> None:
    plan, _ = plans
    page = printable(plan)
    assert re.findall(r"<h1>(.*?)</h1>", page) == list(plan.scenario.machine)
    assert page.count("<tr><td") == len(plan.schedule.batches)
    assert re.findall(r"<h1>(.*?)</h1>", printable(plan, ["F2"])) == ["F2"]


def test_the_headline_says_what_is_saved_and_late(plans: tuple[Plan, Plan]) -> None:
    plan, base = plans
    saving, late, _, certificate = headline(plan, base)
    hours = base.kpis.changeover_hours - plan.kpis.changeover_hours
    assert f"{abs(hours):,.1f} h" == saving.value
    assert late.value == f"{plan.kpis.tardy_orders} of {len(plan.scenario.orders)}"
    assert certificate.value == "Certified"


def test_without_due_dates_lateness_is_not_available() -> None:
    given = scenario(orders=[order()])
    cards = headline(plan_of("p", given, schedule(batch(start=0, end=60))), None)
    assert cards[1].value == NOT_AVAILABLE


def test_a_broken_rule_is_not_called_certified() -> None:
    given = scenario(orders=[order(release=30)])
    plan = plan_of("p", given, schedule(batch(start=0, end=60)))
    card = headline(plan, None)[3]
    assert (card.value, card.tone) == ("1 rule broken", "bad")


@pytest.mark.parametrize(
    ("needed", "has", "said"),
    [
        (14.2, 15.0, "No plan can need fewer than 14.2 h of changeover; this one needs 15.0 h."),
        (15.0, 15.0, "No plan can need less than 15.0 h of changeover, as this one does."),
        (None, 15.0, "This plan needs 15.0 h of changeover; no proven limit is known."),
    ],
)
def test_the_bound_on_changeovers_is_told_in_hours(
    needed: float | None, has: float, said: str
) -> None:
    assert changeover_bound(needed, has) == said


@pytest.mark.parametrize(
    ("status", "cost", "bound", "said"),
    [
        ("optimal", 200, 200, "Proven best"),
        ("feasible", 200, 150, "over 25.0 % less"),
        ("feasible", 200, None, "not known yet"),
        ("feasible", 200, 0, "no limit is proven yet"),
        (None, None, None, "No plan has been found yet"),
    ],
)
def test_quality_is_told_in_words(
    status: str | None, cost: int | None, bound: int | None, said: str
) -> None:
    assert said in quality(status, cost, bound)


def test_the_server_listens_on_this_computer_alone_and_tells_nobody() -> None:
    options = config("127.0.0.1", 8501)
    assert options["server.address"] == "127.0.0.1"
    assert options["browser.gatherUsageStats"] is False
    assert options["client.showErrorDetails"] == "none"
    assert address("::1", 80) == "http://[::1]:80"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_of_the_theme_can_be_read_on_its_grounds(scheme: str) -> None:
    from ui.colours import contrast

    colours = {key.rpartition(".")[2]: value for key, value in theme().items() if scheme in key}
    assert contrast("#ffffff", colours["primaryColor"]) >= 4.5  # text of buttons
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(colours["primaryColor"], colours[ground]) >= 3  # borders and marks
        for text in ("textColor", "linkColor"):
            assert contrast(colours[text], colours[ground]) >= 4.5
