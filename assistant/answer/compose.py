"""Hits → the quotes of an answer: which sentences, list items and rows carry it, in which order.

A quote is a span of a passage, so it is verbatim by construction. Nothing here writes a word.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.answer.binding import binds_alike
from assistant.answer.question import Question
from assistant.library import Library
from assistant.retrieve import Hit
from assistant.settings import Composition, answering
from ingest.lexical import terms
from ingest.passages import Passage, Unit, UnitKind


@dataclass(frozen=True)
class Quote:
    """Some units of one passage that stand together in the answer, with their best score.

    `same_in` holds, for a unit of this passage, another passage and its unit that say nearly the same.
    `left_out` counts the items of the list that are not quoted.
    """

    passage: Passage
    units: tuple[int, ...]
    score: float
    same_in: tuple[tuple[int, Passage, int], ...] = ()
    left_out: int = 0

    @property
    def words(self) -> int:
        """Words of the quoted units."""
        return sum(len(self.passage.quote(self.passage.units[n]).split()) for n in self.units)


# A sentence that opens like this speaks of the one before it and is not quoted without it.
_LEANS = re.compile(
    r"^(?:it|they|he|she|this|these|those|that|such|its|their|both|all three|each of these|the same|here|there|then|"
    r"also|however|but|so|instead|otherwise|in that case|reassurance)\b",
    re.IGNORECASE,
)
NEARLY_BEST = 0.85
"""Share of the best unit's score from which a list's lead-in, or its middle item, makes the list the answer."""
AS_GOOD = 0.9
"""Share of the best quote's score from which a source answers as well as the best one: authority then decides which is
first. A weaker line of a more authoritative source stands after them, for it answers something beside the question."""
SAME = 0.8
"""Share of content words two units must have in common (of the longer one) to count as saying the same. What they ask
of people must be the same too: "within 6 weeks" and "within 60 months" are never shown as one line of two sources."""


def compose(
    question: Question, hits: Sequence[Hit], library: Library, config: Composition | None = None
) -> list[Quote]:
    """The quotes of an answer, the most authoritative of the sources that answer best first; empty without hits.

    Each unit is scored by its cosine with the question, its BM25 and its section's score, each scaled to 0..1 over
    the units of all hits; units are then taken greedily, best first, up to `config.words` words.
    """
    config = config or answering().composition
    if not hits:
        return []
    scored = score_units(question, hits, library, config)
    asked = frozenset(question.weighted_terms)
    best = max(float(values.max()) for values in scored.values())
    atoms = [
        atom
        for hit in hits
        for atom in _atoms(hit.passage, scored[hit.passage.id], best, config, asked)
        if atom.score >= config.least_share * best
    ]
    chosen: list[Quote] = []
    room = config.words
    for atom in sorted(atoms, key=lambda atom: -atom.score):
        twin = next((n for n, other in enumerate(chosen) if _says_the_same(atom, other)), None)
        if twin is not None:
            chosen[twin] = _merged(chosen[twin], atom, library)
        elif _overlap(atom, chosen):
            continue
        elif atom.words <= room or not chosen:
            chosen.append(atom)
            room -= atom.words
    return _ordered(_officially(chosen, hits, scored, best, library, config, asked), library)


def score_units(
    question: Question, hits: Sequence[Hit], library: Library, config: Composition
) -> dict[str, np.ndarray]:
    """Passage id → the score of each of its units, 0 to 1."""
    passages = [hit.passage for hit in hits]
    cosines = library.index.units_cosines(library.encode(question.expanded), passages)
    lexical = library.index.bm25_units(question.weighted_terms)
    counts = {
        passage.id: lexical[library.index.unit_offset[passage.id] :][: len(passage.units)] for passage in passages
    }
    cosine, bm25 = _scaled(cosines), _scaled(counts)
    return {
        hit.passage.id: config.cosine_weight * cosine[hit.passage.id]
        + config.bm25_weight * bm25[hit.passage.id]
        + config.section_weight * (hit.score / max(hits[0].score, 1e-9))
        for hit in hits
    }


def _scaled(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    every = np.concatenate(list(values.values()))
    least, spread = every.min(), max(float(every.max() - every.min()), 1e-9)
    return {key: (row - least) / spread for key, row in values.items()}


def _atoms(
    passage: Passage, scores: np.ndarray, best: float, config: Composition, asked: Collection[str]
) -> list[Quote]:
    """What may be taken from a passage, each making sense alone: sentences, whole lists, or items of a long list."""
    made: list[Quote] = []
    groups: dict[int, list[int]] = {}
    for n, unit in enumerate(passage.units):
        if unit.group:
            groups.setdefault(unit.group, []).append(n)
        else:
            made.append(_with_what_it_leans_on(passage, n, scores))
    for members in groups.values():
        made.extend(_list_atoms(passage, members, scores, best, config, asked))
    return made


def _with_what_it_leans_on(passage: Passage, n: int, scores: np.ndarray) -> Quote:
    units = [n]
    while units[0] > 0 and _leans(passage, units[0]):
        before = units[0] - 1
        group = passage.units[before].group
        units[:0] = [m for m in range(units[0]) if group and passage.units[m].group == group] or [before]
    return Quote(passage, tuple(units), float(scores[n]))


def _leans(passage: Passage, n: int) -> bool:
    """Whether a sentence speaks of the one before in its paragraph, or of the list that it follows."""
    unit, before = passage.units[n], passage.units[n - 1]
    follows = before.paragraph == unit.paragraph or bool(before.group)
    return follows and bool(_LEANS.match(passage.quote(unit)))


def _list_atoms(
    passage: Passage, members: list[int], scores: np.ndarray, best: float, config: Composition, asked: Collection[str]
) -> list[Quote]:
    """A list as one atom when it is short or is itself the answer, else an atom an item, each with the lead-in.

    It is itself the answer when its lead-in is (nearly) the best unit of all, or half of its items score well. What a
    lead-in scores without a word of the question ("Points to note:") does not count: its section is near, not it.

    asked: stems of the question and its expansions.
    """
    lead_in = [n for n in members if passage.units[n].kind is UnitKind.LEAD_IN]
    items = [n for n in members if passage.units[n].kind is UnitKind.ITEM]
    counts = any(not set(terms(passage.quote(passage.units[n]))).isdisjoint(asked) for n in lead_in)
    lead_score = float(scores[lead_in].max()) if counts else 0.0
    score = float(scores[[*lead_in, *items] if counts or not items else items].max())
    if lead_in and _leans(passage, lead_in[0]):
        lead_in = list(_with_what_it_leans_on(passage, lead_in[0], scores).units)
    whole = Quote(passage, (*lead_in, *items), score)
    is_the_answer = lead_score >= NEARLY_BEST * best or np.median(scores[items]) >= NEARLY_BEST * best
    if whole.words <= (config.list_most if is_the_answer else config.list_words):
        return [whole]
    return [Quote(passage, (*lead_in, item), float(scores[item]), left_out=len(items) - 1) for item in items]


def _content(quote: Quote) -> set[str]:
    return {term for n in quote.units for term in terms(quote.passage.quote(quote.passage.units[n]))}


def _says_the_same(one: Quote, other: Quote) -> bool:
    if one.passage.id == other.passage.id or len(one.units) > 1 or len(other.units) > 1:
        return False
    return alike(_content(one), _content(other)) >= SAME and binds_alike(_words(one), _words(other))


def alike(one: set[str], other: set[str]) -> float:
    """Share of content words two units have in common, of the longer one, 0 to 1."""
    return len(one & other) / max(len(one), len(other), 1)


def _words(quote: Quote) -> str:
    return " ".join(quote.passage.quote(quote.passage.units[n]) for n in quote.units)


def _merged(kept: Quote, twin: Quote, library: Library) -> Quote:
    """One quote for two that say the same: the more authoritative one's words, both cited."""
    first, second = (twin, kept) if _rank(twin, library) < _rank(kept, library) else (kept, twin)
    unit = first.units[0]
    twins = [(passage, n) for _, passage, n in (*kept.same_in, *twin.same_in)] + [(second.passage, second.units[0])]
    others = tuple((unit, passage, n) for passage, n in twins if passage.id != first.passage.id)
    return Quote(first.passage, first.units, max(kept.score, twin.score), others, first.left_out)


