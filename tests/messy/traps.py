"""Files in which a value or a row could be lost without anybody noticing."""

from tests.messy.case import Messy
from tests.messy.makers import ods, text

TRAPS = (
    Messy(
        name="no-id.csv",
        says="a last row without an order id that is no sum of the others",
        data=text("Auftrag;Dauer min\nA;5\nB;6\n;7\n"),
        columns={"order_id": ("A", "B"), "duration_minutes": ("5", "6")},
        findings=(("value_given", 4, "Auftrag"),),
    ),
    Messy(
        name="rounded-sum.csv",
        says="a last row without an order id that is the sum of the others, rounded",
        data=text("Auftrag;Menge;Dauer min\nA;5,255;1\nB;6,25;1\n;11,51;\n"),
        columns={"order_id": ("A", "B"), "quantity": ("5.255", "6.25")},
        said=("row 4: a total, not imported",),
    ),
    Messy(
        name="pages.csv",
        says="a list of two columns with the numbers of its pages between the orders",
        data=text("Order;Min\nA1;5\nPage 2;\nOrder;Min\nB1;6\nSeite 3 von 7;\nC1;7\n"),
        columns={"order_id": ("A1", "B1", "C1"), "duration_minutes": ("5", "6", "7")},
        said=("rows 3, 6: a heading or a note", "row 4: the header again"),
    ),
    Messy(
        name="inch-marks.csv",
        says="inch marks in the text of two rows look like one cell of two lines",
        data=text('Order;Note;Minutes\nA;"5 inch;5\nB;6" pipe;6\nC;x;7\n'),
        columns={
            "order_id": ("A", "B", "C"),
            "duration_minutes": ("5", "6", "7"),
            "note": ('"5 inch', '6" pipe', "x"),
        },
        findings=(("open_quote", None, ""),),
    ),
    Messy(
        name="halves.csv",
        says="halves written as fractions, which are no 1: what the column holds is asked",
        data=text("Order;Qty;Minutes\nA1;½;5\nA2;1/2;5\nA3;2 ½;5\nA4;3;5\n"),
        columns={"order_id": ("A1", "A2", "A3", "A4"), "Qty": ("½", "1/2", "2 ½", "3")},
        questions=("meaning:Qty",),
        is_ready=False,
    ),
    Messy(
        name="unit-beside.csv",
        says="run times with a column of their units, one of which is none",
        data=text("Auftrag;Dauer;Einheit\nA;1,5;H\nB;45;MIN\nC;2;TAG\nD;3;XX\n"),
        columns={"order_id": ("A", "B", "C"), "duration_minutes": ("90", "45", "2880")},
        findings=(("duration", 5, "Dauer"),),
        said=("Einheit is taken as duration_unit",),
    ),
    Messy(
        name="min.ods",
        says="the only column of numbers is called Min: minutes, not quantities",
        data=ods([["Order", "Min"], ["01", 30], ["02", 45]]),
        columns={"order_id": ("01", "02"), "duration_minutes": ("30", "45")},
    ),
    Messy(
        name="export-again.csv",
        says="an export with its plan: the sequence counts, what was added is not kept",
        data=text(
            "Auftrag;Dauer min;planned_machine;planned_batch;planned_position;"
            "planned_changeover_start;planned_start;planned_end;planned_minutes_late;"
            "planned_reason;plan_scenario;plan_run;plan_time_zone;plan_certificate\n"
            "A;5;M1;10;1;;03/04/2026 07:00;03/04/2026 07:05;0;;x;1;UTC;certified\n"
            "B;5;M1;2;2;;03/04/2026 06:05;03/04/2026 06:10;0;;x;1;UTC;certified\n"
            "C;5;M1;2;1;;03/04/2026 06:00;03/04/2026 06:05;0;;x;1;UTC;certified\n"
            "D;5;;;;;;;;no room;x;1;UTC;certified\n"
        ),
        columns={
            "order_id": ("A", "B", "C", "D"),
            "current_machine": ("M1", "M1", "M1", ""),
            "current_position": ("3", "2", "1", ""),
        },
        said=("the planned columns are the current sequence",),
    ),
)
