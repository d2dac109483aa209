"""The Briefings page's parts: evidence with tick boxes, words that may be edited, and the way to the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import frame
from assistant.web.marked import as_label, marked
from assistant.web.words import count

if TYPE_CHECKING:
    from assistant.briefing.compose import Choices
    from assistant.briefing.gather import Candidate, Evidence
    from assistant.briefing.template import Template
    from assistant.briefing.value import Briefing, Part

LONGEST_EDIT = 600


@dataclass
class Draft:
    """What one reader is making: evidence, the order of each part's quotes, which are ticked, and edited words."""

    evidence: Evidence
    order: dict[str, list[str]]
    ticked: set[str]
    edits: dict[str, str] = field(default_factory=dict)
    reviewed_by: str = ""
    review_date: date | None = None
    editing: str = ""

    @classmethod
    def begin(cls, evidence: Evidence) -> Draft:
        """As first offered."""
        from assistant.briefing.compose import first_ticked
        from assistant.briefing.template import load_template

        order = {part.id: [one.id for one in evidence.of(part.id)] for part in load_template().parts}
        return cls(evidence, order, {id_ for ids in first_ticked(evidence).values() for id_ in ids})

    def choices(self) -> Choices:
        """What a briefing is composed of."""
        from assistant.briefing.compose import Choices

        ticked = {part: [id_ for id_ in ids if id_ in self.ticked] for part, ids in self.order.items() if ids}
        return Choices(ticked, dict(self.edits), self.reviewed_by, self.review_date)

    def apply(self, choices: Choices) -> None:
        """Take up saved choices: ticked quotes first, in their order."""
        for part, ids in choices.ticked.items():
            rest = [id_ for id_ in self.order.get(part, []) if id_ not in ids]
            self.order[part] = [*ids, *rest]
            self.ticked -= set(rest)
            self.ticked |= set(ids)
        self.edits = dict(choices.edits)
        self.reviewed_by, self.review_date = choices.reviewed_by, choices.review_date


def parts(draft: Draft, briefing: Briefing, template: Template) -> None:
    """Every part with its quotes, numbered as it will be read."""
    for number, part in enumerate(briefing.parts, start=1):
        st.header(f"{number}. {part.heading}", anchor=False)
        words = f"{part.words} of {template.most_words} words."
        if part.words > template.most_words:
            words = f"This part has {count(part.words, 'word')}. Aim for {template.most_words}."
        st.html(f"<p>{marked(' '.join(filter(None, (words, part.thin))))}</p>")
        offered = {candidate.id: candidate for candidate in draft.evidence.of(part.id)}
        if not offered:
            _own_lines(briefing, part)
        ids = [id_ for id_ in draft.order.get(part.id, []) if id_ in offered]
        for place, id_ in enumerate(ids):
            _candidate(draft, offered[id_], part.id, f"{number}.{place + 1}", place, len(ids))


def _own_lines(briefing: Briefing, part: Part) -> None:
    """Our own questions, each with the statement it asks about."""
    lines = []
    for line in part.lines:
        citation = briefing.citation(line.citations[0])
        about = f"About: {citation.quote} ({citation.title}, {citation.pinpoint})"
        lines.append(f"<li>{marked(line.text)}<br>{marked(about)}</li>")
    st.html(f"<ul>{''.join(lines)}</ul>" if lines else "<p>Nothing stands here.</p>")


def _candidate(draft: Draft, candidate: Candidate, part: str, name: str, place: int, of: int) -> None:
    citation = candidate.citations[0]
    where = f"{citation.title}, {citation.pinpoint}"
    with st.container(key=f"quote-{candidate.id}", gap="xsmall"):
        ticked = st.checkbox(
            f"{name} Use this quote: {as_label(where)}", value=candidate.id in draft.ticked, key=f"tick-{candidate.id}"
        )
        if ticked != (candidate.id in draft.ticked):
            draft.ticked ^= {candidate.id}
            st.rerun()
        for line in candidate.lines:
            edited = draft.edits.get(line.id)
            words = f"Reworded. {edited}" if edited else line.text
            tag = "<strong>Edited by you.</strong> " if edited else ""
            st.html(f"<blockquote>{tag}{marked(words)}</blockquote>")
        if draft.editing == candidate.id:
            _edit(draft, candidate)
            return
        with st.container(horizontal=True, gap="small"):
            _button(f"Edit {name}", f"edit-{candidate.id}", lambda: setattr(draft, "editing", candidate.id))
            if place > 0:
                _button(f"Move {name} up", f"up-{candidate.id}", lambda: _move(draft, part, candidate.id, -1))
            if place + 1 < of:
                _button(f"Move {name} down", f"down-{candidate.id}", lambda: _move(draft, part, candidate.id, 1))
            st.page_link(
                frame.DOCUMENT_PAGE, label=f"Open source of {name}", width="content",
                query_params={
                    "source": citation.source_id, "passage": citation.passage_id,
                    "mark": f"{citation.start}-{citation.end}",
                },
            )  # fmt: skip


def _edit(draft: Draft, candidate: Candidate) -> None:
    """The words of a quote, to be changed. Changed words lose their quotation marks and say so."""
    st.html("<p>Words you change lose their quotation marks and say &ldquo;Reworded&rdquo;. The source stays.</p>")
    with st.form(key=f"form-{candidate.id}"):
        typed = {
            line.id: st.text_area(
                f"Words of line {n}", value=draft.edits.get(line.id, line.text), max_chars=LONGEST_EDIT,
                key=f"words-{line.id}",
            )
            for n, line in enumerate(candidate.lines, start=1)
        }  # fmt: skip
        kept = st.form_submit_button("Keep these words", type="primary")
        back = st.form_submit_button("Back to the quote")
    if kept or back:
        for line in candidate.lines:
            words = " ".join((typed[line.id] or "").split())
            draft.edits.pop(line.id, None)
            if kept and words and words != " ".join(line.text.split()):
                draft.edits[line.id] = words
        draft.editing = ""
        st.rerun()


def _move(draft: Draft, part: str, id_: str, by: int) -> None:
    ids = draft.order[part]
    at = ids.index(id_)
    ids[at], ids[at + by] = ids[at + by], ids[at]


def _button(label: str, key: str, act: Callable[[], object]) -> None:
    if st.button(label, key=key):
        act()
        st.rerun()


def preview(briefing: Briefing) -> None:
    """The briefing as it will be read, with its sources."""
    from assistant.briefing.value import DRAFT, shown, source_of

    made = [f"<p><strong>{DRAFT}</strong></p>" if briefing.is_draft else ""]
    for number, part in enumerate(briefing.parts, start=1):
        made.append(f"<h3>{number}. {marked(part.heading)}</h3>")
        for line in part.lines:
            marks = " ".join(f"[{n}]" for n in line.citations)
            made.append(f"<p>{marked(shown(line))} {marks}</p>")
    made.append("<h3>Sources</h3>")
    made += [f"<p>[{citation.n}] {marked(source_of(citation))}</p>" for citation in briefing.citations]
    st.html("".join(made))
