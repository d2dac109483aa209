"""docling's test files: how well documents are read, format by format.

`measure(folder)` reads the folders pdf, docx, html and odf of the copy and compares each file that has an expected
Markdown beside it, with `evals.parsing`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from evals.benchmarks.given import limited, row
from evals.benchmarks.value import Benchmark, BenchmarkMissing, Published, Row
from evals.parsing import Parsed
from evals.parsing import measure as parsed

FORMATS = ("pdf", "docx", "html", "odf")
SUFFIX = ".expected.md"
_WHERE = "measured with the copies, benchmarks README"
_BASELINES = {
    "pdf": ("pypdf alone", 0.963, 0.944),
    "html": ("tag-stripped html", 0.962, 0.979),
    "docx": ("raw docx text", 0.914, 0.932),
}
"""Format → a simple method's name, word recall and precision, as the README beside the copies gives them."""


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts files of each format.

    Raises: BenchmarkMissing when no folder holds a file with its expected text, or such a text has lost its file.
    """
    started = time.perf_counter()
    rows: list[Row] = []
    sizes: list[str] = []
    refused: list[str] = []
    every: list[Parsed] = []
    for format_ in FORMATS:
        expected = sorted((folder / format_).glob(f"*{SUFFIX}"))
        if not expected:
            continue
        files = [file.with_name(file.name.removesuffix(SUFFIX)) for file in limited(expected, limit, format_)]
        found = [_parsed(file) for file in files]
        every.extend(found)
        refused.extend(one.name for one in found if one.error)
        sizes.append(f"{len(found)} {format_}")
        rows.extend(_rows(format_, found))
    if not every:
        raise BenchmarkMissing(
            f"No folder of {folder} ({', '.join(FORMATS)}) holds a file with a {SUFFIX} beside it; name the copy."
        )
    rows.extend(_rows("all", every))
    return Benchmark(
        name="docling parsing files",
        about="Reading of PDF, Word, web and OpenDocument files against an expected Markdown",
        source="docling-project/docling test data",
        licence="MIT (some of the PDFs are papers)",
        split="the files of the copy that have an expected Markdown",
        size=f"{', '.join(sizes)} files",
        rows=tuple(rows),
        notes=(
            "The expected Markdown is docling's own output, kept with its tests: where it errs, so does the measure.",
            f"Refused, and so scored 0: {', '.join(refused)}." if refused else "No file was refused.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _parsed(file: Path) -> Parsed:
    try:
        return parsed(file)
    except (OSError, UnicodeDecodeError) as error:
        raise BenchmarkMissing(
            f"{file.name} or its expected text cannot be read ({type(error).__name__}); fetch the copy again."
        ) from None


def _rows(format_: str, files: Sequence[Parsed]) -> list[Row]:
    headings = [one.headings for one in files if one.headings is not None]
    made = [
        row([one.recall for one in files], f"{format_}: word recall", "expected words that were read; mean over files"),
        row([one.precision for one in files], f"{format_}: word precision",
            "words read that were expected; mean over files"),
        row([one.order for one in files], f"{format_}: reading order",
            "longest common subsequence of words over the longer of the two texts; mean over files"),
    ]  # fmt: skip
    if headings:
        made.append(
            row(headings, f"{format_}: headings",
                "expected headings whose words were read as a heading; mean over the files that have any")
        )  # fmt: skip
    if format_ in _BASELINES:
        name, recall, precision = _BASELINES[format_]
        for n, figure in enumerate((recall, precision)):
            known = Published(value=figure, system=name, split=f"the {format_} files of the copy", where=_WHERE)
            made[n] = made[n].model_copy(update={"published": (known,)})
    return made
