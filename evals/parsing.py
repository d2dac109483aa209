"""How well files are read: words, reading order and headings against an expected Markdown beside each file.

`python -m evals.parsing FOLDER` reads every `X` of FOLDER that has an `X.expected.md`, and prints a line a file and a
mean a format. `python -m evals.parsing --refusals FOLDER` reads every file of FOLDER and its folders, and says of each
whether it was read or in which words it was refused, with seconds and peak memory, each in a process of its own.

Words are compared as bags, in lower case, letters and digits only. A table's column headings, which every row repeats
in a document, are counted once, as a Markdown table has them once. A document's title is counted where the expected
text has it: it may come from what a file says of itself, or from its name.
"""

from __future__ import annotations

import argparse
import html
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from rapidfuzz.distance import LCSseq

from ingest.document import BlockKind, Document
from ingest.errors import CannotRead
from ingest.readers import read_document
from ingest.readers.bounded import Reader

_WORD = re.compile(r"[^\W_]+")
_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_RULE = re.compile(r"^[\s|:*_-]+$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Parsed:
    """Measures of one file, each from 0 to 1; `headings` is None where the expected text has none.

    recall: expected words that were read. precision: words read that were expected. order: longest common subsequence
    of words over the longer of the two texts. headings: expected headings whose words are a heading that was read.
    """

    name: str
    recall: float
    precision: float
    order: float
    headings: float | None
    error: str = ""


def measure(file: Path) -> Parsed:
    """Read one file and compare it with the Markdown beside it. A file that is refused scores 0."""
    expected = (file.parent / f"{file.name}.expected.md").read_text(encoding="utf-8")
    want = markdown_words(expected)
    headings = [" ".join(words(_plain(line))) for line in _HEADING.findall(expected)]
    try:
        document = read_document(file.read_bytes(), file.name)
    except CannotRead as error:
        return Parsed(file.name, 0.0, 0.0, 0.0, None, str(error))
    got = list(document_words(document, with_title=" ".join(words(document.title)) in " ".join(want)))
    common = sum((Counter(want) & Counter(got)).values())
    read = {" ".join(words(part)) for section in document.sections for part in (*section.heading, document.title)}
    return Parsed(
        file.name,
        recall=common / len(want) if want else 1.0,
        precision=common / len(got) if got else 1.0,
        order=LCSseq.similarity(want, got) / max(len(want), len(got), 1),
        headings=mean(heading in read for heading in headings) if headings else None,
    )


def document_words(document: Document, *, with_title: bool = True) -> Iterator[str]:
    """The words of a document in reading order: headings as they begin, columns' headings once a table."""
    before: tuple[str, ...] = ()
    for section in document.sections:
        same = 0
        while same < min(len(before), len(section.heading)) and before[same] == section.heading[same]:
            same += 1
        for heading in section.heading[same:]:
            if with_title or heading != document.title:
                yield from words(heading)
        before = section.heading
        table = 0
        for block in section.blocks:
            found = list(words(block.line))
            if block.kind is BlockKind.ROW and block.columns:
                if block.group != table:
                    table = block.group
                    yield from (word for column in block.columns for word in words(column))
                found = _without(found, block.columns, block.text)
            yield from found


def _without(found: Sequence[str], columns: Sequence[str], text: str) -> list[str]:
    """A row's words without its columns' headings: each is taken off its cell's front."""
    kept: list[str] = []
    names = [name for name in columns[1:] if name]
    for number, cell in enumerate(text.split(" | ")):
        name = (
            next((name for name in names if cell.startswith(f"{name.rstrip('?:')}")), "") if number or not found else ""
        )
        if name:
            names = names[names.index(name) + 1 :]
            cell = cell[len(name) :]
        kept.extend(words(cell))
    return kept


def markdown_words(text: str) -> list[str]:
    """The words of a Markdown file, without its markup, comments and addresses."""
    return words(_plain(text))


def _plain(text: str) -> str:
    for _ in range(3):  # a link around a picture
        text = _LINK.sub(r"\1", text)
    return html.unescape(_RULE.sub(" ", _MARKUP.sub(" ", text)))


def words(text: str) -> list[str]:
    """Lower-case runs of letters and digits."""
    return _WORD.findall(text.lower())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measures; exit code 1 when a format's mean recall is under .98 or its precision under .95."""
    parser = argparse.ArgumentParser(prog="python -m evals.parsing", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--refusals", action="store_true")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        return _one(options.folder)
    if options.refusals:
        return _refusals(options.folder)
    bad = 0
    for format_ in sorted({file.name.split(".")[-3] for file in options.folder.rglob("*.expected.md")}):
        files = sorted(options.folder.rglob(f"*.{format_}.expected.md"))
        every = [measure(file.with_name(file.name.removesuffix(".expected.md"))) for file in files]
        print(f"\n{format_}: {len(every)} files\n{'':44} recall  precision  order  headings")
        for one in every:
            headings = "   -" if one.headings is None else f"{one.headings:.3f}"
            print(
                f"{one.name[:44]:44} {one.recall:6.3f} {one.precision:10.3f} {one.order:6.3f}  {headings}  {one.error}"
            )
        recall, precision = mean(one.recall for one in every), mean(one.precision for one in every)
        known = [one.headings for one in every if one.headings is not None]
        print(
            f"{'mean':44} {recall:6.3f} {precision:10.3f} {mean(one.order for one in every):6.3f}  "
            f"{mean(known) if known else float('nan'):.3f}"
        )
        bad += recall < 0.98 or precision < 0.95
    return 1 if bad else 0


def _refusals(folder: Path) -> int:
    bad = 0
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() == ".pdf"):
        done = subprocess.run(
            [sys.executable, "-m", "evals.parsing", "--one", str(file)], capture_output=True, text=True, timeout=120
        )
        bad += done.returncode != 0
        print(done.stdout.strip() or f"{file.name}: FAILED {done.stderr.strip().splitlines()[-1:]}")
    return 1 if bad else 0


def _one(file: Path) -> int:
    """Read one file as an ingest does: its line for `--refusals`. Anything but a document or a refusal is a failure."""
    started = time.perf_counter()
    try:
        with Reader() as reader:
            document = reader.read(file)
        pages = {block.page for section in document.sections for block in section.blocks}
        said = f"read: {len(document.sections)} sections on {len(pages)} pages"
    except CannotRead as error:
        said = f"refused: {error}"
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{file.parent.name}/{file.name}: {said} ({time.perf_counter() - started:.1f} s, {peak:.0f} MB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
