"""What a thousand documents cost: the first ingest, one with nothing changed, one with a hundredth changed.

    python -m evals.bench_documents [--documents N] [--json]

The documents are generated: seeded sentences of a small vocabulary under numbered headings, about 150 words each, as
Markdown. Every run is a process of its own. The ratios are to the first ingest of the same run.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from evals.bench import MB, SAFEGUARD, Ran, run

DOCUMENTS = 1_000
SECTIONS, SENTENCES = 3, 5
SEED = 189
WHO = ("The lead practitioner", "A manager", "The board", "Every agency", "The provider", "A reviewer", "The police")
DOES = ("must record", "should agree", "may share", "reviews", "must report", "should consider", "keeps")
WHAT = ("the plan", "a decision", "the risk", "an outcome", "the adult's wishes", "a referral", "the chronology")
HOW = ("within {n} days", "with the adult", "in writing", "before visit {n}", "at meeting {n}", "without delay")


def generate(folder: Path, count: int) -> list[Path]:
    """Write `count` documents; the same ones every time."""
    draw = random.Random(SEED)
    files = []
    for number in range(count):
        file = folder / f"policy-{number:04}.md"
        file.write_text(_document(number, draw), encoding="utf-8")
        files.append(file)
    return files


def change(files: Sequence[Path], share: float) -> int:
    """Put another sentence into one section of every so-many-th document; returns how many that were."""
    step = round(1 / share)
    changed = files[::step]
    for file in changed:
        lines = file.read_text("utf-8").splitlines()
        lines[-1] += " A clause was added on review."
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(changed)


def measure(count: int, folder: Path) -> dict[str, float]:
    """The three runs → figures by name."""
    documents, data = folder / "documents", folder / "data"
    documents.mkdir()
    files = generate(documents, count)
    command = [*SAFEGUARD, "ingest", str(documents), "--no-starter", "--json", "--data-dir", str(data)]
    _note(f"first ingest of {count} documents")
    first = run(command)
    passages = json.loads(first.output)["passages"]
    _note("nothing changed")
    again = _checked(run(command), unchanged=count, updated=0)
    changed = change(files, 0.01)
    _note(f"{changed} changed")
    after = _checked(run(command), unchanged=count - changed, updated=changed)
    return {
        "documents": count,
        "passages": passages,
        "first ingest s": round(first.wall_s, 1),
        "first ingest passages/s": round(passages / first.wall_s, 1),
        "first ingest peak MB": round(first.peak_mb),
        "nothing changed s": round(again.wall_s, 1),
        "nothing changed, of the first": round(again.wall_s / first.wall_s, 3),
        "documents changed": changed,
        "1% changed s": round(after.wall_s, 1),
        "1% changed, of the first": round(after.wall_s / first.wall_s, 3),
        "1% changed peak MB": round(after.peak_mb),
        "index MB": round(_size(data / "index") / MB, 1),
    }


def _document(number: int, draw: random.Random) -> str:
    parts = [f"# Policy {number}"]
    for section in range(1, SECTIONS + 1):
        sentences = [_sentence(draw) for _ in range(SENTENCES)]
        parts += [f"## {section} {draw.choice(WHAT).capitalize()} [{number}.{section}]", " ".join(sentences)]
    return "\n\n".join(parts) + "\n"


def _sentence(draw: random.Random) -> str:
    how = draw.choice(HOW).format(n=draw.randint(2, 90))
    return f"{draw.choice(WHO)} {draw.choice(DOES)} {draw.choice(WHAT)} {how}."


def _checked(ran: Ran, **expected: int) -> Ran:
    found = json.loads(ran.output)["documents"]
    if any(found[name] != count for name, count in expected.items()):
        raise SystemExit(f"expected {expected} and the ingest reports {found}")
    return ran


def _size(folder: Path) -> int:
    """Bytes of the newest generation."""
    name = (folder / "CURRENT").read_text("utf-8").strip()
    return sum(file.stat().st_size for file in (folder / name).rglob("*") if file.is_file())


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench_documents", description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options.documents, Path(folder))
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:32}{value:>10,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
