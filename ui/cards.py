"""The headline: a few figures large, each with what it means, as HTML without foreign text."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal

from planner.kpis import Kpis
from ui import words
from ui.plans import Plan, hours_saved

Tone = Literal["good", "bad", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One figure; `tone` colours its mark, which also has a sign, never colour alone."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


SIGNS = {"good": "✓ ", "bad": "! ", "plain": ""}


def cards_html(cards: Iterable[Card]) -> str:
    """Return the cards as HTML; all texts are escaped."""
    return f'<div class="cards">{"".join(_card(card) for card in cards)}</div>'


def _card(card: Card) -> str:
    return (
        f'<div class="card {card.tone}"><div class="label">{escape(card.label)}</div>'
        f'<div class="value">{SIGNS[card.tone]}{escape(card.value)}</div>'
        f'<div class="note">{escape(card.note)}</div></div>'
    )


def headline(plan: Plan, baseline: Plan | None) -> tuple[Card, ...]:
    """Return what is saved, what is late, when it is done, and whether all rules are kept."""
    before = baseline.kpis if baseline else None
    return (
        _saving(plan.kpis, before),
        _on_time(plan.kpis, before),
        _done(plan),
        _certificate(plan),
    )


def _saving(kpis: Kpis, before: Kpis | None) -> Card:
    if before is None:
        note = words.count(kpis.changeovers, "changeover")
        return Card(label="Changeover time", value=words.hours(kpis.changeover_hours), note=note)
    saved = hours_saved(kpis, before)
    share = (
        f", {100 * saved / before.changeover_hours:.0f} % less" if before.changeover_hours else ""
    )
    needs = (
        f"{words.hours(kpis.changeover_hours)} instead of {words.hours(before.changeover_hours)}"
    )
    if saved < -0.05:
        return Card(
            label="Changeover time added",
            value=words.hours(-saved),
            note=f"{needs} one by one",
            tone="bad",
        )
    return Card(
        label="Changeover time saved",
        value=words.hours(max(0.0, saved)),
        note=f"{needs} one by one{share}",
        tone="good" if saved > 0.05 else "plain",
    )


def _on_time(kpis: Kpis, before: Kpis | None) -> Card:
    if kpis.tardy_orders is None or kpis.on_time_share is None:
        return Card(label="Late orders", value="not available", note="no order has a due date")
    late = kpis.tardy_orders
    parts = [f"{words.share(kpis.on_time_share)} on time"]
    if late and kpis.longest_tardiness_hours is not None:
        parts.append(f"the worst {words.span(kpis.longest_tardiness_hours)} late")
    if before is not None and before.tardy_orders is not None:
        parts.append(f"one by one: {before.tardy_orders:,} late")
    if kpis.unplanned:
        parts.append(words.count(kpis.unplanned, "order") + " not planned")
    return Card(
        label="Late orders",
        value=f"{late:,} of {kpis.orders:,}",
        note=", ".join(parts),
        tone="bad" if late or kpis.unplanned else "good",
    )


def _done(plan: Plan) -> Card:
    last = max((batch.end for batch in plan.schedule.batches), default=None)
    if last is None:
        return Card(label="Finished by", value="not available", note="nothing is planned")
    note = f"{words.span(plan.kpis.makespan_hours)} after the start"
    if plan.kpis.utilisation is not None:
        note += f", machines work {100 * plan.kpis.utilisation:.0f} % of open time"
    return Card(label="Finished by", value=words.moment(plan.scenario.clock, last), note=note)


def _certificate(plan: Plan) -> Card:
    # The list of rules belongs to the checker.
    from planner.checker import RULES

    if plan.violations:
        broken = words.count(len(plan.violations), "rule broken", "rules broken")
        return Card(label="Check", value=broken, note=plan.violations[0].message, tone="bad")
    return Card(
        label="Independent check",
        value="Certified",
        note=f"all {len(RULES)} rules of the plant are kept in all "
        f"{words.count(len(plan.schedule.batches), 'batch', 'batches')}",
        tone="good",
    )
