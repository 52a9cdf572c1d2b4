"""Correct what the columns of an uploaded file mean."""

import streamlit as st

from planner.intake import FamilyRule, Imported, SheetReading
from ui.tables.meanings import (
    COLUMN,
    EXAMPLE,
    MEANING,
    choices,
    family_rule,
    meaning_table,
    with_meanings,
)


def meanings(part: Imported) -> SheetReading | None:
    """Show what each column means and how families are read; return it once it was corrected."""
    key = f"{part.file} {part.mapping.fingerprint}"
    # With a key it stays open, and the page where it is, when the answers change what is above it.
    shown = st.expander(f"What the columns of {part.file} mean", key=f"expander {key}")
    with shown, st.form(f"meanings {key}"):
        edited = st.data_editor(
            meaning_table(part),
            hide_index=True,
            disabled=[COLUMN, EXAMPLE],
            key=f"table of meanings {key}",
            column_config={
                MEANING: st.column_config.SelectboxColumn(
                    MEANING, options=choices(part.kind), required=True
                )
            },
        )
        rule = part.mapping.family_rule
        if part.kind == "orders":
            rule = _family_rule(part, key)
        if not st.form_submit_button("Use these meanings", type="primary"):
            return None
    chosen = dict(zip(edited[COLUMN], edited[MEANING], strict=True))
    return with_meanings(part.mapping, chosen, rule)


def _family_rule(part: Imported, key: str) -> FamilyRule | None:
    rule = part.mapping.family_rule
    names = list(part.mapping.header)
    st.caption(
        "Families can be read out of a text: the word after a mark such as RAL, or what looks "
        "like a shape, where # is a digit, ? a letter or digit, * the rest of a word."
    )
    where, after, pattern = st.columns(3)
    column = where.selectbox(
        "Text column",
        names,
        index=names.index(rule.column) if rule and rule.column in names else None,
        placeholder="none",
        key=f"rule column {key}",
    )
    word = after.text_input("The word after", rule.after if rule else "", key=f"rule after {key}")
    shape = pattern.text_input(
        "Or what looks like", rule.pattern if rule else "", key=f"rule pattern {key}"
    )
    return family_rule(column, word, shape)
