import copy
import json
import re

import pytest

from evals import briefings
from evals.briefings import Briefer, BriefingCase, generate, load, score
from evals.digests import sections
from evals.report import table
from evals.suite import SUITES, Fact, SuiteInvalid, normalise

PAGE = (SUITES / "BRIEFINGS.md").read_text(encoding="utf-8")
SUITE = load(SUITES / "briefings.jsonl")
PARTS = ("about", "why", "found", "law", "practice", "questions", "next")
TEXT = "Hoarding is part of it. It featured in 45% of the 231 reviews. Refusal is not the end."
CASE = {
    "id": "hoarding",
    "style": "offered",
    "theme": "clutter",
    "publishers": 2,
    "words": ["hoard"],
    "facts": [
        {"id": "share", "text": "45%", "vital": True, "any": [["45%", "231"]]},
        {"id": "refusal", "text": "refusal", "vital": False, "any": [["not the end"]]},
        {"id": "tool", "text": "a tool", "vital": False, "any": [["clutter image rating"]]},
    ],
}
UNCOVERED = {"id": "far", "style": "not covered", "theme": "infection control", "covered": False, "publishers": 0}


def written(tmp_path, *cases):
    path = tmp_path / "briefings-made.jsonl"
    path.write_text("".join((case if isinstance(case, str) else json.dumps(case)) + "\n" for case in cases), "utf-8")
    return path


def citation(n, words, publisher="A board", source="theme"):
    start = TEXT.index(words)
    return {
        "n": n, "source_id": source, "passage_id": f"{source}:p", "publisher": publisher, "title": "Theme: hoarding",
        "heading": "H", "pinpoint": "p. 1", "published": "2019", "quote": words, "start": start,
        "end": start + len(words),
    }  # fmt: skip


def line(words, *numbers, role="sentence", edited=False):
    return {"id": "x", "text": words, "citations": list(numbers), "role": role, "edited": edited}


def good():
    """Four of seven parts hold something; every quote is located; two publishers; one thin part says nothing."""
    parts = {part: {"id": part, "heading": part, "lines": [], "thin": "Nothing is held."} for part in PARTS}
    parts["about"] |= {"lines": [line("Hoarding is part of it.", 1)], "thin": ""}
    parts["why"] |= {"lines": [line("It featured in 45% of the 231 reviews.", 2)], "thin": ""}
    parts["law"] |= {"lines": [line("Refusal is not the end.", 3)], "thin": ""}
    parts["questions"] |= {"lines": [line("Could this happen here?", 1, role="question")], "thin": ""}
    return {
        "covered": True,
        "said": "",
        "parts": list(parts.values()),
        "citations": [
            citation(1, "Hoarding is part of it."),
            citation(2, "It featured in 45% of the 231 reviews.", "A second board", "second"),
            citation(3, "Refusal is not the end.", "A third board", "third"),
        ],
        "notices": [],
    }


class Found:
    text = TEXT


def values_of(tmp_path, made, case=CASE, **settings):
    def brief(theme, audience):
        if isinstance(made, Exception):
            raise made
        return made

    generate("made", [BriefingCase.model_validate(case)], tmp_path / "run", Briefer(brief, lambda _: Found, settings))
    return score(tmp_path / "run").cases[0].values


def changed(part, **more):
    made = copy.deepcopy(good())
    next(entry for entry in made["parts"] if entry["id"] == part).update(more)
    return made


def rows_under(heading):
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `([a-z ]+)` \|", part, re.MULTILINE)


def test_the_page_describes_every_field_and_every_measure(tmp_path):
    assert rows_under("Fields of a case") == list(BriefingCase.model_fields)
    assert rows_under("Measures") == list(values_of(tmp_path, good()))


def test_the_suite_has_its_twelve_themes():
    assert len(SUITE) == 12
    assert [case.id for case in SUITE if not case.covered] == ["infection-control"]
    assert all(3 <= len(case.facts) <= 5 for case in SUITE if case.covered)


def test_every_wording_of_a_fact_is_somewhere_in_the_digests():
    plain = [normalise(text) for text in sections().values()]
    dead = [
        (case.id, fact.id, parts)
        for case in SUITE
        for fact in case.facts
        for parts in fact.any
        if not any(all(part in text for part in parts) for text in plain)
    ]
    assert dead == []


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("{not json", "briefings-made.jsonl line 2, the case"),
        (CASE | {"id": "b", "note": 1}, "line 2, note: Extra inputs"),
        (CASE | {"id": "b", "theme": ""}, "line 2, theme"),
        (CASE | {"id": "b", "facts": [CASE["facts"][1]]}, "line 2, the case: .*at least one vital fact"),
        (CASE | {"id": "b", "facts": CASE["facts"][:1] * 2}, "line 2, the case: .*two of them"),
        (CASE | {"id": "b", "theme": "the 231 with 45%"}, "line 2, the case: .*fact share is found in the theme"),
        (CASE | {"id": "b", "words": []}, "line 2, the case: .*words: say what shows"),
        (CASE | {"id": "b", "words": ["Hoard"]}, "line 2, the case: .*write 'Hoard' as 'hoard'"),
        (UNCOVERED | {"id": "b", "facts": CASE["facts"]}, "line 2, the case: .*must be empty"),
        (CASE, "id: hoarding is used twice"),
    ],
)
def test_a_wrong_line_is_named_with_its_field(tmp_path, second, message):
    with pytest.raises(SuiteInvalid, match=message):
        load(written(tmp_path, CASE, second))


