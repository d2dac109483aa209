"""What the pages call below them, in one place: the open library, the ask flow, the emergency screen, the contacts.

The library is shared by every reader of this process; what a reader asks is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from assistant.answer.value import Answer, Contact
from ingest.errors import SafeguardError
from ingest.sources import Audience

if TYPE_CHECKING:
    from assistant.briefing.compose import Choices
    from assistant.briefing.gather import Evidence
    from assistant.briefing.scenarios import Marked, Scenario, Sheet
    from assistant.briefing.template import Template
    from assistant.briefing.themes import Figure, ThemeCount
    from assistant.briefing.value import Briefing
    from assistant.feedback import Feedback, Reason, Verdict
    from assistant.library import Library
    from assistant.page_picture import PagePicture
    from assistant.personal import Detail
    from assistant.retrieve import Hit
    from assistant.sar.interview import Case
    from assistant.sar.record_fields import RecordField
    from assistant.sar.rules import State
    from assistant.sar.store import Saved
    from assistant.sar.suggest import Suggestion
    from assistant.scorecard import Scorecard
    from assistant.uploads import Added
    from ingest.pipeline import Report

_OPENED: set[str] = set()


def library() -> Library:
    """The published library, opened once for each generation of the index.

    Raises: NoIndex, IndexDamaged, OtherEncoder, whose words say what to do.
    """
    from assistant.library import current_generation
    from assistant.settings import settings

    data_dir = settings().data_dir
    return _open(str(data_dir), str(current_generation(data_dir)))


def scorecard() -> Scorecard | None:
    """The newest evaluation of this machine; None when there was none. Raises ScorecardDamaged."""
    from assistant.scorecard import newest
    from assistant.settings import settings

    return newest(settings().data_dir)


def is_open() -> bool:
    """Whether a library has been opened by this process: the first opening takes seconds, and is said."""
    return bool(_OPENED)


def warm() -> None:
    """Open the library and its model before the first reader comes. What is wrong is said on the page, not here."""
    with suppress(SafeguardError):
        library().encode("safeguarding")


@st.cache_resource(show_spinner=False, max_entries=2)
def _open(data_dir: str, generation: str) -> Library:
    """Opened again when `generation` changes; the one before stays for questions that are still being answered."""
    from assistant.library import Library

    opened = Library.open(Path(data_dir))
    _OPENED.add(generation)
    return opened


def emergency(question: str) -> str:
    """The immediate-danger message for this question, "" when nothing in it points to danger. Needs no index."""
    from assistant.answer.screen import emergency_message, screen

    return emergency_message() if screen(question).emergency else ""


def danger_now(description: str) -> str:
    """The immediate-danger message where a rule finds danger in a description of a case, else "".

    The second look of the screen is left out: it was fitted on short messages, and most cases tell of what is past.
    """
    from assistant.answer.screen import SECOND_LOOK, emergency_message, screen

    certain = any(reason.category != SECOND_LOOK for reason in screen(description).reasons)
    return emergency_message() if certain else ""


def ask(question: str, *, library: Library | None, history: list[dict[str, str]], audience: Audience | None) -> Answer:
    """One question through the ask flow. Without a library it still answers danger, and raises NoIndex otherwise."""
    from assistant.answer.ask import ask as ask_flow

    return ask_flow(question, library=library, history=history, audience=audience)


def search(library: Library, query: str, *, top_k: int, audience: Audience | None, kinds: tuple[str, ...]) -> list[Hit]:
    """Passages for the words typed in the Library."""
    from assistant.retrieve import search as search_flow

    return search_flow(library, query, top_k=top_k, audience=audience, kinds=kinds)


def add_documents(files: Sequence[tuple[str, bytes]], progress: Callable[[str], None]) -> list[Added]:
    """Files given in the Library, each with what became of it. Raises: SafeguardError when none could be kept."""
    from assistant.settings import settings
    from assistant.uploads import Upload, add
    from ingest.encoder import find_model

    model = find_model(settings().embedding_model)
    return add([Upload(name, data) for name, data in files], settings().data_dir, model, progress=progress)


def remove_document(source_id: str, progress: Callable[[str], None]) -> str:
    """Take a document that was added in the Library away again; returns its file's name. Raises: SafeguardError."""
    from assistant.settings import settings
    from assistant.uploads import remove
    from ingest.encoder import find_model

    return remove(source_id, settings().data_dir, find_model(settings().embedding_model), progress=progress)


