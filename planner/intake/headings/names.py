"""What people and systems call the canonical columns of every kind of table.

See `planner.intake.headings.names_of_orders` for how the names are listed.
"""

from planner.intake.headings.names_of_orders import ORDERS

MACHINES = {
    "machine_id": """
        machine id; arbpl; machine; machine no; machine number; work center; work centre;
        workcenter; workcenter id; workstation; workstation name; resource; resource id;
        wrkctrid; wrkctr; machine center no; work center no; equipment; equnr; line;
        production line; maschine; maschinen nr; maschinennummer; maschinen id; arbeitsplatz;
        anlage; anlagennummer; linie; ofen; machine nom; poste de travail; poste de charge;
        equipement; ligne; maquina; centro de trabajo; puesto de trabajo; recurso; linea; 设备;
        设备编号; 机器; 机器编号; 机台; 工作中心; 设备号; no; nr; code; id; name; 名称""",
    "process": """
        process; process type; machine type; type; art; prozess; prozessart; maschinenart; typ;
        procede; mode; proceso; tipo; tipo de proceso; 工艺; 类型; 加工方式; time mode""",
    "capacity_quantity": """
        capacity; capacity quantity; batch capacity; batch size; max batch; maximum;
        max quantity; capacity pieces; capacity pcs; kapazitat; kapazitaet; fassungsvermogen;
        chargengrosse; max charge; capacite; taille de lot; capacidad; tamano de lote; 容量;
        产能; 批量; 最大批量; 装载量; default capacity""",
    "capacity_kg": """
        capacity kg; max weight; max kg; maximum weight; kapazitat kg; max gewicht; capacite kg;
        poids max; capacidad kg; peso maximo; 最大重量; 载重""",
    "initial_family": """
        initial family; current setup; setup; current family; initial setup; startfamilie;
        aktuelle rustung; rustzustand; anfangsfamilie; eingerichtet auf; reglage actuel;
        famille initiale; ajuste actual; familia inicial; 当前状态; 初始族; 当前产品; 当前换型""",
    "pausable": """
        pausable; can pause; may pause; interruptible; unterbrechbar; pausierbar;
        interruptible oui non; peut s interrompre; interrumpible; puede pausar; 可中断; 可暂停""",
    "speed": """
        speed; speed factor; efficiency; time efficiency; leistungsgrad; geschwindigkeit; faktor;
        vitesse; rendement; velocidad; eficiencia; rendimiento; 速度; 效率; effectivity""",
    "cost_per_hour": """
        cost per hour; hourly cost; costs hour; cost hour; hour rate; hourly rate; cost; rate;
        machine hour rate; stundensatz; maschinenstundensatz; kosten pro stunde; cout horaire;
        taux horaire; coste por hora; costo por hora; costo hora; coste hora; 小时费用;
        每小时成本; 费率""",
    "calendar": """
        calendar; shift calendar; shift; schichtkalender; kalender; schicht; schichtmodell;
        working time template; working hours; resource calendar; resource calendar id; available;
        holiday list; calendrier; horaire; calendario; turno; 日历; 班次; 工作日历;
        shop calendar code""",
}

CHANGEOVERS = {
    "from": """
        from; from family; from setup; fromsetup; from product; from item; from colour;
        from color; predecessor; previous; von; von familie; von rustgruppe; vorganger;
        vorgaenger; von farbe; de; de la famille; depuis; precedent; famille precedente; desde;
        de familia; origen; anterior; 从; 前; 前族; 前产品; 前一产品; 起始; 由; 原产品; 原状态""",
    "to": """
        to; to family; to setup; tosetup; to product; to item; to colour; to color; successor;
        next; nach; nach familie; nach rustgruppe; nachfolger; zu; auf; nach farbe; a; vers;
        suivant; famille suivante; hasta; a familia; destino; siguiente; hacia; 到; 后; 后族;
        后产品; 后一产品; 至; 目标; 新产品; 新状态""",
    "minutes": """
        minutes; changeover minutes; changeover time; changeover; setup time; duration;
        setup minutes; time; min; rustzeit; ruestzeit; rustdauer; umrustzeit; wechselzeit; dauer;
        minuten; zeit; temps de changement; temps de reglage; duree; minutes de changement;
        temps; tiempo de cambio; tiempo de preparacion; minutos; tiempo; duracion; 换型时间;
        换产时间; 分钟; 时间; 切换时间; 换线时间; hours; stunden; heures; horas; 小时""",
    "cost": """
        cost; changeover cost; setup cost; kosten; rustkosten; ruestkosten; cout;
        cout de changement; coste; costo; coste de cambio; 成本; 费用; 换型成本""",
    "machine": """
        machine; machine id; resource; work center; workcenter; setup matrix; setupmatrix; arbpl;
        workstation; maschine; arbeitsplatz; anlage; linie; poste de travail; maquina;
        centro de trabajo; 设备; 机器; 机台; 工作中心""",
    "attribute": """
        attribute; attr; property; merkmal; attribut; eigenschaft; atributo; 属性; 特性""",
}

