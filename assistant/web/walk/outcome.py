"""Result: the outcome in one sentence, the test as boxes, the reasons with their sources, and what happens next."""

from __future__ import annotations

from datetime import date
from functools import partial
from html import escape

import streamlit as st

from assistant.sar import interview
from assistant.sar.result import Cited, Result
from assistant.web import drawer, frame, service
from assistant.web.marked import as_label
from assistant.web.walk import limbs, parts, state
from assistant.web.walk.state import Walk
from assistant.web.words import count, long_date

OWNER = "walk-result"
KINDS = {"docx": "Word", "pdf": "PDF", "md": "text only"}


def draw(walk: Walk, said: frame.SaidLine) -> None:
    """The whole result, top to bottom."""
    found = interview.assessed(walk.case)
    parts.back(state.CHECK)
    said.say(
        f"On your answers of {long_date(date.today())}, under the rules in force on {long_date(found.assessed_on)}."
    )
    parts.alerts(walk)
    st.html(f"<p><strong>{escape(found.detail)}</strong></p><p>{escape(found.statement)}</p>")
    if found.missing:
        unknown(found)
    with st.container(key="walk-test"):
        st.html(f"<h2>How the test was applied</h2>{limbs.test_html(found)}")
    why(found)
    changes(found)
    cited_list(found, "Other reviews to consider", "reviews",
               [(review.name, review.why) for review in found.other_reviews])  # fmt: skip
    cited_list(found, "What happens next locally", "steps", [("", step) for step in found.next_steps])
    st.html(f"<h2>Who to tell</h2>{frame.contact_list_html(found.whom_to_tell)}")
    keep(walk)
    drawer.reopen(OWNER, found.citations)


def heading(walk: Walk) -> str:
    """The outcome sentence."""
    return interview.assessed(walk.case).sentence


def unknown(found: Result) -> None:
    """What is not known yet and who may hold it, first of all where it holds the outcome up."""
    items = "".join(
        f"<li><strong>{escape(found.limb(name).question)}</strong> Ask: {escape('; '.join(found.limb(name).who))}.</li>"
        for name in found.missing
    )
    number = len(found.missing)
    st.html(f"<h2>What is not known yet</h2><p>{count(number, 'answer')} could change the outcome.</p><ul>{items}</ul>")


def why(found: Result) -> None:
    """The reason and the sources of every limb that decides, then the others in a fold."""
    st.html("<h2>Why</h2>")
    for limb in found.limbs:
        if limb.decisive or limb.missing:
            reason(found, limb.id)
    others = [limb for limb in found.limbs if not (limb.decisive or limb.missing)]
    if others:
        with st.expander("Limbs that do not change the outcome here", key="walk-other-limbs"):
            for limb in others:
                reason(found, limb.id)


def reason(found: Result, fact_id: str) -> None:
    """One limb's reason with a button for the clause it rests on; the exports list what else it rests on."""
    said = found.limb(fact_id).reason
    with st.container(key=f"walk-reason-{fact_id}", gap="xsmall"):
        st.html(f"<p>{escape(said.text)}</p>")
        drawer.offer(OWNER, found.citations, found.cited(said.citations[:1]), fact_id)


def changes(found: Result) -> None:
    """What would change the outcome: single other answers that lead elsewhere."""
    told = [entry for entry in found.what_if if entry.value != "unknown"]
    if not told:
        return
    items = "".join(
        f"<li>{escape(parts.sentence_case(entry.name))}: if {entry.value.value}, {escape(entry.sentence)}</li>"
        for entry in told
    )
    with st.expander("What would change the outcome", key="walk-changes"):
        st.html(f"<h2>What would change the outcome</h2><ul>{items}</ul>")


def cited_list(found: Result, title: str, place: str, lines: list[tuple[str, Cited]]) -> None:
    """A heading, lines with their [numbers], and the sources in a fold under them."""
    if not lines:
        return
    items = "".join(
        f"<li>{f'<strong>{escape(name)}.</strong> ' if name else ''}{parts.cited_line(said)}</li>"
        for name, said in lines
    )
    st.html(f"<h2>{escape(title)}</h2><ul>{items}</ul>")
    with st.expander(f"Sources: {title.lower()}", key=f"walk-sources-fold-{place}"):
        parts.sources(OWNER, found, [said for _, said in lines], place)


def keep(walk: Walk) -> None:
    """Download, save and start again. File names say nothing of the case."""
    st.html("<h2>Keep it</h2>")
    with st.container(key="walk-keep"):
        personal(walk)
        st.button(
            "Add what a referral form asks (optional)", key="walk-details", on_click=state.go, args=(state.DETAILS,)
        )
        for suffix, name in KINDS.items():
            st.download_button(
                f"Download referral draft ({name})",
                data=partial(service.record_file, masked(walk), suffix),
                file_name=f"sar-referral-draft.{suffix}",
                mime=service.RECORD_MIME[suffix],
                on_click="ignore",
                key=f"walk-download-{suffix}",
            )
        st.button("Save on this server", key="walk-save", on_click=save, args=(walk,))
        if walk.saved:
            st.info(
                as_label(
                    f"Saved as case {walk.saved.reference}. Keep this reference. "
                    f"It is kept until {long_date(walk.saved.kept_until)}."
                )
            )
        st.button("Start another case", key="walk-again", on_click=again)


def personal(walk: Walk) -> None:
    """Personal details in notes and form fields: hidden in every file and in what is saved, unless unticked."""
    found = details(walk)
    if not found:
        return
    st.html(
        f"<p><strong>We found {count(len(found), 'personal detail')} in what you typed.</strong> "
        "What is ticked is hidden in the files and in what is saved.</p>"
    )
    for kind, text in found:
        st.checkbox(
            as_label(f"Hide \u2018{text}\u2019 ({kind})"),
            value=text not in walk.kept,
            key=f"walk-keep-{kind}-{text}",
            on_change=tick,
            args=(walk, kind, text),
        )


@state.guarded
def tick(walk: Walk, kind: str, text: str) -> None:
    """Tick box callback: remember whether a detail is hidden."""
    hide = bool(st.session_state.get(f"walk-keep-{kind}-{text}", True))
    walk.kept = walk.kept - {text} if hide else walk.kept | {text}


def details(walk: Walk) -> list[tuple[str, str]]:
    """Personal details in everything the case holds, each once: what it is and its words."""
    return list(dict.fromkeys((d.kind.value, d.text) for d in service.personal_details_of(walk.case)))


def masked(walk: Walk) -> interview.Case:
    """The case as it leaves the session: personal details hidden, except those the reader keeps."""
    return service.masked(walk.case, walk.kept)


@state.guarded
def save(walk: Walk) -> None:
    """Button callback: the one act that stores a case."""
    saved = service.save_case(masked(walk), walk.saved)
    if isinstance(saved, str):
        walk.problem = saved
    else:
        walk.saved = saved


def again() -> None:
    """Button callback: drop the case and begin another."""
    state.begin()
    state.go(state.START)
