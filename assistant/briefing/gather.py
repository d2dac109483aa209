"""A theme and an audience → evidence for each part: verbatim quotes with their citations, the best of each source.

Most authoritative first, then most recent; what two sources say alike is quoted once; several review analyses stand
side by side. A figure is offered only with what it is a share of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answer.cite import cite
from assistant.answer.compose import Quote, compose
from assistant.answer.question import Question, understand
from assistant.answer.value import Citation
from assistant.answer.verify import verify
from assistant.briefing.naming import named_in, names
from assistant.briefing.other_names import other_names
from assistant.briefing.template import PartTemplate, Template, load_template
from assistant.briefing.value import Line
from assistant.library import Library
from assistant.retrieve import Hit, search
from assistant.settings import answering
from ingest.errors import BadRequest
from ingest.lexical import terms
from ingest.passages import Passage, UnitKind
from ingest.sources import Source

LONGEST_THEME = 120
HITS = 24
NEAR, NAMED = 0.55, 0.40
"""Least cosine of a theme with the nearest passage for the library to cover it: where a passage holds half of its
words, and where one holds all of them (decision 0017)."""
FAR = 0.30
"""Cosine with the theme below which a line of a passage that names the theme is about something else."""
UNDER_ITS_HEADING, ON_THE_THEME = 0.25, 0.20
"""Added to a passage's score, which goes to about 1."""
QUOTE_WORDS = 45
"""Words of one quote, about: longer lists are cut to the items that answer best."""

