"""The release service as it runs: what waits, what was released, what was handed over.

Everything is read from the database, so the service may be any process that uses the same one.
"""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from planner import service
from planner.service import ServiceNote, ServiceState, Table
from planner.store import Store
from ui import state, words
from ui.cards import Card, cards_html
from ui.faults import errors_shown
from ui.figures.base import CONFIG
from ui.figures.live import first_waits
from ui.parts.service_control import STEPS, explain, start_form, stop_button
from ui.tables.live import batch_table, buffer_table, refused_table, wait_table

EVERY = 2.0
SHOWN = 200
# The orders released last whose waits are told.
LOOKED_AT = 2000
DATES = {
    column: st.column_config.DatetimeColumn(format="ddd D MMM HH:mm:ss")
    for column in ("Released", "Soonest due")
}


@st.fragment(run_every=EVERY)
def live_service() -> None:
    """Show the service, every two seconds anew."""
    with errors_shown():
        store = state.store()
        note = service.service_note(store)
        if note is None:
            _never()
            return
        buffers, sent = service.waiting_buffers(store), service.handovers(store)
        _state(store, note)
        _figures(note, service.totals(store), buffers, sent)
        _buffers(buffers)
        _released(store, note)
        _handover(store, sent)


def _never() -> None:
    with st.container(border=True):
        st.subheader("No release service yet")
        explain()
        start_form()


def _state(store: Store, note: ServiceNote) -> None:
    does = f"Releases {note.policy}."
    if note.state == ServiceState.RUNNING:
        st.success(f"Running. {does}", icon=":material/play_circle:")
    elif note.state == ServiceState.STOPPED:
        st.info(f"Stopped. {does}", icon=":material/stop_circle:")
    else:
        st.warning(
            "The service stopped unexpectedly. No order is lost: start it again, and it goes "
            f"on where it was. {does}",
            icon=":material/warning:",
        )
    if note.state == ServiceState.RUNNING:
        stop_button(store, note)
    else:
        start_form()
    with st.expander("How this works"):
        st.markdown(STEPS)


def _figures(note: ServiceNote, totals: dict[str, int], buffers: Table, sent: Table) -> None:
    st.html(
        cards_html(
            (
                Card(
                    label="Waiting",
                    value=words.count(totals["waiting"], "order"),
                    note=f"in {words.count(len(buffers), 'buffer')}",
                ),
                _longest(buffers),
                Card(
                    label="Released",
                    value=words.count(totals["batches"], "batch", "batches"),
                    note=_mean_size(totals),
                ),
                _delivered(note, totals["batches"], sent),
            )
        )
    )


def _longest(buffers: Table) -> Card:
    if not buffers:
        return Card(label="Longest wait", value="none", note="nothing waits")
    first = buffers[0]
    waits = (datetime.now(UTC) - first["first_received"]).total_seconds()
    return Card(
        label="Longest wait", value=words.seconds(max(0.0, waits)), note=f"family {first['family']}"
    )


def _mean_size(totals: dict[str, int]) -> str:
    if not totals["batches"]:
        return "nothing so far"
    mean = totals["orders"] / totals["batches"]
    return f"{words.count(totals['orders'], 'order')}, {mean:.1f} a batch"


def _delivered(note: ServiceNote, batches: int, sent: Table) -> Card:
    if note.destination is None:
        return Card(label="Handed over", value="not sent", note="start it with --publish URL")
    row = _handover_row(sent, note.destination)
    refused = row["refused"]
    return Card(
        label="Handed over",
        value=f"{row['delivered']:,} of {max(batches, row['delivered']):,}",
        note=f"{refused:,} refused" if refused else f"{row['waiting']:,} on the way",
        tone="bad" if refused or row["failure"] else "plain",
    )


def _handover_row(sent: Table, destination: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"delivered": 0, "refused": 0, "waiting": 0, "failure": None}
    return next((row for row in sent if row["destination"] == destination), nothing)


def _buffers(rows: Table) -> None:
    st.subheader("What waits")
    if not rows:
        st.caption("Every order that came in has been released.")
        return
    table = buffer_table(rows, datetime.now(UTC))
    most = int(table["Orders"].max())
    orders = st.column_config.ProgressColumn(format="%d", min_value=0, max_value=most)
    st.dataframe(table, hide_index=True, column_config={**DATES, "Orders": orders}, key="buffers")


def _released(store: Store, note: ServiceNote) -> None:
    st.subheader("What was released")
    rows = service.released_batches(store, limit=SHOWN, newest_first=True)
    if not rows:
        st.caption("No batch has been released yet.")
        return
    st.plotly_chart(first_waits(rows), key="first waits", config=dict(CONFIG))
    numbers = [int(row["number"]) for row in rows]
    sent_to = note.destination
    states = service.handover_states(store, sent_to, numbers) if sent_to else None
    table = batch_table(rows, states)
    st.dataframe(table, hide_index=True, height=300, column_config=DATES, key="released")
    with st.expander("How long orders waited, by family"):
        waits = wait_table(service.waiting_times(store, limit=LOOKED_AT))
        st.dataframe(waits, hide_index=True, key="waits")


def _handover(store: Store, sent: Table) -> None:
    if not sent:
        return
    st.subheader("Hand-over")
    for row in sent:
        settled = row["delivered"] + row["refused"]
        total = max(1, settled + row["waiting"])
        text = (
            f"`{row['destination']}`: {row['delivered']:,} delivered, "
            f"{row['waiting']:,} on the way, {row['refused']:,} refused"
        )
        st.progress(settled / total, text=text)
        if row["failure"]:
            st.warning(f"Last try: {row['failure']}. It is tried again.", icon=":material/sync:")
    refused = service.refused_batches(store)
    if refused:
        st.markdown("Refused, with the reason; `planner publish URL --refused-again` sends again:")
        st.dataframe(refused_table(refused), hide_index=True, key="refused")
