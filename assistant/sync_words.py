"""A sync's report as a terminal shows it and as other programs read it."""

from __future__ import annotations

from typing import Any

from ingest.syncing.changes import Change
from ingest.syncing.marks import Mark
from ingest.syncing.sync import Outcome, Report, Result

MOST_CLAUSES = 12
"""Clauses of one kind that are named in words; the JSON has all."""


def report_json(report: Report) -> dict[str, Any]:
    """The report as docs/contracts.md gives it."""
    return {
        "dry_run": report.dry_run,
        "counts": {outcome: sum(result.outcome is outcome for result in report.results) for outcome in Outcome},
        "sources": [_result_json(result) for result in report.results],
        "seconds": report.seconds,
    }


def report_text(report: Report) -> str:
    """What changed, clause by clause, and the counts; failures are left to standard error."""
    shown = [_result_text(result) for result in report.results if result.outcome is not Outcome.FAILED]
    counted = [(outcome, sum(result.outcome is outcome for result in report.results)) for outcome in Outcome]
    counts = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counted if count)
    return "\n".join([*shown, f"{counts}."])


def _result_json(result: Result) -> dict[str, Any]:
    entry, version = result.entry, result.version
    return {
        "id": entry.id,
        "source_id": entry.source_id,
        "title": entry.title,
        "url": str(entry.url),
        "final_url": version.final_url if version else None,
        "licence": entry.licence,
        "terms": entry.terms,
        "outcome": result.outcome,
        "version": version.sha256 if version else None,
        "retrieved_at": version.fetched_at.isoformat(timespec="seconds") if version else None,
        "mark": result.mark,
        "says": result.says,
        "newly_marked": result.newly_marked,
        "changes": {
            "added": [_change_json(change) for change in result.changes.added],
            "removed": [_change_json(change) for change in result.changes.removed],
            "changed": [_change_json(change) for change in result.changes.changed],
        },
        "note": result.note,
        "error": result.error or None,
    }


def _change_json(change: Change) -> dict[str, str]:
    return {"pinpoint": change.pinpoint, "heading": change.heading, "diff": change.diff}


def _result_text(result: Result) -> str:
    """One official text: a line, and below it its marks and its clauses."""
    entry, changes = result.entry, result.changes
    lines = [f"{result.outcome.replace('_', ' '):12}{entry.title} ({entry.source_id})"]
    if result.outcome in (Outcome.NEW, Outcome.WOULD_FETCH):
        lines += [str(entry.url), f"Licence: {entry.licence}. {entry.terms}".rstrip()]
    if result.outcome is Outcome.WOULD_FETCH and result.version:
        lines.append(f"Kept since {result.version.fetched_at.date()}.")
    if result.mark is not Mark.CURRENT:
        lines.append(f"Marked {result.mark}{' now' if result.newly_marked else ''}: {result.says}")
    elif result.newly_marked:
        lines.append("No longer marked: the publisher has it in force again.")
    lines += [result.note] if result.note else []
    for sign, clauses in (("+", changes.added), ("-", changes.removed), ("~", changes.changed)):
        for change in clauses[:MOST_CLAUSES]:
            heading = "" if change.heading == change.pinpoint else f"  {change.heading}"
            lines.append(f"{sign} {change.pinpoint}{heading}")
            lines += [f"    {line}" for line in change.diff.splitlines()]
        if len(clauses) > MOST_CLAUSES:
            lines.append(f"{sign} and {len(clauses) - MOST_CLAUSES} more clauses; --json has them all")
    return "\n            ".join(lines)
