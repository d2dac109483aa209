"""Measures of what an answer quotes, against the passages it cites. They need no gold and no author's opinion."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.answer.binding import qualifiers
from evals.record import CaseRun, PassageRow, Reply, ReplyCitation
from evals.suite import normalise

Passages = Mapping[str, PassageRow]

_SENTENCE_END = re.compile(r"(?<=[.;:?!])\s+(?=[A-Z(\"'“‘])")
_MARKER = re.compile(r"^(?:[-*•]|\([a-z0-9]{1,4}\)|\d+[.)])\s+")


def located_quotes(run: CaseRun | None, passages: Passages) -> float | None:
    """Share of an answer's sentences that are, letter for letter, at the place they cite.

    Definition: a sentence counts when it names a citation, each citation it names holds its quote at exactly
        `text[start:end]` of the cited passage, and the sentence is part of the first one's quote.
    Range:      0 to 1.
    None:       where nothing was answered.
    Source:     this project; the check is made again here, on the passages as they were kept with the run.
    """
    if not (reply := _answered(run)):
        return None
    by_number = {citation.n: citation for citation in reply.citations}
    good = 0
    for sentence in reply.sentences:
        cited = [by_number[n] for n in sentence.citations if n in by_number]
        if cited and len(cited) == len(sentence.citations) and all(_located(one, passages) for one in cited):
            good += bool(sentence.text) and sentence.text in cited[0].quote
    return good / len(reply.sentences)


def right_place(run: CaseRun | None, passages: Passages) -> float | None:
    """Share of citations whose quote stands under the pinpoint they give, in the publication itself.

    Definition: the quote's letters and digits occur in those of the section with that pinpoint, as the digest's file
        has it, read without the index; a table's row cell by cell, each with its column's heading. Where a
        publication has pages, `python -m evals.formats` measures the page.
    Range:      0 to 1.
    None:       where nothing was answered, or nothing cited is of a digest.
    Source:     this project; Gao et al. 2023 (ALCE) call the share of citations that support a statement its precision.
    """
    if not (reply := _answered(run)):
        return None
    kept = [(one, passages.get(one.passage_id)) for one in reply.citations]
    judged = [(one, row) for one, row in kept if row is None or row.section is not None]
    if not judged:
        return None
    good = sum(
        row is not None and row.section is not None and _stands_in(one.quote, row.section) for one, row in judged
    )
    return good / len(judged)


def completeness(run: CaseRun | None, passages: Passages) -> float | None:
    """Share of the conditions, exceptions and duties of the clauses quoted from that the answer gives.

    Definition: a clause is a paragraph of a cited passage, or a list with its lead-in. Of its statements (sentences
        and list items), those that hold a word of qualifiers.yaml are needed once any statement of the clause is
        quoted; the share of needed ones that are quoted.
    Range:      0 to 1.
    None:       where nothing was answered, or no needed statement is in what was quoted from.
    Source:     this project, after the "omission" of Asgari et al. 2025 (clinical summaries): what was left out
        can mislead as what was made up does.
    """
    if not (reply := _answered(run)):
        return None
    needed = given = 0
    said = _letters(" ".join(sentence.text for sentence in reply.sentences))
    for passage_id in dict.fromkeys(one.passage_id for one in reply.citations):
        if (row := passages.get(passage_id)) is None:
            continue
        for clause in clauses(row.text):
            quoted = [_letters(statement) in said for statement in clause]
            if any(quoted):
                binding = [is_said for is_said, words in zip(quoted, clause, strict=True) if _qualifies(words)]
                needed += len(binding)
                given += sum(binding)
    return given / needed if needed else None


def duty_words(run: CaseRun | None, passages: Passages) -> float | None:
    """Share of an answer's sentences whose words of duty are those of the statement they come from.

    Definition: for each sentence, the statement of the cited passages that is nearest in letters (indel similarity);
        the counts of must, should, could, consider, suspect and the rest of qualifiers.yaml must be the same in both.
    Range:      0 to 1. A sentence whose citation is not known counts as changed.
    None:       where nothing was answered.
    Source:     NICE, "Developing NICE guidelines: the manual", on wording: the verb carries the strength.
    """
    if not (reply := _answered(run)):
        return None
    by_number = {citation.n: citation for citation in reply.citations}
    kept = sum(_same_duty(sentence.text, sentence.citations, by_number, passages) for sentence in reply.sentences)
    return kept / len(reply.sentences)


def clauses(text: str) -> list[list[str]]:
    r"""A passage's clauses, each as its statements: a paragraph's sentences, or a list's lead-in and items.

    >>> clauses("Do so if:\n- (a) one; and\n- (b) two.\nA new line. It ends.")
    [['Do so if:', 'one; and', 'two.'], ['A new line.', 'It ends.']]
    """
    found: list[list[str]] = []
    in_list = False
    for line in filter(None, (line.strip() for line in text.splitlines())):
        bare = _MARKER.sub("", line)
        is_item = bare != line
        bare = _MARKER.sub("", bare)
        if is_item and (in_list or (found and found[-1][-1].endswith(":"))):
            found[-1].append(bare)
        elif is_item:
            found.append([bare])
        else:
            found.append(_SENTENCE_END.split(bare))
        in_list = is_item
    return found


def _qualifies(statement: str) -> bool:
    plain = normalise(statement)
    return any(qualifiers()[name].search(plain) for name in ("duty", "condition"))


def _duty(statement: str) -> Counter[str]:
    return Counter(qualifiers()["duty"].findall(normalise(statement)))


def _same_duty(text: str, numbers: Sequence[int], citations: Mapping[int, ReplyCitation], passages: Passages) -> bool:
    from rapidfuzz.distance import Indel

    rows = [passages.get(citations[n].passage_id) for n in numbers if n in citations]
    if any(row and text in row.text for row in rows):
        return True
    statements = [words for row in rows if row for clause in clauses(row.text) for words in clause]
    if not statements:
        return False
    # A sentence may be several statements by the rule here: each of its own is looked up.
    own = [words for clause in clauses(text) for words in clause]
    near = [max(statements, key=lambda words: Indel.normalized_similarity(part, words)) for part in own]
    return all(_duty(part) == _duty(words) for part, words in zip(own, near, strict=True))


def _located(citation: ReplyCitation, passages: Passages) -> bool:
    row = passages.get(citation.passage_id)
    return row is not None and bool(citation.quote) and row.text[citation.start : citation.end] == citation.quote


def _stands_in(quote: str, section: str) -> bool:
    """Whether the words of a quote are those of a section; "Heading: cell | Heading: cell" may be apart in a table."""
    whole = _letters(section)
    parts = [part for line in quote.splitlines() for part in line.split(" | ")] if " | " in quote else [quote]
    return all(
        _letters(part) in whole or all(_letters(side) in whole for side in part.split(": ", 1)) for part in parts
    )


def _answered(run: CaseRun | None) -> Reply | None:
    return run.answer if run and run.answer and run.answer.sentences else None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
