"""What people and systems call the columns of an order table.

English, German, French, Spanish, Chinese, SAP, ERPNext, Odoo, frePPLe and Microsoft Dynamics.
One entry is one field, the surest names first: where two columns could be the same field, the
earlier name wins. Names are compared as `matching.normal` writes them.
"""

ORDERS = {
    "order_id": """
        order id; aufnr; order number; order no; order nr; order no.; production order;
        production order number; production id; prod order no; prodid; work order;
        work order id; manufacturing order; manufacturing order number; mo number; mo;
        job number; job no; job; job id; jobid; auftragsnummer; auftrags nr; auftragsnr;
        auftrag nr; auftrag; fertigungsauftrag; fa nr; fa nummer; fa; betriebsauftrag;
        produktionsauftrag; numero d ordre; n ordre; no ordre; ordre de fabrication; numero of;
        no of; n of; of; numero de commande; commande; n commande; ordre; orden de fabricacion;
        orden de produccion; numero de orden; n orden; no orden; nro orden; orden; pedido;
        numero de pedido; n pedido; no pedido; 订单号; 生产订单号; 生产订单; 工单号; 工单;
        订单编号; 订单; 生产单号; 单号; 制令单号; plnum; planned order; vbeln; sales order;
        sales document; verkaufsbeleg; kundenauftrag; kdauf; order reference; reference; demand;
        belegnummer; beleg nr; order; no; nr; id; name; number; ref""",
    "line_item": """
        posnr; kdpos; item no; line; line no; line number; pos; pos nr; position nr;
        auftragsposition; order item; order line; ligne; linea; 行号; 行项目""",
    "product": """
        product; matnr; product id; productid; product code; material; material number;
        material no; materialnummer; material nr; production item; item to manufacture;
        item code; item number; itemid; itemnumber; item no.; source no; item; part number;
        part no; part; sku; article; article number; artikelnummer; artikel nr; artikel; produkt;
        produktnummer; teilenummer; teil; sachnummer; sachnr; produit; code produit;
        code article; reference produit; producto; codigo producto; codigo de producto; articulo;
        codigo articulo; codigo; materialnr; 产品; 产品编号; 产品编码; 产品代码; 物料; 物料号;
        物料编码; 物料编号; 料号; 品号; product variant; plnbez; stlbez; finished good""",
    "family": """
        family; product family; setup override; item family; setup family; setup group;
        changeover group;
        changeover family; setup; familie; produktfamilie; rustfamilie; ruestfamilie; rustgruppe;
        ruestgruppe; rgekz; famille; famille de produit; famille produit; groupe de reglage;
        familia; familia de producto; grupo de preparacion; 产品族; 产品系列; 系列; 族; 换型组;
        product group; item group; produktgruppe; warengruppe; matkl; material group; gruppe;
        group""",
    "attr_colour": """
        colour; color; farbe; farbton; ral; ral nr; farbnummer; couleur; teinte; color code;
        tinte; 颜色; 色号; 颜色代码; attr colour; attr color""",
    "attr_width": "width; breite; largeur; ancho; 宽度; 幅宽; attr width",
    "attr_recipe": """
        recipe; rezept; rezeptur; recette; receta; 配方; program; programm; programme;
        ofenprogramm; attr recipe""",
    "attr_tool": """
        mould; mold; tool; werkzeug; form; moule; outil; molde; herramienta; 模具; 模具号;
        attr mould; attr mold; attr tool""",
    "attr_allergen": """
        allergen; allergens; allergene; alergeno; alergenos; 过敏原; attr allergen""",
    "quantity": """
        quantity; gamng; qty; product qty; order quantity; order qty; qty to manufacture;
        quantity to produce; qty production; planned quantity; production quantity;
        scheduled quantity; qtysched;
        qty sched; demand quantity; quantity ordered; target quantity; total order quantity;
        amount; menge; auftragsmenge; sollmenge; produktionsmenge; bestellmenge; gesamtmenge;
        anzahl; stuckzahl; stueckzahl; stuck; losgrosse; quantite; qte; quantite a produire;
        quantite commandee; nombre; cantidad; cant; cantidad a producir; cantidad pedida; 数量;
        订单数量; 生产数量; 计划数量; 订货数量; kwmeng; bdmng; mgvrg; ordered; pcs; pieces;
        units; lot size""",
    "unit": """
        unit; gmein; meins; uom; unit of measure; uom id; product uom; product uom id; stock uom;
        base unit; base unit of measure; basismengeneinheit; mengeneinheit; einheit; me; bme;
        unite; unite de mesure; um; unidad; unidad de medida; ud; 单位; 计量单位; vrkme;
        unit of measure code; productunitsymbol""",
    "duration_minutes": """
        duration minutes; duration; duration expected; expected duration; processing time;
        process time; run time; runtime; operating time; production time; machine time;
        time in mins; planned operating time; total time; work time; dauer; bearbeitungszeit;
        bearb zeit;
        bearbeitungsdauer; laufzeit; maschinenzeit; produktionszeit; fertigungszeit;
        belegungszeit; vorgangsdauer; zeit; duree; duree prevue; temps; temps de production;
        temps operatoire; temps machine; duracion; duracion prevista; tiempo; tiempo de proceso;
        tiempo de produccion; tiempo maquina; dur; 时长; 加工时间; 工时; 生产时间; 加工时长;
        持续时间; vgw01; vgw02; dauno; bearz; hours; minutes; stunden; minuten; heures; horas""",
    "duration_unit": """
        duration unit; time unit; unit of time; zeiteinheit; unite de temps; unidad de tiempo;
        时间单位; vge01; vge02; daune; beaze; dauer einheit""",
    "minutes_per_unit": """
        minutes per unit; min per unit; time per unit; cycle time; unit time; run time per unit;
        min per piece; minutes per piece; min pc; min pcs; taktzeit; zykluszeit; stuckzeit;
        stueckzeit; zeit pro stuck; zeit je stuck; min pro stuck; temps de cycle; temps unitaire;
        temps par piece; tiempo de ciclo; tiempo unitario; 节拍; 单件工时; 周期时间; time cycle;
        sec per unit; te""",
    "units_per_hour": """
        units per hour; rate; pieces per hour; pcs per hour; pcs h; units h; output per hour;
        speed; throughput; stuck pro stunde; stuck h; leistung; mengenleistung; cadence;
        pieces par heure; piezas por hora; cadencia; unidades por hora; 每小时产量; 产能;
        bouteilles par heure; bottles per hour; bph""",
    "min_minutes": """
        min minutes; minimum minutes; minimum time; min time; mindestzeit; mindestdauer;
        temps minimum; duree minimum; duree minimale; tiempo minimo; 最短时间; soak time min""",
    "max_minutes": """
        max minutes; maximum minutes; maximum time; max time; hochstzeit; maximaldauer;
        hochstdauer; temps maximum; duree maximale; tiempo maximo; 最长时间; soak time max""",
    "size_kg": """
        size kg; total weight; order weight; auftragsgewicht; gesamtgewicht; poids total;
        peso total; 总重; 总重量""",
    "release": """
        release; gstrp; release date; earliest start; earliest start date; available from;
        start date; start not before; ready date; material available; material available date;
        availability date; planned start date; date start; date planned start; date planned;
        scheduled date; basic start date; basic start; bas start date; starting date;
        starting date time; scheduled start; scheduledstartdate; gstrs; eckstarttermin; eckstart;
        starttermin; fruhester start; fruehester start; freigabe; freigabedatum; freigabetermin;
        material da; startdatum; start; beginn; terminierter starttermin; date de debut; debut;
        debut au plus tot; date de lancement; lancement; fecha de inicio; fecha inicio; inicio;
        inicio mas temprano; fecha de liberacion; 开始日期; 最早开始; 计划开始; 计划开始日期;
        开工日期; 投放日期; 计划开工日期""",
    "release_time": """
        release time; gsuzp; start time; basic start time; startzeit; startuhrzeit; eckstartzeit;
        heure de debut; hora de inicio; hora inicio; 开始时间""",
    "due": """
        due; due date; gltrp; date deadline; expected delivery date; duedate; due date time;
        required date; req date; delivery; need date; needed by; need by date; request date;
        requested delivery date;
        delivery date; dlvdate; deliverydate; promise date; promised date; commit date;
        ship date; basic finish date; basic finish; bas fin date; basic end date; deadline date;
        wanted; finish date; end date; ending date; ending date time; scheduled finish date;
        scheduled end; scheduledenddate; gltrs; completion date; target date; schedend;
        eckendtermin; eckende; endtermin; terminierter endtermin; liefertermin; lieferdatum;
        wunschtermin; wunschlieferdatum; falligkeit; falligkeitsdatum; fallig; fallig am;
        faelligkeit; faelligkeitsdatum; faellig am; bedarfstermin; termin; soll ende; solltermin;
        bis; date d echeance; echeance; date de livraison; date livraison; livraison;
        date de fin; date souhaitee; date promise; date besoin; delai; fecha de entrega;
        fecha entrega; entrega; fecha de vencimiento; vencimiento; fecha limite; fecha fin;
        fecha prometida; fecha de fin; fecha; 交货日期; 交期; 交货期; 到期日; 截止日期; 需求日期;
        要求交货日期; 完成日期; 计划完成日期; 计划完工日期; 完工日期; 预计交货日期; vdatu; edatu;
        eindt; enddatum; ende; end; date""",
    "due_time": """
        due time; gluzp; finish time; basic finish time; end time; delivery time; endzeit;
        enduhrzeit; eckendzeit; lieferzeit uhr; uhrzeit; heure; heure de fin; heure de livraison;
        hora; hora de entrega; hora fin; 交货时间; 结束时间; 完成时间""",
    "deadline": """
        deadline; latest end; latest finish; hard deadline; latest delivery; must finish by;
        spatestes ende; spaetestes ende; spatester termin; letzter termin; fin au plus tard;
        date limite; limite absoluto; fecha maxima; 最晚完成; 最迟日期; 最迟完成""",
    "deadline_time": "deadline time; latest end time",
    "priority": """
        priority; prio; aprio; lprio; lprio text; order priority; delivery priority;
        weight factor; prioritat; prioritaet; auftragsprioritat; dringlichkeit; wichtigkeit;
        priorite; urgence; prioridad; urgencia; 优先级; 优先; 优先级别; 紧急程度; importance""",
    "eligible_machines": """
        eligible machines; possible machines; allowed machines; machines; alternative machines;
        arbpl; work center; work centre; workcenter; work center id; workcenter id; workcentre;
        workstation; resource; resources; resource id; wrkctrid; wrkctr; machine center;
        machine center no; work center no; machine; machine id; machine no; line id;
        production line; equipment; operations resource; mogliche maschinen; maschine; maschinen;
        maschinen nr; maschinennummer; arbeitsplatz; anlage; linie; fertigungslinie;
        maschinengruppe; kostenstelle; machines possibles; poste de travail; poste de charge;
        poste; equipement; ilot; maquina; maquinas; maquinas posibles; centro de trabajo;
        puesto de trabajo; puesto; linea de produccion; recurso; 设备; 机器; 机台; 工作中心;
        设备编号; 可用设备; 产线; 生产线""",
    "current_machine": """
        current machine; planned machine; scheduled machine; assigned machine; planmaschine;
        geplante maschine; machine prevue; machine planifiee; maquina planificada;
        maquina actual; 计划设备; 当前设备; 计划机台; currently on""",
    "current_position": """
        current position; sequence; sequence number; seq; seq no; planned position; position;
        run order; reihenfolge; folge; folgenummer; lfd nr; laufende nummer; sequence de passage;
        rang; secuencia; posicion; orden de paso; 顺序; 序号; 排序; 次序""",
    "planned_start": """
        planned start; planstart; geplanter start; debut prevu; inicio planificado; 计划开始时间""",
    "planned_batch": "batch; planned batch; batch number; charge nr geplant",
    "pinned_machine": """
        pinned machine; fixed machine; locked machine; fixierte maschine; feste maschine""",
    "pinned_start": "pinned start; fixed start; locked start; fixierter start; fester start",
    "customer": """
        customer; customer name; client; kunde; kundenname; kunnr; kunnr name; name1; debitor;
        sold to; sold to party; auftraggeber; partner; partner id; nom du client; nom client;
        cliente; nombre cliente; 客户; 客户名称; custaccount; sell to customer name""",
    "note": """
        note; notes; comment; comments; remark; remarks; bemerkung; bemerkungen; notiz; hinweis;
        kommentar; remarque; remarques; commentaire; commentaires; nota; notas; observacion;
        observaciones; comentario; comentarios; 备注; 说明; 注释""",
    "description": """
        description; text; item name; product name; item description; product description; maktx;
        ktext; ltxa1; material description; materialkurztext; kurztext; bezeichnung;
        beschreibung; artikelbezeichnung; benennung; materialbezeichnung; designation; libelle;
        descripcion; denominacion; 描述; 品名; 产品名称; 物料描述; 名称; 规格; itemname;
        searchname""",
}
