"""An answer's sentences as the quotes a reader sees: one block for each stretch that rests on the same citations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from assistant.answer.value import Answer, Citation, Sentence
from assistant.export.answer_text import without_bullet
from assistant.web.marked import marked
from assistant.web.words import count

_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,3}[.)]|\(?[a-z]{1,4}[.)])\s")


@dataclass(frozen=True)
class Quote:
    """Sentences that follow one another and rest on the same citations."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


def quotes(answer: Answer) -> list[Quote]:
    """The answer's quotes in reading order. A sentence whose citation is not in the answer is left out."""
    by_number = {citation.n: citation for citation in answer.citations}
    blocks = []
    for numbers, sentences in groupby(answer.sentences, key=lambda sentence: sentence.citations):
        if numbers and all(number in by_number for number in numbers):
            blocks.append(Quote(tuple(sentences), tuple(by_number[number] for number in numbers)))
    return blocks


def ready(answer: Answer) -> str:
    """'Answer ready: 3 quotes from 2 sources.'"""
    blocks = quotes(answer)
    sources = {citation.source_id for block in blocks for citation in block.citations}
    return f"Answer ready: {count(len(blocks), 'quote')} from {count(len(sources), 'source')}."


def quote_html(quote: Quote) -> str:
    """The quote as a blockquote: paragraphs, and list items kept as one list with its author's numbers or letters."""
    parts = []
    for is_item, run in groupby(quote.sentences, key=lambda sentence: sentence.role == "item"):
        texts = [sentence.text for sentence in run]
        if is_item:
            parts.append(_list_html(texts))
        else:
            parts += [f"<p>{marked(text)}</p>" for text in _paragraphs(texts, quote.citations[0].quote)]
    return f"<blockquote>{''.join(parts)}</blockquote>"


def _paragraphs(texts: list[str], whole: str) -> list[str]:
    """Sentences joined where they stand in one line of the quoted passage, apart where a new line begins."""
    joined: list[str] = []
    at = 0
    for text in texts:
        start = whole.find(text, at)
        if joined and start >= 0 and "\n" not in whole[at:start]:
            joined[-1] += f" {text}"
        else:
            joined.append(text)
        at = start + len(text) if start >= 0 else at
    return joined


def _list_html(texts: list[str]) -> str:
    """Bulleted where the author set dashes or nothing, else with the author's own markers."""
    tag = "ol" if all(_NUMBERED.match(text) for text in texts) else "ul"
    return f"<{tag}>" + "".join(f"<li>{marked(without_bullet(text))}</li>" for text in texts) + f"</{tag}>"
