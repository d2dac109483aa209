import re
from collections import Counter
from pathlib import Path

import pytest

from evals import gates, score, suite
from evals.digests import DIGESTS, sections
from evals.overlap import case_overlap, content_words, overlap, table
from evals.suite import SUITES, Case, Fact, Gold, load, normalise

# These hold accounts, hostile documents and themes: a page of their own describes each, and other code reads them
OTHER_KINDS = ("narratives", "hostile", "briefings")
ALL_SUITES = sorted(path for path in SUITES.glob("*.jsonl") if not path.stem.startswith(OTHER_KINDS))
STARTER = load(SUITES / "starter.jsonl")
OF_EACH_REPORTED = pytest.mark.parametrize(
    "cases",
    [
        pytest.param(load(SUITES / f"{name}.jsonl"), id=name)
        for name in ("starter", "held-out", "library", "emergencies")
    ],
)
README = (SUITES / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def texts():
    return sections()


def test_the_starter_suite_has_its_sixty_cases():
    kinds = Counter(case.kind for case in STARTER)
    assert kinds == {"answerable": 36, "unanswerable": 10, "emergency": 8, "lookalike": 6}


@pytest.mark.parametrize("path", ALL_SUITES, ids=lambda path: path.stem)
def test_every_gold_pinpoint_is_a_heading_of_its_digest(path: Path):
    headings = {
        (digest.stem, pinpoint)
        for digest in DIGESTS.glob("*.md")
        for pinpoint in re.findall(r"^#+ .*\[([^\[\]]+)\]\s*$", digest.read_text(encoding="utf-8"), re.MULTILINE)
    }
    missing = [
        (case.id, gold.source_id, gold.pinpoint)
        for case in load(path)
        for gold in case.gold
        if (gold.source_id, gold.pinpoint) not in headings
    ]
    assert missing == []


def gold_texts(case: Case, texts) -> list[str]:
    return [texts.get((gold.source_id, gold.pinpoint), "") for gold in case.gold]


@OF_EACH_REPORTED
def test_every_fact_is_in_a_gold_section(cases, texts):
    unsupported = [
        (case.id, fact.id)
        for case in cases
        for fact in case.facts
        if not any(fact.found_in(text) for text in gold_texts(case, texts))
    ]
    assert unsupported == []


@OF_EACH_REPORTED
def test_every_gold_section_holds_a_fact_of_its_case(cases, texts):
    empty = [
        (case.id, gold.pinpoint)
        for case in cases
        for gold, text in zip(case.gold, gold_texts(case, texts), strict=True)
        if not any(fact.found_in(text) for fact in case.facts)
    ]
    assert empty == []


@OF_EACH_REPORTED
def test_every_alternative_occurs_somewhere_in_the_digests(cases, texts):
    plain = [normalise(text) for text in texts.values()]
    dead = [
        (case.id, fact.id, parts)
        for case in cases
        for fact in case.facts
        for parts in fact.any
        if not any(all(part in text for part in parts) for text in plain)
    ]
    assert dead == []


@OF_EACH_REPORTED
def test_no_vital_fact_is_true_of_just_any_section(cases, texts):
    plain = [normalise(text) for text in texts.values()]
    loose = {
        (case.id, fact.id): share
        for case in cases
        for fact in case.facts
        if fact.vital and (share := sum(fact.found_in(text) for text in plain) / len(plain)) > 0.10
    }
    assert loose == {}


def test_unconfirmed_lines_support_nothing(tmp_path):
    kept = "## Kept [p. 1]\nA **bold** line.\nA guess. [unverified]\n## No pinpoint\nLost.\n## More [p. 1]\nEnd.\n"
    (tmp_path / "one.md").write_text(kept, encoding="utf-8")
    assert sections(tmp_path) == {("one", "p. 1"): "Kept\nA bold line.\nMore\nEnd."}


def test_the_gates_name_measures_that_exist():
    figures = score.score_case(STARTER[0], None).values
    assert {gate.measure for gate in gates.gates_of("starter")} <= set(figures)


def described(heading: str) -> list[str]:
    part = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "model"), [("Fields of a case", Case), ("Fields of a fact", Fact), ("Fields of a gold section", Gold)]
)
def test_the_readme_describes_the_fields_the_loader_reads(heading, model):
    assert described(heading) == list(model.model_fields)


def test_the_readme_names_every_suite_here():
    assert [
        path.stem for path in ALL_SUITES if f"`{path.stem}`" not in README and f"## {path.stem}" not in README
    ] == []


def test_overlap_is_the_share_of_the_question_in_the_passage():
    # content words: board, review, report; "reviews" and "reports" are in the passage, "board" is not -> 2 of 3
    assert overlap("what does the board review report", "Reviews and their reports") == pytest.approx(2 / 3)
    assert overlap("what is it", "anything") is None
    assert content_words("the reviews") == content_words("a review")


def test_a_case_overlaps_as_much_as_its_nearest_gold_section():
    case = suite.Case.model_validate(
        {
            "id": "one",
            "kind": "answerable",
            "style": "terse",
            "question": "police interview",
            "expect": ["answered"],
            "emergency": False,
            "facts": [{"id": "f", "text": "f", "vital": True, "any": [["lawyer"]]}],
            "gold": [{"source_id": "a", "pinpoint": "1"}, {"source_id": "b", "pinpoint": "2"}],
        }
    )
    texts = {("a", "1"): "a lawyer", ("b", "2"): "police"}
    assert case_overlap(case, texts) == 0.5  # one of two words, in b
    assert table([case], texts).splitlines()[-1] == "median 0.50 over 1 cases; 1 at 0.50 or more"
