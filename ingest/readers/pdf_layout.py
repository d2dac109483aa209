"""A page's words → lines in reading order: columns one after another, what is set across them between.

Geometry alone decides. Words drawn as one line stay together unless a gap parts them; a gap down the page with running
text on both sides is a gutter between columns; a gap inside one line is a tab stop, or parts the cells of a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.readers.clauses import split_marker
from ingest.readers.pdf_words import Word, is_rtl

_GAP = 1.5
"""Of the type's size: words of one drawn line this far apart are parted."""
_LONGEST_MARK = 6
"""Characters of a footnote's mark or an exponent."""
_MOST_MARKS = 400
_CLOSE = 0.6
"""Of the type's size: pieces of a line drawn apart that are as close as this are one."""
_GUTTER = 8.0
"""Points: the narrowest gap between two columns."""
_MIN_LINES = 3
"""Lines of running text on each side that make a gap a gutter."""
_WIDE_GUTTER = 20.0
_MANY_LINES = 12
"""Lines of three words on each side of a wide gap that nothing crosses: two pages side by side, or lists."""
_MOST_SPANS = 4_000
"""Pieces of text on a page: more are a drawing, whose columns nobody looks for."""
_FULL = 0.55
"""Of its column's width: how long the median line of running text is, at least."""


@dataclass(slots=True)
class Span:
    """Words on one baseline without a wide gap."""

    words: list[Word]

    @property
    def x0(self) -> float:
        """Its left edge."""
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        """Its right edge."""
        return max(word.x1 for word in self.words)

    @property
    def base(self) -> float:
        """Its baseline."""
        return self.words[0].base

    @property
    def size(self) -> float:
        """Its largest type."""
        return max(word.size for word in self.words)

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class Line:
    """One line of one column. `left`, `right`: the column's edges, in points; `rtl`: set from the right."""

    spans: list[Span]
    left: float
    right: float
    column: int = 0
    rtl: bool = False

    @property
    def words(self) -> list[Word]:
        """All words of its spans."""
        return [word for span in self.spans for word in span.words]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(span.text for span in self.spans)

    @property
    def base(self) -> float:
        """Its baseline."""
        return self.spans[0].base

    @property
    def size(self) -> float:
        """The size most of its letters have."""
        weight: dict[float, int] = {}
        for word in self.words:
            if not word.raised:
                size = round(word.size * 2) / 2
                weight[size] = weight.get(size, 0) + len(word.text)
        return max(weight, key=lambda size: weight[size]) if weight else round(self.spans[0].size * 2) / 2

    @property
    def bold(self) -> bool:
        """Whether every word with a letter is bold."""
        lettered = [word for word in self.words if any(char.isalpha() for char in word.text)]
        return all(word.bold for word in lettered or self.words)

    @property
    def start(self) -> float:
        """Distance of its beginning from the column's edge where lines begin."""
        return self.right - max(s.x1 for s in self.spans) if self.rtl else min(s.x0 for s in self.spans) - self.left

    @property
    def shortfall(self) -> float:
        """Distance of its end from the column's other edge."""
        return min(s.x0 for s in self.spans) - self.left if self.rtl else self.right - max(s.x1 for s in self.spans)


def spans_of(lines: Sequence[Sequence[Word]]) -> list[Span]:
    """The spans of a page, from the lines as they were drawn."""
    spans: list[Span] = []
    for line in lines:
        span: list[Word] = []
        for word in line:
            if span and not _adjoins(span[-1], word):
                spans.append(Span(span))
                span = []
            span.append(word)
        if span:
            spans.append(Span(span))
    return _joined(_marks_attached(spans))


