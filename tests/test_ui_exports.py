"""What the export page hands over, and what the pages say in words."""

import dataclasses
import io

import pytest
from openpyxl import load_workbook

from planner.intake import import_tables
from planner.kpis import NOT_AVAILABLE
from planner.reader import read_scenario, read_tables, scenario_from_tables
from planner.search.baselines import earliest_due_date, one_by_one
from scenarios import sample_path
from tests.builders import batch, machine, order, scenario, schedule
from ui.cards import Card, cards_html, headline
from ui.figures.by_order import by_order
from ui.figures.comparing import changeover_hours, tardiness_by_order
from ui.launch import address, config, theme
from ui.parts.files import FILES, MIME, SHOP_FLOOR, Handout
from ui.plans import Plan, plan_of
from ui.words import changeover_bound, quality


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, Plan]:
    given = read_scenario(sample_path("heat-treatment"))
    return (plan_of("Plan", given, earliest_due_date(given)),
            plan_of("One by one", given, one_by_one(given)))  # fmt: skip


NASTY = "=1+1<script>alert(1)</script>"


def test_names_from_files_are_no_tags_on_cards() -> None:
    page = cards_html([Card(label=NASTY, value=NASTY, note=NASTY)])
    assert "<script" not in page
    assert "&lt;script" in page


@pytest.mark.parametrize("kind", [*FILES, *SHOP_FLOOR])
def test_every_button_of_the_export_page_gives_a_file_that_names_its_run(
    plans: tuple[Plan, Plan], kind: str
) -> None:
    data = handout(plans[0]).made(kind)
    if kind == "xlsx":
        book = load_workbook(io.BytesIO(data), read_only=True)
        data = str(list(book["Certificate"].iter_rows(values_only=True))).encode()
    assert b"run-9" in data.replace(b"\r\n ", b"")
    assert kind in MIME


def test_an_upload_is_given_back_on_the_export_page() -> None:
    tables = import_tables([("o.csv", b"Auftrag;Dauer min;Los\n7;5;x\n8;5;y\n")]).tables
    given = scenario_from_tables(tables)
    made = Handout(plan=plan_of("Plan", given, one_by_one(given)), tables=tables, run="9")
    head, *rows = made.upload().decode().splitlines()
    assert head.startswith("Auftrag;Dauer min;Los;planned_machine;")
    assert [row[:6] for row in rows] == ["7;5;x;", "8;5;y;"]


@pytest.mark.parametrize("kind", ["html", "lists.html", "svg"])
def test_exports_have_the_colour_that_the_user_gave_a_family(
    plans: tuple[Plan, Plan], kind: str
) -> None:
    usual = handout(plans[0])
    family = plans[0].schedule.batches[0].family
    chosen = dataclasses.replace(usual, colours={family: "#12ab9f"})
    assert b"#12ab9f" in chosen.made(kind).lower()
    assert b"#12ab9f" not in usual.made(kind).lower()


def test_figures_name_the_run_too(plans: tuple[Plan, Plan]) -> None:
    assert "Run,,run-9" in handout(plans[0]).figures().decode("utf-8-sig")


def handout(plan: Plan) -> Handout:
    return Handout(plan=plan, tables=read_tables(sample_path("heat-treatment")), run="run-9")


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
        (0.0, 15.0, ""),
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
        ("feasible", 200, 150, "at most 25.0 % (a limit, not an estimate)"),
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
    from planner.writer.looks import contrast

    colours = {key.rpartition(".")[2]: value for key, value in theme().items() if scheme in key}
    assert contrast("#ffffff", colours["primaryColor"]) >= 4.5  # text of buttons
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(colours["primaryColor"], colours[ground]) >= 3  # borders and marks
        for text in ("textColor", "linkColor"):
            assert contrast(colours[text], colours[ground]) >= 4.5


def test_charts_draw_names_as_they_are_and_not_as_markup() -> None:
    given = scenario(
        orders=[order("<b>1</b>", minutes=60, due=1)],
        machines=[machine("<i>M</i>")],
    )
    plan = plan_of("a < b", given, one_by_one(given))
    for chart in (by_order(plan), changeover_hours([plan]), tardiness_by_order([plan])):
        drawn = chart.to_json()
        assert "\\u003cb\\u003e" not in drawn
        assert "\\u003ci\\u003e" not in drawn
        assert "&lt;" in drawn