_SHARE = re.compile(r"\d+(?:\.\d+)?\s?(?:%|per cent\b)|\b(?:half|a third|two thirds|a quarter)\b", re.IGNORECASE)
_REPLIES = re.compile(r"(?:yes|no)\b[.,:;]|see (?:the|also|section)\b", re.IGNORECASE)
"""A sentence that answers its heading, or only points elsewhere, says little by itself."""
_SHARED_OF = re.compile(
    r"\b(?:of|in|among|from|across)\s+(?:the\s+|all\s+)?"
    r"(?:\d[\d,]*\b(?![\d.,]*\s?(?:%|per cent))|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"|\b\d[\d,]*\s+(?:SARs|reviews|cases|deaths|people|adults|boards)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """One quote that may stand in a part: its lines, each with the numbers of its own `citations`, from 1.

    `score` says how well it answers what the part asks, the more the better.
    """

    id: str
    part: str
    lines: tuple[Line, ...]
    citations: tuple[Citation, ...]
    score: float

    @property
    def words(self) -> int:
        """Words of its lines."""
        return sum(len(line.text.split()) for line in self.lines)


@dataclass(frozen=True)
class Evidence:
    """What the library holds on a theme, by part in the order of the template. `covered` False: nothing near it.

    `other_names`: where no source names the theme, what the library may call it.
    `general`: parts for which no source names the theme, so that the rules nearest to it are offered.
    """

    theme: str
    audience: str
    candidates: tuple[Candidate, ...]
    covered: bool
    general: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    def of(self, part: str) -> list[Candidate]:
        """The quotes found for one part, best first."""
        return [candidate for candidate in self.candidates if candidate.part == part]

    @property
    def under_another_name(self) -> str:
        """What the library may call the theme, in a sentence; nothing where a source names it as asked."""
        return f"It may be under another name: {', '.join(self.other_names)}." if self.other_names else ""

    @property
    def sources(self) -> set[str]:
        """Ids of every source quoted."""
        return {citation.source_id for candidate in self.candidates for citation in candidate.citations}

    @property
    def publishers(self) -> set[str]:
        """Every publisher quoted."""
        return {citation.publisher for candidate in self.candidates for citation in candidate.citations}


def gather(
    theme: str, audience: str, library: Library, *, template: Template | None = None,
    progress: Callable[[str], None] = lambda message: None,
) -> Evidence:  # fmt: skip
    """Look in the whole library, part by part.

    Raises: BadRequest for an empty or over-long theme.
    """
    template = template or load_template()
    name = " ".join(theme.split())
    if not name or not terms(name):
        raise BadRequest("Name a theme: one of those offered, or your own words.")
    if len(name) > LONGEST_THEME:
        raise BadRequest(f"The theme has {len(name)} characters; it can have {LONGEST_THEME}.")
    asked = template.asked_as(name)
    progress(f"Gathering from {len(library.sources())} documents.")
    if not covers(asked, library):
        return Evidence(name, audience, (), covered=False, other_names=other_names(name, library, template))
    found: list[Candidate] = []
    general: list[str] = []
    for part in template.parts:
        if part.asks:
            progress(f"Gathering: {part.heading}.")
            quotes = _quotes(part, name, template, library)
            if not quotes and part.otherwise:
                quotes = _general(part, template, library)
                general.extend([part.id] if quotes else [])
            found.extend(_candidates(part.id, quotes, library))
    unnamed = all(candidate.part in general for candidate in found)
    others = other_names(name, library, template) if unnamed else ()
    return Evidence(name, audience, tuple(found), bool(found), tuple(general), others)


def covers(theme: str, library: Library) -> bool:
    """Whether the library holds something on a theme: a passage near it in meaning, which also has its words."""
    hits = search(library, theme, 8)
    wanted = set(terms(theme))
    held = [wanted & set(terms(f"{' '.join(hit.passage.heading)} {hit.passage.text}")) for hit in hits]
    most = max((len(words) for words in held), default=0)
    near = max((max(hit.cosine, hit.asked_cosine) for hit in hits), default=0.0)
    return near >= (NAMED if most == len(wanted) else NEAR) and most * 2 >= len(wanted)


def _quotes(part: PartTemplate, theme: str, template: Template, library: Library) -> list[Quote]:
    """The best quotes of the best sources that name the theme."""
    asked = template.asked_as(theme)
    hits: dict[str, Hit] = {}
    questions = [understand(text.format(theme=asked), vocabulary=library.vocabulary) for text in part.asks]
    for question in questions:
        for hit in search(library, question, HITS, "adults", part.kinds):
            better = replace(hit, score=hit.score + _fit(hit.passage, part, theme))
            if hit.passage.id not in hits or hits[hit.passage.id].score < better.score:
                hits[hit.passage.id] = better
    of_source: dict[str, list[Hit]] = {}
    for hit in sorted(hits.values(), key=lambda hit: -hit.score):
        if named_in(theme, hit.passage):
            of_source.setdefault(hit.passage.source_id, []).append(hit)
    near = library.encode(asked)
    quotes: list[Quote] = []
    for place, found in enumerate(of_source.values()):
        if place >= part.sources and len(quotes) >= template.candidates:
            break
        quotes.extend(_of_source(questions[0], found, library, near)[:3])
    return _kept(quotes, template, library)


def _general(part: PartTemplate, template: Template, library: Library) -> list[Quote]:
    """The general rule of a part, where no source names the theme."""
    question = understand(part.otherwise, vocabulary=library.vocabulary)
    of_source: dict[str, list[Hit]] = {}
    for hit in search(library, question, 8, "adults", part.kinds):
        of_source.setdefault(hit.passage.source_id, []).append(hit)
    found = list(of_source.values())[: part.sources]
    quotes = [quote for hits in found for quote in _of_source(question, hits, library, None)[:1]]
    return _kept(quotes, template, library)


def _kept(quotes: Sequence[Quote], template: Template, library: Library) -> list[Quote]:
    kept = _first_of_each_source(quotes, template.candidates)
    return sorted(kept, key=lambda quote: _order(quote, library))


def _fit(passage: Passage, part: PartTemplate, theme: str) -> float:
    """How much better a passage is than its words: it stands under a heading of this part, in a text on the theme."""
    under = part.headings is not None and re.search(
        part.headings.pattern, " > ".join(passage.heading[1:]), re.IGNORECASE
    )
    return UNDER_ITS_HEADING * bool(under) + ON_THE_THEME * names(theme, passage.title)


def _of_source(question: Question, hits: Sequence[Hit], library: Library, near: np.ndarray | None) -> list[Quote]:
    """Quotes of one source, best first, without what is a share of nothing, a bare reply, or far from the theme.

    near: the theme's vector; None lets everything pass.
    """
    config = answering().composition.model_copy(update={"words": 3 * QUOTE_WORDS, "list_words": QUOTE_WORDS})
    cosines = {} if near is None else library.index.units_cosines(near, [hit.passage for hit in hits[:4]])
    quotes = []
    for quote in compose(question, hits[:4], library, config):
        passage = quote.passage
        close = cosines.get(passage.id)
        units = tuple(
            n
            for n in quote.units
            if figures_stand(passage.quote(passage.units[n])) and (close is None or close[n] >= FAR)
        )
        fit = next(hit.score for hit in hits if hit.passage.id == passage.id)
        if any(passage.units[n].kind is not UnitKind.LEAD_IN for n in units):
            quotes.append(replace(quote, units=units, same_in=(), score=quote.score + fit))
    return sorted(quotes, key=lambda quote: -quote.score)


def has_share(text: str) -> bool:
    """Whether a text says a share: 45%, half."""
    return bool(_SHARE.search(text))


def figures_stand(text: str) -> bool:
    """Whether a share, if the text has one, comes with what it is a share of.

    >>> figures_stand("It featured in 45% of the 231 reviews."), figures_stand("It featured in 45%.")
    (True, False)
    """
    return not has_share(text) or bool(_SHARED_OF.search(text))


def _first_of_each_source(quotes: Sequence[Quote], most: int) -> list[Quote]:
    """Quotes in turns: the best of every source, then the second best, until there are enough."""
    of_source: dict[str, list[Quote]] = {}
    for quote in quotes:
        of_source.setdefault(quote.passage.source_id, []).append(quote)
    kept: list[Quote] = []
    for turn in range(max((len(found) for found in of_source.values()), default=0)):
        kept += [found[turn] for found in of_source.values() if turn < len(found)]
    return kept[:most]


def _order(quote: Quote, library: Library) -> tuple[int, int, float]:
    """Most authoritative first, then most recent, then best."""
    source = library.source(quote.passage.source_id)
    return quote.passage.kind.authority, -_year(source), -quote.score


def _year(source: Source | None) -> int:
    """The latest year that a source's date names; 0 when it names none."""
    years = re.findall(r"\b(?:19|20)\d\d\b", source.published) if source else []
    return max(map(int, years), default=0)


def _candidates(part: str, quotes: Sequence[Quote], library: Library) -> list[Candidate]:
    made = []
    for number, quote in enumerate(quotes, start=1):
        cited = cite([quote], library)
        sentences, _ = verify(cited.sentences, cited.citations, library.passage)
        if not sentences:
            continue
        lines = tuple(
            Line(id=f"{part}-{number}-{n}", text=sentence.text, citations=sentence.citations, role=sentence.role)
            for n, sentence in enumerate(sentences, start=1)
        )
        made.append(Candidate(f"{part}-{number}", part, lines, cited.citations, quote.score))
    return made