def _rank(quote: Quote, library: Library) -> tuple[int, bool]:
    """What stands first in an answer: the kind's authority, and of one kind an official text before a digest."""
    source = library.source(quote.passage.source_id)
    return quote.passage.kind.authority, not (source and source.restated_by)


def _officially(
    chosen: Sequence[Quote], hits: Sequence[Hit], scored: Mapping[str, np.ndarray], best: float, library: Library,
    config: Composition, asked: Collection[str],
) -> list[Quote]:  # fmt: skip
    """Quotes with the official text in place of what a digest says on the same clause, where it was fetched."""
    made: list[Quote] = []
    for quote in chosen:
        place = (quote.passage.source_id, quote.passage.pinpoint)
        ids = {official.id for official in library.official.get(place, ())}
        atoms = [
            atom
            for hit in hits
            if hit.passage.id in ids
            for atom in _atoms(hit.passage, scored[hit.passage.id], best, config, asked)
        ]
        if not atoms:
            made.append(quote)
            continue
        if not any(other.passage.id in ids for other in (*chosen, *made)):
            made.append(replace(max(atoms, key=lambda atom: atom.score), score=quote.score))
    return made


def _overlap(atom: Quote, chosen: Sequence[Quote]) -> bool:
    """Whether an atom's own units are all quoted already (its lead-in may be: that is quoted once)."""
    taken = {n for other in chosen if other.passage.id == atom.passage.id for n in other.units}
    return set(atom.units) <= taken


