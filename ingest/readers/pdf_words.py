"""The words a person can see on a PDF page, with where and how they are set; its ruling lines; and its pictures.

Characters become words where spaces, gaps, marks or a change of direction part them. A page that is one picture with a
layer of invisible text over it is a scan that was recognised: there the layer is the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

import pypdfium2 as pdfium

from ingest.readers.pdf_ink import Char, Rule, characters, shapes_of
from ingest.readers.pdf_seen import Grounds, is_hidden

SCAN_SHARE = 0.6
"""A picture that covers this share of a page makes it a scan, when (nearly) all its text has no ink."""
_DRAWN = 200
"""Shapes on a page without text that make it a picture: letters may be drawn as shapes."""
_PRESENTATION = re.compile("[\ufb00-\ufb06\ufb13-\ufb4f\ufb50-\ufdcf\ufdf0-\ufdfb\ufe70-\ufefc]")
_MARKS = "\u0300"
"""Characters before this one are neither combining marks nor set from the right."""
_ROOM = 0.25
"""Of the type's size: characters this far apart are two words, though no space was set between them."""


@dataclass(slots=True)
class Word:
    """A run of characters without a space. Points from the page's upper left corner as it is seen."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    bold: bool
    raised: bool = False
    broken: bool = False
    """A soft hyphen stood at its end."""

    @property
    def middle(self) -> float:
        """Height of the middle of its letters."""
        return self.base - self.size * 0.3


@dataclass
class PageWords:
    """What stands on one page, in the order it was drawn. `lines`: stretches that were drawn as one line."""

    width: float
    height: float
    lines: list[list[Word]] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    is_picture: bool = False
    """It shows a picture and no word can be read."""
    hidden: int = 0
    """Characters that were left out because nobody can see them."""
    damaged: bool = False


class TooMuch(Exception):
    """More characters than a page may have."""


def page_words(page: pdfium.PdfPage, most: int, off: Set[str] = frozenset()) -> PageWords:
    """Everything to be read on a page. `off`: names of layers that are switched off.

    Raises: TooMuch when it has more than `most` characters; pypdfium2.PdfiumError for a page that cannot be loaded.
    """
    left, bottom, right, top = page.get_bbox()
    shapes, rules = shapes_of(page)
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        if count > most:
            raise TooMuch(count)
        chars = list(characters(text_page.raw, count, off))
    finally:
        text_page.close()
    area = max(1.0, (right - left) * (top - bottom))
    pictures = [_overlap(shape.box, (left, bottom, right, top)) for shape in shapes if shape.colour is None]
    ink = [char for char in chars if char is not None and char.text.strip()]
    unseen = sum(char.style.invisible for char in ink)
    scan = max(pictures, default=0.0) / area >= SCAN_SHARE and unseen > 0.8 * len(ink)
    hidden = 0
    grounds = Grounds(shapes)
    for char in ink:
        char.hidden = is_hidden(char, (left, bottom, right, top), grounds, scan)
        hidden += char.hidden
    seen = [char for char in ink if not char.hidden]
    # Read level text whichever way the page is turned: the file's own turn is for the eye, and may be wrong.
    turn = Counter(char.style.direction for char in seen).most_common(1)[0][0] if seen else 0
    place = _Place(left, bottom, right, top, turn)
    found = PageWords(*place.size, rules=[place.rule(rule) for rule in rules], hidden=hidden)
    found.lines, found.turned = _lines([c for c in chars if c is None or not c.hidden], place, turn)
    found.is_picture = not seen and (sum(pictures) > 0.05 * area or len(shapes) > _DRAWN)
    return found


@dataclass(frozen=True)
class _Place:
    """From a PDF's own coordinates to points from the upper left corner of the page as seen."""

    left: float
    bottom: float
    right: float
    top: float
    quarter: int

    @property
    def size(self) -> tuple[float, float]:
        across, down = self.right - self.left, self.top - self.bottom
        return (down, across) if self.quarter % 2 else (across, down)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.quarter == 0:
            return x - self.left, self.top - y
        if self.quarter == 1:
            return y - self.bottom, x - self.left
        if self.quarter == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def rule(self, rule: Rule) -> Rule:
        ends = ((rule.start, rule.at), (rule.end, rule.at)) if rule.across else (
            (rule.at, rule.start), (rule.at, rule.end))  # fmt: skip
        (x0, y0), (x1, y1) = (self.point(*end) for end in ends)
        if abs(x1 - x0) >= abs(y1 - y0):
            return Rule(True, y0, min(x0, x1), max(x0, x1))
        return Rule(False, x0, min(y0, y1), max(y0, y1))


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def _lines(chars: Sequence[Char | None], place: _Place, turn: int) -> tuple[list[list[Word]], list[str]]:
    """Words of the page's own direction, by line as drawn; lines in other directions as text."""
    lines: list[list[Word]] = []
    turned: list[str] = []
    line: list[Char] = []
    for each in chars:
        if each is not None and each.style.size:
            one, other = place.point(each.box[0], each.box[1])[0], place.point(each.box[2], each.box[3])[0]
            each.x0, each.x1 = (one, other) if one <= other else (other, one)
            each.base = place.point(*each.origin)[1]
    for char in [*chars, None]:
        if char is not None and (char.style.size == 0 or not line or _goes_on(line, char)):
            line.append(char)
            continue
        inked = [each for each in line if each.style.size]
        if inked and Counter(each.style.direction for each in inked).most_common(1)[0][0] != turn:
            turned.append("".join(each.text for each in line).strip())
        elif inked:
            lines.append(_words(line))
        line = [char] if char is not None else []
    return [line for line in lines if line], [text for text in turned if text]