def _marks_attached(spans: list[Span]) -> list[Span]:
    """Small figures and letters above or below a line, drawn apart from it, put where they belong."""
    usual = median(span.size for span in spans) if spans else 0.0
    small = [span for span in spans if span.size < 0.9 * usual and len(span.text) <= _LONGEST_MARK]
    if not small or len(small) > _MOST_MARKS:
        return spans
    gone: set[int] = set()
    for mark in small:
        best: tuple[float, Span] | None = None
        for span in spans:
            if span is mark or mark.size > 0.85 * span.size or id(span) in gone:
                continue
            lift = span.base - mark.base
            apart = min(abs(mark.x0 - span.x1), abs(span.x0 - mark.x1) + span.size)  # after a word, rather than before
            if 0.1 * span.size < abs(lift) < 0.6 * span.size and apart < 0.3 * span.size:
                best = min(best or (apart, span), (apart, span), key=lambda found: found[0])
        if best is None:
            continue
        span = best[1]
        gone.add(id(mark))
        raised = span.base > mark.base and not mark.text.isalpha()
        for word in mark.words:
            word.base, word.raised = span.base, raised
        if raised:
            span.words.extend(mark.words)
        else:
            span.words[-1].text += mark.text.replace(" ", "")
            span.words[-1].x1 = mark.x1
    return [span for span in spans if id(span) not in gone]


def _adjoins(last: Word, word: Word) -> bool:
    size = max(last.size, word.size)
    apart = max(word.x0 - last.x1, last.x0 - word.x1)
    return abs(last.base - word.base) < 0.4 * size and apart < _GAP * size


def _joined(spans: list[Span]) -> list[Span]:
    """Pieces of one line that were drawn apart (word by word, or letter by letter) put together."""
    done: list[Span] = []
    ordered = sorted(spans, key=lambda span: (round(span.base), span.x0))
    for span in ordered:
        for other in reversed(done[-40:]):
            size = min(other.size, span.size)
            if abs(other.base - span.base) > 0.25 * size:
                continue
            ltr = span.x0 - other.x1
            if -0.3 * size <= ltr < _CLOSE * size and not _is_mark(other):
                if any(is_rtl(word.text) for word in other.words + span.words):
                    other.words = [*span.words, *other.words]
                elif (
                    -0.1 * size < ltr < 0.12 * size
                    and not split_marker(f"{other.text} x")[0]
                    and other.words[-1].bold == span.words[0].bold
                ):
                    last, first = other.words[-1], span.words[0]
                    last.text, last.x1, last.broken = last.text + first.text, first.x1, first.broken
                    other.words.extend(span.words[1:])
                else:
                    other.words.extend(span.words)
                break
        else:
            done.append(span)
    return done


def _is_mark(span: Span) -> bool:
    return len(span.text) == 1 and not span.text.isalnum()


def lines_of(spans: Sequence[Span], width: float) -> list[Line]:
    """Lines in reading order."""
    if not spans:
        return []
    rtl = sum(is_rtl(word.text) for span in spans for word in span.words) * 2 > sum(len(s.words) for s in spans)
    lines: list[Line] = []
    for number, region in enumerate(_regions(list(spans), rtl, 0)):
        left, right = min(span.x0 for span in region), max(span.x1 for span in region)
        for row in rows_of(region):
            row.sort(key=lambda span: -span.x1 if rtl else span.x0)
            lines.append(Line(row, left, right, number, rtl))
    return lines


def _regions(spans: list[Span], rtl: bool, depth: int) -> Iterator[list[Span]]:
    """Groups of spans, each read from top to bottom, in reading order."""
    gutter = _gutter(spans) if depth < 6 else None
    if gutter is None:
        yield spans
        return
    x0, x1 = gutter
    across = sorted((s for s in spans if s.x1 > x0 + 1 and s.x0 < x1 - 1), key=lambda span: span.base)
    rest = [span for span in spans if span.x1 <= x0 + 1 or span.x0 >= x1 - 1]
    band: list[Span] = []
    for _, (above, crossing) in enumerate(_bands(rest, across)):
        first = [span for span in above if (span.x0 + span.x1) / 2 <= (x0 + x1) / 2]
        second = [span for span in above if (span.x0 + span.x1) / 2 > (x0 + x1) / 2]
        if first and second and band:
            yield band
            band = []
        if first and second:
            for side in (second, first) if rtl else (first, second):
                yield from _regions(side, rtl, depth + 1)
        else:
            band.extend(above)
        band.extend(crossing)
    if band:
        yield band


