"""Exports of SAP, Odoo, ERPNext, frePPLe and Microsoft Dynamics, as their users save them."""

from datetime import datetime

from tests.messy.case import Messy
from tests.messy.makers import text, xlsx

SAP = (
    Messy(
        name="coois.csv",
        says="SAP order headers by technical names: semicolons, decimal comma, dotted dates, zeros",
        data=text(
            """
AUFNR;MATNR;MAKTX;GAMNG;GMEIN;GSTRP;GLTRP;WERKS
000001004711;FERT-100;Gehaeuse lackiert;1.200,000;ST;16.11.2026;24.11.2026;1000
000001004712;FERT-200;Deckel;350,500;KG;17.11.2026;04.12.2026;1000
"""
        ),
        columns={
            "order_id": ("000001004711", "000001004712"),
            "product": ("FERT-100", "FERT-200"),
            "quantity": ("1200", "350.5"),
            "unit": ("ST", "KG"),
            "release": ("2026-11-16", "2026-11-17"),
            "due": ("2026-11-24", "2026-12-04"),
            "MAKTX": ("Gehaeuse lackiert", "Deckel"),
            "WERKS": ("1000", "1000"),
        },
        findings=(("mixed_units", None, ""),),
        said=("GAMNG: the decimal mark is a comma", "GLTRP: day first"),
    ),
    Messy(
        name="sap-list.txt",
        says="SAP unconverted list: title, rules, bars, header repeated, trailing minus",
        data=text(
            """
23.11.2026                 Dynamische Listenausgabe                    1
------------------------------------------------------------------------
|Auftrag |Material|Auftragsmenge|ME |Eckende   |
|--------|--------|-------------|---|----------|
|1000010 |M-1     |      1.000  |ST |24.11.2026|
|1000011 |M-2     |        250- |ST |25.11.2026|
|Auftrag |Material|Auftragsmenge|ME |Eckende   |
|1000012 |M-1     |        500,5|ST |30.11.2026|
------------------------------------------------------------------------
"""
        ),
        columns={
            "order_id": ("1000010", "1000012"),
            "quantity": ("1000", "500.5"),
            "due": ("2026-11-24", "2026-11-30"),
        },
        findings=(("negative", 6, "Auftragsmenge"),),
        said=("the header again", "a rule", "row 3 is the header"),
    ),
    Messy(
        name="sap-german.csv",
        says="SAP GUI spreadsheet export in German, Windows-1252, umlauts, dates without a time",
        data=text(
            """
Auftrag;Materialkurztext;Auftragsmenge;Mengeneinheit;Eckstarttermin;Eckendtermin;Arbeitsplatz
4711;Türgriff grün;12;ST;20.11.2026;27.11.2026;LACK01
4712;Türgriff weiß;8;ST;21.11.2026;28.11.2026;LACK02
""",
            "cp1252",
        ),
        columns={
            "order_id": ("4711", "4712"),
            "quantity": ("12", "8"),
            "release": ("2026-11-20", "2026-11-21"),
            "due": ("2026-11-27", "2026-11-28"),
            "eligible_machines": ("LACK01", "LACK02"),
            "Materialkurztext": ("Türgriff grün", "Türgriff weiß"),
        },
        questions=("machines",),
        said=("Windows-1252", "end of that day's last open window"),
    ),
    Messy(
        name="sap-utf16.xls",
        says="SAP export named .xls that is tab-separated UTF-16, with dates as 20261124",
        data=text(
            "AUFNR\tMATNR\tGAMNG\tGLTRP\n0100\tA\t10\t20261124\n0101\tB\t20\t20261201\n", "utf-16"
        ),
        columns={
            "order_id": ("0100", "0101"),
            "quantity": ("10", "20"),
            "due": ("2026-11-24", "2026-12-01"),
        },
    ),
    Messy(
        name="sap-times.csv",
        says="SAP with finish date and finish time in two columns, 24:00:00 at a day's end",
        data=text(
            """
AUFNR;GAMNG;GLTRP;GLUZP;GSTRP;GSUZP
1;5;24.11.2026;14:00:00;23.11.2026;06:00:00
2;6;24.11.2026;24:00:00;23.11.2026;00:00:00
"""
        ),
        columns={
            "due": ("2026-11-24T14:00", "2026-11-25T00:00"),
            "release": ("2026-11-23T06:00", "2026-11-23T00:00"),
        },
    ),
    Messy(
        name="sap-operations.csv",
        says="SAP standard values with their unit in a column of its own, and no-date dates",
        data=text(
            """
AUFNR;VGW01;VGE01;GLTRP;APRIO
1;1,5;H;24.11.2026;1
2;90;MIN;00.00.0000;1
"""
        ),
        columns={
            "order_id": ("1", "2"),
            "duration_minutes": ("90", "90"),
            "due": ("2026-11-24", ""),
        },
        said=("APRIO: equal in all rows",),
    ),
    Messy(
        name="sap-sales.csv",
        says="SAP sales order items: the order number repeats, the item tells them apart",
        data=text(
            """
VBELN,POSNR,MATNR,KWMENG,VDATU
90001,10,A,5,2026-11-24
90001,20,B,6,2026-11-25
90002,10,A,7,2026-11-26
"""
        ),
        columns={"order_id": ("90001-10", "90001-20", "90002-10"), "quantity": ("5", "6", "7")},
        said=("orders are named by number and POSNR",),
    ),
)

