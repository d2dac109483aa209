"""The shipped test: every reference stands in the library, and a file that is wrong is refused by name."""

from __future__ import annotations

import copy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.knowledge import load_contacts
from assistant.sar.rules import FILE, NoRuleInForce, Reference, State, load_criteria
from ingest.errors import RegisterInvalid
from ingest.passages import Passage, passages
from ingest.readers.markdown import read_markdown
from ingest.sources import CORPUS, load_register

RULES = load_criteria().rules[-1]


@cache
def library(source_id: str) -> tuple[Passage, ...]:
    source = next(source for source in load_register().sources if source.id == source_id)
    assert source.digest
    return tuple(passages(read_markdown((CORPUS / "digests" / source.digest).read_bytes(), source.digest), source))


@pytest.mark.parametrize("reference", list(RULES.references()), ids=lambda reference: reference.pinpoint[:40])
def test_every_rule_points_to_a_passage_of_the_library_and_quotes_it_exactly(reference: Reference):
    there = [passage for passage in library(reference.source_id) if passage.pinpoint == reference.pinpoint]
    assert there
    assert any(reference.quote in passage.text for passage in there)


def test_every_limb_rests_on_the_act_first_and_says_which_clause():
    for fact in RULES.facts:
        assert fact.sources[0].source_id == "care-act-2014-safeguarding"
        for state in State:
            assert "section 44" in fact.reason(state).lower()


def test_every_limb_has_help_a_usual_mistake_and_somebody_who_would_know():
    for fact in RULES.facts:
        assert fact.counts and fact.mistakes and fact.who and fact.look_for, fact.id
        assert set(fact.hints) == {State.YES, State.NO}


def test_nothing_calls_a_review_non_statutory_except_to_say_that_it_is_wrong():
    text = FILE.read_text(encoding="utf-8")
    assert text.count("non-statutory") == 1
    assert 'mistake: "Calling such a review \\"non-statutory\\"."' in text


def test_whom_to_tell_are_contacts_that_exist():
    roles = {contact.role for contact in load_contacts().all}
    assert {role for named in RULES.whom_to_tell.values() for role in named} <= roles


def test_a_day_before_the_first_rules_is_an_error_with_a_name():
    criteria = load_criteria()
    assert criteria.in_force(date(2015, 4, 1)).id == "care-act-2014-s44"
    with pytest.raises(NoRuleInForce, match="no rules for 31 March 2015: section 44 began on 1 April 2015"):
        criteria.in_force(date(2015, 3, 31))


def test_the_rules_in_force_are_the_latest_that_had_begun():
    first = RULES
    second = RULES.model_copy(update={"id": "later", "since": date(2030, 1, 1)})
    criteria = load_criteria().model_copy(update={"rules": (second, first)})
    assert criteria.in_force(date(2029, 12, 31)).id == first.id
    assert criteria.in_force(date(2030, 1, 1)).id == "later"


def changed(tmp_path: Path, change: Any) -> Path:
    data = copy.deepcopy(yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader))
    change(data["rules"][0])
    file = tmp_path / "sar-criteria.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda rules: rules["decide"].pop(), "no row decides"),
        (lambda rules: rules["decide"].insert(0, {"outcome": "not_met", "when": {}}), "row 2 .* is never met"),
        (lambda rules: rules["decide"][0].update(outcome="perhaps"), "there is no outcome 'perhaps'"),
        (lambda rules: rules["decide"][0].update(when={"aged": "no"}), "there is no fact 'aged'"),
        (lambda rules: rules["decide"][0].update(when={"died": "unknown"}), "a row tests for unknown"),
        (lambda rules: rules["outcomes"][0]["next_steps"].append("dance"), "there is no step 'dance'"),
        (lambda rules: rules["facts"][0].pop("question"), "rules.0.facts.0.question"),
        (lambda rules: rules["facts"][0].update(colour="red"), "rules.0.facts.0.colour"),
    ],
)
def test_a_file_that_is_wrong_is_refused_and_the_place_is_named(tmp_path, change, message):
    with pytest.raises(RegisterInvalid, match=message):
        load_criteria(changed(tmp_path, change))


def test_a_missing_or_broken_file_is_one_sentence(tmp_path):
    with pytest.raises(RegisterInvalid, match="is missing; restore it"):
        load_criteria(tmp_path / "none.yaml")
    (tmp_path / "broken.yaml").write_text("rules: [", encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="is not valid YAML"):
        load_criteria(tmp_path / "broken.yaml")
