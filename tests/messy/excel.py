"""What planners do in spreadsheets, in five languages."""

from datetime import date, datetime, time, timedelta

from tests.messy.case import Messy
from tests.messy.makers import ods, text, xlsb, xlsm, xlsx

LAYOUT = (
    Messy(
        name="notes-and-totals.xlsx",
        says="title and notes above the header, an empty row, a total and a signature below",
        data=xlsx(
            [
                ["Production plan week 48"],
                ["as of", datetime.fromisoformat("2026-11-20T00:00")],
                [],
                ["Order no.", "Article", "Qty", "Due date"],
                ["A-1", "P1", 10, date(2026, 11, 24)],
                ["A-2", "P2", 20, date(2026, 11, 25)],
                [],
                ["Total", None, 30],
                ["Approved by the plant manager"],
            ]
        ),
        columns={
            "order_id": ("A-1", "A-2"),
            "quantity": ("10", "20"),
            "due": ("2026-11-24", "2026-11-25"),
        },
        said=("row 4 is the header", "row 8: a total", "row 9: a heading or a note"),
    ),
    Messy(
        name="unnamed-sum.csv",
        says="a sum at the end without any word beside it",
        data=text("Order;Product;Quantity;Due\n1;A;5;2026-11-24\n2;B;6;2026-11-25\n;;11;\n"),
        columns={"order_id": ("1", "2"), "quantity": ("5", "6")},
        said=("row 4: a total",),
    ),
    Messy(
        name="subtotals.csv",
        says="subtotals between the orders, and an article whose name begins with Total",
        data=text(
            """
Order;Product;Qty
1;Total Care Soap;5
Subtotal;;5
2;Soap;6
Subtotal;;6
Grand total;;11
"""
        ),
        columns={"order_id": ("1", "2"), "product": ("Total Care Soap", "Soap")},
        said=("rows 3, 5, 6: a total",),
    ),
    Messy(
        name="headings.csv",
        says="headings of a section between the rows",
        data=text(
            "Order,Product,Qty,Due\nLine 1 (week 48),,,\n1,A,5,2026-11-24\n"
            "Line 2,,,\n2,B,6,2026-11-25\n"
        ),
        columns={"order_id": ("1", "2")},
        said=("rows 2, 4: a heading or a note",),
    ),
    Messy(
        name="units-row.csv",
        says="a second header row with units below the names",
        data=text(
            "Order;Quantity;Duration;Due\n;[kg];[h];[dd.mm.yyyy]\n1;5,5;1,5;24.11.2026\n2;6;2;25.11.2026\n"
        ),
        columns={"quantity": ("5.5", "6"), "unit": ("kg", "kg"), "duration_minutes": ("90", "120")},
        said=("row 2 belongs to the header", "numbers are hours"),
    ),
    Messy(
        name="many-sheets.xlsx",
        says="orders on the second sheet, a cover first, a hidden sheet of old orders",
        data=xlsx(
            [["Welcome"], ["See the other sheet"]],
            sheet="Cover",
            more={
                "Orders": [["Order", "Qty", "Due"], ["1", 5, date(2026, 11, 24)]],
                "Old": [["Order", "Qty", "Due"], ["0", 5, date(2025, 11, 24)]],
            },
            hidden=("Old",),
        ),
        columns={"order_id": ("1",)},
        said=("hidden sheets are left out: Old", "of several sheets Orders is imported"),
    ),
    Messy(
        name="two-order-sheets.xlsx",
        says="two sheets of orders with the same columns: read as one, and asked",
        data=xlsx(
            [["Order", "Qty", "Due"], ["1", 5, date(2026, 11, 24)]],
            sheet="Week 48",
            more={"Week 49": [["Order", "Qty", "Due"], ["2", 5, date(2026, 12, 1)]]},
        ),
        columns={"order_id": ("1", "2")},
        questions=("sheet",),
        said=("the sheets Week 48 and Week 49 have the same columns",),
    ),
    Messy(
        name="no-header.csv",
        says="no header at all: columns are known by their cells",
        data=text(
            "4711;A-100;24.11.2026;500\n4712;A-200;25.11.2026;250\n4713;A-100;13.12.2026;125\n"
        ),
        columns={
            "order_id": ("4711", "4712", "4713"),
            "due": ("2026-11-24", "2026-11-25", "2026-12-13"),
            "quantity": ("500", "250", "125"),
        },
        questions=("meaning:column B",),
        said=("there is no header row", "is taken as order_id", "is taken as due"),
    ),
    Messy(
        name="strange-names.csv",
        says="headings that say nothing: found by content",
        data=text("Ref X,Wunsch Y,Zahl Z\nA17,2026-11-24,5\nA18,2026-11-24,6\n"),
        columns={
            "order_id": ("A17", "A18"),
            "due": ("2026-11-24", "2026-11-24"),
            "quantity": ("5", "6"),
        },
        said=("Wunsch Y is taken as due: no other column has such values",),
    ),
    Messy(
        name="same-names.csv",
        says="two columns of the same name and one without any",
        data=text("Order,Qty,Qty,,Due\n1,5,9,x,2026-11-24\n2,6,9,y,2026-11-25\n"),
        columns={"quantity": ("5", "6"), "Qty (2)": ("9", "9"), "column D": ("x", "y")},
        questions=("column:quantity",),
        said=("Qty is taken as quantity, not Qty (2)",),
    ),
)