ODOO = (
    Messy(
        name="mrp.production.csv",
        says="Odoo export by field names: times, product reference, priority 0/1",
        data=text(
            """
"name","product_id","product_qty","product_uom_id","date_start","date_deadline","priority"
"WH/MO/00012","[FURN-1] Table","12.0","Units","2026-11-20 06:00:00","2026-11-24 15:30:00","0"
"WH/MO/00013","[FURN-2] Chair","40.0","Units","2026-11-21 06:00:00","2026-11-25 15:30:00","1"
"""
        ),
        columns={
            "order_id": ("WH/MO/00012", "WH/MO/00013"),
            "product": ("[FURN-1] Table", "[FURN-2] Chair"),
            "quantity": ("12", "40"),
            "release": ("2026-11-20T06:00", "2026-11-21T06:00"),
            "due": ("2026-11-24T15:30", "2026-11-25T15:30"),
        },
        questions=("priority",),
        is_ready=False,
    ),
    Messy(
        name="odoo-labels.xlsx",
        says="Odoo export by labels to XLSX, text numbers and text dates",
        data=xlsx(
            [
                ["Reference", "Product", "Quantity To Produce", "Deadline", "Expected Duration"],
                ["MO/1", "Desk", 5, datetime.fromisoformat("2026-11-24T15:00"), 125.5],
                ["MO/2", "Desk", 7, datetime.fromisoformat("2026-12-24T15:00"), 60],
            ]
        ),
        columns={
            "order_id": ("MO/1", "MO/2"),
            "quantity": ("5", "7"),
            "deadline": ("2026-11-24T15:00", "2026-12-24T15:00"),
            "duration_minutes": ("125.5", "60"),
        },
        questions=("unit:Expected Duration",),
        is_ready=True,
    ),
    Messy(
        name="odoo-workorder.csv",
        says="Odoo with paths in the headings and durations expected in minutes",
        data=text(
            """
production_id/name,production_id/product_id,qty_production,duration_expected,workcenter_id
MO/1,Desk,5,62.5,Saw
MO/2,Chair,6,15,Saw
"""
        ),
        columns={
            "order_id": ("MO/1", "MO/2"),
            "product": ("Desk", "Chair"),
            "duration_minutes": ("62.5", "15"),
            "eligible_machines": ("Saw", "Saw"),
        },
        questions=("machines",),
        said=("as in the system it is from",),
    ),
)

ERPNEXT = (
    Messy(
        name="work_order.csv",
        says="ERPNext work orders: data import template with notes above and the names below them",
        data=text(
            """
"Data Import Template"
"Table:","Work Order"
"Notes:"
"Please do not change the template headings."

"name","production_item","qty","stock_uom","planned_start_date","expected_delivery_date"
"MFG-WO-2026-00001","PAINT-RED","100.0","Nos","2026-11-20 09:00:00","2026-11-27"
"MFG-WO-2026-00002","PAINT-BLUE","250.0","Nos","2026-11-21 09:00:00","2026-11-28"
"""
        ),
        columns={
            "order_id": ("MFG-WO-2026-00001", "MFG-WO-2026-00002"),
            "product": ("PAINT-RED", "PAINT-BLUE"),
            "quantity": ("100", "250"),
            "unit": ("Nos", "Nos"),
            "release": ("2026-11-20T09:00", "2026-11-21T09:00"),
            "due": ("2026-11-27", "2026-11-28"),
        },
        said=("row 6 is the header",),
    ),
    Messy(
        name="erpnext-priority.csv",
        says="ERPNext with priorities in words, which say their direction",
        data=text(
            """
ID,Item To Manufacture,Qty To Manufacture,Expected Delivery Date,Priority
WO-1,A,5,13-11-2026,High
WO-2,B,6,14-11-2026,Low
WO-3,C,6,15-11-2026,Medium
"""
        ),
        columns={
            "order_id": ("WO-1", "WO-2", "WO-3"),
            "product": ("A", "B", "C"),
            "due": ("2026-11-13", "2026-11-14", "2026-11-15"),
            "priority": ("4", "1", "2"),
        },
        said=("words are weights",),
    ),
)

