"""How well personal details are found: precision and recall of each kind, and how long it takes.

    python -m evals.personal [--presidio FILE] [--show]

The cases are this project's own, invented sentences in British English (tests/assistant/personal_cases.jsonl): half
were used while the rules were written, half were written before and kept for the end. FILE is a data set in the format
of microsoft/presidio-research (MIT licence), of which people, telephone numbers and e-mail addresses are measured.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.personal import Detail, PersonalKind, find_details

CASES = Path(__file__).resolve().parent.parent / "tests" / "assistant" / "personal_cases.jsonl"
PRESIDIO_KINDS = {
    "PERSON": PersonalKind.NAME, "PHONE_NUMBER": PersonalKind.PHONE, "EMAIL_ADDRESS": PersonalKind.EMAIL,
}  # fmt: skip
LENGTHS = (500, 5_000)  # words of the texts that are timed
RUNS = 5


@dataclass(frozen=True)
class PersonalCase:
    """One text and the details a reader would hide in it."""

    id: str
    part: str
    text: str
    details: tuple[Detail, ...]


@dataclass
class Tally:
    """Counts of one kind of detail. `touched` counts labelled details of which any part was found."""

    labelled: int = 0
    hidden: int = 0
    touched: int = 0
    found: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float | None:
        """Share of labelled details whose every letter is inside details found as that kind, 0 to 1."""
        return self.hidden / self.labelled if self.labelled else None

    @property
    def precision(self) -> float | None:
        """Share of details found that overlap a labelled one of the same kind, 0 to 1."""
        return self.right / self.found if self.found else None


def own_cases(file: Path = CASES) -> list[PersonalCase]:
    """The project's own cases, in file order."""
    return [_own(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def _own(row: dict) -> PersonalCase:
    details = tuple(
        Detail(kind=one["kind"], text=one["text"], start=one["start"], end=one["start"] + len(one["text"]))
        for one in row["details"]
    )
    return PersonalCase(row["id"], row["part"], row["text"], details)


def presidio_cases(file: Path) -> Iterator[PersonalCase]:
    """The sentences of a presidio-research data set, with the labels of the kinds measured."""
    for number, row in enumerate(json.loads(file.read_text(encoding="utf-8"))):
        details = tuple(
            Detail(
                kind=PRESIDIO_KINDS[span["entity_type"]],
                text=row["full_text"][span["start_position"] : span["end_position"]],
                start=span["start_position"],
                end=span["end_position"],
            )
            for span in row["spans"]
            if span["entity_type"] in PRESIDIO_KINDS
        )
        yield PersonalCase(str(number), "presidio", row["full_text"], details)


def score(
    cases: Iterable[PersonalCase], kinds: Sequence[PersonalKind] = tuple(PersonalKind)
) -> dict[PersonalKind, Tally]:
    """What was found against what is labelled, kind by kind."""
    tallies = {kind: Tally() for kind in kinds}
    for case in cases:
        found = find_details(case.text)
        for kind, tally in tallies.items():
            _count(tally, [d for d in case.details if d.kind is kind], [d for d in found if d.kind is kind], case)
    return tallies


def _count(tally: Tally, labelled: list[Detail], found: list[Detail], case: PersonalCase) -> None:
    for want in labelled:
        tally.labelled += 1
        over = [got for got in found if _overlap(want, got)]
        inside = {at for got in over for at in range(got.start, got.end)}
        whole = all(at in inside for at in range(want.start, want.end) if case.text[at].isalnum())
        tally.touched += bool(over)
        tally.hidden += whole
        if not whole:
            tally.wrong.append(f"{case.id}: missed {want.text!r}")
    for got in found:
        tally.found += 1
        right = any(_overlap(want, got) for want in labelled)
        tally.right += right
        if not right:
            tally.wrong.append(f"{case.id}: took {got.text!r} for one")


def _overlap(one: Detail, other: Detail) -> bool:
    return one.start < other.end and other.start < one.end


def milliseconds(words: int) -> float:
    """Least time of several runs over a text of so many words made of the project's own cases."""
    many = " ".join(case.text for case in own_cases()).split()
    text = " ".join((many * (words // len(many) + 1))[:words])
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        find_details(text)
        took.append(time.perf_counter() - start)
    return 1000 * min(took)


def lines(title: str, tallies: dict[PersonalKind, Tally], *, show: bool) -> Iterator[str]:
    """A table for the terminal."""
    yield f"{title}\n  {'kind':<26}{'labelled':>9}{'found':>7}{'precision':>11}{'recall':>9}{'touched':>9}"
    for kind, tally in tallies.items():
        if tally.labelled or tally.found:
            touched = tally.touched / tally.labelled if tally.labelled else None
            shares = "".join(f"{_share(value):>{width}}" for value, width in (
                (tally.precision, 11), (tally.recall, 9), (touched, 9),
            ))  # fmt: skip
            yield f"  {kind:<26}{tally.labelled:>9}{tally.found:>7}{shares}"
            if show:
                yield from (f"      {wrong}" for wrong in tally.wrong)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presidio", type=Path, help="a data set of microsoft/presidio-research")
    parser.add_argument("--show", action="store_true", help="print each detail missed or found wrongly")
    arguments = parser.parse_args()
    cases = own_cases()
    for part in dict.fromkeys(case.part for case in cases):
        of_part = [case for case in cases if case.part == part]
        print("\n".join(lines(f"own cases, {part} ({len(of_part)} texts)", score(of_part), show=arguments.show)))
    if arguments.presidio:
        tallies = score(presidio_cases(arguments.presidio), tuple(PRESIDIO_KINDS.values()))
        print("\n".join(lines(f"presidio-research, {arguments.presidio.name} (MIT)", tallies, show=arguments.show)))
    for words in LENGTHS:
        print(f"{words} words: {milliseconds(words):.0f} ms")


if __name__ == "__main__":
    main()
