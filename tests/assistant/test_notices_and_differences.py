"""What a reader has to know beside the quotes."""

from __future__ import annotations

from datetime import date

import pytest
from answer_stand_ins import QUESTION, Scored, read, source

from assistant.answer.ask import ask
from assistant.answer.cite import cite
from assistant.answer.compose import Quote
from assistant.answer.differences import with_statute
from assistant.answer.notices import notices
from assistant.answer.question import understand
from assistant.answer.value import Outcome
from assistant.knowledge import load_paraphrases

FERRY = "Does the ferry sail to the island at noon on weekdays?"


@pytest.fixture
def ferry(own_library, enough_evidence):
    def asked_on(today: date):
        answer = ask(FERRY, library=own_library, today=today)
        assert [sentence.text for sentence in answer.sentences][0].startswith("The ferry sails")
        return answer

    return asked_on


def test_a_superseded_source_is_said_and_names_the_newer_one(ferry):
    answer = ferry(date(2026, 1, 1))
    assert answer.notices == (
        'Ferry timetable policy says that it has been superseded by "Ferry policy 2027". Check the newer one.',
    )
    assert answer.citations[0].superseded_by == "Ferry policy 2027"
    assert f"Note: {answer.notices[0]}" in answer.answer


def test_a_source_is_overdue_from_the_day_after_its_review_was_due(ferry):
    overdue = "Ferry timetable policy: review was due March 2026. Look for a newer version."
    assert overdue not in ferry(date(2026, 3, 31)).notices
    assert overdue in ferry(date(2026, 4, 1)).notices


def test_a_source_that_is_in_date_brings_no_notice(own_library, enough_evidence):
    answer = ask("Do only trained staff visit a hoarded home?", library=own_library, today=date(2099, 1, 1))
    assert answer.sentences and answer.notices == ()


def test_a_mended_word_is_said(library):
    answer = ask("What is self negelct?", library=library)
    assert answer.outcome is Outcome.ANSWERED
    assert "We searched for 'neglect' (you typed 'negelct')." in answer.notices


def noticed(quote: Quote, withheld: int = 0, **of: object) -> tuple[str, ...]:
    library = Scored([quote.passage], {}, source(**of))
    return notices(QUESTION, [quote], cite([quote], library).citations, library, withheld, date(2026, 6, 1))


def test_what_is_left_out_of_a_list_and_what_was_withheld_is_said():
    (passage,) = read("## 1.2 Kit\n\nTake:\n\n- a torch\n- a map\n- a pen")
    (said,) = noticed(Quote(passage, (0, 1), 1.0, left_out=2))
    assert said == "2 more of the list in Policy, 1.2 are not shown. Open the source for all of them."
    assert noticed(Quote(passage, (0, 1, 2, 3), 1.0)) == ()
    (said,) = noticed(Quote(passage, (0, 1, 2, 3), 1.0), withheld=3)
    assert said.startswith("3 lines were left out")


def test_a_sources_own_notice_is_carried_once_after_its_age():
    (passage,) = read("## 1 Kit\n\nTake a torch.\n\nTake a map home.\n\nTake a pen.")
    said = noticed(Quote(passage, (0, 2), 1.0), notice="For Wales.", review_due=date(2020, 1, 1), superseded_by="New")
    assert said == (
        "Policy has been superseded by New. Check the newer one.",
        "Policy: review was due January 2020. Look for a newer version.",
        "For Wales.",
    )


DIFFERS = [entry for entry in load_paraphrases().all if entry.differs and entry.local.source_id]


@pytest.mark.parametrize("entry", DIFFERS, ids=[entry.id for entry in DIFFERS])
def test_a_local_wording_that_differs_is_quoted_after_the_statute_and_the_difference_cites_both(entry, library):
    local = next(
        passage
        for passage in library.passages_of(entry.local.source_id)
        if (passage.pinpoint, passage.heading[-1]) == (entry.local.pinpoint, entry.local.heading)
    )
    quotes, known = with_statute(
        understand(entry.difference), [Quote(local, tuple(range(len(local.units))), 1.0)], library
    )
    cited = cite(quotes, library)
    difference = next(d for d in known.numbered(cited, library) if d.difference == entry.difference)
    statute = cited.citations[difference.statute_citation - 1]
    wording = cited.citations[difference.local_citation - 1]
    assert (statute.source_id, statute.pinpoint) == (entry.statute.source_id, entry.statute.pinpoint)
    assert (wording.source_id, wording.pinpoint) == (entry.local.source_id, entry.local.pinpoint)
    assert difference.statute_pinpoint == entry.statute.pinpoint
    assert statute.n < wording.n


def test_another_line_of_the_same_section_states_no_difference(library):
    entry = next(entry for entry in DIFFERS if entry.id == "twsp-sar-death")
    local = next(
        passage
        for passage in library.passages_of(entry.local.source_id)
        if (passage.pinpoint, passage.heading[-1]) == (entry.local.pinpoint, entry.local.heading)
    )
    first = Quote(local, (0,), 1.0)
    assert entry.local.wording.split()[0:4] != local.quote(local.units[0]).split()[0:4]
    quotes, known = with_statute(understand(entry.difference), [first], library)
    assert (quotes, known.paraphrases) == ([first], ())


def test_an_answer_with_the_local_wording_starts_with_the_act(library):
    question = "How does TWSP's wording of when a SAR must be undertaken differ from the Care Act?"
    answer = ask(question, library=library)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.citations[0].source_id == "care-act-2014-safeguarding"
    numbered = {citation.n: citation for citation in answer.citations}
    assert answer.differences
    for difference in answer.differences:
        assert numbered[difference.statute_citation].kind == "legislation"
        assert numbered[difference.local_citation].kind == "local-policy"
        assert difference.statute_citation < difference.local_citation


def test_weaker_quotes_make_room_for_the_statute_and_the_local_wording_stays(library):
    entry = next(entry for entry in DIFFERS if entry.id == "twsp-sar-death")
    local = next(
        passage
        for passage in library.passages_of(entry.local.source_id)
        if (passage.pinpoint, passage.heading[-1]) == (entry.local.pinpoint, entry.local.heading)
    )
    other = max(library.passages_of("theme-self-neglect"), key=lambda passage: len(passage.text))
    weak = Quote(other, tuple(range(len(other.units))), 0.1)
    assert weak.words > 60
    quotes, _ = with_statute(
        understand(entry.difference), [Quote(local, tuple(range(len(local.units))), 1.0), weak], library
    )
    ids = {quote.passage.source_id for quote in quotes}
    assert ids == {entry.statute.source_id, entry.local.source_id}


def test_the_statute_is_not_put_before_an_answer_to_another_question(library):
    answer = ask("What is self-neglect?", library=library)
    assert answer.sentences[0].text.startswith("Self-neglect is")
    (difference,) = answer.differences
    assert (difference.statute_pinpoint, difference.statute_citation) == ("s.44(2)", None)
    assert answer.citations[difference.local_citation - 1].pinpoint == "All briefings"
    about_it = ask("Does a death from self-neglect count for a SAR?", library=library)
    assert "s.44(2)" in {citation.pinpoint for citation in about_it.citations}
