"""The selected batch: its orders, its load, the changeover before it, and its due date."""

from html import escape

import streamlit as st

from planner.changes import Standing, waited_for
from ui import state, words
from ui.colours import family_fills
from ui.loads import load_text, share_of
from ui.parts.route_cells import route_cells
from ui.plans import Plan, Selected, working_units
from ui.tables.uses import upkeep_before, use_line, uses_of_batch


def batch_panel(plan: Plan, shown: Selected | None, standing: Standing | None = None) -> None:
    """Show a batch, or how to choose one; with a `standing`, also what the batch waited for."""
    if shown is None:
        st.subheader("No batch selected")
        st.write("Click a batch in the chart or a row in the tables below it.")
        return
    fill = family_fills(plan.scenario.families, state.family_colours())[shown.batch.family].fill
    st.html(
        f'<h3><span class="swatch" style="background:{fill}"></span>'
        f"{escape(shown.batch.family)}</h3>"
    )
    st.html(_facts(plan, shown))
    st.dataframe(
        _orders(plan, shown),
        hide_index=True,
        height=min(320, 38 + 35 * len(shown.orders)),
        key="orders of the batch",
    )
    _uses(plan, shown)
    if standing is not None:
        _waited(standing, shown)


def _uses(plan: Plan, shown: Selected) -> None:
    """Show who and what the batch needs of what machines share."""
    rows = uses_of_batch(plan, shown.batch.machine, shown.number)
    if rows:
        st.markdown("**Uses**")
        # Not a grid: the panel is narrow, and lines are read out as they are.
        st.text("\n".join(use_line(row) for row in rows))


def _waited(standing: Standing, shown: Selected) -> None:
    """Show why the batch did not begin earlier."""
    lines = waited_for(standing, shown.batch.operations[0])
    if lines:
        st.markdown("**Waited for**")
        st.text("\n".join(lines))


def _facts(plan: Plan, shown: Selected) -> str:
    clock, batch, change = plan.scenario.clock, shown.batch, shown.changeover
    pairs = [
        ("Place", f"{batch.machine}, batch {shown.number}"),
        ("Start", words.moment(clock, batch.start)),
        ("End", words.moment(clock, batch.end)),
        ("Machine time", words.duration_text(clock, working_units(plan.scenario, batch))),
        ("Changeover", "none"),
        ("Due", words.late_by(clock, shown.slack)),
        ("Load", load_text(plan.scenario, batch) or "not available: no capacity is given"),
    ]
    for upkeep in upkeep_before(plan, batch.machine, shown.number):
        lasts = words.duration_text(clock, upkeep.end - upkeep.start)
        begins = words.moment(clock, upkeep.start)
        pairs.append(("Upkeep before", f"{upkeep.name}, {begins}, {lasts}"))
    if any(plan.scenario.operation[name].pin for name in batch.operations):
        pairs.append(("Pinned", "yes: it stays where it is"))
    if change is not None:
        cost = f", cost {change.cost:,}" if change.cost else ""
        lasts = words.duration_text(clock, change.minutes)
        pairs[4] = ("Changeover", f"{lasts} from {change.from_family}{cost}")
    late = shown.slack is not None and shown.slack < 0
    rows = "".join(
        f'<dt>{escape(label)}</dt><dd class="{"bad" if late and label == "Due" else ""}">'
        f"{escape(value)}</dd>"
        for label, value in pairs
    )
    return f'<dl class="facts">{rows}</dl>{_meter(plan, shown)}'


def _meter(plan: Plan, shown: Selected) -> str:
    share = share_of(plan.scenario, shown.batch)
    if share is None:
        return ""
    width = min(100, round(100 * share))
    return (
        f'<div class="meter" role="img" aria-label="{width} % of the capacity">'
        f'<div style="width:{width}%"></div></div>'
    )


def _orders(plan: Plan, shown: Selected) -> list[dict[str, str]]:
    clock = plan.scenario.clock
    return [
        {
            "Order": order.name,
            **route_cells(plan, placement.operation),
            "Due": words.due(clock, order.due) or "–",
            "Finished": words.moment(clock, placement.end)
            + (" !" if order.due is not None and placement.end > order.due else ""),
            "Product": order.product,
        }
        for order, placement in shown.orders
    ]