FREPPLE = (
    Messy(
        name="frepple-demand.csv",
        says="frePPLe demand: item, due, and a priority of which lower is more important, unsaid",
        data=text(
            """
name,item,location,due,quantity,priority,customer
Demand 1,varnished chair,factory 1,2026-12-05 00:00:00,15,1,shop
Demand 2,painted chair,factory 1,2026-12-09 00:00:00,25,10,shop
"""
        ),
        columns={
            "order_id": ("Demand 1", "Demand 2"),
            "product": ("varnished chair", "painted chair"),
            "due": ("2026-12-05", "2026-12-09"),
            "quantity": ("15", "25"),
            "customer": ("shop", "shop"),
        },
        questions=("priority",),
        is_ready=False,
        said=("midnight in every row",),
    ),
    Messy(
        name="frepple-answered.csv",
        says="the same with the direction answered: lower first",
        data=text(
            """
name,item,due,quantity,priority
Demand 1,varnished chair,2026-12-05 00:00:00,15,1
Demand 2,painted chair,2026-12-09 00:00:00,25,10
"""
        ),
        answers=(("priority", "low"),),
        columns={"priority": ("10", "1")},
        said=("a lower number is more important: 1 weighs 10 and 10 weighs 1",),
    ),
    Messy(
        name="frepple-setuprule.csv",
        says="frePPLe setup rules: fromsetup, tosetup, a duration as a clock and a cost",
        kind="changeovers",
        data=text(
            """
setupmatrix,priority,fromsetup,tosetup,duration,cost
Painting,1,green,red,1:00:00,10
Painting,2,red,green,0:30:00,5.5
"""
        ),
        columns={
            "machine": ("Painting", "Painting"),
            "from": ("green", "red"),
            "to": ("red", "green"),
            "minutes": ("60", "30"),
            "cost": ("10", "5.5"),
        },
    ),
)

DYNAMICS = (
    Messy(
        name="dynamics-fo.xlsx",
        says="Dynamics 365 Finance and Operations: run-together names, Excel dates",
        data=xlsx(
            [
                [
                    "ProductionOrderNumber",
                    "ItemNumber",
                    "ScheduledQuantity",
                    "DeliveryDate",
                    "ProductName",
                ],
                ["P000123", "D0001", 10, datetime.fromisoformat("2026-11-24T00:00"), "Cabinet"],
                ["P000124", "D0002", 20, datetime.fromisoformat("2026-11-30T00:00"), "Speaker"],
            ]
        ),
        columns={
            "order_id": ("P000123", "P000124"),
            "product": ("D0001", "D0002"),
            "quantity": ("10", "20"),
            "due": ("2026-11-24", "2026-11-30"),
        },
        said=("DeliveryDate: a date without a time is the end of that day's last open window",),
    ),
    Messy(
        name="dynamics-bc.csv",
        says="Business Central released orders: American dates, AM and PM, thousands commas",
        data=text(
            """
"No.","Source No.","Description","Quantity","Unit of Measure Code","Ending Date-Time","Due Date"
"101005","1000","Bicycle","1,250","PCS","11/23/2026 2:30 PM","11/24/2026"
"101006","1100","Wheel","2,500.5","PCS","11/27/2026 8:00 AM","11/30/2026"
"""
        ),
        columns={
            "order_id": ("101005", "101006"),
            "product": ("1000", "1100"),
            "quantity": ("1250", "2500.5"),
            "unit": ("PCS", "PCS"),
            "due": ("2026-11-24", "2026-11-30"),
        },
        said=(
            "Due Date: month first",
            "Quantity: the decimal mark is a point",
            "not Ending Date-Time",
        ),
    ),
    Messy(
        name="dynamics-ax.csv",
        says="Dynamics AX by table fields",
        data=text(
            """
ProdId;ItemId;QtySched;DlvDate;WrkCtrId
PO-1;A;100,00;28.11.2026;1220
PO-2;B;50,00;29.11.2026;1230
"""
        ),
        columns={
            "order_id": ("PO-1", "PO-2"),
            "product": ("A", "B"),
            "quantity": ("100", "50"),
            "due": ("2026-11-28", "2026-11-29"),
            "eligible_machines": ("1220", "1230"),
        },
        questions=("machines",),
    ),
)

SYSTEMS = (*SAP, *ODOO, *ERPNEXT, *FREPPLE, *DYNAMICS)
