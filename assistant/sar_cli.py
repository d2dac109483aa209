"""`safeguard sar`: parse, call one function, print."""

from __future__ import annotations

import shlex
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.options import DEFAULT_DATA_DIR, AsJson, DataDir, counted, print_json
from ingest.errors import BadRequest

app = typer.Typer(
    rich_markup_mode=None, help="Apply the test for a Safeguarding Adult Review (Care Act 2014, section 44) to a case."
)


@app.command(epilog="Example: safeguard sar assess --narrative case.txt --json")
def assess(
    facts: Annotated[str | None, typer.Option(help='JSON file of facts like {"died": "yes"}; - is input.')] = None,
    narrative: Annotated[str | None, typer.Option(help="Text file that describes the case; - is input.")] = None,
    batch: Annotated[Path | None, typer.Option(help='Lines of {"id", "facts"?, "narrative"?} to assess.')] = None,
    out: Annotated[Path | None, typer.Option(help="Where the batch's results go.")] = None,
    on: Annotated[str | None, typer.Option(help="Day whose rules apply, like 2026-11-26; today if left out.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Assess facts, or a narrative as it reads. It is not a decision, and nothing is kept."""
    from assistant.jsonl import write_jsonl
    from assistant.sar.files import assessed, batch_rows, facts_file, text_file
    from assistant.sar.rules import load_criteria
    from assistant.sar.words import facts_text, result_text
    from assistant.terminal import plain

    given = facts is not None or narrative is not None
    if given == (batch is not None):
        raise BadRequest("Give --facts FILE or --narrative FILE (or both), or --batch FILE with --out FILE.")
    if (batch is None) != (out is None):
        raise BadRequest("A batch needs --batch FILE and --out FILE for its results.")
    if facts == narrative == "-":
        raise BadRequest("Only one of --facts and --narrative can be read from standard input; name a file.")
    when = _day(on) if on else date.today()
    if batch and out:
        total, rows = batch_rows(batch, when)
        unusable: list[Any] = []
        write_jsonl(out, (_watched(row, unusable) for row in rows), counted(total))
        if unusable:
            raise typer.Exit(1)
        return
    found = assessed(facts_file(facts) if facts else None, text_file(narrative) if narrative else None, when)
    if as_json:
        print_json(found.as_json())
        return
    if found.suggested is not None:
        print(plain(facts_text(found.suggested, load_criteria().in_force(when))) + "\n")
    print(plain(result_text(found.result)))


@app.command(epilog="Example: safeguard sar walk --narrative case.txt --out referral.docx")
def walk(
    narrative: Annotated[str | None, typer.Option(help="Text file that describes the case.")] = None,
    resume: Annotated[str | None, typer.Option(help="Reference of a saved case to go on with.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the referral draft goes: .docx, .pdf or .md.")] = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Walk a case through the test, one question at a time. Nothing is kept unless you type save."""
    from assistant.sar.files import require_usable, text_file
    from assistant.sar.interview import Case
    from assistant.sar.record_file import require_writable, write_record
    from assistant.sar.store import Cases, canonical
    from assistant.sar.walk import Walk

    if narrative is not None and resume is not None:
        raise BadRequest("Give either --narrative FILE or --resume REFERENCE.")
    if out is not None:
        require_writable(out)
    told = text_file(narrative) if narrative is not None else None
    if told is not None:
        require_usable(told)
    cases = Cases(data_dir)
    case = cases.load(resume) if resume is not None else Case(started_on=date.today())
    conversation = Walk(
        case,
        ask=_asker(),
        say=_say,
        cases=cases,
        reference=canonical(resume) if resume is not None else None,
        write=None if out is None else lambda walked, found: write_record(out, walked, found),
        command=_walk_command(data_dir),
    )
    conversation.run(told)
    if conversation.failed:
        raise typer.Exit(1)


@app.command(epilog="Example: safeguard sar cases")
def cases(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """List the saved cases: their references and dates, and nothing of what they say."""
    from assistant.sar.store import Cases

    saved = Cases(data_dir).all()
    if as_json:
        print_json({"cases": [entry.model_dump(mode="json") for entry in saved]})
    elif not saved:
        print("No cases are saved here.")
    for entry in saved if not as_json else ():
        print(f"{entry.reference}  saved {entry.saved_on}  kept until {entry.kept_until}")


@app.command(epilog="Example: safeguard sar delete 7F3A-9K2M")
def delete(
    reference: Annotated[str, typer.Argument(help="Reference of the saved case.")],
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Erase a saved case."""
    from assistant.sar.store import Cases, canonical

    Cases(data_dir).delete(reference)
    print(f"Case {canonical(reference)} was deleted.")


def _watched(row: dict[str, Any], unusable: list[Any]) -> dict[str, Any]:
    if "error" in row:
        unusable.append(row["id"])
    return row


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"'{text}' is no day; write it like 2026-11-26.") from None


def _walk_command(data_dir: Path) -> str:
    """What to type to come back to a case saved in this data folder."""
    where = "" if data_dir == DEFAULT_DATA_DIR else f" --data-dir {shlex.quote(str(data_dir))}"
    return f"safeguard sar walk{where}"


def _say(text: str) -> None:
    from assistant.terminal import plain

    print(f"{plain(text)}\n", flush=True)


def _asker() -> Any:
    """`input`, which takes long lines where a person types, and bytes that are not UTF-8 where another program does."""
    if sys.stdin.isatty():
        try:
            import readline
        except ImportError:
            pass  # Windows edits lines by itself
        else:
            readline.set_auto_history(False)  # what was typed about a case is not remembered
            readline.parse_and_bind("tab: self-insert")  # a tab in a pasted text is no question about file names
    elif hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    return input
