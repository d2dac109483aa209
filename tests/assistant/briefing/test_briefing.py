"""Briefings over the real library: seven parts, every statement cited and located, nothing filled in."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.briefing.compose import NOT_COVERED, Choices, compose_briefing, first_ticked
from assistant.briefing.gather import covers, figures_stand, gather
from assistant.briefing.template import load_template
from assistant.briefing.value import Briefing, Line, shown
from ingest.errors import BadRequest

THEMES = [theme.name for theme in load_template().themes]


@pytest.fixture(scope="module")
def made(library):
    """Theme → its evidence and its first briefing."""
    return {name: (evidence := gather(name, "All staff", library), compose_briefing(evidence)) for name in THEMES}


@pytest.mark.parametrize("name", THEMES)
def test_seven_parts_with_every_statement_cited_and_every_quote_located(made, library, name):
    evidence, briefing = made[name]
    assert [part.id for part in briefing.parts] == ["about", "why", "found", "law", "practice", "questions", "next"]
    assert all(part.lines for part in briefing.parts), [part.id for part in briefing.parts if not part.lines]
    for citation in briefing.citations:
        passage = library.passage(citation.passage_id)
        assert passage.text[citation.start : citation.end] == citation.quote
    for part in briefing.parts:
        assert part.words <= 110, (part.id, part.words)
        for line in part.lines:
            assert line.citations
            if line.role != "question":
                assert line.text in briefing.citation(line.citations[0]).quote
                assert figures_stand(line.text)
    assert len({citation.publisher for citation in briefing.citations}) >= 3
    assert briefing.contacts and all(contact.checked_on for contact in briefing.contacts)
    assert briefing.actions and all(action.citation for action in briefing.actions)


@pytest.mark.parametrize("name", THEMES)
def test_nothing_is_said_twice(made, name):
    _, briefing = made[name]
    lines = [line.text for part in briefing.parts for line in part.lines if line.role in ("sentence", "item")]
    assert len(lines) == len(set(lines))


def test_the_most_authoritative_source_of_a_part_stands_first(made):
    for evidence, _ in made.values():
        for part in load_template().parts:
            ranks = [candidate.citations[0].authority for candidate in evidence.of(part.id)]
            assert ranks == sorted(ranks)


@pytest.mark.parametrize("theme", ["volcano safety", "bicycle repair", "dental implants", "zzqx"])
def test_a_theme_the_library_does_not_cover_gives_an_honest_short_page(library, theme):
    briefing = compose_briefing(gather(theme, "All staff", library))
    assert (briefing.covered, briefing.said, briefing.citations) == (False, NOT_COVERED, ())
    assert all(not part.lines for part in briefing.parts) and briefing.contacts


@pytest.mark.parametrize(
    ("theme", "names"),
    [
        ("families take their money", ("financial abuse", "economic abuse")),
        ("sleeping on the street", ("homelessness",)),
        ("filthy houses", ("self-neglect",)),
    ],
)
def test_a_theme_in_everyday_words_is_offered_under_the_librarys_names_and_not_changed(library, theme, names):
    evidence = gather(theme, "All staff", library)
    assert (evidence.covered, evidence.other_names) == (False, names)
    briefing = compose_briefing(evidence)
    assert briefing.theme == theme
    assert briefing.said == f"{NOT_COVERED} It may be under another name: {', '.join(names)}."
    for name in names:
        assert gather(name, "All staff", library).covered


def test_a_theme_no_source_names_is_offered_under_another_name_and_one_that_is_named_is_not(library):
    shouting = gather("staff shouting at residents", "All staff", library)
    assert shouting.covered and shouting.other_names == ("psychological abuse",)
    assert "another name" not in " ".join(compose_briefing(shouting).notices)
    assert gather("hoarding", "All staff", library).other_names == ()


@pytest.mark.parametrize("theme", ["cuckooing", "hoarding", "modern slavery", "pressure ulcers"])
def test_a_theme_in_ones_own_words_is_covered(library, theme):
    assert covers(theme, library)


@pytest.mark.parametrize(
    ("theme", "says"), [("", "Name a theme"), ("the of", "Name a theme"), ("x" * 121, "121 characters")]
)
def test_a_theme_that_cannot_be_used_is_one_sentence(library, theme, says):
    with pytest.raises(BadRequest, match=says):
        gather(theme, "All staff", library)


def test_a_trainer_chooses_reorders_and_edits_and_an_edit_is_marked(made):
    evidence, before = made["self-neglect"]
    ids = first_ticked(evidence)["found"]
    line = next(line for part in before.parts if part.id == "found" for line in part.lines)
    choices = Choices(
        ticked={"found": list(reversed(ids))}, edits={line.id: "Do not call it a lifestyle choice."},
        reviewed_by="A trainer", review_date=date(2027, 5, 1),
    )  # fmt: skip
    after = compose_briefing(evidence, choices=choices)
    found = next(part for part in after.parts if part.id == "found")
    edited = next(one for one in found.lines if one.id == line.id)
    assert edited.edited and shown(edited) == "Reworded. Do not call it a lifestyle choice."
    assert after.citation(edited.citations[0]).quote == before.citation(line.citations[0]).quote
    firsts = [one.id.rsplit("-", 1)[0] for one in found.lines]
    assert list(dict.fromkeys(firsts)) == list(reversed(ids))
    assert not after.is_draft and before.is_draft
    same = compose_briefing(evidence, choices=Choices(edits={line.id: f"  {line.text} "}))
    assert next(part for part in same.parts if part.id == "found").lines[0].edited is False


def test_a_part_of_which_nothing_is_ticked_is_empty_and_its_citations_are_gone(made):
    evidence, before = made["self-neglect"]
    after = compose_briefing(evidence, choices=Choices(ticked={"law": []}))
    assert next(part for part in after.parts if part.id == "law").lines == ()
    assert len(after.citations) < len(before.citations)


def test_a_line_whose_words_are_not_in_what_it_cites_is_refused_unless_it_is_marked(made):
    _, briefing = made["self-neglect"]
    part = briefing.parts[0]
    for edited, fine in ((False, False), (True, True)):
        line = Line(id="x", text="Invented words.", citations=(1,), edited=edited)
        values = briefing.model_dump() | {"parts": (part.model_copy(update={"lines": (line,)}), *briefing.parts[1:])}
        if fine:
            assert Briefing.model_validate(values).parts[0].lines[0].edited
        else:
            with pytest.raises(ValueError, match="not word for word"):
                Briefing.model_validate(values)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("It featured in 45% of the 231 reviews.", True), ("It featured in 45% of reviews.", False),
        ("Half of them were men.", False), ("In 12 SARs, half were men.", True), ("Act within 5 days.", True),
        ("60 per cent among 652 reviews", True),
    ],
)  # fmt: skip
def test_a_share_stands_only_with_what_it_is_a_share_of(text, stands):
    assert figures_stand(text) is stands
