"""Every public benchmark of which there is a local copy, measured and written as one page.

    python -m evals.benchmarks FOLDER [--only NAME ...] [--limit N] [--out DIR]

FOLDER holds a folder a benchmark, named as below; those that are not there are left out by name. Each result is kept
in DIR/NAME.json as soon as it is measured, and DIR/benchmarks.md is made of all that are there. Exit code 2 when a copy
cannot be read.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from evals.benchmarks.value import Benchmark, BenchmarkMissing
from evals.benchmarks.words import as_markdown
from evals.record import write_json
from ingest.errors import SafeguardError

ADAPTERS = {
    "obliqa": "obliqa",
    "or-sharc": "or_sharc",
    "conditionalqa": "conditionalqa",
    "sharc": "sharc",
    "clapnq": "clapnq",
    "policyqa": "policyqa",
    "parsing": "parsing",
    "bipia": "bipia",
    "presidio": "presidio",
}
"""Folder of the copy → module of this package, in the order of the page."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what was asked for and print it; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks", description="Measure on public benchmarks.")
    parser.add_argument("folder", type=Path, help="folder that holds a folder a benchmark")
    parser.add_argument("--only", nargs="+", choices=ADAPTERS, metavar="NAME", help="measure these alone")
    parser.add_argument("--limit", type=int, help="first so many cases only; the page then says so")
    parser.add_argument("--out", type=Path, default=Path("runs/benchmarks"), help="folder for the results")
    args = parser.parse_args(argv)
    chosen = [name for name in ADAPTERS if (args.only and name in args.only) or not args.only]
    there = [name for name in chosen if (args.folder / name).is_dir()]
    if not there:
        raise BenchmarkMissing(f"There is none of {', '.join(chosen)} in {args.folder}; give the folder of the copies.")
    args.out.mkdir(parents=True, exist_ok=True)
    for name in there:
        found: Benchmark = importlib.import_module(f"evals.benchmarks.{ADAPTERS[name]}").measure(
            args.folder / name, args.limit
        )
        if args.limit:
            note = f"Only the first {args.limit} cases were measured."
            found = found.model_copy(update={"notes": (note, *found.notes)})
        write_json(args.out / f"{name}.json", found.model_dump(mode="json"))
        print(as_markdown([found]), flush=True)
    for name in chosen:
        if name not in there:
            print(f"{name}: left out, there is no folder of that name in {args.folder}.", file=sys.stderr)
    kept = [_read(path) for name in ADAPTERS if (path := args.out / f"{name}.json").is_file()]
    (args.out / "benchmarks.md").write_text(as_markdown(kept), encoding="utf-8")
    return 0


def _read(path: Path) -> Benchmark:
    try:
        return Benchmark.model_validate_json(path.read_bytes())
    except ValidationError:
        raise BenchmarkMissing(f"{path} is of another version; measure it again or remove it.") from None


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SafeguardError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