LANGUAGES = (
    Messy(
        name="french.csv",
        says="French: Windows-1252, spaces for thousands, decimal commas, month names",
        data=text(
            """
N° d'ordre;Désignation;Qté;Date de livraison;Durée (h);Priorité
OF-1;Bidon;1 250,5;24 nov. 2026;1h30;haute
OF-2;Fût;12 000;1er déc. 2026;7,5 h;basse
""",
            "cp1252",
        ),
        columns={
            "order_id": ("OF-1", "OF-2"),
            "quantity": ("1250.5", "12000"),
            "due": ("2026-11-24", "2026-12-01"),
            "duration_minutes": ("90", "450"),
            "priority": ("4", "1"),
        },
    ),
    Messy(
        name="spanish.csv",
        says="Spanish: long dates, a point for thousands",
        data=text(
            """
Nº orden;Código;Cantidad;Fecha de entrega;Máquina
OP-1;A;1.250,75;24 de noviembre de 2026;L1, L2
OP-2;B;500,25;3 de diciembre de 2026;L1
"""
        ),
        columns={
            "order_id": ("OP-1", "OP-2"),
            "quantity": ("1250.75", "500.25"),
            "due": ("2026-11-24", "2026-12-03"),
            "eligible_machines": ("L1|L2", "L1"),
        },
        questions=("machines",),
    ),
    Messy(
        name="chinese.csv",
        says="Chinese in GB18030: headings, dates and units of time in Chinese",
        data=text(
            """
订单号,产品,数量,交货日期,加工时间,备注
0001,红色面料,1200,2026年11月24日,90分钟,急
0002,蓝色面料,800,2026年11月25日 下午2:30,2小时,无
""",
            "gb18030",
        ),
        columns={
            "order_id": ("0001", "0002"),
            "product": ("红色面料", "蓝色面料"),
            "quantity": ("1200", "800"),
            "due": ("2026-11-24", "2026-11-25T14:30"),
            "duration_minutes": ("90", "120"),
        },
        said=("GB18030",),
    ),
    Messy(
        name="german.xlsx",
        says="German workbook: text numbers with decimal comma and unit, weeks as due dates",
        data=xlsx(
            [
                [
                    "Auftrags-Nr.",
                    "Artikel",
                    "Bezeichnung",
                    "Menge",
                    "Liefertermin",
                    "Bearbeitungszeit in Stunden",
                ],
                ["FA-001", "B1", "Blech RAL 7016 matt", "1.200,5 Stk", "KW 48/2026", 1.5],
                ["FA-002", "B2", "Blech RAL 9010 glanz", "350 Stk", "2026-W49", 0.25],
            ]
        ),
        columns={
            "order_id": ("FA-001", "FA-002"),
            "family": ("7016", "9010"),
            "quantity": ("1200.5", "350"),
            "unit": ("Stk", "Stk"),
            "due": ("2026-11-29", "2026-12-06"),
            "duration_minutes": ("90", "15"),
        },
        said=('family = the word after "RAL"', "a week means its last day, Sunday"),
    ),
    Messy(
        name="swiss.csv",
        says="Swiss: apostrophes for thousands, a BOM, tabs",
        data=text(
            "Auftrag\tMenge\tTermin\nA1\t1'250\t24.11.26\nA2\t12'000\t30.11.26\n", "utf-8-sig"
        ),
        columns={"quantity": ("1250", "12000"), "due": ("2026-11-24", "2026-11-30")},
        said=("years of two digits",),
    ),
    Messy(
        name="misspelt.csv",
        says="headings with typing errors and odd case",
        data=text("ORDER NUBMER;QUANTTY;DUE DAET\nA1;5;2026-11-24\nA2;6;2026-11-25\n"),
        columns={
            "order_id": ("A1", "A2"),
            "quantity": ("5", "6"),
            "due": ("2026-11-24", "2026-11-25"),
        },
        said=("ORDER NUBMER is taken as order_id",),
    ),
)