def _bands(rest: list[Span], across: list[Span]) -> Iterator[tuple[list[Span], list[Span]]]:
    """(spans above, crossing spans below them), from the top down."""
    remaining = sorted(rest, key=lambda span: span.base)
    for number, span in enumerate(across):
        above = [each for each in remaining if each.base < span.base - 1]
        remaining = [each for each in remaining if each.base >= span.base - 1]
        yield above, [span]
        if number == len(across) - 1:
            break
    yield remaining, []


def _gutter(spans: Sequence[Span]) -> tuple[float, float] | None:
    """The gap between two columns of running text: the one that parts the most lines."""
    if not 2 * _MIN_LINES <= len(spans) <= _MOST_SPANS:
        return None
    best: tuple[int, tuple[float, float]] | None = None
    starts = sorted({round(span.x0) for span in spans})
    for start in starts:
        left = [span for span in spans if span.x1 <= start - 1]
        if len(left) < _MIN_LINES:
            continue
        # A page number or a mark may stand in the gutter itself: a few such pieces count as crossing it.
        narrow = sorted((span.x1 for span in left), reverse=True)
        inside = sum(x1 > start - _GUTTER for x1 in narrow)
        if inside > max(1, 0.05 * len(left)):
            continue
        edge = narrow[inside] if inside < len(narrow) else 0.0
        left = [span for span in left if span.x1 <= edge]
        right = [span for span in spans if span.x0 >= start - 1]
        crossing = len(spans) - len(left) - len(right)
        if start - edge < _GUTTER or len(right) < _MIN_LINES or crossing > 0.4 * len(spans):
            continue
        wide = not crossing and start - edge > _WIDE_GUTTER
        if not (_is_column(left, edge, wide) and _is_column(right, max(span.x1 for span in right), wide)):
            continue
        score = min(len(left), len(right)) - crossing
        if _overlap_down(left, right) and (best is None or score > best[0]):
            best = (score, (edge, float(start)))
    return best[1] if best else None


def _is_column(spans: Sequence[Span], right: float, wide: bool) -> bool:
    """Running text: lines that fill their width, several words each. Labels, numbers and cells are none."""
    left = min(span.x0 for span in spans)
    width = right - left
    rows = rows_of(list(spans))
    long = [row for row in rows if sum(len(span.words) for span in row) >= 3]
    if len(long) < _MIN_LINES or len(long) < 0.5 * len(rows):
        return False
    filled = median(max(s.x1 for s in row) - min(s.x0 for s in row) for row in long)
    full = 0.3 if wide and len(long) >= _MANY_LINES else _FULL
    return width > 60 and filled >= full * width and sum(len(row) for row in rows) < 1.7 * len(rows)


def _overlap_down(left: Sequence[Span], right: Sequence[Span]) -> bool:
    """Whether the two stand beside each other for most of the shorter one."""
    top = max(min(s.base for s in left), min(s.base for s in right))
    end = min(max(s.base for s in left), max(s.base for s in right))
    shorter = min(max(s.base for s in side) - min(s.base for s in side) for side in (left, right))
    return end - top > 0.4 * shorter


def rows_of(spans: list[Span]) -> list[list[Span]]:
    """Spans on one baseline together, from the top down."""
    rows: list[list[Span]] = []
    for span in sorted(spans, key=lambda span: (span.base, span.x0)):
        if rows:
            near = min(rows[-1], key=lambda other: abs(other.base - span.base))
            clash = any(span.x0 < other.x1 - 1 and other.x0 < span.x1 - 1 for other in rows[-1])
            if abs(near.base - span.base) < 0.35 * min(near.size, span.size) + 0.5 and not clash:
                rows[-1].append(span)
                continue
        rows.append([span])
    return rows
