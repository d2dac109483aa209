"""Feedback: masked before it is written, about nobody, whole or not at all, and never a word of it in an error."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from assistant import sqlite_file
from assistant.answer.value import Answer, Citation, Outcome
from assistant.feedback import (
    KEPT,
    MOST_CHARACTERS,
    Feedback,
    FeedbackDamaged,
    FeedbackStore,
    FeedbackUnusable,
    Verdict,
    feedback_on,
    load_reasons,
    may_be_asked,
    reasons_after,
)
from ingest.errors import BadRequest, RegisterInvalid
from ingest.sources import Kind

TODAY = date(2026, 11, 27)
QUESTION = "Should Zelda Fairweather (born 3 March 1950, NHS number 943 476 5919) have an advocate?"
CORRECTION = "Zelda must have one, ring 07700 900123. See s.68."


def cite(n: int, source_id: str = "care-act-2014", pinpoint: str = "s.68", kind: Kind = Kind.LEGISLATION) -> Citation:
    return Citation(
        n=n, source_id=source_id, passage_id=f"{source_id}#{n}", title="Title", publisher="Publisher",
        pinpoint=pinpoint, page=None, url=None, quote="words", start=0, end=5, heading="Heading", kind=kind.value,
        kind_label=kind.label, authority=1, jurisdiction="England", published="2014", checked_on=TODAY,
        review_due=None, superseded_by=None, is_digest=True,
    )  # fmt: skip


def reply(outcome: Outcome = Outcome.ANSWERED, **more: object) -> Answer:
    return Answer.model_validate(
        {"question": QUESTION, "outcome": outcome, "citations": (cite(1), cite(2), cite(3, pinpoint="s.67")), **more}
    )


def word(verdict: Verdict = Verdict.NOT_HELPFUL, **more: object) -> Feedback:
    given = {"reasons": ("incomplete",), "correction": CORRECTION, "generation": "g1", "today": TODAY}
    return feedback_on(reply(), verdict, **{**given, **more})  # type: ignore[arg-type]


def store(folder: Path, on: date = TODAY) -> FeedbackStore:
    return FeedbackStore(folder, today=lambda: on)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write anywhere, so it steps down for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_personal_details_are_hidden_before_anything_is_kept_and_a_first_name_is_known_from_the_question(tmp_path):
    said = word()
    assert said.question == "Should [name 1] (born [date of birth], NHS number [NHS number]) have an advocate?"
    assert said.correction == "[name 1] must have one, ring [phone number]. See s.68."
    store(tmp_path).save(said)
    kept = (tmp_path / "feedback.db").read_bytes()
    assert b"[name 1]" in kept
    for told in (b"Zelda", b"Fairweather", b"943", b"1950", b"07700"):
        assert told not in kept


def test_what_is_kept_is_what_the_page_says_and_nothing_about_the_reader():
    assert set(Feedback.model_fields) == {
        "id", "said_on", "question", "verdict", "reasons", "correction", "outcome", "cited", "generation",
    }  # fmt: skip
    assert Feedback.model_fields["said_on"].annotation is date  # a moment could be matched with another log
    assert [(place.source_id, place.pinpoint) for place in word().cited] == [
        ("care-act-2014", "s.68"), ("care-act-2014", "s.67"),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [Kind.OWN_DOCUMENT, Kind.LOCAL_POLICY])
def test_the_name_of_a_readers_own_document_is_not_kept(kind):
    own = cite(1, "own-zelda-fairweather-plan-0a1b2c", "Plan of Zelda Fairweather", kind)
    place = feedback_on(reply(citations=(own,)), Verdict.HELPFUL).cited[0]
    assert (place.source_id, place.pinpoint) == ("own-0a1b2c", "Plan of [name 1]")


def test_what_was_said_comes_back_whole_and_a_second_word_on_the_same_answer_replaces_the_first(tmp_path):
    first, other = word(), word(Verdict.HELPFUL, reasons=(), correction="")
    store(tmp_path).save(first)
    store(tmp_path).save(other)
    again = word(Verdict.HELPFUL, reasons=(), correction="", before=first.id)
    store(tmp_path).save(again)
    assert store(tmp_path).all() == (again, other)
    assert FeedbackStore(tmp_path / "elsewhere").all() == () and not (tmp_path / "elsewhere").exists()


def test_feedback_can_be_had_from_a_day_on_and_is_erased_after_a_year(tmp_path):
    old, new = word(today=TODAY - KEPT), word()
    store(tmp_path, TODAY - KEPT).save(old)
    store(tmp_path).save(new)
    assert store(tmp_path).all() == (old, new)
    assert store(tmp_path).all(since=TODAY) == (new,)
    tomorrow = TODAY + timedelta(days=1)
    assert store(tmp_path, tomorrow).all() == (new,)
    store(tmp_path, tomorrow).save(word(today=tomorrow))
    assert old.id.encode() not in (tmp_path / "feedback.db").read_bytes()


def test_nothing_is_asked_in_an_emergency():
    for urgent in (
        reply(Outcome.URGENT, emergency=True, emergency_message="Call 999 now."),
        reply(emergency=True, emergency_message="Call 999 now."),
    ):
        assert not may_be_asked(urgent)
        with pytest.raises(BadRequest, match="emergency"):
            feedback_on(urgent, Verdict.HELPFUL)
    assert may_be_asked(reply()) and may_be_asked(reply(Outcome.REFUSED))


def test_a_correction_that_is_too_long_and_a_reason_that_is_not_offered_are_refused_in_one_sentence():
    assert word(correction="x" * MOST_CHARACTERS).correction == "x" * MOST_CHARACTERS
    with pytest.raises(BadRequest, match="is 2,001 characters; it can have 2,000"):
        word(correction="x" * 2001)
    with pytest.raises(BadRequest, match="'should-have-answered' is no reason that is offered here"):
        word(reasons=("should-have-answered",))


def test_the_reasons_fit_how_the_question_ended():
    words = {outcome: [reason.words for reason in reasons_after(outcome)] for outcome in Outcome}
    assert words[Outcome.ANSWERED] == [
        "It did not answer my question", "It is out of date", "It cites the wrong place", "It missed something",
        "It should have refused", "Something else",
    ]  # fmt: skip
    for refusal in (Outcome.NO_EVIDENCE, Outcome.OUT_OF_SCOPE, Outcome.REFUSED):
        assert words[refusal] == ["It did not answer my question", "It should have answered", "Something else"]
    assert words[Outcome.URGENT] == []


@pytest.mark.parametrize("text", ["reasons: []", "reasons: [", "other: 1"])
def test_a_data_file_of_reasons_that_is_wrong_is_named(tmp_path, text):
    file = tmp_path / "feedback.yaml"
    file.write_text(text)
    with pytest.raises(RegisterInvalid, match=r"feedback\.yaml cannot be used"):
        load_reasons(file)


def test_two_reasons_with_one_id_are_refused(tmp_path):
    one = "{id: a, words: It is, after: [answered], suggests: answerable}"
    file = tmp_path / "feedback.yaml"
    file.write_text(f"reasons: [{one}, {one}]")
    with pytest.raises(RegisterInvalid, match="two reasons with one id"):
        load_reasons(file)


# -- what can go wrong with the file ---------------------------------------------------------------------------------


def test_only_its_owner_can_read_the_file(tmp_path):
    store(tmp_path).save(word())
    assert (tmp_path / "feedback.db").stat().st_mode & 0o777 == 0o600


def without_words(raised: pytest.ExceptionInfo[BaseException]) -> bool:
    """Whether an error, with all that led to it, holds nothing of what was said."""
    text = "".join(traceback.format_exception(raised.value))
    return "advocate" not in text and "See s.68" not in text


@pytest.mark.parametrize("content", [b"not a database at all" * 50, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path, content):
    (tmp_path / "feedback.db").write_bytes(content)
    for act in (store(tmp_path).all, lambda: store(tmp_path).save(word())):
        with pytest.raises(FeedbackDamaged, match=r"readers' words in .*feedback\.db are damaged; restore") as raised:
            act()
        assert without_words(raised)
    assert (tmp_path / "feedback.db").read_bytes() == content


def test_a_line_that_is_damaged_is_said_without_its_words(tmp_path):
    store(tmp_path).save(word())
    with sqlite3.connect(tmp_path / "feedback.db") as connection:
        connection.execute('UPDATE feedback SET content = \'{"question": "advocate"}\'')
    with pytest.raises(FeedbackDamaged, match="damaged or of another version") as raised:
        store(tmp_path).all()
    assert without_words(raised)


def test_a_folder_that_may_only_be_read_is_named_and_what_was_kept_stays():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = word()
        store(folder).save(kept)
        (folder / "feedback.db").chmod(0o444)
        folder.chmod(0o555)
        with ordinary_user(), pytest.raises(FeedbackUnusable, match="cannot be opened or written") as raised:
            store(folder).save(word())
        assert without_words(raised)
        folder.chmod(0o755)
        (folder / "feedback.db").chmod(0o600)
        assert store(folder).all() == (kept,)


def test_a_full_disk_is_said_and_loses_nothing_that_was_kept(tmp_path, monkeypatch):
    kept = word()
    store(tmp_path).save(kept)
    pages = sqlite3.connect(tmp_path / "feedback.db").execute("PRAGMA page_count").fetchone()[0]
    made = sqlite_file._engine

    def full(file: Path):  # SQLite says SQLITE_FULL at this limit as it does on a disk without room
        engine = made(file)
        event.listen(engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}"))
        return engine

    monkeypatch.setattr(sqlite_file, "_engine", full)
    with pytest.raises(FeedbackUnusable, match=r"\(full\)") as raised:
        for _ in range(100):
            store(tmp_path).save(word(correction="Say that s.68 comes first. " * 60))
    assert without_words(raised)
    monkeypatch.undo()
    assert kept in store(tmp_path).all()


def test_a_file_another_program_holds_is_waited_for_and_then_named(tmp_path, monkeypatch):
    store(tmp_path).save(word())
    monkeypatch.setattr(sqlite_file, "WAIT_S", 0)
    with sqlite3.connect(tmp_path / "feedback.db") as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(FeedbackUnusable, match=r"\(busy\)"):
            store(tmp_path).save(word())
    holder.close()


def test_processes_that_write_at_the_same_time_all_succeed(tmp_path):
    """Three processes on a folder that has no file yet, ten words each."""
    code = (
        "import sys; from pathlib import Path; from assistant.answer.value import Answer, Citation, Outcome;"
        "from assistant.feedback import FeedbackStore, Verdict, feedback_on;"
        "sys.stdin.readline();"
        "said = [feedback_on(Answer(question='q', outcome=Outcome.ANSWERED), Verdict.HELPFUL) for _ in range(10)];"
        "[(FeedbackStore(Path(sys.argv[1])).save(one), print(one.id)) for one in said]"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "data")], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]  # fmt: skip
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = [process.communicate() for process in started]
    assert [error for _, error in printed] == [""] * 3
    ids = {line for out, _ in printed for line in out.split()}
    assert len(ids) == 30
    assert {said.id for said in FeedbackStore(tmp_path / "data").all()} == ids
