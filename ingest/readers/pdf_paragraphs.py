"""Lines in reading order → paragraphs and list items: where one ends and the next begins."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.readers.clauses import BULLET, PieceKind, split_marker
from ingest.readers.pdf_layout import Line
from ingest.readers.pdf_mend import bare
from ingest.readers.pdf_words import Word

TERMINAL = re.compile(r"[.!?:;。؟][\"'”’)\]\d\s]*$")
_STOP = re.compile(r"[.!?。؟][\"'”’)\]]*$")
LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}|_{4,}")
_INITIAL = re.compile(r"^[A-Z][.]$")
_SIGN = re.compile("^[\ue000-\uf8ff\x80-\x9f\u2190-\u21ff\u25a0-\u27bf\u2b00-\u2bff]$")
"""A symbol font's own signs, arrows, boxes, ticks: bullets, when one stands alone before a line."""
_ENOUGH = 40
"""Lines that tell a paragraph's type."""
LARGER = 1.08
"""Times the body's size: type this large is a heading's."""
SMALLER = 0.92
"""Times the body's size: type this small is a note's."""
_WIDER = 1.35
"""Times the usual distance of lines: a gap between paragraphs."""
_TAB = 0.7
"""Of the type's size: a gap this wide after a marker is a tab, which running text has none of."""


@dataclass
class Table:
    """A table in the flow of a page: rows of cells as text, and the edges of its columns in points.

    `header`: whether its first row holds headings; None where only its words can tell.
    """

    rows: list[tuple[str, ...]]
    edges: tuple[float, ...]
    header: bool | None = None


@dataclass
class Paragraph:
    """Lines that belong together. `first`: it begins its column or page."""

    lines: list[Line]
    page: int
    marker: str = ""
    kind: PieceKind = PieceKind.PARAGRAPH
    level: int = 0
    first: bool = False
    text: str = ""
    marks: int = 0
    """Words of the first line that are its marker."""
    end: int = 0
    """The page it ends on."""

    @property
    def size(self) -> float:
        """The type most of its lines are set in, in points."""
        weight = Counter[float]()
        for line in self.lines[:_ENOUGH]:
            weight[line.size] += len(line.text)
        return weight.most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines[:_ENOUGH])


@dataclass
class Setting:
    """How the document as a whole is set: body type, distances of lines by size, words and how often they occur."""

    body: float = 10.0
    body_bold: bool = False
    leading: dict[float, float] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)


def setting_of(pages: Iterable[Sequence[Line]]) -> Setting:
    """Measure all lines of a document."""
    weight = Counter[tuple[float, bool]]()
    steps: dict[float, Counter[float]] = defaultdict(Counter)
    setting = Setting()
    for lines in pages:
        for number, line in enumerate(lines):
            for word in line.words:
                weight[round(word.size * 2) / 2, word.bold] += len(word.text)
            words = line.words
            for word in words[:-1] if words[-1].broken or words[-1].text.endswith(("-", "‐")) else words:
                setting.words[bare(word.text)] += 1
            if number and lines[number - 1].column == line.column:
                step = line.base - lines[number - 1].base
                if 0.8 * line.size < step < 2.5 * line.size:
                    steps[line.size][round(step * 2) / 2] += 1
    if weight:
        by_size = Counter[float]()
        for (size, _), count in weight.items():
            by_size[size] += count
        setting.body = by_size.most_common(1)[0][0]
        setting.body_bold = weight[setting.body, True] > weight[setting.body, False]
    for size, counts in steps.items():
        # The closest of the usual distances: in a list every item may be its own paragraph.
        usual = [step for step, count in counts.items() if count >= 0.25 * max(counts.values())]
        setting.leading[size] = min(usual)
    return setting


def paragraphs_of(flow: Sequence[Line | Table], page: int, setting: Setting) -> Iterator[Paragraph | Table]:
    """The paragraphs of one page."""
    open_: Paragraph | None = None
    column = -1
    for thing in flow:
        if isinstance(thing, Table):
            if open_:
                yield open_
            yield thing
            open_ = None
            continue
        _plain_bullet(thing)
        first = thing.column != column
        column = thing.column
        if open_ and not first and not _begins(open_, thing, setting):
            open_.lines.append(thing)
            continue
        if open_:
            yield open_
        open_ = _opened(thing, page, first, setting)
    if open_:
        yield open_


def _opened(line: Line, page: int, first: bool, setting: Setting) -> Paragraph:
    paragraph = Paragraph([line], page, first=first, end=page)
    marker, rest = split_marker(line.text)
    if is_contents_line(line):
        return paragraph
    if marker and not (_INITIAL.match(marker) and not _tabbed(line)):
        paragraph.marker = marker
        paragraph.marks = len(line.text.split()) - len(rest.split())
    elif not marker and len(line.words) == 1 and split_marker(f"{line.text} x")[0]:
        paragraph.marker, paragraph.marks = split_marker(f"{line.text} x")[0], 1
    return paragraph


def is_contents_line(line: Line) -> bool:
    """A line of a table of contents: leaders, or a page's number set apart at the right edge. It is no clause."""
    if LEADERS.search(line.text) and line.text.rstrip()[-1:].isalnum():
        return True
    last = line.spans[-1].text
    return len(line.spans) > 1 and bool(re.match(r"^(?:\d{1,3}|[ivxl]+)$", last)) and line.shortfall < line.size