def read_again(progress: Callable[[str], None]) -> Report:
    """Bring the library level with every file as it is now. Raises: SafeguardError."""
    from assistant.settings import settings
    from assistant.uploads import read_again as level
    from ingest.encoder import find_model

    return level(settings().data_dir, find_model(settings().embedding_model), progress=progress)


def uploaded() -> list[tuple[str, str, int]]:
    """(source id, file name, passages) of every document that was added in the Library, by name."""
    from assistant.settings import settings
    from assistant.uploads import uploaded as find

    return [(entry.source.id, Path(entry.file).name, entry.passages) for entry in find(settings().data_dir)]


def accepted_suffixes() -> tuple[str, ...]:
    """The ends of file names that may be added: '.pdf'."""
    from assistant.uploads import ACCEPTED

    return ACCEPTED


@st.cache_data(show_spinner=False, max_entries=50)
def page_picture(file: str, changed_ns: int, page: int, quote: str) -> PagePicture | str:
    """A PDF's page with a quote marked, or the sentence that says why there is none; kept until the file changes."""
    from assistant.page_picture import page_picture as draw

    try:
        return draw(Path(file), page, quote)
    except SafeguardError as error:
        return str(error)


def scenarios() -> tuple[Scenario, ...]:
    """Training cases, a trainer's own included. Raises: BadRequest when one of those has a mistake."""
    from assistant.briefing.scenarios import load_scenarios
    from assistant.settings import settings

    return load_scenarios(settings().data_dir)


def mark_scenario(scenario: Scenario, answers: Mapping[str, State]) -> Marked:
    """A learner's answers to a case, marked."""
    from assistant.briefing.scenarios import mark

    return mark(scenario, answers)


def scenario_sheet(marked: Sequence[Marked]) -> Sheet:
    """A group's scores on one case. Raises: BadRequest."""
    from assistant.briefing.scenarios import group_sheet

    return group_sheet(marked)


def scenario_csv(sheet: Sheet) -> str:
    """A group's scores for a spreadsheet."""
    from assistant.briefing.scenarios import sheet_csv

    return sheet_csv(sheet)


def briefing_template() -> Template:
    """The parts, themes and audiences of a briefing."""
    from assistant.briefing.template import load_template

    return load_template()


def gather(library: Library, theme: str, audience: str) -> Evidence:
    """What the library holds on a theme. Raises: BadRequest for a theme that cannot be used."""
    from assistant.briefing.gather import gather as find

    return find(theme, audience, library)


def briefing(evidence: Evidence, choices: Choices) -> Briefing:
    """The briefing of what is chosen."""
    from assistant.briefing.compose import compose_briefing

    return compose_briefing(evidence, choices=choices)


def themes() -> tuple[list[ThemeCount], list[Figure]]:
    """How much the library holds on each theme, and the figures of reviews; kept for each generation."""
    opened = library()
    return _themes(opened.generation, opened)


@st.cache_resource(show_spinner=False, max_entries=2)
def _themes(generation: str, _library: Library) -> tuple[list[ThemeCount], list[Figure]]:
    from assistant.briefing.themes import figures, theme_counts

    return theme_counts(_library), figures(_library)


def briefing_file(briefing: Briefing, suffix: str) -> bytes:
    """The briefing as a file. Made when it is asked for."""
    from assistant.export.briefing_files import briefing_file as draw

    return draw(briefing, suffix)


def briefing_file_name(briefing: Briefing, suffix: str) -> str:
    """A name that says the theme and nothing else."""
    from assistant.export.briefing_files import file_name

    return file_name(briefing, suffix)


def briefing_mime(suffix: str) -> str:
    """The type of a briefing's file."""
    from assistant.export.briefing_files import MIME

    return MIME[suffix]


def save_briefing(evidence: Evidence, choices: Choices) -> str:
    """Keep a briefing's choices on this server; the sentence that says so, or why not."""
    from assistant.briefing.store import save
    from assistant.settings import settings

    try:
        return f"Saved as {save(evidence, choices, settings().data_dir)}."
    except SafeguardError as error:
        return str(error)


def saved_briefings() -> list[str]:
    """The names of saved briefings, the newest first."""
    from assistant.briefing.store import saved_names
    from assistant.settings import settings

    return saved_names(settings().data_dir)


