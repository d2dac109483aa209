"""Facts → assessment: a pure function in three-valued logic that knows nothing of what the facts mean.

The outcome is definite exactly when every way of filling in the unknowns gives that outcome (supervaluation: van
Fraassen, "Singular terms, truth-value gaps, and free logic", 1966). This says more than Kleene's tables would: an
unknown that cannot matter does not hold the outcome up.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from pydantic import BaseModel, ConfigDict

from assistant.sar.rules import Contradiction, OtherReview, OutcomeRule, Reference, Rules, State, Step


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Element(_Value):
    """One limb of the test: what is said about it, what that means and the clause it rests on.

    `decisive`: part of the sufficient reason for the outcome. `missing`: unknown, and could still change the outcome.
    """

    id: str
    name: str
    status: State
    reason: str
    references: tuple[Reference, ...]
    decisive: bool
    missing: bool


class Change(_Value):
    """What another answer to one fact would lead to."""

    fact: str
    value: State
    outcome: str


class Assessment(_Value):
    """The outcome the facts lead to, with reasons, what is still unknown and what would change it.

    `possible`: every outcome that some filling-in of the unknowns gives, in the order of the decision table.
    """

    rules: str
    outcome: OutcomeRule
    possible: tuple[str, ...]
    elements: tuple[Element, ...]
    missing: tuple[str, ...]
    changes: tuple[Change, ...]
    contradictions: tuple[Contradiction, ...]
    next_steps: tuple[Step, ...]
    other_reviews: tuple[OtherReview, ...]


def assess(facts: Mapping[str, State], rules: Rules) -> Assessment:
    """Apply the rules to facts; one that is left out is unknown. Raises: FactsInvalid for an unheard-of fact."""
    known = rules.read_facts(facts)
    possible = _possible(known, rules)
    outcome = _outcome(known, rules)
    missing = _missing(known, rules)
    decisive = sufficient_reason(known, rules)
    return Assessment(
        rules=rules.id,
        outcome=rules.outcome(outcome),
        possible=tuple(dict.fromkeys(row.outcome for row in rules.decide if row.outcome in possible)),
        elements=tuple(
            Element(
                id=fact.id,
                name=fact.name,
                status=known[fact.id],
                reason=fact.reason(known[fact.id]),
                references=fact.sources,
                decisive=fact.id in decisive,
                missing=fact.id in missing,
            )
            for fact in rules.facts
        ),
        missing=missing,
        changes=changes(known, rules),
        contradictions=tuple(entry for entry in rules.contradictions if _said(entry.facts, known)),
        next_steps=tuple(rules.step(name) for name in rules.outcome(outcome).next_steps),
        other_reviews=tuple(
            review
            for review in rules.other_reviews
            if not any(known[name] is state for name, state in review.unless.items())
        ),
    )


def sufficient_reason(facts: Mapping[str, State], rules: Rules) -> tuple[str, ...]:
    """The answers that alone give the outcome, in the order asked: none of them can be dropped.

    Facts are dropped from the last to the first while the outcomes that are possible stay the same, which leaves one
    minimal set (a sufficient reason: Shih, Choi and Darwiche, "A symbolic approach to explaining Bayesian network
    classifiers", IJCAI 2018).
    """
    kept = dict(facts)
    possible = _possible(kept, rules)
    for name in reversed(rules.fact_ids):
        if kept[name] is State.UNKNOWN:
            continue
        without = {**kept, name: State.UNKNOWN}
        if _possible(without, rules) == possible:
            kept = without
    return tuple(name for name in rules.fact_ids if kept[name] is not State.UNKNOWN)


def next_question(facts: Mapping[str, State], rules: Rules, unasked: Collection[str] | None = None) -> str | None:
    """The unknown fact to ask about next, None when nothing can change the outcome any more.

    `unasked`: only these may be asked (the others were, and nobody knew); every unknown fact by default.

    Of the facts that can still change the outcome, the one that tells most about the first row of the decision table
    that is still open: later rows only matter once the earlier ones have failed, so a question about them may turn out
    not to be needed. "Tells most" is the greatest information gain, each filling-in of the unknowns counted once
    (Quinlan, "Induction of decision trees", 1986); the first in asking order where two are equal.
    """
    known = rules.read_facts(facts)
    missing = [name for name in _missing(known, rules) if unasked is None or name in unasked]
    for row in range(len(rules.decide)):
        gains = {name: _gain(name, row, known, rules) for name in missing}
        if missing and max(gains.values()) > 0:
            return max(missing, key=lambda name: (round(gains[name], 9), -rules.fact_ids.index(name)))
    return None


def changes(facts: Mapping[str, State], rules: Rules) -> tuple[Change, ...]:
    """Every single other answer that would lead somewhere else, in the order asked."""
    known = rules.read_facts(facts)
    now = _outcome(known, rules)
    made = []
    for name in rules.fact_ids:
        for value in (State.YES, State.NO, State.UNKNOWN):
            then = _outcome({**known, name: value}, rules)
            if value is not known[name] and then != now:
                made.append(Change(fact=name, value=value, outcome=then))
    return tuple(made)


def _outcome(facts: Mapping[str, State], rules: Rules) -> str:
    possible = _possible(facts, rules)
    return next(iter(possible)) if len(possible) == 1 else rules.undecided


def _possible(facts: Mapping[str, State], rules: Rules) -> frozenset[str]:
    return frozenset(rules.truth_table[place] for place in _completions(facts, rules))


def _missing(facts: Mapping[str, State], rules: Rules) -> tuple[str, ...]:
    """Unknown facts for which some filling-in of the others gives two outcomes, yes and no."""
    table = rules.truth_table
    places = tuple(_completions(facts, rules))
    return tuple(
        name
        for k, name in enumerate(rules.fact_ids)
        if facts[name] is State.UNKNOWN and any(table[place] != table[place ^ 1 << k] for place in places)
    )


def _gain(name: str, row: int, facts: Mapping[str, State], rules: Rules) -> float:
    """Fall in bits of the entropy of "this row decides" once a fact is known; yes and no hold half the cases each."""
    split = [_entropy(row, {**facts, name: value}, rules) for value in (State.YES, State.NO)]
    return _entropy(row, facts, rules) - sum(split) / 2


def _entropy(row: int, facts: Mapping[str, State], rules: Rules) -> float:
    decided = [rules.deciding_row[place] == row for place in _completions(facts, rules)]
    share = sum(decided) / len(decided)
    return -sum(p * math.log2(p) for p in (share, 1 - share) if p)


def _completions(facts: Mapping[str, State], rules: Rules) -> Iterator[int]:
    """Places in the truth table that the facts allow: 2 ** (number of unknowns)."""
    fixed = sum(1 << k for k, name in enumerate(rules.fact_ids) if facts[name] is State.YES)
    free = sum(1 << k for k, name in enumerate(rules.fact_ids) if facts[name] is State.UNKNOWN)
    subset = free
    while True:
        yield fixed | subset
        if not subset:
            return
        subset = (subset - 1) & free


def _said(wanted: Mapping[str, State], facts: Mapping[str, State]) -> bool:
    return all(facts[name] is state for name, state in wanted.items())
