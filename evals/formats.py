"""Is the same content found and cited as well from a PDF, a Word file or a web page as from Markdown?

    python -m evals.formats [--most N]

The starter library's digests are written in four formats (evals/rendered.py), each is indexed as a person's own folder,
and the answerable questions of a development suite are asked of each. Recall@5 is the share of questions for which a
gold section is among the first five passages. A citation is in the right place when the words it quotes stand in the
section whose number it gives, and, in the PDF, on the page it gives.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from assistant.answer.ask import ask
from assistant.answer.value import Citation
from assistant.library import Library
from assistant.retrieve import search
from evals.rendered import FORMATS, Part, Text, texts, write
from evals.suite import SUITES, Case, load, suite_path
from ingest.encoder import find_model
from ingest.pipeline import ingest

SUITE = "calibration"
RECALL_SPREAD, RIGHT_PLACE = 0.02, 0.95
FIRST = 5


@dataclass(frozen=True)
class Figures:
    """Of one format. `right_place` is over `citations`; `page` is None where there are no pages."""

    format: str
    passages: int
    recall: float
    citations: int
    right_place: float
    right_page: float | None


def measure(format_: str, written: Sequence[Text], cases: Sequence[Case], folder: Path) -> Figures:
    """Write, index and ask."""
    documents, data = folder / format_, folder / f"{format_}-data"
    documents.mkdir()
    for text in written:
        write(text, format_, documents)
    report = ingest([documents], data_dir=data, model=find_model(), with_starter=False)
    if report.failed or report.added != len(written):
        raise SystemExit(f"{format_}: {report.failures}")
    library = Library.open(data)
    by_file = {f"{text.source.id}.{format_}": text for text in written}
    of_source = {entry.source.id: by_file[Path(entry.path or "").name] for entry in library.sources()}
    found, places, pages = [], [], []
    for case in cases:
        gold = {(place.source_id, place.pinpoint) for place in case.gold}
        hits = search(library, case.question, FIRST)
        found.append(any(_is_gold(of_source[hit.passage.source_id], hit.passage.pinpoint, gold) for hit in hits))
        for citation in ask(case.question, library=library).citations:
            standing = _where(of_source[citation.source_id], citation)
            places.append(any(_names(citation, part) for part, _ in standing))
            if format_ == "pdf":
                pages.append(any(citation.page in shown for _, shown in standing))
    return Figures(
        format_, report.passages, mean(found), len(places), mean(places or [False]), mean(pages) if pages else None
    )


def _is_gold(text: Text, pinpoint: str, gold: set[tuple[str, str]]) -> bool:
    """Whether a passage's number is that of a section the case names."""
    return any(part.number == pinpoint and (text.source.id, part.pinpoint) in gold for part in text.parts)


def _where(text: Text, citation: Citation) -> list[tuple[Part, set[int]]]:
    """The sections that hold a quote's words, with the pages of the blocks that do; empty when none does."""
    lines = [_plain(line) for line in citation.quote.splitlines() if _plain(line)]
    standing = []
    for part in text.parts:
        blocks = [_plain(block.line) for block in part.blocks]
        if lines and all(any(line in block for block in blocks) for line in lines):
            shown = {page for n, page in part.pages.items() if any(line in blocks[n] for line in lines)}
            standing.append((part, shown))
    return standing


def _names(citation: Citation, part: Part) -> bool:
    return citation.pinpoint == part.number


def _plain(text: str) -> str:
    """Letters and figures only: a format may set its spaces, bullets and quotation marks in its own way."""
    return "".join(char for char in text.lower() if char.isalnum())


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; exit code 1 when recall@5 differs by over two points or a place is wrong too often."""
    parser = argparse.ArgumentParser(prog="python -m evals.formats", description=__doc__)
    parser.add_argument("--most", type=int, default=None, help="questions asked")
    options = parser.parse_args(argv)
    cases = [case for case in load(suite_path(SUITE, SUITES)) if case.answerable and not case.history][: options.most]
    print(f"{len(cases)} answerable questions of the suite {SUITE}\n")
    print(f"{'':6}{'passages':>10}{'recall@5':>10}{'citations':>11}{'right clause':>14}{'right page':>12}", flush=True)
    made: list[Figures] = []
    with tempfile.TemporaryDirectory() as folder:
        for format_ in FORMATS:
            one = measure(format_, texts(), cases, Path(folder))
            page = "" if one.right_page is None else f"{one.right_page:.3f}"
            print(
                f"{format_:6}{one.passages:>10}{one.recall:>10.3f}{one.citations:>11}{one.right_place:>14.3f}{page:>12}",
                flush=True,
            )
            made.append(one)
    spread = max(one.recall for one in made) - min(one.recall for one in made)
    places = [value for one in made for value in (one.right_place, one.right_page) if value is not None]
    print(f"\nrecall@5 differs by {spread:.3f} at most (gate {RECALL_SPREAD})")
    return 1 if spread > RECALL_SPREAD or min(places) < RIGHT_PLACE else 0


if __name__ == "__main__":
    sys.exit(main())