def test_a_suite_that_is_empty_or_not_there_is_refused(tmp_path):
    with pytest.raises(SuiteInvalid, match="holds no cases"):
        load(written(tmp_path, ""))
    with pytest.raises(SuiteInvalid, match="cannot be read"):
        load(tmp_path / "none.jsonl")


def test_a_good_briefing_worked_by_hand(tmp_path):
    assert values_of(tmp_path, good()) == {
        "coverage right": 1.0,
        "parts filled": 4 / 7,
        "statements cited": 1.0,
        "quotes located": 1.0,
        "publishers": 1.0,
        "part length": 1.0,
        "vital fact recall": 1.0,
        "fact recall": 2 / 3,  # the tool is not named
        "on the theme": 1.0,  # each line, or the title of what it cites, says hoarding
        "figures with denominators": 1.0,  # 45% of the 231 reviews, published 2019
        "honest when thin": 1.0,  # three empty parts, all said
    }


def test_an_uncited_statement_is_seen(tmp_path):
    values = values_of(tmp_path, changed("about", lines=[line("Hoarding is part of it.")]))
    assert values["statements cited"] == 3 / 4  # four lines, the question included
    assert values["quotes located"] == 2 / 3
    unknown = values_of(tmp_path, changed("about", lines=[line("Hoarding is part of it.", 9)]))
    assert unknown["statements cited"] == 3 / 4


def test_an_altered_quote_is_seen(tmp_path):
    values = values_of(tmp_path, changed("law", lines=[line("Refusal is the end.", 3)]))
    assert values["quotes located"] == 2 / 3
    assert values["statements cited"] == 1.0
    made = good()
    made["citations"][2]["start"] += 1
    assert values_of(tmp_path, made)["quotes located"] == 2 / 3  # the quote is not where it says


def test_a_reworded_line_is_no_quote(tmp_path):
    made = changed("law", lines=[line("Refusal is not the end.", 3, edited=True)])
    assert values_of(tmp_path, made)["quotes located"] == 2 / 3


def test_a_part_over_the_templates_words_is_seen(tmp_path):
    assert values_of(tmp_path, good(), most_words=7)["part length"] == 3 / 4  # "It featured ..." has eight words


def test_too_few_publishers_are_seen(tmp_path):
    assert values_of(tmp_path, good(), CASE | {"publishers": 4})["publishers"] == 0.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It featured in 45%.", 0.0),  # of what?
        ("It featured in 45% of the 231 reviews.", 1.0),
        ("Of 27 SARs, it was mentioned in 21.", 1.0),
        ("Half of the deaths were of men.", 1.0),
        ("Nobody counts this.", None),
        ("A concern is raised under section 42 enquiries.", None),  # a section's number is no figure
        ("Ring 01952 385385 within 5 days.", None),
    ],
)
def test_a_figure_needs_what_it_is_of(tmp_path, text, value):
    made = changed("why", lines=[line(text, 2)])
    assert values_of(tmp_path, made)["figures with denominators"] == value


def test_a_figure_without_a_year_anywhere_is_seen(tmp_path):
    made = good()
    made["citations"][1]["published"] = "undated page"
    assert values_of(tmp_path, made)["figures with denominators"] == 0.0


def test_a_line_beside_the_theme_is_seen_unless_its_part_says_that_it_is_thin(tmp_path):
    made = good()
    made["citations"][2]["title"] = "Theme: driving"
    assert values_of(tmp_path, made)["on the theme"] == 2 / 3
    next(part for part in made["parts"] if part["id"] == "law")["thin"] = "The general rule is quoted."
    assert values_of(tmp_path, made)["on the theme"] == 1.0


def test_thin_places_that_are_not_said_are_seen(tmp_path):
    assert values_of(tmp_path, changed("found", thin=""))["honest when thin"] == 2 / 3
    assert values_of(tmp_path, good(), fewest_sources=4)["honest when thin"] == 3 / 4  # three sources, not said
    told = good() | {"notices": ["Only 3 sources cover this."]}
    assert values_of(tmp_path, told, fewest_sources=4)["honest when thin"] == 1.0


def test_a_theme_that_is_not_covered_wants_a_page_that_says_so(tmp_path):
    page = {"covered": False, "said": "The library does not cover this theme.", "parts": [], "citations": []}
    values = values_of(tmp_path, page, UNCOVERED)
    assert (values["coverage right"], values["honest when thin"]) == (1.0, 1.0)
    assert [values[name] for name in ("parts filled", "publishers", "fact recall", "quotes located")] == [None] * 4
    invented = values_of(tmp_path, good(), UNCOVERED)
    assert (invented["coverage right"], invented["honest when thin"]) == (0.0, 0.0)
    assert values_of(tmp_path, page | {"said": ""}, UNCOVERED)["honest when thin"] == 0.0
    wrongly = values_of(tmp_path, page)
    assert (wrongly["coverage right"], wrongly["parts filled"], wrongly["honest when thin"]) == (0.0, 0.0, 1.0)


def test_a_briefing_that_raises_is_wrong_in_every_measure_and_named(tmp_path):
    values = values_of(tmp_path, ValueError("no such part"))
    assert set(values.values()) == {0.0}
    scores = score(tmp_path / "run")
    assert "hoarding (brief: ValueError: no such part)" in table("made", scores, ())


def test_scoring_twice_gives_the_same(tmp_path):
    values_of(tmp_path, good())
    before = (tmp_path / "run" / "scores.json").read_bytes()
    score(tmp_path / "run")
    assert (tmp_path / "run" / "scores.json").read_bytes() == before


def test_a_fact_is_the_suites_own_kind():
    assert BriefingCase.model_fields["facts"].annotation == tuple[Fact, ...]
    assert briefings.MOST_WORDS == 100
