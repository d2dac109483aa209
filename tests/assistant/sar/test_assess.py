"""The engine over every combination of answers, against the law written out a second time in plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product

import pytest

from assistant.sar.assess import Assessment, assess, next_question, sufficient_reason
from assistant.sar.rules import FactsInvalid, Row, Rules, State, load_criteria

RULES = load_criteria().rules[-1]
YES, NO, UNKNOWN = State.YES, State.NO, State.UNKNOWN
ALL_YES = dict.fromkeys(RULES.fact_ids, YES)


def the_law(facts: Mapping[str, State]) -> str:
    """The decision order of docs/contracts.md for facts without unknowns, written by hand, not read from the rules."""

    def yes(name: str) -> bool:
        return facts[name] is YES

    if not yes("adult_18_or_over"):
        return "child_route"
    if not yes("in_area"):
        return "out_of_area"
    if not yes("care_and_support_needs"):
        return "not_met"
    if yes("concern_about_working_together"):
        if yes("died") and yes("death_from_abuse_or_neglect_known_or_suspected"):
            return "mandatory_s44_condition1"
        if not yes("died") and yes("serious_abuse_or_neglect_known_or_suspected"):
            return "mandatory_s44_condition2"
    return "discretionary_s44_4_possible" if yes("learning_likely") else "not_met"


def combinations(values: tuple[State, ...]) -> list[dict[str, State]]:
    return [dict(zip(RULES.fact_ids, row, strict=True)) for row in product(values, repeat=len(RULES.fact_ids))]


@cache
def lawful() -> dict[tuple[State, ...], str]:
    """Each complete combination with its outcome under the hand-written law."""
    return {tuple(facts.values()): the_law(facts) for facts in combinations((YES, NO))}


def filled_in(facts: Mapping[str, State]) -> list[tuple[State, ...]]:
    return list(product(*((YES, NO) if value is UNKNOWN else (value,) for value in facts.values())))


def can_change(name: str, facts: Mapping[str, State]) -> bool:
    """Whether some filling-in of the other unknowns gives one outcome with yes and another with no."""
    with_yes = filled_in({**facts, name: YES})
    with_no = filled_in({**facts, name: NO})
    return any(lawful()[a] != lawful()[b] for a, b in zip(with_yes, with_no, strict=True))


def obeys_the_law(found: Assessment, facts: Mapping[str, State]) -> bool:
    possible = {lawful()[row] for row in filled_in(facts)}
    expected = next(iter(possible)) if len(possible) == 1 else "insufficient_information"
    missing = tuple(name for name, value in facts.items() if value is UNKNOWN and can_change(name, facts))
    return found.outcome.id == expected and found.missing == missing and set(found.possible) == possible


def test_every_one_of_the_6561_combinations_obeys_the_law():
    every = combinations((YES, NO, UNKNOWN))
    assert len(every) == 6561
    for facts in every:
        found = assess(facts, RULES)
        assert obeys_the_law(found, facts), facts
        assert (found.outcome.id == "insufficient_information") == bool(found.missing), facts
        assert all("section 44" in element.reason.lower() for element in found.elements), facts


def mutants() -> list[tuple[str, Rules]]:
    """The shipped table with one thing changed: a condition turned or dropped, an outcome or two rows swapped."""
    made = []
    for n, row in enumerate(RULES.decide):
        for name, value in row.when.items():
            turned = Row(outcome=row.outcome, when={**row.when, name: NO if value is YES else YES})
            dropped = Row(outcome=row.outcome, when={k: v for k, v in row.when.items() if k != name})
            made.append((f"row {n + 1}: {name} turned round", _with_row(n, turned)))
            made.append((f"row {n + 1}: {name} dropped", _with_row(n, dropped)))
        for outcome in {row.outcome for row in RULES.decide} - {row.outcome}:
            made.append((f"row {n + 1}: {outcome}", _with_row(n, Row(outcome=outcome, when=row.when))))
    for n in range(len(RULES.decide) - 1):
        rows = list(RULES.decide)
        rows[n], rows[n + 1] = rows[n + 1], rows[n]
        made.append((f"rows {n + 1} and {n + 2} swapped", RULES.model_copy(update={"decide": tuple(rows)})))
    return made


def _with_row(place: int, row: Row) -> Rules:
    rows = [row if n == place else kept for n, kept in enumerate(RULES.decide)]
    return RULES.model_copy(update={"decide": tuple(rows)})


def same_law(rules: Rules) -> bool:
    """Whether a table gives every complete combination the outcome of the hand-written law."""
    for facts in combinations((YES, NO)):
        row = next((row for row in rules.decide if row.holds(facts)), None)
        if row is None or row.outcome != lawful()[tuple(facts.values())]:
            return False
    return True


# Neighbouring rows that exclude each other, or give the same outcome, may stand in either order.
SAME_EITHER_WAY = {"rows 4 and 5 swapped"}


@pytest.mark.parametrize("name, rules", mutants(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_change_of_any_one_rule_breaks_the_law(name: str, rules: Rules):
    assert same_law(rules) == (name in SAME_EITHER_WAY)


def test_the_shipped_table_is_the_law():
    assert same_law(RULES)


def test_an_unknown_that_cannot_matter_does_not_hold_the_outcome_up():
    found = assess({"adult_18_or_over": NO}, RULES)
    assert (found.outcome.id, found.missing) == ("child_route", ())
    mandatory = {**ALL_YES, "serious_abuse_or_neglect_known_or_suspected": UNKNOWN, "learning_likely": UNKNOWN}
    assert assess(mandatory, RULES).outcome.id == "mandatory_s44_condition1"


def test_the_sufficient_reason_gives_the_outcome_alone_and_nothing_in_it_can_be_dropped():
    for facts in combinations((YES, NO)):
        outcome = assess(facts, RULES).outcome.id
        reason = sufficient_reason(facts, RULES)
        assert assess({name: facts[name] for name in reason}, RULES).outcome.id == outcome
        for dropped in reason:
            less = {name: facts[name] for name in reason if name != dropped}
            assert assess(less, RULES).outcome.id == "insufficient_information"


def test_a_death_of_a_living_adult_is_named_as_a_contradiction_and_blocks_nothing():
    found = assess({**ALL_YES, "died": NO}, RULES)
    assert [set(entry.facts) for entry in found.contradictions] == [
        {"died", "death_from_abuse_or_neglect_known_or_suspected"}
    ]
    assert found.outcome.id == "mandatory_s44_condition2"


def test_questions_follow_the_order_of_the_law_and_stop_when_nothing_can_change():
    asked, facts = [], {}
    while name := next_question(facts, RULES):
        asked.append(name)
        facts[name] = YES
    assert asked == [
        "adult_18_or_over",
        "in_area",
        "care_and_support_needs",
        "died",
        "death_from_abuse_or_neglect_known_or_suspected",
        "concern_about_working_together",
    ]
    assert next_question({"adult_18_or_over": NO}, RULES) is None
    assert next_question({**facts, "concern_about_working_together": NO}, RULES) == "learning_likely"


def test_whatever_is_unknown_the_questions_end_in_a_definite_outcome():
    for facts in combinations((YES, NO)):
        answers: dict[str, State] = {}
        while name := next_question(answers, RULES):
            assert name in assess(answers, RULES).missing
            answers[name] = facts[name]
        assert assess(answers, RULES).outcome.id == the_law(facts)


def test_what_would_change_the_outcome_is_said_and_nothing_else():
    facts = {**ALL_YES, "learning_likely": NO, "serious_abuse_or_neglect_known_or_suspected": UNKNOWN}
    found = assess(facts, RULES)
    told = {(change.fact, change.value): change.outcome for change in found.changes}
    for name in RULES.fact_ids:
        for value in set(State) - {facts[name]}:
            then = assess({**facts, name: value}, RULES).outcome.id
            assert told.get((name, value), found.outcome.id) == then
    assert ("learning_likely", YES) not in told
    assert told["concern_about_working_together", NO] == "not_met"


def test_other_reviews_leave_out_what_the_answers_rule_out():
    alive = {review.name for review in assess({**ALL_YES, "died": NO}, RULES).other_reviews}
    dead = {review.name for review in assess(ALL_YES, RULES).other_reviews}
    assert "Coroner and inquest" in dead - alive and "LeDeR" in dead - alive
    assert "Criminal investigation" in dead & alive


@pytest.mark.parametrize(
    "facts, message",
    [
        ({"dead": YES}, "'dead' is no fact of the test"),
        ({"died": "perhaps"}, 'The fact \'died\' is \'perhaps\'; say "yes", "no" or "unknown"'),
        ({"died": True}, "The fact 'died' is True"),
        ({"died": ["yes"]}, r"The fact 'died' is \['yes'\]"),
    ],
)
def test_facts_that_cannot_be_read_are_refused_in_one_sentence(facts, message):
    with pytest.raises(FactsInvalid, match=message):
        RULES.read_facts(facts)