DATES = (
    Messy(
        name="ambiguous.csv",
        says="slashed dates that all could be either way: asked, never swapped",
        data=text("Order,Qty,Due\n1,5,03/04/2026\n2,6,05/06/2026\n"),
        columns={"order_id": ("1", "2")},
        questions=("date_order:Due",),
        is_ready=False,
    ),
    Messy(
        name="ambiguous-answered.csv",
        says="the same with the answer: month first",
        data=text("Order,Qty,Due\n1,5,03/04/2026\n2,6,05/06/2026\n"),
        answers=(("date_order:Due", "mdy"),),
        columns={"due": ("2026-03-04", "2026-05-06")},
    ),
    Messy(
        name="one-proof.csv",
        says="one date of the column proves the order of the others",
        data=text("Order,Qty,Due\n1,5,03/04/2026\n2,6,05/13/2026\n"),
        columns={"due": ("2026-03-04", "2026-05-13")},
        said=("Due: month first, as all its dates show",),
    ),
    Messy(
        name="other-column-proves.csv",
        says="one column is ambiguous, its neighbour is not: the neighbour's order, said so",
        data=text("Order,Qty,Release,Due\n1,5,03/04/2026,25/04/2026\n2,6,05/06/2026,26/06/2026\n"),
        columns={"release": ("2026-04-03", "2026-06-05"), "due": ("2026-04-25", "2026-06-26")},
        said=("Release: day first, as column Due proves",),
    ),
    Messy(
        name="contradiction.csv",
        says="dates of both orders in one column: asked with the counts, misfits lose it",
        data=text("Order,Qty,Due\n1,5,13/04/2026\n2,6,04/13/2026\n3,6,14/04/2026\n"),
        answers=(("date_order:Due", "dmy"),),
        columns={"order_id": ("1", "2", "3"), "due": ("2026-04-13", "", "2026-04-14")},
        findings=(("date", 3, "Due"),),
    ),
    Messy(
        name="half-swapped.xlsx",
        says="a spreadsheet of the wrong country made dates of days up to 12, left the rest text",
        data=xlsx(
            [
                ["Order", "Qty", "Due"],
                ["1", 5, date(2026, 4, 3)],
                ["2", 6, "25/04/2026"],
                ["3", 6, "13/05/2026"],
            ]
        ),
        questions=("swapped:Due",),
        is_ready=False,
    ),
    Messy(
        name="swapped-back.xlsx",
        says="the same with the answer: exchange them back",
        data=xlsx([["Order", "Qty", "Due"], ["1", 5, date(2026, 4, 3)], ["2", 6, "25/04/2026"]]),
        answers=(("swapped:Due", "swap"),),
        columns={"due": ("2026-03-04", "2026-04-25")},
    ),
    Messy(
        name="serials.csv",
        says="Excel serial numbers where dates were, one with a time",
        data=text("Order;Qty;Due\n1;5;46350\n2;6;46351,5\n"),
        columns={"due": ("2026-11-24", "2026-11-25T12:00")},
        said=("Excel's 1900 system",),
    ),
    Messy(
        name="mac-1904.xlsx",
        says="a workbook of the 1904 date system with dates and bare serial numbers",
        data=xlsx(
            [["Order", "Qty", "Release", "Due"], ["1", 5, date(2026, 11, 24), 44889]],
            is_1904=True,
            formats={3: "yyyy-mm-dd"},
        ),
        # 1904-01-01 + 44889 days; the 1900 system's 46351 is the same day (1462 days apart).
        columns={"release": ("2026-11-24",), "due": ("2026-11-25",)},
        said=("Excel's 1904 system",),
    ),
    Messy(
        name="zoned.csv",
        says="ISO times with zones and fractions of a second",
        data=text("id,qty,due\n1,5,2026-11-24T14:30:00.000Z\n2,6,2026-11-24T15:30:00+01:00\n"),
        columns={"due": ("2026-11-24T14:30+00:00", "2026-11-24T15:30+01:00")},
    ),
    Messy(
        name="bad-dates.csv",
        says="impossible dates and words where dates should be",
        data=text("Order;Qty;Due\n1;5;31.02.2026\n2;6;soon\n3;7;24.11.2026\n4;8;24.11.1026\n"),
        columns={"order_id": ("1", "2", "3", "4"), "due": ("", "", "2026-11-24", "")},
        findings=(("date", 2, "Due"), ("date", 3, "Due"), ("date", 5, "Due")),
    ),
)

