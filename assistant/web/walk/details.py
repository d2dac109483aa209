"""What a referral form asks beside the test: a form drawn from corpus/data/sar-record.yaml, every field optional."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import frame, service
from assistant.web.walk import parts, state
from assistant.web.walk.state import Walk

if TYPE_CHECKING:
    from assistant.sar.record_fields import RecordField

PARTS = {"referral": "For the referral", "decision": "For the decision record"}


def draw(walk: Walk, said: frame.SaidLine) -> None:
    """Every field with what was typed before."""
    parts.back(state.RESULT)
    said.say("Every field is optional. Use initials. Personal details are looked for before anything is exported.")
    parts.alerts(walk)
    fields = service.record_fields()
    with st.form("walk-form", border=False):
        for part, heading in PARTS.items():
            st.html(f"<h2>{heading}</h2>")
            for field in fields:
                if field.part == part:
                    ask(walk, field)
        st.form_submit_button("Keep these and go to the result", type="primary", on_click=take, args=(walk,))


def ask(walk: Walk, field: RecordField) -> None:
    """One field: long ones as a box."""
    value = walk.case.details.get(field.id, "")
    label = f"{field.label}: {field.hint}" if field.hint else field.label
    if field.long:
        st.text_area(label, value=value, key=f"walk-field-{field.id}", height=100)
    else:
        st.text_input(label, value=value, key=f"walk-field-{field.id}", autocomplete="off")


@state.guarded
def take(walk: Walk) -> None:
    """Button callback: keep what was typed."""
    typed = {
        field.id: str(st.session_state.get(f"walk-field-{field.id}", "")).strip() for field in service.record_fields()
    }
    walk.case = walk.case.model_copy(update={"details": {name: text for name, text in typed.items() if text}})
    state.go(state.RESULT)
