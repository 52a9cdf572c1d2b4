"""Machines, changeovers, calendars, durations; and files that are refused."""

from datetime import time

from tests.messy.case import Messy
from tests.messy.makers import packed, repacked, text, xlsx

TABLES = (
    Messy(
        name="machines.csv",
        says="German machines: kinds and yes and no in German, decimal commas",
        kind="machines",
        data=text(
            """
Maschine;Prozessart;Kapazität;Unterbrechbar;Stundensatz;Kalender
Ofen 1;parallel;120;nein;85,50;2-Schicht
Linie 2;seriell;;ja;40;2-Schicht
"""
        ),
        columns={
            "machine_id": ("Ofen 1", "Linie 2"),
            "process": ("parallel", "serial"),
            "capacity_quantity": ("120", ""),
            "pausable": ("no", "yes"),
            "cost_per_hour": ("85.5", "40"),
            "calendar": ("2-Schicht", "2-Schicht"),
        },
    ),
    Messy(
        name="arbeitsplaetze.csv",
        says="work centres with one bad kind: the others go on",
        kind="machines",
        data=text("ARBPL,Type,Capacity\n0010,furnace,5\n0020,magic,6\n0030,tunnel,7\n"),
        columns={"machine_id": ("0010", "0030"), "process": ("parallel", "continuous")},
        findings=(("process", 3, "Type"),),
    ),
    Messy(
        name="ruestmatrix.xlsx",
        says="a square changeover matrix with dashes on the diagonal and a title above",
        kind="matrix",
        data=xlsx(
            [
                ["Rüstmatrix"],
                ["von \\ nach [min]", "rot", "blau", "weiß"],
                ["rot", "-", 30, 45],
                ["blau", 20, None, 50],
                ["weiß", 10, 15, 0],
            ],
            sheet="Rüstmatrix",
        ),
        columns={
            "from": ("rot", "rot", "blau", "blau", "weiß", "weiß", "weiß"),
            "to": ("blau", "weiß", "rot", "weiß", "rot", "blau", "weiß"),
            "minutes": ("30", "45", "20", "50", "10", "15", "0"),
        },
        said=("numbers are minutes",),
    ),
    Messy(
        name="changeovers.csv",
        says="changeovers one per row in French, hours with a comma, a star for any",
        kind="changeovers",
        data=text("De;Vers;Temps de changement (h);Coût\nrouge;bleu;0,5;10\n*;blanc;1,25;\n"),
        columns={
            "from": ("rouge", "*"),
            "to": ("bleu", "blanc"),
            "minutes": ("30", "75"),
            "cost": ("10", ""),
        },
    ),
    Messy(
        name="shifts.csv",
        says="shifts with German weekdays and whole hours",
        kind="calendars",
        data=text(
            "Schichtmodell;Wochentag;Von;Bis\n2-Schicht;Mo-Do;6;22\n2-Schicht;Fr;06:00;14:30 Uhr\n"
        ),
        columns={
            "calendar": ("2-Schicht", "2-Schicht"),
            "weekdays": ("Mon Tue Wed Thu", "Fri"),
            "start": ("06:00", "06:00"),
            "end": ("22:00", "14:30"),
        },
    ),
    Messy(
        name="kalender.xlsx",
        says="Chinese weekdays, Excel times, a holiday by date",
        kind="calendars",
        data=xlsx(
            [
                ["日历", "星期", "日期", "开始", "结束", "开放"],
                ["A", "周一至周五", None, time(6, 0), time(22, 0), "是"],
                ["A", None, "2026年12月25日", None, None, "否"],
            ]
        ),
        columns={
            "weekdays": ("Mon Tue Wed Thu Fri", ""),
            "date": ("", "2026-12-25"),
            "start": ("06:00", ""),
            "open": ("yes", "no"),
        },
    ),
    Messy(
        name="article-times.csv",
        says="times per article and machine",
        kind="durations",
        data=text("Article;Machine;Duration (min)\nA;L1;90\nA;L2;1:45\nB;;5\n"),
        columns={"product": ("A", "A"), "machine_id": ("L1", "L2"), "minutes": ("90", "105")},
        findings=(("value_given", 4, "Machine"),),
    ),
)

_BOOK = xlsx([["Order", "Qty"], ["1", 5]])
_ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccccccc"><!ENTITY d "&b;&b;&b;&b;">]>'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&d;</styleSheet>'
)


def _refused(name: str, says: str, data: bytes, rule: str) -> Messy:
    return Messy(
        name=name, says=says, data=data, kind="", findings=((rule, None, ""),), is_ready=False
    )


REFUSED = (
    _refused("empty.csv", "no byte at all", b"", "empty_file"),
    _refused("blank.csv", "a mark and blank lines only", b"\xef\xbb\xbf\r\n\r\n", "empty_file"),
    _refused(
        "photo.csv", "a picture named .csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no_table"
    ),
    _refused(
        "page.xls", "a web page named .xls", b"<html><table><tr><td>1</td></tr></table>", "no_table"
    ),
    _refused(
        "broken.xlsx", "a workbook cut off in the middle", _BOOK[: len(_BOOK) // 2], "damaged_file"
    ),
    _refused("bomb.zip", "a zip bomb", packed({"orders.csv": b"0" * 30_000_000}), "zip_bomb"),
    _refused(
        "bomb.xlsx",
        "a workbook whose sheet unpacks to a thousand times its size",
        repacked(_BOOK, {"xl/media/a.bin": b"0" * 50_000_000}),
        "zip_bomb",
    ),
    _refused(
        "up.zip",
        "a path that climbs out of the package",
        packed({"../../orders.csv": "a,b"}),
        "path_traversal",
    ),
    _refused("root.zip", "an absolute path", packed({"/etc/orders.csv": "a,b"}), "path_traversal"),
    _refused(
        "entities.xlsx",
        "XML entities that multiply",
        repacked(_BOOK, {"xl/styles.xml": _ENTITIES}),
        "xml_entities",
    ),
    _refused(
        "long-line.csv",
        "a line of two million characters",
        b"a,b\n" + b"x" * 2_000_000,
        "oversized_line",
    ),
    _refused(
        "long-cell.csv",
        "a cell of 200,000 characters",
        b"a,b\n" + b"x" * 200_000 + b",1\n",
        "oversized_cell",
    ),
    _refused("wide.csv", "five thousand columns", b",".join([b"a"] * 5000) + b"\n", "too_wide"),
)

OTHERS = (*TABLES, *REFUSED)
