"""The report of one page, and plans in money."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from planner.checker import check
from planner.cli import main
from planner.domain import Scenario
from planner.kpis import Prices, cost_per_hour_less_late, in_money, measure
from planner.kpis.money import weekend_hours
from planner.writer import PlanReport, report_html, report_pdf, write_schedule
from planner.writer.handover import Handover
from scenarios import sample_path
from tests.builders import batch, order, scenario, schedule


def given() -> Scenario:
    # A and C are red, B is blue; 30 minutes from one to the other.
    orders = [order("A", due=60), order("B", family="blue", due=150), order("C", due=500)]
    return scenario(orders, changeovers=30)


# A, C, then B: one changeover; B ends at 210, an hour after its due date.
TOGETHER = schedule(batch(("A", 0, 60), ("C", 60, 120)), batch(("B", 150, 210), family="blue"))
# A, B, C: two changeovers; all on time.
APART = schedule(batch(("A", 0, 60)), batch(("B", 90, 150), family="blue"), batch(("C", 180, 240)))
PRICES = Prices(currency="EUR", machine_hour=Decimal(60), hour_late=Decimal(100))


def report(prices: Prices = PRICES) -> PlanReport:
    wanted = given()
    assert check(wanted, TOGETHER) == check(wanted, APART) == ()
    plan, before = (Handover(scenario=wanted, schedule=made) for made in (TOGETHER, APART))
    return PlanReport(plan=plan, before=before, prices=prices)


def test_the_headline_says_the_result_in_one_sentence() -> None:
    assert report().headline == (
        "Against one by one, this plan saves 0.5 h of changeover (50 %) and makes 1 order late "
        "instead of 0."
    )


def test_what_has_no_price_is_not_available_and_not_counted() -> None:
    # 3 h of batches and 0.5 h of changeover at 60, and one hour late at 100.
    made = in_money(given(), TOGETHER, measure(given(), TOGETHER), PRICES)
    assert made["Machine hours"] == Decimal(210)
    assert made["Being late"] == Decimal(100)
    assert made["Changeovers"] is None
    assert made["In all"] == Decimal(310)
    assert PRICES.shown(made["Overtime"]) == "not available"


def test_without_prices_nothing_has_a_cost() -> None:
    made = in_money(given(), APART, measure(given(), APART), Prices())
    assert set(made.values()) == {None}


def test_an_hour_less_late_costs_what_is_paid_more_for_it() -> None:
    # Apart takes 30 minutes more, 30 EUR, and is an hour less late.
    before, after = (
        in_money(given(), made, measure(given(), made), PRICES) for made in (TOGETHER, APART)
    )
    assert cost_per_hour_less_late(before, after, 1.0, 0.0) == Decimal(30)
    assert cost_per_hour_less_late(after, before, 0.0, 1.0) is None


def test_overtime_is_what_is_worked_on_saturdays_and_sundays() -> None:
    # The start is Monday 06:00; Saturday begins 4 days and 18 hours later, at minute 6840.
    wanted = scenario([order("A", minutes=120)])
    assert weekend_hours(wanted, schedule(batch(("A", 6780, 6900)))) == 1.0


@pytest.mark.parametrize("prices", [PRICES, Prices()], ids=["prices", "no prices"])
def test_the_page_holds_three_figures_two_charts_and_the_certificate(prices: Prices) -> None:
    page = report_html(report(prices))
    assert page.count('<dd class="value">') == 3
    assert page.count("<img ") == 2
    assert "certified: keeps all" in page
    assert ("EUR" in page) == prices.is_known


def test_the_pdf_is_one_page() -> None:
    assert len(re.findall(rb"/Type /Page\b", report_pdf(report()))) == 1


def test_names_from_files_do_no_harm_in_a_report() -> None:
    wanted = scenario([order("A")], name="<script>$x_1$</script>")
    made = Handover(scenario=wanted, schedule=schedule(batch(("A", 0, 60))))
    page = report_html(PlanReport(plan=made, before=made))
    assert "<script>" not in page
    assert report_pdf(PlanReport(plan=made, before=made))


def test_the_command_writes_a_report_against_another_schedule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from planner import read_scenario
    from planner.search.baselines import earliest_due_date

    tiny = str(sample_path("tiny"))
    wanted = read_scenario(tiny)
    plan = tmp_path / "plan.csv"
    write_schedule(plan, wanted, earliest_due_date(wanted))
    out = tmp_path / "report.pdf"
    call = ["report", tiny, str(plan), "--against", str(plan), "--out", str(out)]
    assert main([*call, "--currency", "EUR", "--price-changeover", "25"]) == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert "needs the same changeover time" in capsys.readouterr().err
    assert main([*call[:-1], str(tmp_path / "report.txt")]) == 2
