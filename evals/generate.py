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
from evals.measures import HITS_KEPT
from evals.record import write_json, write_lines
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


def generate(
    name: str,
    cases: Sequence[Case],
    folder: Path,
    *,
    ask: Ask,
    search: Search,
    settings: Mapping[str, Any],
    clock: Callable[[], float] = perf_counter,
) -> None:
    """Ask and search every case once and write suite.jsonl, cases.jsonl and run.json into `folder`.

    Args: ask: (question, history) -> answer.  search: (question, history, top_k) -> hits, best first.
          settings: kept in run.json beside the results.  clock: seconds, rising.
    A case whose asking or searching raises is written with its error; the others go on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    started, began = datetime.now(UTC), clock()
    _warm_up(ask, search)
    ready = clock()
    rows = [_run_case(case, ask, search, clock) for case in cases]
    write_lines(folder / "suite.jsonl", [case.model_dump(mode="json") for case in cases])
    write_lines(folder / "cases.jsonl", rows)
    write_json(
        folder / "run.json",
        {
            "suite": name,
            "cases": len(cases),
            "started": started.isoformat(timespec="seconds"),
            "settings": dict(settings),
            "versions": _versions(),
            "commit": _commit(),
            "seconds": {"warm_up": round(ready - began, 3), "cases": round(clock() - ready, 3)},
        },
    )


def _warm_up(ask: Ask, search: Search) -> None:
    try:
        ask(WARM_UP, [])
        search(WARM_UP, [], HITS_KEPT)
    except Exception:  # the same fault will be recorded against every case it touches
        return


def _run_case(case: Case, ask: Ask, search: Search, clock: Callable[[], float]) -> dict[str, Any]:
    history = [{"role": message.role, "content": message.content} for message in case.history]
    row: dict[str, Any] = {"id": case.id, "answer": None, "hits": [], "ask_ms": None, "error": None}
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


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _VERSIONS_OF:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _commit() -> str | None:
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