CALENDARS = {
    "calendar": """
        calendar; calendar name; shift calendar; kalender; schichtkalender; schichtmodell;
        machine; resource; machine id; maschine; arbeitsplatz; anlage; calendrier; calendario;
        maquina; 日历; 日历名称; 设备; 机器; holiday list; working hours; name""",
    "weekdays": """
        weekdays; weekday; days; day of week; day; dayofweek; working days; wochentag;
        wochentage; tag; tage; jour; jours; jour de la semaine; dia; dias; dia de la semana;
        星期; 周; 工作日; 星期几""",
    "date": "date; on date; holiday date; datum; am; feiertag; jour ferie; fecha; 日期; holiday",
    "start": """
        start; start time; from; from time; hour from; opens; open from; starttime; begin;
        beginn; von; schichtbeginn; startzeit; anfang; uhrzeit von; debut; heure de debut; de;
        inicio; hora inicio; hora de inicio; desde; 开始; 开始时间; 上班; 上班时间; 从""",
    "end": """
        end; end time; to; to time; hour to; closes; open until; endtime; finish; ende; bis;
        schichtende; endzeit; uhrzeit bis; fin; heure de fin; a; hora fin; hora de fin; hasta;
        结束; 结束时间; 下班; 下班时间; 到; work to; until""",
    "open": """
        open; is open; working; working day; available; value; offen; geoffnet; arbeitstag;
        ouvert; abierto; laborable; 开放; 是否工作; 工作; is working""",
}

DURATIONS = {
    "order_id": ORDERS["order_id"],
    "product": ORDERS["product"],
    "machine_id": MACHINES["machine_id"],
    "minutes": ORDERS["duration_minutes"],
}

FIELDS = {
    "orders": ORDERS,
    "machines": MACHINES,
    "changeovers": CHANGEOVERS,
    "calendars": CALENDARS,
    "durations": DURATIONS,
}

# Words in a file's or a sheet's name that say what it holds.
TITLES = {
    "orders": """
        orders order auftrage auftraege auftrag fertigungsauftrage ordres commandes of pedidos
        ordenes 订单 工单 生产订单 coois demand mrp production worklist work""",
    "machines": """
        machines machine maschinen anlagen arbeitsplatze workcenters workstations resources
        postes maquinas recursos 设备 机器 机台""",
    "changeovers": """
        changeovers changeover setup setups matrix rustmatrix ruestmatrix rustzeiten changements
        reglages cambios 换型 换产 矩阵""",
    "calendars": """
        calendars calendar kalender shifts schichten calendriers calendarios turnos 日历 班次""",
    "durations": """
        durations dauern zeiten durees duraciones tiempos 工时 routing""",
}

# Words that begin a row of sums.
TOTALS = frozenset(
    """
    *summe endsumme ergebnis gesamt gesamt: gesamtergebnis gesamtsumme grand
    insgesamt somme sous-total subtotal sum sum: suma summe summe: summen sums total
    total: totale totales totals totaux zwischensumme Σ σ ∑ 共计 合计 合计: 合计： 小计 总数 总计
    """.split()  # noqa: SIM905  (a table of words reads better than a list of quotes)
)
