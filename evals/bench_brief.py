"""How long a briefing takes on this machine: gathered and composed, and drawn as each kind of file.

    python -m evals.bench_brief [--data-dir DIR] [--json]

Seconds, the median over the eight themes offered first, after one that is not counted. The library has to be indexed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from assistant.briefing.compose import compose_briefing
from assistant.briefing.gather import gather
from assistant.briefing.template import load_template
from assistant.export.briefing_files import MIME, briefing_file
from assistant.library import Library
from assistant.settings import settings


def measure(library: Library, themes: Sequence[str]) -> dict[str, float]:
    """Name → seconds. The first theme is done once more before, so that what loads once is not counted."""
    times: dict[str, list[float]] = {"gather and compose": [], **{f"write .{suffix}": [] for suffix in MIME}}
    for number, theme in enumerate([themes[0], *themes]):
        started = time.perf_counter()
        briefing = compose_briefing(gather(theme, "All staff", library))
        taken = {"gather and compose": time.perf_counter() - started}
        for suffix in MIME:
            started = time.perf_counter()
            briefing_file(briefing, suffix)
            taken[f"write .{suffix}"] = time.perf_counter() - started
        if number:
            for name, seconds in taken.items():
                times[name].append(seconds)
    return {f"{name} s": round(median(values), 3) for name, values in times.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench_brief", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=settings().data_dir)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    figures = measure(Library.open(options.data_dir), [theme.name for theme in load_template().themes])
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:28}{value:>8}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