def _plain_bullet(line: Line) -> None:
    """A symbol font's private sign, tick or box before a line becomes a bullet that every reader knows."""
    words = line.words
    first = words[0]
    if _SIGN.match(first.text) and len(words) > 1:
        first.text = "•"
    elif len(first.text) > 1 and first.text[0] in "•▪◦‣●■" and first.text[1].isalnum():
        span = line.spans[0]
        mark = Word("•", first.x0, first.x0, first.base, first.size, False)
        first.text = first.text[1:]
        span.words.insert(0, mark)


def _tabbed(line: Line) -> bool:
    words = line.words
    if len(words) < 2:
        return False
    return max(words[1].x0 - words[0].x1, words[0].x0 - words[1].x1) > _TAB * words[1].size


def _begins(paragraph: Paragraph, line: Line, setting: Setting) -> bool:
    """Whether a line begins a new paragraph after the lines before it."""
    last = paragraph.lines[-1]
    size = max(last.size, line.size)
    leading = setting.leading.get(line.size, 1.25 * line.size)
    step = line.base - last.base
    if step > _WIDER * leading + 0.5 and step > 1.1 * size or step < -0.5 * size:
        return True
    if abs(last.size - line.size) > 0.06 * size:
        return True
    marker, _ = split_marker(line.text)
    if looks_heading(last, setting) and looks_heading(line, setting) and last.bold == line.bold:
        return bool(marker and marker != BULLET) or bool(LEADERS.search(last.text))
    if last.bold != line.bold and (paragraph.bold or line.bold) and _standalone(last, line):
        return True
    if is_contents_line(last):
        return True
    if marker and _is_new_item(paragraph, line, marker, setting):
        return True
    return _indent_says(paragraph, line) or _ended(last)


def _standalone(last: Line, line: Line) -> bool:
    """A change of weight parts paragraphs unless the sentence plainly goes on."""
    return not line.text[:1].islower() or bool(_STOP.search(last.text))


def _ended(last: Line) -> bool:
    width = last.right - last.left
    return bool(_STOP.search(last.text)) and last.shortfall > 0.2 * width


def _indent_says(paragraph: Paragraph, line: Line) -> bool:
    """Indents: a first line set in, or a line that leaves the block it would belong to."""
    first, last = paragraph.lines[0], paragraph.lines[-1]
    em = line.size
    if paragraph.marker:
        text = _text_start(first, paragraph.marks)
        hanging = paragraph.lines[1].start if len(paragraph.lines) > 1 else None
        if hanging is not None:
            return abs(line.start - hanging) > 0.9 * em
        return line.start < first.start - 0.9 * em or line.start > text + 1.5 * em
    if len(paragraph.lines) == 1:
        # The first line may be set in; the second at the column's edge. A second line set in is another paragraph,
        # unless the first one hangs out.
        return (
            line.start > first.start + 0.9 * em
            and (last.shortfall > 0.1 * (last.right - last.left) or em > 0)
            and (not _hangs(first, line))
            or line.start < first.start - 4 * em
        )
    return abs(line.start - last.start) > 0.9 * em


def _hangs(first: Line, line: Line) -> bool:
    """A first line that reaches the right edge without ending its sentence goes on in a line set in."""
    return first.shortfall < 0.12 * (first.right - first.left) and not _STOP.search(first.text)


def _text_start(line: Line, marks: int) -> float:
    words = line.words
    if marks >= len(words):
        return line.start
    return line.right - words[marks].x1 if line.rtl else words[marks].x0 - line.left


def _is_new_item(paragraph: Paragraph, line: Line, marker: str, setting: Setting) -> bool:
    """Whether what looks like a marker is one: a wrapped line may begin with "1.5 million" or "(a)" too."""
    last = paragraph.lines[-1]
    sign = line.words[0].text
    if marker == BULLET and sign not in ("-", "–", "—", "*", "·", "o"):
        return True
    short = last.shortfall > 0.2 * (last.right - last.left)
    if _tabbed(line) or short or (TERMINAL.search(last.text) and (paragraph.marker or marker.startswith("("))):
        return True
    if paragraph.marker and _follows(paragraph.marker, marker):
        return True
    if paragraph.marker:
        return bool(re.search(r"(?:[,;]|\b(?:and|or))$", last.text)) and abs(
            line.start - paragraph.lines[0].start) < 0.5 * line.size  # fmt: skip
    return False


def _follows(one: str, other: str) -> bool:
    """Whether one marker is the next after another: 3. and 4., (a) and (b), 14.163 and 14.164."""
    if one == other == BULLET:
        return True
    before, after = re.findall(r"\d+|[a-z]+", one.lower()), re.findall(r"\d+|[a-z]+", other.lower())
    if not before or len(before) != len(after) or before[:-1] != after[:-1]:
        return False
    if before[-1].isdigit() and after[-1].isdigit():
        return int(after[-1]) == int(before[-1]) + 1
    return len(before[-1]) == len(after[-1]) == 1 and ord(after[-1]) == ord(before[-1]) + 1


def looks_heading(line: Line, setting: Setting) -> bool:
    """Whether a line is set as headings are: larger than the body, or bold where the body is not."""
    return line.size > LARGER * setting.body or (
        line.bold and not setting.body_bold and line.size >= SMALLER * setting.body
    )
