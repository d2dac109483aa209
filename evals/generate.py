"""Runs the assistant over a suite and writes what came back into a run folder. Scoring is a separate step."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from assistant.answer.value import Answer
from evals.digests import sections
from evals.measures import HITS_KEPT
from evals.record import PassageRow, write_json, write_lines
from evals.suite import Case

# Asked once, unrecorded, before any clock starts, so that model loading is in no case's time. Not in any suite.
WARM_UP = "Which agencies are named in the procedures?"

_VERSIONS_OF = ("safeguard", "torch", "sentence-transformers", "llama-index-core", "chromadb", "bm25s", "ir-measures")

History = list[dict[str, str]]


class Passage(Protocol):
    """What is read of a passage: its id, and the source and pinpoint of its section."""

    id: str
    source_id: str
    pinpoint: str


class Hit(Protocol):
    """What is read of a hit: a passage with the score and rank it was found at."""

    passage: Passage
    score: float
    rank: int


Ask = Callable[[str, History], Answer]
Search = Callable[[str, History, int], Sequence[Hit]]
Find = Callable[[str], Any]
"""Passage id -> the passage, with its `text`; None when there is none."""
Evidence = Callable[[str, History], float | None]
"""(question, history) -> the evidence there is for an answer, 0 to 1; None where it is not weighed."""


def generate(
    name: str,
    cases: Sequence[Case],
    folder: Path,
    *,
    ask: Ask,
    search: Search,
    settings: Mapping[str, Any],
    find: Find = lambda passage_id: None,
    evidence: Evidence = lambda question, history: None,
    clock: Callable[[], float] = perf_counter,
) -> None:
    """Ask and search every case once and write suite.jsonl, cases.jsonl, passages.jsonl and run.json into `folder`.

    Args: ask: (question, history) -> answer.  search: (question, history, top_k) -> hits, best first.
          find: the passages behind the citations, kept so that scoring can look each quote up.
          evidence: kept with each case, so that other thresholds can be tried on the same run.
          settings: kept in run.json beside the results.  clock: seconds, rising.
    A case whose asking or searching raises is written with its error; the others go on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started, began = datetime.now(UTC), clock()
    _warm_up(ask, search)
    ready = clock()
    rows = [_run_case(case, ask, search, evidence, clock) for case in cases]
    write_lines(folder / "suite.jsonl", [case.model_dump(mode="json") for case in cases])
    write_lines(folder / "cases.jsonl", rows)
    write_lines(folder / "passages.jsonl", _cited(rows, find))
    write_json(
        folder / "run.json",
        {
            "suite": name,
            "cases": len(cases),
            "started": started.isoformat(timespec="seconds"),
            "settings": dict(settings),
            "versions": versions(),
            "commit": commit(),
            "seconds": {"warm_up": round(ready - began, 3), "cases": round(clock() - ready, 3)},
            "peak_mb": peak_mb(),
        },
    )


def _warm_up(ask: Ask, search: Search) -> None:
    try:
        ask(WARM_UP, [])
        search(WARM_UP, [], HITS_KEPT)
    except Exception:  # the same fault will be recorded against every case it touches
        return


def _run_case(case: Case, ask: Ask, search: Search, evidence: Evidence, clock: Callable[[], float]) -> dict[str, Any]:
    history = [{"role": message.role, "content": message.content} for message in case.history]
    row: dict[str, Any] = {"id": case.id, "answer": None, "hits": [], "evidence": None, "ask_ms": None, "error": None}
    try:
        began = clock()
        answer = ask(case.question, list(history))
        row["ask_ms"] = round((clock() - began) * 1000, 3)
        row["answer"] = answer.model_dump(mode="json")
    except Exception as error:  # one bad case never stops a run
        row["error"] = f"ask: {type(error).__name__}: {error}"
    try:
        # Not timed: the question's vector is already known from asking, which no reader's first search is.
        hits = search(case.question, list(history), HITS_KEPT)
        row["hits"] = [_hit_row(hit) for hit in hits[:HITS_KEPT]]
        row["evidence"] = evidence(case.question, list(history))
    except Exception as error:
        row["error"] = "; ".join(filter(None, [row["error"], f"search: {type(error).__name__}: {error}"]))
    return row


def _hit_row(hit: Hit) -> dict[str, Any]:
    return {
        "passage_id": hit.passage.id,
        "source_id": hit.passage.source_id,
        "pinpoint": hit.passage.pinpoint,
        "score": float(hit.score),
        "rank": int(hit.rank),
    }


def _cited(rows: Sequence[Mapping[str, Any]], find: Find) -> list[dict[str, Any]]:
    """One row for each passage that an answer cites and `find` knows, in the order of first use."""
    texts = sections()
    cited = {
        citation["passage_id"]: (citation["source_id"], citation["pinpoint"])
        for row in rows
        for citation in (row["answer"] or {}).get("citations", ())
    }
    kept = []
    for passage_id, place in cited.items():
        if (passage := find(passage_id)) is not None:
            kept.append(
                PassageRow(
                    id=passage_id, source_id=place[0], pinpoint=place[1], text=passage.text, section=texts.get(place)
                ).model_dump(mode="json")
            )
    return kept


def peak_mb() -> float:
    """The most memory this process has held so far, in MB of 10^6 bytes."""
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB elsewhere
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def versions() -> dict[str, str]:
    """Python's version and those of the packages that decide what an answer is."""
    found = {"python": platform.python_version()}
    for name in _VERSIONS_OF:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str | None:
    """The commit of the checkout this file is in, with "+" when files differ from it; None outside one."""
    here = Path(__file__).parent
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=here, capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return commit + ("+" if changed else "")
