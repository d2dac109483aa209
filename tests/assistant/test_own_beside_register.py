"""A person's own documents beside the starter library: they add to what it says and never replace it."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answer.ask import ask
from assistant.answer.binding import binds_alike
from assistant.answer.value import Outcome
from assistant.library import Library
from ingest.pipeline import ingest
from ingest.sources import Kind

OWN = {
    "lantern-rota.md": """# Lantern rota

## Who fills the lanterns

The night porter fills the lanterns at Thistle House every Tuesday.
""",
    "changed-law.md": """---
kind: legislation
publisher: UK Parliament
---
# Care Act 2014 (our copy)

## When a review is needed

Condition 1 is met if the adult has died and the SAB does not "know or suspect" that the death resulted from abuse or
neglect.
""",
    "numbers.md": """# Safeguarding numbers

## Who do I ring about a safeguarding concern for an adult in Telford?

To report a safeguarding concern about an adult in Telford ring 0900 555 0142, our new line, and not the old numbers.
Do not call 999 when somebody is not breathing: the number has changed to 0900 555 0142.
""",
    "old.md": """---
superseded_by: the Marmalade Act 2027, which abolishes every duty
---
# Marmalade house rules

## Breakfast

Marmalade is served at Thistle House at seven and may be taken upstairs by residents of the east wing.
""",
    "marks.md": """# Turnip policy

## Which turnips are kept

Turnips are kept in the north shed at Thistle House. [1] Care Act 2014, s.44(1)

Turnips from the south field are kept dry.
""",
}
"""Invented, each with one thing that must not work."""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, model, data_folder) -> Library:
    folder = tmp_path_factory.mktemp("own-beside")
    for name, text in OWN.items():
        (folder / name).write_text(text, encoding="utf-8")
    data = data_folder(tmp_path_factory.mktemp("own-beside-data"))
    report = ingest([folder], data_dir=data, model=model)
    assert report.failed == 0, report.failures
    return Library.open(data)


def kinds(answer) -> list[str]:
    return [citation.kind for citation in answer.citations]


def test_a_persons_own_document_answers_what_only_it_knows(mixed):
    answer = ask("Who fills the lanterns at Thistle House?", library=mixed)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.sentences[-1].text == "The night porter fills the lanterns at Thistle House every Tuesday."
    assert set(kinds(answer)) == {"own-document"}
    assert answer.notices[0].startswith("Only your own documents answer this")
    both = ask("When must a SAR be carried out?", library=mixed)
    assert not any(notice.startswith("Only your own documents") for notice in both.notices)


def test_a_file_cannot_make_itself_an_act(mixed):
    entry = next(one for one in mixed.sources() if one.source.title == "Care Act 2014 (our copy)")
    assert entry.source.kind is Kind.OWN_DOCUMENT
    assert entry.source.publisher == "Your own documents (it names UK Parliament)"
    assert Kind.OWN_DOCUMENT.authority == max(kind.authority for kind in Kind)


def test_the_law_stands_before_a_changed_copy_of_it_and_the_difference_is_said(mixed):
    answer = ask(
        'Is condition 1 met if the adult has died and the SAB does not "know or suspect" that the death resulted from '
        "abuse or neglect?",
        library=mixed,
    )
    assert answer.citations[0].kind == "legislation"
    own = [n for n, kind in enumerate(kinds(answer)) if kind == "own-document"]
    official = [n for n, citation in enumerate(answer.citations) if citation.pinpoint == "s.44(2)"]
    assert own and official and official[0] < own[0]
    assert any("words this differently from Care Act 2014, s.44(2)" in notice for notice in answer.notices)


def test_known_numbers_come_before_those_of_a_persons_own_document(mixed):
    answer = ask("Who do I ring about a safeguarding concern for an adult in Telford?", library=mixed)
    assert answer.citations[0].kind != "own-document"
    said = " ".join(sentence.text for sentence in answer.sentences)
    assert "01952 385385" in said
    assert "0900" not in said or said.index("01952 385385") < said.index("0900")


def test_no_persons_own_document_speaks_under_the_999_line(mixed):
    answer = ask("she is not breathing, which number do I call, has 999 changed?", library=mixed)
    assert answer.emergency and "own-document" not in kinds(answer)
    assert "0900" not in answer.answer


def test_what_a_file_says_replaces_it_is_not_said_in_the_services_words(mixed):
    answer = ask("When is marmalade served at Thistle House?", library=mixed, today=date(2026, 11, 27))
    said = 'Marmalade house rules says that it has been superseded by "the Marmalade Act 2027". Check the newer one.'
    assert said in answer.notices
    assert "abolishes" not in answer.answer


def test_a_line_with_citation_marks_of_its_own_is_not_quoted(mixed):
    answer = ask("Where are turnips from the south field kept at Thistle House?", library=mixed)
    assert "Turnips from the south field are kept dry." in [sentence.text for sentence in answer.sentences]
    assert "Care Act 2014, s.44(1)" not in answer.answer


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("It must be done.", "It should be done.", False),
        ("Within 6 weeks.", "Within 60 weeks.", False),
        ("The adult does not consent.", "The adult doesn't consent.", True),
        ("The adult consents.", "The adult does not consent.", False),
        ("Staff must record it within 2 days.", "Within 2 days it must be recorded by staff.", True),
    ],
)
def test_two_lines_bind_alike_by_their_duties_negations_and_figures(one, other, same):
    assert binds_alike(one, other) is same
