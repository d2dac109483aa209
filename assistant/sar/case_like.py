"""Does a message tell a case, so that the walk-through is worth offering?"""

from __future__ import annotations

from assistant.sar.suggest import suggest

LEAST_WORDS = 15
"""A shorter message is a question, even when it names an age or a death."""
LEAST_FACTS = 2
"""Facts of the test that the message seems to say: one alone stands in many a question about policy."""


def reads_like_a_case(message: str) -> bool:
    """Whether a message of some length says at least two facts of the test about somebody."""
    return len(message.split()) >= LEAST_WORDS and len(suggest(message)) >= LEAST_FACTS
