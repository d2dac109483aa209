"""The pages through AppTest, over the hand-made library: what is drawn, in which words, and what is kept."""

from __future__ import annotations

import pytest
import standin
from streamlit.testing.v1 import AppTest

from assistant.web import service
from assistant.web.serve import SCRIPT
from ingest.errors import BadRequest

pytestmark = pytest.mark.usefixtures("standins")


@pytest.fixture
def ask_page() -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=120).run()


@pytest.fixture
def library_page() -> AppTest:
    return AppTest.from_file(str(SCRIPT), default_timeout=120).switch_page("screens/library.py").run()


def html(page: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def ask(page: AppTest, question: str) -> AppTest:
    return page.chat_input[0].set_value(question).run()


def test_first_visit_says_what_answers_are_and_offers_four_questions(ask_page):
    assert [info.value for info in ask_page.info] == [
        r"Answers are exact quotes from 4 documents\, each with its source\."
    ]
    assert "<h1>Ask a safeguarding question</h1>" in html(ask_page)
    assert ask_page.header[0].value == "Try one of these"
    assert len(ask_page.button) == 4
    assert not ask_page.exception


def test_an_example_question_is_asked_when_pressed(ask_page):
    ask_page.button(key="example-0").click().run()
    assert "<h2>When must a SAR be carried out?</h2>" in html(ask_page)
    assert ask_page.info[0].value == r"Answer ready\: 3 quotes from 2 sources\."


def test_every_quote_is_drawn_with_its_citation_button_after_it(ask_page):
    ask(ask_page, "When must a SAR be carried out?")
    assert html(ask_page).count("<blockquote>") >= 3
    assert labels(ask_page)[:3] == [
        r"1\. Care Act 2014\, s\.44\(1\) \- Act of Parliament\, checked 14 Nov 2026",
        r"2\. Care Act 2014\, s\.44\(1\) \- Act of Parliament\, checked 14 Nov 2026",
        r"3\. Care and support statutory guidance\, para 14\.163 \- Statutory guidance\, checked 14 Nov 2026",
    ]


def test_a_citation_opens_its_passage_with_the_quote_marked(ask_page):
    ask(ask_page, "When must a SAR be carried out?")
    ask_page.button(key="cite-1-0-1").click().run()
    dialog = ask_page.get("dialog")[0]
    assert dialog.proto.dialog.title == "Source 1 of 3"
    assert "<mark>A SAB must arrange for there to be a review of a case involving an adult in its area.</mark>" in html(
        ask_page
    )
    assert "This is our plain-words digest of the official source." in html(ask_page)


def test_a_quote_that_is_no_longer_in_its_passage_is_shown_unmarked(ask_page, monkeypatch):
    ask(ask_page, "When must a SAR be carried out?")
    monkeypatch.setattr(service, "library", lambda: standin.Library())
    ask_page.button(key="cite-1-0-1").click().run()
    assert "<mark>" not in html(ask_page)


def test_the_statute_comes_first_where_wordings_differ(ask_page):
    ask(ask_page, "When must a SAR be carried out?")
    fold = next(part for part in html(ask_page).split("\n") if "A review happens when an adult dies." in part)
    assert fold.index("The statute, s.44(1)") < fold.index("A review happens when an adult dies.")


def test_a_refusal_names_nearest_documents_and_quotes_nothing(ask_page):
    ask(ask_page, "What is the capital of France?")
    assert "<strong>The library does not answer this.</strong>" in html(ask_page)
    assert "Nearest documents (search results, not sources)" in html(ask_page)
    assert "<blockquote>" not in html(ask_page)
    assert not [label for label in labels(ask_page) if label.startswith("1")]
    assert ask_page.get("page_link")[0].proto.label == r"Care Act 2014\, s\.42"


def test_a_refusal_says_where_to_read_what_could_not_be_confirmed(ask_page):
    ask(ask_page, "how long? What is the capital of France?")
    assert "<p>A section on this could not be confirmed: “How long?”</p>" in html(ask_page)
    assert "<blockquote>" not in html(ask_page)
    link = ask_page.get("link_button")[0].proto
    assert (link.label, link.url) == (r"Open at legislation\.gov\.uk \(new tab\)", str(standin.UNCONFIRMED.url))


def test_an_unsure_answer_says_so_above_its_quotes_and_folds_whom_to_ask_under_them(ask_page):
    ask(ask_page, "unsure: does a SAR cost anything?")
    assert ask_page.info[0].value == r"Answer ready\: 3 quotes from 2 sources\. It may not answer your question\."
    drawn = html(ask_page)
    assert drawn.index("<strong>This may not answer your question.</strong>") < drawn.index("<blockquote>")
    assert [fold for fold in ask_page.expander if fold.label == "Whom to ask"]
    ask(ask_page, "When must a SAR be carried out?")
    assert "may not answer" not in ask_page.info[0].value


def test_an_emergency_is_the_first_thing_under_the_question(ask_page):
    ask(ask_page, "she is not breathing, is a SAR needed?")
    assert ask_page.error[0].value.startswith("**Call 999 now\\.**")
    assert ask_page.info[0].value == r"Call 999 now\. An answer is below\."
    ask(ask_page, "she is not breathing")
    assert ask_page.info[0].value == r"Call 999 now\. Contacts are below\."


def test_an_emergency_is_answered_without_an_index(monkeypatch):
    monkeypatch.setattr(service, "library", standin.no_library)
    page = AppTest.from_file(str(SCRIPT), default_timeout=120).run()
    assert "No documents are indexed yet" in page.error[0].value
    ask(page, "she is not breathing")
    assert page.error[0].value.startswith("**Call 999 now\\.**")
    assert "Emergency services" in html(page)
    ask(page, "When must a SAR be carried out?")
    assert "`safeguard ingest`" in page.error[0].value


def test_danger_in_a_text_that_is_too_long_is_still_seen(ask_page):
    ask(ask_page, "word " * 500 + "she is not breathing")
    assert ask_page.error[0].value.startswith("**Call 999 now\\.**")
    assert ask_page.info[0].value.startswith(r"Call 999 now\.")


def test_a_search_that_stops_keeps_the_question_and_says_nothing_of_the_cause(ask_page, caplog):
    ask(ask_page, "break: Mary Smith")
    assert ask_page.error[0].value.startswith(r"The search stopped\. Your question is kept below\.")
    assert ask_page.text_area[0].value == "break: Mary Smith"
    assert "Mary" not in caplog.text and "RuntimeError" in caplog.text
    assert not ask_page.exception
    ask_page.text_area[0].set_value("a SAR?")
    ask_page.button(key="retry").click().run()
    assert "<h2>a SAR?</h2>" in html(ask_page)


def test_a_question_the_ask_flow_cannot_use_is_answered_with_its_sentence(ask_page, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise BadRequest("The question holds no words; type one.")

    monkeypatch.setattr(service, "ask", refuse)
    ask(ask_page, "???")
    assert ask_page.error[0].value == r"The question holds no words\; type one\."


def test_a_long_text_is_kept_and_can_be_shortened(ask_page):
    ask(ask_page, "word " * 500)
    assert ask_page.error[0].value == (
        "Your text is 2,500 characters; a question can have 2,000. For a whole case, use Walk-through."
    )
    assert ask_page.text_area[0].value == "word " * 500
    ask_page.text_area[0].set_value("When must a SAR be carried out?")
    ask_page.button(key="ask-shortened").click().run()
    assert "Answer ready" in ask_page.info[0].value


def test_earlier_questions_are_folded_ten_at_a_time_and_cleared_after_a_question(ask_page):
    for n in range(13):
        ask(ask_page, f"review {n}")
    assert "Earlier questions (12)" in [fold.label for fold in ask_page.expander]
    assert html(ask_page).count("<h3>review") == 10
    ask_page.button(key="show-more").click().run()
    assert html(ask_page).count("<h3>review") == 12
    ask_page.button(key="clear").click().run()
    assert "Clear 13 questions? This cannot be undone." in [words.value for words in ask_page.markdown]
    ask_page.button(key="clear-yes").click().run()
    assert "review 3" not in html(ask_page)
    assert ask_page.header[0].value == "Try one of these"


def test_the_filter_and_the_conversation_reach_the_ask_flow(ask_page, monkeypatch):
    seen: list[tuple[object, object]] = []

    def record(question, *, library, history, audience):
        seen.append((audience, history))
        return standin.sar_answer(question)

    monkeypatch.setattr(service, "ask", record)
    ask(ask_page, "first")
    ask_page.button_group(key="audience").set_value("Adults").run()
    ask(ask_page, "second")
    assert seen[0] == (None, [])
    assert seen[1][0] == "adults"
    assert [turn["role"] for turn in seen[1][1]] == ["user", "assistant"]


def test_no_address_holds_a_question(ask_page):
    ask(ask_page, "When must a SAR be carried out?")
    assert not dict(ask_page.query_params)


def test_the_library_lists_every_document_with_its_state_and_age(library_page):
    assert library_page.info[0].value.startswith(r"4 documents\, 6 passages\. Last checked 14 November 2026")
    body = html(library_page)
    assert "Review overdue since 1 March 2026." in body
    assert "Superseded by the 2027 edition." in body
    assert body.count('<th scope="row">') == 4


def test_search_inside_the_library_links_to_passages(library_page):
    library_page.text_input[0].set_value("reasonable cause").run()
    assert library_page.info[0].value == r"2 passages found\."
    library_page.text_input[0].set_value("zebra").run()
    assert library_page.info[0].value == r"Nothing in the library matches these words\."


def test_filters_narrow_the_list(library_page):
    library_page.selectbox(key="library-kind").select("Statutory guidance").run()
    assert library_page.info[0].value == r"1 of 4 documents shown\."


def document(**address: str) -> AppTest:
    page = AppTest.from_file(str(SCRIPT), default_timeout=120).switch_page("screens/library.py")
    for name, value in address.items():
        page.query_params[name] = value
    return page.run()


def test_a_link_to_a_passage_shows_it_first_with_the_cited_words_marked():
    passage = standin.LIBRARY.passages_of("care-act-2014")[1]
    start = passage.text.index("A SAB must")
    page = document(source="care-act-2014", passage=passage.id, mark=f"{start}-{start + 10}")
    assert "<h1>Care Act 2014</h1>" in html(page)
    assert "<mark>A SAB must</mark>" in html(page)
    assert page.info[0].value == r"The quoted words are marked\."
    assert [link.proto.label for link in page.get("page_link")][:2] == [r"Previous\: s\.42", r"Next\: s\.44\(4\)"]


def test_words_that_cannot_be_located_are_not_marked():
    passage = standin.LIBRARY.passages_of("care-act-2014")[1]
    page = document(source="care-act-2014", passage=passage.id, mark="5-99999")
    assert "<mark>" not in html(page)
    assert page.info[0].value.startswith("We could not find these words")


def test_unconfirmed_lines_are_shown_and_said_to_be_so():
    page = document(source="care-act-2014")
    assert "<strong>Not confirmed: kept for readers, never quoted:</strong> A line nobody has confirmed." in html(page)


def test_an_unknown_passage_opens_the_document_and_an_unknown_document_the_list():
    assert document(source="care-act-2014", passage="gone").info[0].value.startswith("That passage is no longer")
    assert document(source="gone").info[0].value.startswith("That document is no longer in the library")


def test_a_page_that_fails_says_so_without_the_cause(monkeypatch, caplog):
    def fail() -> None:
        raise RuntimeError("Mary Smith")

    monkeypatch.setattr(service, "library", fail)
    page = AppTest.from_file(str(SCRIPT), default_timeout=120).run()
    assert "This part of the page stopped." in page.error[0].value
    assert "Mary" not in caplog.text and not page.exception