def open_briefing(library: Library, name: str) -> tuple[Evidence, Choices, int]:
    """A saved briefing over the library of today, and how many of its quotes are gone. Raises: BadRequest."""
    from assistant.briefing.store import choices_of, load
    from assistant.settings import settings

    saved = load(name, settings().data_dir)
    evidence = gather(library, saved.theme, saved.audience)
    choices, gone = choices_of(saved, evidence)
    return evidence, choices, gone


def erase_briefing(name: str) -> None:
    """Erase a saved briefing."""
    from assistant.briefing.store import delete
    from assistant.settings import settings

    delete(name, settings().data_dir)


def may_be_asked(answer: Answer) -> bool:
    """Whether a reader is asked if this answer was helpful."""
    from assistant.feedback import may_be_asked as may

    return may(answer)


def feedback_reasons(answer: Answer) -> tuple[Reason, ...]:
    """What can be ticked under an answer that was not helpful."""
    from assistant.feedback import reasons_after

    return reasons_after(answer.outcome)


def keep_feedback(
    answer: Answer,
    verdict: Verdict,
    *,
    reasons: tuple[str, ...] = (),
    correction: str = "",
    generation: str = "",
    before: Feedback | None = None,
) -> Feedback | str:
    """Keep what a reader says of an answer, masked, in place of `before`; or the sentence that says why not."""
    from assistant.feedback import FeedbackStore, feedback_on
    from assistant.settings import settings

    try:
        said = feedback_on(
            answer, verdict, reasons=reasons, correction=correction, generation=generation,
            before=before.id if before else "",
        )  # fmt: skip
        FeedbackStore(settings().data_dir).save(said)
    except SafeguardError as error:
        return str(error)
    return said


def shipped_text(source_id: str, passage_id: str) -> str | None:
    """A passage of the shipped digests, read without an index; None when there is none of this name."""
    from assistant.sar.cited import shipped_text as read

    return read(source_id, passage_id)


def suggest(narrative: str) -> tuple[Suggestion, ...]:
    """Facts of the test that a description seems to say, each with the words it rests on."""
    from assistant.sar.suggest import suggest as find

    return find(narrative)


def personal_details(text: str) -> tuple[Detail, ...]:
    """Names, numbers and addresses in a text that could tell who a person is."""
    from assistant.personal import find_details

    return find_details(text)


def hide(text: str, details: Iterable[Detail]) -> str:
    """The text with these details hidden."""
    from assistant.personal import mask

    return mask(text, details)


def personal_details_of(case: Case) -> tuple[Detail, ...]:
    """Personal details in everything a case holds in the reader's words."""
    from assistant.sar.masking import texts

    return tuple(detail for text in texts(case) for detail in personal_details(text))


def masked(case: Case, kept: Collection[str]) -> Case:
    """The case as it may be stored or exported: every personal detail hidden, except those kept."""
    from assistant.sar.masking import masked as mask_case

    return mask_case(case, kept)


def record_fields() -> tuple[RecordField, ...]:
    """What a referral form and a decision record ask beside the test."""
    from assistant.sar.record_fields import load_record_fields

    return tuple(load_record_fields().fields)


RECORD_MIME = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "md": "text/markdown",
}


def record_file(case: Case, suffix: str) -> bytes:
    """The referral draft and decision record as a file: docx, pdf or md. Made when it is asked for."""
    from assistant.export.record_markdown import record_markdown
    from assistant.export.record_pdf import record_pdf
    from assistant.export.record_word import record_word
    from assistant.sar.interview import assessed
    from assistant.sar.record import build_record

    record = build_record(case, assessed(case), date.today(), mask_details=False)
    if suffix == "docx":
        return record_word(record)
    return record_pdf(record) if suffix == "pdf" else record_markdown(record).encode("utf-8")


def save_case(case: Case, before: Saved | None) -> Saved | str:
    """Store a case under a reference, the same one when it was saved before; or the sentence that says why not."""
    from assistant.sar.store import Cases
    from assistant.settings import settings

    try:
        return Cases(settings().data_dir).save(case, before.reference if before else None)
    except SafeguardError as error:
        return str(error)


def load_case(reference: str) -> tuple[Case, Saved] | str:
    """A saved case by its reference, or the sentence that says why there is none."""
    from assistant.sar.store import Cases
    from assistant.settings import settings

    cases = Cases(settings().data_dir)
    try:
        case = cases.load(reference)
        return case, cases.find(reference)
    except SafeguardError as error:
        return str(error)


def contacts() -> tuple[Contact, ...]:
    """Whom to ring, always in sight: the emergency number first."""
    from assistant.knowledge import load_contacts

    return tuple(load_contacts().always())
