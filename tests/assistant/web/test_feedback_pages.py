"""Was this helpful? through AppTest, over the hand-made library: what is asked, what is kept and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_web_pages import ask, html, labels

from assistant.answer.value import Answer, Outcome
from assistant.export.answer_text import answer_text
from assistant.export.answer_word import answer_word
from assistant.feedback import Feedback, FeedbackStore, FeedbackUnusable, Verdict
from assistant.settings import settings
from assistant.web import feedback_view, service
from assistant.web.serve import SCRIPT

pytestmark = pytest.mark.usefixtures("standins")
QUESTION = "When must a SAR be carried out?"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SAFEGUARD_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture
def page(data: Path) -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=120).run()


def vote(page: AppTest, word: str, number: int = 1) -> AppTest:
    return page.button_group(key=f"helpful-{number}").set_value(word).run()


def kept(data: Path) -> tuple[Feedback, ...]:
    return FeedbackStore(data).all()


def said(page: AppTest) -> str:
    return page.info[0].value.replace("\\", "")


def asked(page: AppTest) -> list[str]:
    return [group.key for group in page.button_group if str(group.key).startswith("helpful-")]


def test_every_answer_and_refusal_asks_and_says_beforehand_what_is_kept(page, data):
    ask(page, QUESTION)
    assert feedback_view.WHAT_IS_KEPT in [caption.value for caption in page.caption]
    ask(page, "What is the capital of France?")
    assert sorted(asked(page)) == ["helpful-1", "helpful-2"]
    assert kept(data) == () and not data.exists()


@pytest.mark.parametrize("question", ["she is not breathing", "she is not breathing, is a SAR needed?", "break this"])
def test_nothing_is_asked_in_an_emergency_or_where_there_is_no_answer(page, question):
    ask(page, question)
    assert asked(page) == [] and not page.exception


def test_yes_is_kept_at_once_and_said(page, data):
    ask(page, QUESTION)
    vote(page, "Yes")
    assert said(page) == feedback_view.THANKS
    assert f"<p>{feedback_view.THANKS}</p>" in html(page)
    (one,) = kept(data)
    assert (one.verdict, one.question, one.outcome) == (Verdict.HELPFUL, QUESTION, Outcome.ANSWERED)
    assert [place.pinpoint for place in one.cited] == ["s.44(1)", "para 14.163"]
    assert one.generation == "stand-in"


def test_no_asks_why_and_keeps_the_masked_words_once_they_are_sent(page, data):
    ask(page, "Does Zelda Fairweather need a SAR?")
    vote(page, "No")
    assert said(page) == feedback_view.TELL_US_WHY and kept(data) == ()
    assert [box.label for box in page.checkbox] == [
        "It did not answer my question", "It is out of date", "It cites the wrong place", "It missed something",
        "It should have refused", "Something else",
    ]  # fmt: skip
    page.checkbox(key="why-1-incomplete").check()
    page.checkbox(key="why-1-wrong-place").check()
    page.text_area(key="correction-1").set_value("Zelda has died, so s.44(2).")
    page.button(key="feedback-send-1").click().run()
    assert said(page) == feedback_view.THANKS and html(page).count(feedback_view.THANKS) == 1
    (one,) = kept(data)
    assert one.reasons == ("wrong-place", "incomplete")
    assert (one.question, one.correction) == ("Does [name 1] need a SAR?", "[name 1] has died, so s.44(2).")


def test_a_refusal_offers_its_own_reasons(page):
    ask(page, "What is the capital of France?")
    vote(page, "No")
    assert "It should have answered" in [box.label for box in page.checkbox]
    assert "It should have refused" not in [box.label for box in page.checkbox]


def test_cancel_sends_nothing_and_leaves_what_was_said_before(page, data):
    ask(page, QUESTION)
    vote(page, "No")
    page.button(key="feedback-cancel-1").click().run()
    assert said(page) == "Nothing was sent." and kept(data) == () and not page.checkbox
    assert page.button_group(key="helpful-1").value is None
    vote(page, "Yes")
    vote(page, "No")
    page.button(key="feedback-cancel-1").click().run()
    assert page.button_group(key="helpful-1").value == "Yes"
    assert [one.verdict for one in kept(data)] == [Verdict.HELPFUL]


def test_one_word_an_answer_and_it_can_be_changed(page, data):
    ask(page, QUESTION)
    vote(page, "Yes")
    vote(page, "No")
    page.checkbox(key="why-1-other").check()
    page.text_area(key="correction-1").set_value("the old one")
    page.button(key="feedback-send-1").click().run()
    page.button(key="feedback-cancel-1").click().run()
    assert said(page) == feedback_view.STILL_KEPT and not page.checkbox and html(page).count(feedback_view.THANKS) == 1
    page.button(key="feedback-again-1").click().run()
    assert said(page) == feedback_view.CHANGE_IT
    assert page.checkbox(key="why-1-other").value and page.text_area(key="correction-1").value == "the old one"
    page.checkbox(key="why-1-other").uncheck()
    page.text_area(key="correction-1").set_value("the new one")
    page.button(key="feedback-send-1").click().run()
    (one,) = kept(data)
    assert (one.verdict, one.reasons, one.correction) == (Verdict.NOT_HELPFUL, (), "the new one")
    vote(page, "Yes")
    (one,) = kept(data)
    assert (one.verdict, one.correction) == (Verdict.HELPFUL, "")


def test_the_vote_of_an_earlier_question_is_still_shown_and_its_own(page, data):
    ask(page, QUESTION)
    vote(page, "Yes")
    ask(page, "another review")
    vote(page, "Yes", 2)
    page.switch_page("screens/library.py").run()
    page.switch_page("screens/ask.py").run()
    assert [page.button_group(key=f"helpful-{n}").value for n in (1, 2)] == ["Yes", "Yes"]
    assert [one.question for one in kept(data)] == [QUESTION, "another review"]


def test_words_that_are_too_long_stay_in_the_box(page, data):
    ask(page, QUESTION)
    vote(page, "No")
    page.checkbox(key="why-1-out-of-date").check()
    page.text_area(key="correction-1").set_value("x" * 2001)
    page.button(key="feedback-send-1").click().run()
    assert said(page) == "Your text is 2,001 characters; it can have 2,000. Shorten it, then send it."
    assert page.error[0].value.replace("\\", "") == said(page)
    assert page.text_area(key="correction-1").value == "x" * 2001 and page.checkbox(key="why-1-out-of-date").value
    assert kept(data) == ()


def test_what_cannot_be_written_is_said_and_stays_on_the_page(page, data, monkeypatch):
    def full(*_: object) -> None:
        raise FeedbackUnusable("The readers' words cannot be written (full); make room.")

    ask(page, QUESTION)
    with monkeypatch.context() as patch:
        patch.setattr(FeedbackStore, "save", full)
        vote(page, "Yes")
        assert "cannot be written" in page.error[0].value and "cannot be written" in said(page)
        assert page.button_group(key="helpful-1").value is None
        vote(page, "No")
        assert not page.error
        page.text_area(key="correction-1").set_value("s.44(2)")
        page.button(key="feedback-send-1").click().run()
        assert "cannot be written" in page.error[0].value
        assert page.text_area(key="correction-1").value == "s.44(2)"
    page.button(key="feedback-send-1").click().run()
    assert [one.correction for one in kept(data)] == ["s.44(2)"] and not page.error


def test_nothing_of_it_is_in_a_copy_a_file_or_the_next_question(page, monkeypatch):
    seen: list[tuple[Answer, list[dict[str, str]]]] = []
    answer = service.ask

    def record(question, *, library, history, audience):
        found = answer(question, library=library, history=history, audience=audience)
        seen.append((found, history))
        return found

    monkeypatch.setattr(service, "ask", record)
    ask(page, QUESTION)
    vote(page, "No")
    page.text_area(key="correction-1").set_value("Quuxword")
    page.button(key="feedback-send-1").click().run()
    ask(page, "another review")
    assert not page.checkbox
    assert "Quuxword" not in str(seen) and "helpful" not in str(seen)
    assert "helpful" not in page.code[0].value and page.code[0].value == answer_text(seen[1][0])
    assert b"Quuxword" not in answer_word(seen[0][0], seen[0][0].citations[0].checked_on)
    assert not dict(page.query_params)
    assert "Quuxword" not in " ".join(labels(page))