NUMBERS = (
    Messy(
        name="thousands-or-decimals.csv",
        says="1.200 and nothing that proves what the point is: asked",
        data=text("Order;Qty\n1;1.200\n2;2.500\n"),
        columns={"order_id": ("1", "2")},
        questions=("decimal:Qty",),
        is_ready=False,
    ),
    Messy(
        name="marks-proved-beside.csv",
        says="1.200 beside a column that proves the decimal comma",
        data=text("Order;Qty;Duration (h)\n1;1.200;1,5\n2;2.500;2\n"),
        columns={"quantity": ("1200", "2500"), "duration_minutes": ("90", "120")},
        said=("Qty: the decimal mark is a comma, as in the other columns",),
    ),
    Messy(
        name="both-marks.csv",
        says="decimal points and decimal commas in one column: asked, misfits rejected",
        data=text("Order;Qty\n1;1,5\n2;2.5\n3;3,5\n"),
        answers=(("decimal:Qty", ","),),
        columns={"order_id": ("1", "3"), "quantity": ("1.5", "3.5")},
        findings=(("number", 3, "Qty"),),
    ),
    Messy(
        name="quantities.csv",
        says="units behind numbers, brackets and trailing minus, a word, an empty one",
        data=text(
            "Order,Qty,Due\n1,12 pcs,2026-11-24\n2,5-,2026-11-24\n3,(5),2026-11-24\n"
            "4,many,2026-11-24\n"
            "5,,2026-11-24\n"
        ),
        columns={"order_id": ("1", "5"), "quantity": ("12", ""), "unit": ("pcs", "")},
        findings=(("negative", 3, "Qty"), ("negative", 4, "Qty"), ("number", 5, "Qty")),
    ),
    Messy(
        name="durations.csv",
        says="durations in every way people write them",
        data=text(
            "Order;Run time\n1;7,5 h\n2;1:30\n3;90 min\n4;1h30\n"
            "5;2 Std. 15 Min.\n"
            "6;PT1H30M\n7;0:00:30\n"
        ),
        columns={"duration_minutes": ("450", "90", "90", "90", "135", "90", "0.5")},
        said=("1:30 are hours and minutes",),
    ),
    Messy(
        name="duration-cells.xlsx",
        says="durations as Excel times, one longer than a day",
        data=xlsx(
            [["Order", "Duration", "Qty"], ["1", time(1, 30), 5], ["2", timedelta(hours=30), 6]],
            formats={2: "[h]:mm"},
        ),
        columns={"duration_minutes": ("90", "1800")},
    ),
    Messy(
        name="duration-unit.csv",
        says="small fractions under Duration: hours or minutes? asked",
        data=text("Order;Duration\n1;1,5\n2;0,25\n"),
        questions=("unit:Duration",),
        is_ready=False,
    ),
    Messy(
        name="rates.csv",
        says="pieces per hour instead of a duration",
        data=text("order_id,product,quantity,units_per_hour\n1,A,100,250\n2,B,50,12.5\n"),
        columns={"units_per_hour": ("250", "12.5")},
    ),
)

