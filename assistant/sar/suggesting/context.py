"""Whether the words around a cue take back what it says: denied, supposed, rumour, long past, or no part of the case.

The method is ConText's: trigger words before or after a cue reach it within a number of words and up to the nearest
closing word; phrases that only look like a trigger ("not only") are set aside first. Chapman et al., "A simple
algorithm for identifying negated findings and diseases in discharge summaries", J Biomed Inform 2001 (NegEx); Harkema
et al., "ConText: an algorithm for determining negation, experiencer, and temporal status...", J Biomed Inform 2009.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from assistant.sar.suggesting.cues import Context, ContextCue, Cue, Cues
from assistant.sar.suggesting.people import People
from assistant.sar.suggesting.text import Sentence, Text

_BRACKETED = re.compile(r"\[\[.*?\]\]|\[[^\]]*\]|\([^()]*\)|[\"“][^\"“”]*[\"”]", re.DOTALL)
_WORD = re.compile(r"[a-z]+")
_ENOUGH = 230  # characters of a quote; a longer clause is cut at a comma


@dataclass(frozen=True)
class Place:
    """A cue's match with the sentence and the clause (both in characters) that it stands in."""

    start: int
    end: int
    sentence: Sentence
    clause: tuple[int, int]


class Story:
    """A narrative as it is read: its text without instructions to the reader, its people, and what reaches what."""

    def __init__(self, narrative: str, cues: Cues) -> None:
        self.narrative = narrative
        self.text = Text(without_instructions(narrative, cues))
        self.cues = cues
        self.people = People(self.text, cues)

    @cached_property
    def plain(self) -> str:
        """The plain text in which every letter of the adult's names is "ø", so that patterns know a name as <name>."""
        hidden = list(self.text.plain)
        for mention in self.people.mentions:
            if mention.kind == "name" and mention.who == "adult":
                for match in _WORD.finditer(self.text.plain, mention.start, mention.end):
                    if match.group() in self.people.adult_names:
                        hidden[match.start() : match.end()] = "ø" * len(match.group())
        return "".join(hidden)

    def place(self, start: int, end: int) -> Place:
        """Where a match stands."""
        sentence = self.text.sentences[self.text.sentence_at(start)]
        return Place(start, end, sentence, self._clause(sentence, start, end))

    def holds(self, cue: Cue, place: Place) -> bool:
        """Whether nothing around the cue takes it back."""
        plain = self.plain
        sentence = place.sentence
        whole = plain[sentence.start : max(sentence.end, place.end)]
        if cue.unless and cue.unless.search(whole):
            return False
        if cue.beside and not cue.beside.search(whole):
            return False
        if cue.unless_after and cue.unless_after.search(plain, place.end):
            return False
        if sentence.question and cue.heed:
            return False
        if "other" in cue.heed and self.people.owner(place.clause[0], place.start, place.end) in ("other", "unsure"):
            return False
        if "subject" in cue.heed and self.people.owner(place.clause[0], place.start, place.start) == "other":
            return False
        if "another" in cue.heed and self.people.about_another(place.clause[0], place.end):
            return False
        return not any(self.said(name, place) for name in cue.heed if name in self.cues.contexts)

    def said(self, name: Context, place: Place) -> bool:
        """Whether one context reaches a match."""
        context = self.cues.contexts[name]
        plain = self.text.plain
        before = _masked(context, plain[place.clause[0] : place.start])
        after = _masked(context, plain[place.end : place.clause[1]])
        reached = context.before and context.before.search(before)
        if reached and not (name == "denied" and _past_a_list(reached.group(), after)):
            return True
        if context.after and context.after.search(after):
            return True
        whole = _masked(context, plain[place.sentence.start : place.sentence.end])
        return bool(context.anywhere and context.anywhere.search(whole))

    def quote(self, place: Place) -> tuple[int, int]:
        """The clause around a match, without the white space and marks at its ends."""
        start, end = min(place.clause[0], place.start), max(place.clause[1], place.end)
        text = self.narrative
        if end - start > _ENOUGH:
            cut = text.rfind(", ", start, place.start)
            start = cut + 2 if cut >= 0 and place.start - start > _ENOUGH // 2 else start
            stop = text.find(", ", place.end, end)
            end = stop if stop >= 0 else end
        while start < place.start and not text[start].isalnum() and text[start] not in "£(":
            start += 1
        while end > place.end and not text[end - 1].isalnum() and text[end - 1] not in ")%!?":
            end -= 1
        if text.count("(", start, end) != text.count(")", start, end):
            while end > place.end and text[end - 1] == ")":
                end -= 1
        return start, end

    def _clause(self, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
        plain = self.text.plain
        first, last = sentence.start, max(sentence.end, end)
        for match in self.cues.closing.finditer(plain, sentence.start, start):
            opened = plain.rfind("(", sentence.start, match.start()) if match.group() == ")" else -1
            first = self._opening(sentence, opened) if opened >= 0 else match.end()
        if after := self.cues.closing.search(plain, end, last):
            last = after.start()
        return first, last

    def _opening(self, sentence: Sentence, bracket: int) -> int:
        """Where the clause began that a bracket interrupts: "Another resident (from Leeds) died"."""
        first = sentence.start
        for match in self.cues.closing.finditer(self.text.plain, sentence.start, bracket):
            first = match.end()
        return first


def without_instructions(narrative: str, cues: Cues) -> str:
    """The narrative with blanks, as many as the letters, for what tries to instruct whoever reads it.

    That is the bracket or quotation it stands in, else its sentence and the rest of the paragraph.
    """
    text = Text(narrative)
    around = [match.span() for match in _BRACKETED.finditer(narrative)]
    letters = list(narrative)
    for match in cues.injection.finditer(text.plain):
        held = [span for span in around if span[0] <= match.start() and match.end() <= span[1]]
        if held:
            start, end = max(held, key=lambda span: span[1] - span[0])
        else:
            start = text.sentences[text.sentence_at(match.start())].start
            line_end = narrative.find("\n", match.end())
            end = len(narrative) if line_end < 0 else line_end
        letters[start:end] = ["\n" if letter == "\n" else " " for letter in letters[start:end]]
    return "".join(letters)


def _past_a_list(reached: str, after: str) -> bool:
    """A denial ends at a comma ("no shoes, weighing 7 stone") but in a list ("no burns, cuts or bruises")."""
    return "," in reached and not re.search(r"\b(?:or|nor)\b", reached + after[:40])


def _masked(context: ContextCue, words: str) -> str:
    """The words with what only looks like a trigger struck out."""
    return context.unless.sub(lambda match: "#" * len(match.group()), words) if context.unless else words
