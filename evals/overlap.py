"""How much of a question is already in the words of its gold section: high means the case is an easy one.

`python -m evals.overlap starter` prints it by case.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from statistics import median

from evals.digests import sections
from evals.suite import Case, load, suite_path

_WORD = re.compile(r"[a-z0-9']+")


def content_words(text: str) -> set[str]:
    """Stems of the words of `text`, without bm25s's English stop words: "reviews" and "reviewed" are one word."""
    import Stemmer
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    words = {word.replace("'", "") for word in _WORD.findall(text.lower()) if word not in STOPWORDS_EN_PLUS}
    return set(Stemmer.Stemmer("english").stemWords(sorted(words - {""})))


def overlap(question: str, passage: str) -> float | None:
    """Share of the question's content words that occur in the passage, 0 to 1; None where the question has none."""
    asked = content_words(question)
    return len(asked & content_words(passage)) / len(asked) if asked else None


def case_overlap(case: Case, texts: Mapping[tuple[str, str], str]) -> float | None:
    """The highest overlap of the case's question with one of its gold sections; None where it has no gold.

    A follow-up counts only its own words: the history is not what makes it easy.
    """
    shares = [overlap(case.question, texts.get((gold.source_id, gold.pinpoint), "")) for gold in case.gold]
    return max((share for share in shares if share is not None), default=None)


def table(cases: Sequence[Case], texts: Mapping[tuple[str, str], str]) -> str:
    """One line a case with gold, easiest first, then the median."""
    rows = [(share, case) for case in cases if (share := case_overlap(case, texts)) is not None]
    rows.sort(key=lambda row: (-row[0], row[1].id))
    lines = [f"{share:5.2f}  {case.id:28} {case.style}" for share, case in rows]
    if rows:
        easy = sum(share >= 0.5 for share, _ in rows)
        lines.append(f"median {median(share for share, _ in rows):.2f} over {len(rows)} cases; {easy} at 0.50 or more")
    return "\n".join(lines)


if __name__ == "__main__":
    for name in sys.argv[1:] or ["starter"]:
        print(table(load(suite_path(name)), sections()))