CELLS = (
    Messy(
        name="padded-ids.xlsx",
        says="order numbers that are numbers with a format of zeros",
        data=xlsx([["Order", "Qty"], [4711, 5], [12, 6]], formats={1: "00000000"}),
        columns={"order_id": ("00004711", "00000012")},
    ),
    Messy(
        name="damaged-ids.csv",
        says="order numbers a spreadsheet has shortened to 1.23457E+11",
        data=text("Order,Qty\n1.23457E+11,5\nA2,6\n"),
        columns={"order_id": ("A2",)},
        findings=(("damaged_id", 2, "Order"),),
    ),
    Messy(
        name="duplicates.csv",
        says="an order twice and one without a number",
        data=text("Order,Product,Qty\nA1,X,5\nA1,X,6\n,Y,7\nA2,Z,8\n"),
        columns={"order_id": ("A1", "A2")},
        findings=(("unique_name", 3, "Order"), ("value_given", 4, "Order")),
    ),
    Messy(
        name="errors.xlsx",
        says="cells that hold errors, and a formula nobody calculated",
        data=xlsx(
            [
                ["Order", "Qty", "Due"],
                ["1", 5, "#N/A"],
                ["2", "=A2*2", date(2026, 11, 24)],
                ["3", 7, date(2026, 11, 25)],
            ]
        ),
        columns={"order_id": ("1", "3"), "due": ("", "2026-11-25")},
        findings=(("uncalculated", None, ""), ("error_cell", 2, "Due"), ("error_cell", 3, "Qty")),
    ),
    Messy(
        name="macros.xlsm",
        says="a workbook with macros: values are read, macros are not run",
        data=xlsm([["Order", "Qty"], ["1", 5]]),
        columns={"order_id": ("1",), "quantity": ("5",)},
        said=("macros are not run",),
    ),
    Messy(
        name="binary.xlsb",
        says="a binary workbook with serial dates",
        data=xlsb([["Order", "Qty", "Due"], ["0001", 5.5, 46350.0], ["0002", 6.0, 46351.0]]),
        columns={
            "order_id": ("0001", "0002"),
            "quantity": ("5.5", "6"),
            "due": ("2026-11-24", "2026-11-25"),
        },
    ),
    Messy(
        name="open.ods",
        says="an OpenDocument sheet",
        data=ods([["Auftrag", "Menge", "Termin"], ["0001", 5.5, date(2026, 11, 24)]]),
        columns={"order_id": ("0001",), "quantity": ("5.5",), "due": ("2026-11-24",)},
    ),
    Messy(
        name="nothing.csv",
        says="ten ways to write that there is no value",
        data=text(
            "Order,Qty,Due,Customer\n1,5,n/a,-\n2,,NULL,null\n3,7,-,None\n4,8,31.12.9999,k.A.\n5,9,2026-11-24,ACME\n"
        ),
        columns={"due": ("", "", "", "", "2026-11-24"), "quantity": ("5", "", "7", "8", "9")},
    ),
    Messy(
        name="quotes.csv",
        says="inch marks that open a quotation and never close it",
        data=text('Order;Product;Qty\n1;"3/4 pipe;5\n2;1/2" valve;6\n3;"big pipe;7\n'),
        columns={"order_id": ("1", "2", "3"), "quantity": ("5", "6", "7")},
        findings=(("open_quote", None, ""),),
    ),
    Messy(
        name="sep-line.csv",
        says="Excel's sep= line, line breaks inside cells, carriage returns",
        data=text('sep=,\r\nOrder,Note,Qty\r\n1,"two\nlines",5\r\n2,one,6\r\n'),
        columns={"order_id": ("1", "2"), "note": ("two\nlines", "one"), "quantity": ("5", "6")},
    ),
    Messy(
        name="too-many-cells.csv",
        says="an unquoted comma that makes a row longer than the header",
        data=text("Order,Note,Qty\n1,fine,5\n2,red, matt,6\n3,fine,7\n"),
        columns={"order_id": ("1", "3")},
        findings=(("row_length", 3, ""),),
    ),
    Messy(
        name="free-text.csv",
        says="families only in the free text; one text has none",
        data=text(
            "Order,Description,Qty\n1,Panel RAL7016 matt,5\n2,Panel RAL 9010,6\n3,Panel raw,7\n"
        ),
        columns={"order_id": ("1", "2"), "family": ("7016", "9010")},
        findings=(("family", 4, "Description"),),
    ),
    Messy(
        name="planned-export.csv",
        says="an export of this planner: the plan comes back as the current sequence",
        data=text(
            """
Auftrag;Menge;Liefertermin;machine;batch;position;changeover_start;start;end;minutes_late
A1;5;24.11.2026;L1;1;1;23.11.2026 06:00;23.11.2026 06:30;23.11.2026 07:00;0
A2;6;24.11.2026;L1;2;1;23.11.2026 09:00;23.11.2026 09:30;23.11.2026 10:00;0
A3;7;25.11.2026;L1;1;2;23.11.2026 06:00;23.11.2026 07:00;23.11.2026 08:00;0
"""
        ),
        columns={
            "order_id": ("A1", "A2", "A3"),
            "due": ("2026-11-24", "2026-11-24", "2026-11-25"),
            "current_machine": ("L1", "L1", "L1"),
            "current_position": ("1", "3", "2"),
        },
        said=("the planned columns are the current sequence",),
    ),
)

EXCEL = (*LAYOUT, *LANGUAGES, *DATES, *NUMBERS, *CELLS)