def _goes_on(line: Sequence[Char], char: Char) -> bool:
    """Whether a character is in the direction of the line before it; PDFium itself says where lines end."""
    last = next((each for each in reversed(line) if each.style.size), char)
    return last.style.direction == char.style.direction


def _words(line: Sequence[Char]) -> list[Word]:
    words: list[Word] = []
    word: list[Char] = []
    sizes = Counter[float]()
    for char in line:
        if char.text.strip():
            sizes[char.style.size] += 1
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    bases = sorted(char.base for char in line if char.style.size == usual and char.text.strip())
    base = bases[len(bases) // 2] if bases else 0.0

    def end() -> None:
        if word:
            words.append(_word(word, usual, base))
            word.clear()

    for char in _marks_after(line):
        if not char.text.strip() or not char.style.size:
            end()
            continue
        if word and _parts(word[-1], char, usual, base):
            end()
        word.append(char)
    end()
    return words


def _marks_after(line: Sequence[Char]) -> Sequence[Char]:
    """In a line set from the right PDFium gives a vowel sign before its letter, with a space before it."""
    if all(char.text < _MARKS for char in line):
        return line
    done = list(line)
    for number in range(len(done) - 1):
        mark, letter = done[number], done[number + 1]
        apart = not number or not done[number - 1].text.strip() or not is_rtl(done[number - 1].text)
        if apart and unicodedata.category(mark.text) == "Mn" and is_rtl(letter.text) and letter.text.isalpha():
            done[number], done[number + 1] = letter, mark
            if number and not done[number - 1].text.strip():
                done[number - 1] = Char("", mark.style, mark.box, mark.origin)
    return [char for char in done if char.text]


def _parts(last: Char, char: Char, usual: float, base: float) -> bool:
    """Whether a new word begins though no space was set."""
    if max(char.x0 - last.x1, last.x0 - char.x1) > _ROOM * max(last.style.size, char.style.size):
        return unicodedata.category(char.text) != "Mn"
    if last.style is char.style and last.base == char.base and last.text < _MARKS and char.text < _MARKS:
        return False
    if unicodedata.category(char.text) == "Mn" or unicodedata.category(last.text) == "Mn":
        return False
    if is_rtl(last.text) != is_rtl(char.text) and last.text.isalpha() and char.text.isalpha():
        return True
    return _is_raised(last, usual, base) != _is_raised(char, usual, base)


def _is_raised(char: Char, usual: float, base: float) -> bool:
    """A footnote's mark: small, above the line, a figure or a sign (an ordinal's letters stay with it)."""
    if char.style.size > 0.85 * usual or char.text.isalpha():
        return False
    return base - char.base > 0.15 * usual


def _word(chars: Sequence[Char], usual: float, base: float) -> Word:
    texts = [char.text for char in chars]
    # A glyph that stands for two letters (lam-alef) has both in one box; in a line set from the right they are swapped.
    number = 0
    while number + 1 < len(texts):
        if chars[number].box == chars[number + 1].box and is_rtl(texts[number]) and is_rtl(texts[number + 1]):
            texts[number], texts[number + 1] = texts[number + 1], texts[number]
            number += 1
        number += 1
    text = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), "".join(texts))
    broken = text.endswith("\u00ad")
    sizes = Counter(char.style.size for char in chars)
    raised = all(_is_raised(char, usual, base) for char in chars)
    return Word(
        text,
        min(char.x0 for char in chars),
        max(char.x1 for char in chars),
        base if raised else chars[0].base,
        sizes.most_common(1)[0][0],
        sum(char.style.bold for char in chars) * 2 > len(chars),
        raised,
        broken,
    )


def is_rtl(text: str) -> bool:
    """Whether its first character is set from the right."""
    return unicodedata.bidirectional(text[0]) in ("R", "AL")
