"""presidio-research: whether people, telephone numbers and e-mail addresses are found and masked.

`measure(folder)` reads synth_dataset_v2.json and counts with `evals.personal`, as the project's own cases are
counted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from assistant.personal import PersonalKind, find_details
from evals.benchmarks.given import limited, read, row
from evals.benchmarks.value import Benchmark, Published, Row
from evals.personal import PRESIDIO_KINDS, PersonalCase, Tally, presidio_cases, score

FILE = "synth_dataset_v2.json"
KINDS = tuple(PRESIDIO_KINDS.values())
_WHERE = (
    "microsoft/presidio-research, notebooks/4_Evaluate_Presidio_Analyzer.ipynb at 0430358, its printed charts; word "
    "by word, ours detail by detail"
)
_SYSTEM = "Presidio Analyzer, default settings, en_core_web_lg"
_PUBLISHED = {
    (PersonalKind.NAME, "precision"): 0.743,
    (PersonalKind.NAME, "recall"): 0.856,
    (PersonalKind.PHONE, "precision"): 0.949,
    (PersonalKind.PHONE, "recall"): 0.581,
    (PersonalKind.EMAIL, "precision"): 1.0,
    (PersonalKind.EMAIL, "recall"): 1.0,
}


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts sentences."""
    started = time.perf_counter()
    file = folder / FILE
    cases = limited(read(file, lambda text: list(presidio_cases(file))), limit, FILE)
    tallies = [score([case], KINDS) for case in cases]
    rows = [one for kind in KINDS for one in _rows([tally[kind] for tally in tallies], kind)]
    labelled = [case for case in cases if case.details]
    rows.append(
        row([float(masked(case)) for case in labelled], "sentences fully masked",
            "share of the sentences with a name, telephone number or e-mail address labelled of which every letter of "
            "every one is hidden, as whichever kind")
    )  # fmt: skip
    clean = [case for case in cases if not case.details]
    rows.append(
        row([float(not any(detail.kind in KINDS for detail in find_details(case.text))) for case in clean],
            "sentences left alone",
            "share of the sentences with none of the three labelled in which none of the three is found")
    )  # fmt: skip
    return Benchmark(
        name="presidio-research",
        about="Masking of personal details in made-up English sentences",
        source="microsoft/presidio-research on GitHub, data/synth_dataset_v2.json",
        licence="MIT",
        split="the whole published file (it has no splits)",
        size=f"{len(cases)} sentences, {len(labelled)} of them with details of the three kinds measured",
        rows=tuple(rows),
        notes=(
            "US-shaped and international: UK identifiers (NHS and National Insurance numbers, postcodes) are measured "
            "on the project's own cases, python -m evals.personal.",
            "Street addresses are not measured: those here are not British. Kinds that this assistant does not mask "
            "(organisations, card numbers, dates, places) are left out.",
            "Intervals resample details, as if each stood in a sentence of its own.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def masked(case: PersonalCase) -> bool:
    """Whether every letter and digit of every labelled detail is inside something found."""
    hidden = {at for detail in find_details(case.text) for at in range(detail.start, detail.end)}
    return all(at in hidden for want in case.details for at in range(want.start, want.end) if case.text[at].isalnum())


def _rows(tallies: Sequence[Tally], kind: PersonalKind) -> list[Row]:
    found, right = sum(tally.found for tally in tallies), sum(tally.right for tally in tallies)
    labelled, hidden = sum(tally.labelled for tally in tallies), sum(tally.hidden for tally in tallies)
    made = []
    for name, got, of, meaning in (
        ("precision", right, found, "share of what was found as this kind that overlaps a labelled one"),
        ("recall", hidden, labelled, "share of the labelled of which every letter is inside what was found as it"),
    ):
        one = row([1.0] * got + [0.0] * (of - got), f"{kind}: {name}", meaning)
        figure = Published(value=_PUBLISHED[kind, name], system=_SYSTEM, split="the same file", where=_WHERE)
        made.append(one.model_copy(update={"published": (figure,)}))
    return made
