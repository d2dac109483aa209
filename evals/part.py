"""A part of the reported questions, small enough to be asked whenever the tests run: one of so many of each suite."""

from __future__ import annotations

from pathlib import Path

from evals.suite import SUITES, Case, load, suite_path

NAME = "part"
EVERY = {"starter": 10, "held-out": 12, "library": 12, "unanswerable": 6, "emergencies": 4}
"""Suite → one case of so many. Chosen by place in the file, so that nobody picks them."""


def part(folder: Path = SUITES) -> list[Case]:
    """The cases, in the order of the suites; ids are "suite-id", unique over all of them."""
    return [
        case.model_copy(update={"id": f"{name}-{case.id}"})
        for name, every in EVERY.items()
        for case in load(suite_path(name, folder))[::every]
    ]
