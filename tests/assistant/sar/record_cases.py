"""Synthetic cases for the record, one for each outcome. None of it happened to anybody."""

from __future__ import annotations

from datetime import date

from assistant.sar import interview
from assistant.sar.interview import Case
from assistant.sar.rules import State
from assistant.sar.suggest import Suggestion

DAY = date(2026, 11, 26)
NARRATIVE = (
    "Synthetic case. The adult, AB, was 74 and lived alone in Wellington. A stroke left AB unable to wash or cook "
    "without help.\n\nThe GP and the landlord each thought another agency was leading. AB died at home on 3 May."
)
WORDS = {
    "care_and_support_needs": "unable to wash or cook without help",
    "died": "AB died at home on 3 May",
    "concern_about_working_together": "each thought another agency was leading",
}
_ALL = {
    "adult_18_or_over": "yes",
    "in_area": "yes",
    "care_and_support_needs": "yes",
    "died": "yes",
    "death_from_abuse_or_neglect_known_or_suspected": "yes",
    "concern_about_working_together": "yes",
}
_ALIVE = {
    **{name: value for name, value in _ALL.items() if not name.startswith("death")},
    "died": "no",
    "serious_abuse_or_neglect_known_or_suspected": "yes",
}
FACTS = {
    "mandatory_s44_condition1": _ALL,
    "mandatory_s44_condition2": _ALIVE,
    "discretionary_s44_4_possible": {**_ALL, "concern_about_working_together": "no", "learning_likely": "yes"},
    "not_met": {**_ALL, "concern_about_working_together": "no", "learning_likely": "no"},
    "insufficient_information": {**_ALL, "concern_about_working_together": "unknown"},
    "child_route": {"adult_18_or_over": "no"},
    "out_of_area": {"adult_18_or_over": "yes", "in_area": "no"},
}
DETAILS = {
    "referrer_role": "Social worker",
    "referrer_agency": "Adult social care",
    "adult": "AB",
    "key_dates": "1 March: fall at home\n3 May: died at home",
    "disagreement": "The landlord's safeguarding lead saw a single-agency matter; not resolved.",
    "delay": "Six months, waiting for the post-mortem.",
}

SECRETS = ("Mary", "Hopkinson", "943 476 5919", "07700 900123", "TF1 1AA", "mary@example.org", "3 April 1950")
TOLD = (
    "Mrs Mary Hopkinson, born 3 April 1950, NHS number 943 476 5919, lived at TF1 1AA. Mary rang from 07700 900123. "
    "Hopkinson was unable to wash or cook without help."
)


def synthetic(outcome: str, narrative: str = NARRATIVE, note: str = "Seen in the GP record of 2 February.") -> Case:
    """A case that ends in an outcome; three answers rest on marked words, the others on a note."""
    suggested = tuple(
        Suggestion(
            fact=fact,
            value=State.YES,
            quote=words,
            start=narrative.index(words),
            end=narrative.index(words) + len(words),
            confidence=0.9,
        )
        for fact, words in WORDS.items()
        if words in narrative
    )
    case = Case(started_on=DAY, narrative=narrative, suggested=suggested, details=DETAILS)
    for fact, value in FACTS[outcome].items():
        if any(entry.fact == fact and entry.value == value for entry in suggested):
            case = interview.confirm(case, fact, State(value))
        else:
            case = interview.answer(case, fact, State(value), note=note)
    return case


def with_secrets() -> Case:
    """A case with made-up personal details in its description, a note and two fields."""
    case = synthetic("mandatory_s44_condition1", narrative=TOLD, note="Mary told the nurse.")
    return case.model_copy(update={"details": {"adult": "Mary Hopkinson", "family": "A sister, mary@example.org"}})
