"""What real files hold beside a row for each order: each kind with its smallest file."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from planner.cli import main
from planner.intake import Imported, ImportedFiles, grouped, import_file, import_tables
from planner.reader import scenario_from_tables
from tests.messy.makers import text, xlsx

ORDERS = "Order;Product;Grade;Qty;Minutes;Due\n1;P;Film;5;60;2030-03-10\n2;Q;Copo;5;60;2030-03-11\n"


def read(*files: tuple[str, str], **answers: str) -> ImportedFiles:
    given = tuple((key.replace("__", ":"), value) for key, value in answers.items())
    return import_tables([(name, text(content)) for name, content in files], answers=given)


def part(done: ImportedFiles, name: str) -> Imported:
    return next(p for p in done.parts if p.name == name)


def column(done: ImportedFiles, name: str, field: str) -> tuple[str, ...]:
    table = part(done, name).table
    assert table is not None
    return table.column(field)


def keys(done: ImportedFiles) -> list[str]:
    return [question.key for question in done.all_questions]


def changeovers(cells: str, **answers: str) -> dict[tuple[str, str], str]:
    done = read(("orders.csv", ORDERS), ("m.csv", cells), **answers)
    table = part(done, "changeovers.csv").table
    assert table is not None
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return {(row["from"], row["to"]): row["minutes"] for row in rows}


# changeovers


@pytest.mark.parametrize("cell", ["-", "no", "not possible", "interdit", "verboten", ""])
def test_a_changeover_that_is_not_possible_is_no_default(cell: str) -> None:
    cells = f"From;Film;Raffia;Copo\nFilm;;2 h;{cell}\nRaffia;2 h;;2 h\nCopo;{cell};2 h;\n"
    found = changeovers(cells)
    assert found["Film", "Copo"] == "no"
    assert found["Film", "Raffia"] == "120"


def test_empty_cells_of_a_matrix_are_asked_about_and_may_take_the_default() -> None:
    cells = "From;Film;Raffia;Copo\nFilm;;2 h;\nRaffia;2 h;;2 h\nCopo;;2 h;\n"
    asked = keys(read(("orders.csv", ORDERS), ("m.csv", cells)))
    assert "empty:m.csv:times From" in asked
    found = changeovers(cells, empty="default")
    assert ("Film", "Copo") not in found


def test_half_a_matrix_is_the_same_both_ways_until_it_is_answered() -> None:
    cells = "Wash (min);a;b;c\na;;15;20\nb;;;30\nc;;;\n"
    both = changeovers(cells)
    assert (both["a", "b"], both["b", "a"]) == ("15", "15")
    one = changeovers(cells, mirror="default")
    assert ("b", "a") not in one


def test_a_matrix_that_only_says_yes_asks_how_long_it_takes() -> None:
    cells = "From;Film;Raffia;Copo\nFilm;;Yes;No\nRaffia;Yes;;Yes\nCopo;No;Yes;\n"
    found = changeovers(cells, default="90")
    assert (found["Film", "Raffia"], found["Film", "Copo"]) == ("90", "no")


def test_two_columns_of_the_same_values_are_from_and_to_whatever_they_are_called() -> None:
    rows = [(a, b) for a in "xyz" for b in "xyz" if a != b]
    cells = "alpha;beta;gamma\n" + "".join(f"{a}1;{b}1;{k + 5}\n" for k, (a, b) in enumerate(rows))
    done = read(("list.csv", cells))
    assert part(done, "changeovers.csv").kind == "changeovers"
    assert column(done, "changeovers.csv", "from")[:2] == ("x1", "x1")


# progress


def test_what_is_finished_is_left_out_and_of_the_rest_what_is_done_is_known() -> None:
    done = read(
        (
            "o.csv",
            "Auftrag;Menge;Gutmenge;Dauer min;Status\n"
            "1;100;100;60;Erledigt\n2;100;40;60;in Arbeit\n"
            "3;50;0;30;freigegeben\n4;9;0;5;storniert\n",
        )
    )
    assert column(done, "orders.csv", "order_id") == ("2", "3")
    assert column(done, "orders.csv", "done_quantity") == ("40", "0")
    assert column(done, "orders.csv", "status") == ("in_progress", "released")
    said = " ".join(done.all_assumptions)
    assert "1 order left out as Status says: finished" in said
    assert "1 order left out as Status says: cancelled" in said


def test_codes_of_a_status_that_are_not_known_are_asked_about() -> None:
    rows = "1;10;10;90\n2;10;10;90\n3;10;9;90\n4;10;0;20\n"
    orders = ("o.csv", f"Order;Qty;Good qty;Status;Minutes\n{rows}".replace("\n", ";5\n"))
    orders = ("o.csv", orders[1].replace("Minutes;5", "Minutes"))
    done = read(orders)
    (question,) = [q for q in done.all_questions if q.key.startswith("status:")]
    assert question.default == "90"
    assert column(done, "orders.csv", "order_id") == ("4",)
    assert column(read(orders, status="none"), "orders.csv", "order_id") == ("3", "4")


def test_orders_on_hold_are_left_out_or_planned_as_answered() -> None:
    orders = ("o.csv", "Order;Qty;Minutes;Status\n1;5;5;released\n2;5;5;on hold\n")
    assert column(read(orders), "orders.csv", "order_id") == ("1",)
    planned = read(orders, status_on_hold="plan")
    assert column(planned, "orders.csv", "status") == ("released", "open")


# shapes


def test_quantities_under_weeks_are_orders_due_at_their_ends() -> None:
    grid = "Product;KW 14/2030;KW 15/2030;KW 16/2030;Total\nA;5;;7;12\nB;;3;;3\nTotal;5;3;7;15\n"
    done = read(("grid.csv", grid))
    assert column(done, "orders.csv", "quantity") == ("5", "7", "3")
    # Sundays of the weeks 14, 16 and 15 of 2030.
    sundays = [date.fromisocalendar(2030, week, 7).isoformat() for week in (14, 16, 15)]
    assert list(column(done, "orders.csv", "due")) == sundays


def test_a_column_that_groups_rows_is_carried_down_and_subtotals_are_no_orders() -> None:
    rows = (
        "Tag;Ofen;Teil;Menge\n1.4.2030;O1;A;5\n;;B;6\n;O2;C;7\nSumme;;;18\n2.4.2030;O1;D;8\n;;E;9\n"
    )
    done = read(("o.csv", rows), **{"column:order_id": "rows"})
    assert column(done, "orders.csv", "due") == (*("2030-04-01",) * 3, *("2030-04-02",) * 2)
    assert column(done, "orders.csv", "eligible_machines") == ("O1", "O1", "O2", "O1", "O1")


def test_two_tables_side_by_side_are_one_with_the_machine_above_each() -> None:
    rows = "PRESS 1;;;PRESS 2;\nOrder;Qty;;Order;Qty\nA1;5;;B1;7\nA2;6;;;\n"
    done = read(("o.csv", rows))
    assert column(done, "orders.csv", "order_id") == ("A1", "A2", "B1")
    assert column(done, "orders.csv", "eligible_machines") == ("PRESS 1", "PRESS 1", "PRESS 2")
    table = part(done, "orders.csv").table
    assert table is not None
    assert table.numbers == (3, 4, 3)


def test_a_sheet_for_each_machine_is_one_table_and_asked_about() -> None:
    header = ["Job no", "Qty", "Run h"]
    book = xlsx([header, ["J1", 5, 1]], sheet="Press 1", more={"Press 2": [header, ["J2", 6, 2]]})
    done = import_tables([("presses.xlsx", book)])
    assert column(done, "orders.csv", "eligible_machines") == ("Press 1", "Press 2")
    assert "sheet:orders.csv" in keys(done)
    alone = import_tables([("presses.xlsx", book)], answers=(("sheet:orders.csv", "Press 2"),))
    assert column(alone, "orders.csv", "order_id") == ("J2",)


def test_a_grid_of_crosses_says_which_machines_a_product_may_use() -> None:
    orders = "Order;Item;Qty;Minutes\n1;Cap;5;5\n2;Lid;5;5\n"
    grid = "Item;P60;P120\nCap;x;x\nLid;;x\n"
    done = read(("orders.csv", orders), ("can run.csv", grid))
    assert done.tables.files["orders.csv"].column("eligible_machines") == ("P60|P120", "P120")


def test_a_list_of_what_must_not_run_takes_machines_away() -> None:
    orders = "Order;Item;Qty;Minutes\n1;Cap;5;5\n2;Lid;5;5\n"
    machines = "Machine;Capacity\nP60;5\nP120;5\n"
    never = "Item;Machine;Why\nLid;P60;too wide\nLid;P9;gone\nCap;P9;gone\n"
    done = read(("orders.csv", orders), ("machines.csv", machines), ("Not on.csv", never))
    eligible = done.tables.files["orders.csv"].column("eligible_machines")
    assert eligible == ("P60|P120", "P120")


# operations


def test_several_rows_of_an_order_are_the_operations_of_its_route() -> None:
    rows = "Auftrag;AG;Platz;Menge;te (min);Termin\n" + "".join(
        f"A{k};{10 * step};M{step};5;{step};2030-04-0{k}\n" for k in (1, 2) for step in (1, 2, 3)
    )
    done = read(("o.csv", rows))
    assert column(done, "orders.csv", "order_id") == ("A1", "A2")
    assert column(done, "routes.csv", "stage") == ("10", "20", "30") * 2
    assert part(done, "orders.csv").rejected == ()
    assert column(done, "routes.csv", "minutes_per_unit") == ("1", "2", "3") * 2
    assert not {"stage", "minutes_per_unit"} & set(part(done, "orders.csv").table.columns)  # type: ignore[union-attr]
    assert keys(done) == ["machines:o.csv"]


def test_a_wait_that_stands_at_a_step_lies_before_the_next() -> None:
    rows = "Item;Step;Work centre;Min per piece;Dries (min)\n" + "".join(
        f"{item};{step};W{step};1;{wait}\n"
        for item in "AB"
        for step, wait in ((10, 60), (20, 90), (30, ""))
    )
    done = read(("routes.csv", rows))
    assert column(done, "routes.csv", "min_wait") == ("", "60", "90") * 2


def test_tasks_that_name_the_task_before_are_operations_in_that_order() -> None:
    rows = "Task;Casting;Work;Station;Hours;After;Needed\n" + "".join(
        f"T{k}{n};C{k};{work};S{n};{n};{f'T{k}{n - 1}' if n > 1 else ''};2030-04-1{k}\n"
        for k in (1, 2, 3)
        for n, work in ((1, "mould"), (2, "pour"))
    )
    done = read(("tasks.csv", rows))
    assert column(done, "orders.csv", "order_id") == ("C1", "C2", "C3")
    assert column(done, "routes.csv", "stage") == ("10", "20") * 3


# numbers and times


@pytest.mark.parametrize(
    ("heading", "cell", "field", "minutes"),
    [
        ("Min per 100", "50", "minutes_per_unit", "0.5"),
        ("Cycle time (s)", "30", "minutes_per_unit", "0.5"),
        ("Speed pcs/min", "2", "units_per_hour", "120"),
        ("Pcs per shift", "800", "units_per_hour", "100"),
        ("Dauer", "1 Std 30", "duration_minutes", "90"),
        ("Durata", "5 ore 40", "duration_minutes", "340"),
        ("Duration", "0 days 05:30:00", "duration_minutes", "330"),
        ("Duration", "PT1H30M", "duration_minutes", "90"),
        ("加工时间", "2小时30分", "duration_minutes", "150"),
    ],
)
def test_times_and_rates_in_all_forms(heading: str, cell: str, field: str, minutes: str) -> None:
    done = read(("o.csv", f"Order;Qty;{heading}\n1;10;{cell}\n2;20;{cell}\n"))
    assert column(done, "orders.csv", field) == (minutes, minutes)


def test_the_time_of_a_cycle_is_shared_among_the_pieces_it_makes() -> None:
    done = read(("o.csv", "Order;Qty;Cycle time (s);Cavities\n1;100;30;4\n2;100;30;1\n"))
    assert column(done, "orders.csv", "minutes_per_unit") == ("0.125", "0.5")


def test_hours_from_a_start_are_dates_once_the_start_is_known() -> None:
    orders = ("o.csv", "load;recipe;ready_h;due_h;minutes\nL1;A;0;14;60\nL2;B;4;30;60\n")
    assert "origin:o.csv" in keys(read(orders))
    done = read(orders, origin="2030-03-01T06:00")
    assert column(done, "orders.csv", "due") == ("2030-03-01T20:00", "2030-03-02T12:00")


def test_an_overdue_order_is_said_and_the_start_is_asked() -> None:
    past = (date.today() - timedelta(days=30)).isoformat()  # noqa: DTZ011
    done = read(("o.csv", f"Order;Qty;Minutes;Due\n1;5;5;{past}\n2;5;5;2090-01-01\n"))
    assert "start" in keys(done)
    assert "1 order is overdue when the plan begins: 1" in done.all_assumptions


# what the cells contradict


def test_a_heading_that_its_cells_contradict_is_asked_about_and_not_believed() -> None:
    done = read(("o.csv", "Order;Qty;Minutes;Due\n1;5;5;line 3\n2;5;5;line 4\n"))
    (question,) = [q for q in done.all_questions if q.key == "meaning:o.csv:Due"]
    assert question.is_blocking
    assert "line 3" in question.text
    table = part(done, "orders.csv").table
    assert table is not None
    assert "due" not in table.columns


def test_one_bad_cell_costs_its_value_and_not_the_order() -> None:
    done = read(
        ("o.csv", "Order;Qty;Minutes;Due\n1;5;5;2030-03-01\n2;5;5;soon\n3;5;5;2030-03-01\n")
    )
    assert column(done, "orders.csv", "due") == ("2030-03-01", "", "2030-03-01")
    (finding,) = done.all_findings
    assert (finding.row, finding.column, finding.severity) == (3, "Due", "warning")


def test_a_column_without_a_name_says_nothing_of_a_unit() -> None:
    rows = (
        "order,product,qty,due,a,b,c,\nA1,red,10,2030-03-01,x,y,z,3\n"
        "A2,blue,20,2030-03-02,x,y,z,4\n"
    )
    table = part(read(("h.csv", rows)), "orders.csv").table
    assert table is not None
    assert "duration_minutes" not in table.columns


# answers


def test_two_unknown_sheets_have_two_keys_and_keep_apart() -> None:
    book = xlsx(
        [["tile", "laid by"], ["t1", "x"]], sheet="Tiles", more={"Legend": [["a", "b"], ["c", "d"]]}
    )
    done = import_tables([("two.xlsx", book)])
    assert keys(done) == ["kind:Tiles", "kind:Legend"]


def test_an_answer_to_no_question_names_the_nearest() -> None:
    done = read(("o.csv", "Order;Qty;Minutes;Prio\n1;5;5;1\n2;5;5;2\n"), priorit="low")
    assert done.unknown_answers == ("priorit answers nothing; there is priority:o.csv",)


def test_columns_and_kinds_are_assigned_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "o.csv"
    file.write_text("Order;Qty;Minutes;Ship;Wunsch\n1;5;5;2030-03-01;2030-03-09\n", "utf-8")
    assert (
        main(["import", str(file), "--column", "o.csv/Wunsch=due", "--kind", "o.csv=orders"]) == 0
    )
    assert main(["import", str(file), "--column", "o.csv/Wnsch=due"]) == 1
    assert "meaning:o.csv:Wunsch" in capsys.readouterr().err


def test_words_of_a_file_are_understood(tmp_path: Path) -> None:
    words = tmp_path / "mine.toml"
    words.write_text('language = "ours"\n[columns.orders]\nquantity = ["Snorks"]\n', "utf-8")
    file = tmp_path / "o.csv"
    file.write_text("Order;Snorks;Blips;Minutes\n1;5;7;5\n2;6;8;5\n", "utf-8")
    out = tmp_path / "plant"
    assert main(["import", str(file), "--words", str(words), "--out", str(out)]) == 0
    assert "quantity" in (out / "orders.csv").read_text("utf-8").splitlines()[0]


def test_a_file_added_later_keeps_the_answers_to_the_first() -> None:
    orders = ("o.csv", "Order;Qty;Duration\n1;5;5\n2;5;6\n")
    answers = {"unit:o.csv:Duration": "min"}
    alone = read(orders, **answers)
    more = read(orders, ("m.csv", "Machine;Capacity\nM1;5\nM2;6\n"), **answers)
    assert column(alone, "orders.csv", "duration_minutes") == ("5", "6")
    assert column(more, "orders.csv", "duration_minutes") == ("5", "6")


def test_findings_of_one_kind_are_one_line_with_their_rows() -> None:
    rows = "".join(f"{k};5;5;{'soon' if k % 3 else '2030-03-01'}\n" for k in range(1, 31))
    rows = rows.replace("soon", "2030-13-01")
    done = read(("o.csv", f"Order;Qty;Minutes;Due\n{rows}"))
    (group,) = grouped(done.all_findings)
    assert len(group.findings) == 20
    assert "20 times in rows 2, 3, 5, 6" in str(group)


# cost


@pytest.mark.parametrize("cell", [" " * 5000, "1" * 5000, "1 " * 2000, "a" * 5000, "(" * 3000])
def test_no_cell_or_heading_costs_more_than_it_is_long(cell: str) -> None:
    started = time.process_time()
    import_file(text(f"Order;Qty;Due;{cell[:2000]}\n1;{cell};{cell};{cell}\n"), "o.csv")
    assert time.process_time() - started < 2.0


def test_ten_thousand_orders_are_understood_within_a_second() -> None:
    rows = "".join(
        f"A{k:05};P{k % 300};{k % 90 + 1};{1 + k % 28:02}.12.2030;{k % 50 + 10};M{k % 7}\n"
        for k in range(10_000)
    )
    data = text(f"Auftrag;Artikel;Menge;Liefertermin;Dauer min;Maschine\n{rows}")
    import_file(text("Auftrag;Menge\n1;5\n"), "warm.csv")  # the words are read once
    started = time.process_time()
    done = import_tables([("o.csv", data)])
    assert time.process_time() - started < 1.0
    assert len(column(done, "orders.csv", "order_id")) == 10_000


def test_what_was_imported_becomes_a_scenario() -> None:
    done = read(("orders.csv", ORDERS), ("m.csv", "From;Film;Copo\nFilm;;-\nCopo;30 min;\n"))
    scenario = scenario_from_tables(done.tables)
    assert len(scenario.orders) == 2


# what nobody sees


def test_a_mark_of_utf8_before_other_bytes_does_not_spoil_names() -> None:
    data = b"\xef\xbb\xbf" + "Auftrag;Größe\nä1;5\n".encode("cp1252")
    done = import_tables([("o.csv", data)], answers=(("kind", "orders"),))
    assert column(done, "orders.csv", "order_id") == ("ä1",)
    assert "whatever its byte-order mark says" in " ".join(done.all_assumptions)


def test_zero_bytes_far_down_are_left_out_and_said() -> None:
    rows = "".join(f"A{k};5;6\n" for k in range(9000))
    data = text(f"Order;Qty;Minutes\n{rows}B\x001;5;6\n")
    done = import_tables([("o.csv", data)])
    assert column(done, "orders.csv", "order_id")[-1] == "B1"
    assert "1 zero bytes are left out" in " ".join(done.all_assumptions)


def test_names_that_look_alike_are_one_or_are_said() -> None:
    rows = "Order;Family;Qty;Minutes\n1;Grün;5;6\n2;Gru\u0308n;5;6\n3;Grün\u200b;5;6\n4;grün;5;6\n"
    done = read(("o.csv", rows))
    assert column(done, "orders.csv", "family") == ("Grün", "Grün", "Grün", "grün")
    assert [f.rule for f in done.all_findings] == ["twin_names"]


# words that are nearly others


@pytest.mark.parametrize(
    ("cell", "kept"), [("Ferme", 2), ("FERME", 2), ("Clôturé", 1), ("cloture", 1)]
)
def test_an_accent_that_makes_another_word_is_heard(cell: str, kept: int) -> None:
    rows = f"N° OF;Qté;Durée (h);Situation\n1;5;2;{cell}\n2;5;2;En cours\n"
    assert len(column(read(("of.csv", rows)), "orders.csv", "order_id")) == kept


def test_numbers_of_a_heading_in_thousands_are_thousands() -> None:
    rows = (
        "Job No;Qty ('000);Press;Sheets/hr;Delivery\n"
        "P1;25;A;5000;14/06/2030\nP2;12.5;B;5000;15/06/2030\n"
    )
    done = read(("jobs.csv", rows))
    assert column(done, "orders.csv", "quantity") == ("25000", "12500")
    assert any("numbers are thousands" in said for said in done.all_assumptions)


def test_the_one_size_of_orders_without_a_quantity_is_it() -> None:
    rows = (
        "Charge;Batchgröße [kg];Laufzeit [h];Termin\nC1;250;9,5;03.05.2030\nC2;180;7;04.05.2030\n"
    )
    assert column(read(("c.csv", rows)), "orders.csv", "quantity") == ("250", "180")


def test_thai_vowels_are_no_accents() -> None:
    rows = (
        "เลขที่ใบสั่งผลิต;สินค้า;สี;จำนวน;เครื่องจักร;เวลาผลิต (นาที);กำหนดส่ง\n"
        "MO-1;ถัง;แดง;12;ฉีด-1;240;15/04/2030\nMO-2;ฝา;ขาว;8;ฉีด-2;160;16/04/2030\n"
    )
    done = read(("thai.csv", rows))
    assert {"order_id", "product", "attr_สี", "quantity", "duration_minutes", "due"} <= set(
        done.tables.files["orders.csv"].columns
    )