def _ordered(chosen: Sequence[Quote], library: Library) -> list[Quote]:
    """Quotes of one passage joined, in reading order.

    Sources that answer as well as the best one come first, then the rest, then a person's own documents; in each of
    the three the most authoritative first, then the best, then as they stand.
    """
    joined: dict[str, Quote] = {}
    for quote in chosen:
        known = joined.get(quote.passage.id)
        if known is None:
            joined[quote.passage.id] = quote
            continue
        units = tuple(sorted({*known.units, *quote.units}))
        joined[quote.passage.id] = Quote(
            quote.passage, units, max(known.score, quote.score), (*known.same_in, *quote.same_in), 0
        )
    finished = [_count_left_out(quote) for quote in joined.values()]
    best_of_source: dict[str, float] = {}
    for quote in finished:
        key = quote.passage.source_id
        best_of_source[key] = max(best_of_source.get(key, 0.0), quote.score)
    good = AS_GOOD * max(best_of_source.values(), default=0.0)
    ordered = sorted(
        finished,
        key=lambda quote: (
            library.is_own(quote.passage.source_id),
            best_of_source[quote.passage.source_id] < good,
            _rank(quote, library),
            -best_of_source[quote.passage.source_id],
            quote.passage.source_id,
            -quote.score,
        ),
    )
    return _once(ordered)


def _once(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes with a sentence that two of them hold, word for word, quoted once and cited from both.

    It stays where another sentence speaks of it; where that is so in both, it is said twice.
    """
    made = list(quotes)
    first: dict[str, tuple[int, int]] = {}
    for at, quote in enumerate(quotes):
        for n in quote.units:
            if quote.passage.units[n].group:
                continue
            kept_at, kept = first.setdefault(quote.passage.quote(quote.passage.units[n]), (at, n))
            if kept_at == at:
                continue
            if _may_go(made[at], n):
                made[kept_at], made[at] = _cited_too(made[kept_at], kept, made[at], n)
            elif _may_go(made[kept_at], kept):
                made[at], made[kept_at] = _cited_too(made[at], n, made[kept_at], kept)
                first[quote.passage.quote(quote.passage.units[n])] = (at, n)
    return [quote for quote in made if quote.units]


def _may_go(quote: Quote, n: int) -> bool:
    """Whether no quoted sentence speaks of this one."""
    return n + 1 not in quote.units or not _leans(quote.passage, n + 1)


def _cited_too(kept: Quote, n: int, other: Quote, m: int) -> tuple[Quote, Quote]:
    """A quote whose unit `n` also cites unit `m` of another, and that other without it."""
    moved = [(n, passage, unit) for at, passage, unit in other.same_in if at == m and passage.id != kept.passage.id]
    stays = tuple(entry for entry in other.same_in if entry[0] != m)
    rest = tuple(unit for unit in other.units if unit != m)
    return (
        replace(kept, same_in=(*kept.same_in, (n, other.passage, m), *moved)),
        replace(other, units=rest, same_in=stays),
    )


def _count_left_out(quote: Quote) -> Quote:
    units = quote.passage.units
    groups = {units[n].group for n in quote.units if units[n].group}
    items = {n for n, unit in enumerate(units) if unit.group in groups and unit.kind is UnitKind.ITEM}
    return Quote(quote.passage, quote.units, quote.score, quote.same_in, len(items - set(quote.units)))


def blocks(quote: Quote) -> list[tuple[int, int, tuple[Unit, ...]]]:
    """A quote's units in stretches without a gap: start and end in the passage's text, and the units of each."""
    made: list[list[int]] = []
    for n in quote.units:
        if made and n == made[-1][-1] + 1:
            made[-1].append(n)
        else:
            made.append([n])
    units = quote.passage.units
    return [(units[run[0]].start, units[run[-1]].end, tuple(units[n] for n in run)) for run in made]
