"""The `safeguard` command: parse, call one function, print. Heavy libraries are imported inside the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant import brief_cli, sar_cli, sync_cli
from assistant.options import DEFAULT_DATA_DIR, AsJson, DataDir, counted, print_json
from ingest.errors import BadRequest, SafeguardError

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
eval_app = typer.Typer(rich_markup_mode=None, help="Measure the assistant on labelled questions.")
app.add_typer(eval_app, name="eval")
app.add_typer(sar_cli.app, name="sar")
app.add_typer(sync_cli.app)
app.add_typer(brief_cli.app)


@app.callback()
def safeguard() -> None:
    """Answers safeguarding questions with located quotes from law, guidance and local policy."""


@app.command(epilog='Example: safeguard ingest "Our policies/" --json')
def ingest(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH ...]", help="Files or folders of your own.")
    ] = None,
    starter: Annotated[
        bool, typer.Option("--starter/--no-starter", help="With or without the starter library.")
    ] = True,
    forget: Annotated[
        list[str] | None, typer.Option(help="A file or folder given before that is no longer wanted.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and do it again whenever a file changes.")] = False,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks at the files, with --watch.")] = 5.0,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Bring the index level with the starter library and with every path given now or before."""
    from dataclasses import asdict

    from assistant.settings import settings
    from assistant.terminal import note
    from ingest.encoder import find_model
    from ingest.pipeline import ingest as run

    model = find_model(settings().embedding_model)

    given = list(paths or ())

    def once() -> Any:
        report = run(given, data_dir=data_dir, model=model, with_starter=starter, forget=forget or (), progress=note)
        given.clear()  # they are remembered: one that goes later is no mistake of the command
        return report

    def show(report: Any) -> None:
        for notice in report.notices:
            note(notice)
        counts = {name: getattr(report, name) for name in ("added", "updated", "unchanged", "removed", "failed")}
        if as_json:
            failures = [asdict(failure) for failure in report.failures]
            print_json(
                {"documents": counts, "passages": report.passages, "failures": failures, "notices": report.notices,
                 "seconds": report.seconds}
            )  # fmt: skip
        else:
            print(
                ", ".join(f"{count} {name}" for name, count in counts.items())
                + f"; {report.passages} passages in the index.",
                flush=True,
            )
            for failure in report.failures:
                note(f"not added: {failure.path}: {failure.error}")

    if watch:
        import time

        from ingest.watch import watch as keep_level

        try:
            keep_level(once, data_dir, sleep=time.sleep, every_s=every, ran=show, progress=note)
        except KeyboardInterrupt:
            note("No longer watching. What was published stays.")
            return
    report = once()
    show(report)
    if report.failed:
        raise typer.Exit(1)


@app.command(epilog='Example: safeguard search "self-neglect" --kind local-policy --top-k 5')
def search(
    query: Annotated[str | None, typer.Argument(help="Words to search for.")] = None,
    top_k: Annotated[int, typer.Option(min=1, max=1000, help="Most passages shown.")] = 8,
    audience: Annotated[str | None, typer.Option(help="adults, children or joint.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only sources of this kind; may be given again.")] = None,
    area: Annotated[str, typer.Option(help="Only sources for this area: words of it, such as Telford.")] = "",
    checked_since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only sources compared with the original since this day."),
    ] = None,
    current: Annotated[
        bool, typer.Option("--current", help="Leave out what is superseded or past its review date.")
    ] = False,
    batch: Annotated[Path | None, typer.Option(help='Lines of {"id", "query"} to search for.')] = None,
    out: Annotated[Path | None, typer.Option(help="Where the batch's results go.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Find passages."""
    import time
    from datetime import date

    from assistant.jsonl import read_jsonl, write_jsonl
    from assistant.library import Library
    from assistant.retrieve import search as run
    from assistant.terminal import hit_json, show_hit
    from ingest.sources import Kind

    if audience not in {None, "adults", "children", "joint"}:
        raise BadRequest(f"'{audience}' is no audience; choose adults, children or joint.")
    if unknown := [name for name in kind or () if name not in set(Kind)]:
        raise BadRequest(f"'{unknown[0]}' is no kind of source; choose from {', '.join(Kind)}.")
    _one_of(query, batch, out, "a query")
    rows = read_jsonl(batch, "query") if batch else []
    if query is not None and not query.strip():
        raise BadRequest("The query is empty; type the words to search for.")
    library = Library.open(data_dir)

    def found(words: str) -> tuple[list[Any], float]:
        started = time.perf_counter()
        hits = run(
            library, words, top_k, audience, kind or (), area=area,  # type: ignore[arg-type]
            checked_since=checked_since.date() if checked_since else None,
            current_on=date.today() if current else None,
        )  # fmt: skip
        return hits, round((time.perf_counter() - started) * 1000, 2)

    if batch and out:
        write_jsonl(out, _found_rows(rows, found), counted(len(rows)))
        return
    hits, took_ms = found(query or "")
    if as_json:
        print_json({"query": query, "hits": [hit_json(hit) for hit in hits], "took_ms": took_ms})
    else:
        print("\n\n".join(show_hit(hit) for hit in hits) or "Nothing was found.")


@app.command(epilog='Example: safeguard ask "When must a SAR be carried out?" --json')
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know. Leave out names.")] = None,
    audience: Annotated[str | None, typer.Option(help="adults or children.")] = None,
    batch: Annotated[Path | None, typer.Option(help='Lines of {"id", "question", "history"?} to answer.')] = None,
    out: Annotated[Path | None, typer.Option(help="Where the batch's answers go.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Answer a question with located quotes, or say who can."""
    from assistant.answer.question import require_usable
    from assistant.answer.screen import emergency_message, screen
    from assistant.jsonl import read_jsonl, write_jsonl

    _one_of(question, batch, out, "a question")
    if audience not in {None, "adults", "children"}:
        raise BadRequest(f"'{audience}' is no audience; choose adults or children.")
    urgent = question is not None and screen(question).emergency
    if question is not None and not urgent:
        require_usable(question)
    if urgent and not as_json:
        print(emergency_message(), flush=True)  # before anything that takes time is loaded
    rows = read_jsonl(batch, "question") if batch else []

    from assistant.answer.ask import ask as run
    from assistant.library import Library
    from assistant.terminal import answer_json, show_answer

    library = _library_if_any(data_dir) if urgent else Library.open(data_dir)
    if batch and out:
        write_jsonl(out, _answered_rows(rows, library, audience), counted(len(rows)))
        return
    answer = run(question or "", library=library, audience=audience)  # type: ignore[arg-type]
    if as_json:
        print_json(answer_json(answer))
    else:
        print(("\n" if urgent else "") + show_answer(answer))


@app.command(epilog="Example: safeguard serve --port 8501")
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Serve the web app on this machine."""
    os.environ["SAFEGUARD_DATA_DIR"] = str(data_dir)
    from assistant.web.serve import serve as run

    raise typer.Exit(run(port))


@app.command(epilog="Example: safeguard doctor")
def doctor(as_json: AsJson = False, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Say what works, what is missing and how to get it."""
    from dataclasses import asdict

    from assistant.doctor import examine

    checks = examine(data_dir)
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            state = "works" if check.works else ("missing" if check.needed else "optional")
            print(f"{state:9}{check.name}: {check.detail}")
    if any(check.needed and not check.works for check in checks):
        raise typer.Exit(1)


@eval_app.command("run", epilog="Example: safeguard eval run --suite starter --out runs/today")
def eval_run(
    suite: Annotated[list[str] | None, typer.Option(help="Suite to run; may be given again. All by default.")] = None,
    again: Annotated[Path | None, typer.Option(help="Folder of an earlier run, to ask its cases again.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the run's inputs, outputs and scores.")] = Path("runs/latest"),
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Ask every question of the suites, score the answers, print figures and a page; exit 1 when a gate fails."""
    from evals.commands import run, run_again

    if again is not None:
        if suite:
            raise BadRequest("Give --suite or --again, not both.")
        raise typer.Exit(run_again(again, out, data_dir))
    raise typer.Exit(run(suite or [], out, data_dir))


@eval_app.command("score", epilog="Example: safeguard eval score runs/today")
def eval_score(folder: Annotated[Path, typer.Argument(help="Folder that eval run wrote.")]) -> None:
    """Score a run again from its folder, asking nothing; exit 1 when a gate fails."""
    from evals.commands import rescore

    raise typer.Exit(rescore(folder))


@eval_app.command("compare", epilog="Example: safeguard eval compare runs/before runs/after")
def eval_compare(
    first: Annotated[Path, typer.Argument(help="Folder of one run.")],
    second: Annotated[Path, typer.Argument(help="Folder of the other.")],
    as_json: AsJson = False,
) -> None:
    """Say case by case what changed between two runs, and how likely chance alone would do it."""
    from evals.compare import compare, table

    found = compare(first, second)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        print(table(found))


@eval_app.command("feedback", epilog="Example: safeguard eval feedback --out drafts.jsonl --since 2026-11-01")
def eval_feedback(
    out: Annotated[Path, typer.Option(help="File for the draft cases, one JSON object a line.")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what was said on this day or later.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Write what readers said of answers as draft cases, for a reviewer to complete."""
    from assistant.terminal import note
    from evals.drafts import write_drafts

    written = write_drafts(data_dir, out, since.date() if since else None, force=force)
    note(f"{written} draft {'case' if written == 1 else 'cases'} written to {out}. Complete facts and gold before use.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Every error is one line on standard error."""
    try:
        result = typer.main.get_command(app).main(
            args=list(sys.argv[1:] if argv is None else argv), prog_name="safeguard", standalone_mode=False
        )
        return result if isinstance(result, int) else 0
    except SafeguardError as error:
        return _fail(str(error), error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("stopped; nothing that was published has changed.", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        # typer carries its own copy of click, whose exceptions it does not export; each has format_message().
        if not hasattr(error, "format_message"):
            raise
        return _fail(f"{error.format_message().strip().rstrip('.')}; see `safeguard --help`.", 2)


def _fail(message: str, code: int) -> int:
    from assistant.terminal import plain

    print(f"error: {plain(' '.join(message.split()))}", file=sys.stderr)
    return code


def _one_of(words: str | None, batch: Path | None, out: Path | None, what: str) -> None:
    if (words is None) == (batch is None):
        raise BadRequest(f"Give either {what} or --batch FILE with --out FILE.")
    if batch is not None and out is None:
        raise BadRequest("A batch needs --out FILE for its results.")


def _library_if_any(data_dir: Path) -> Any:
    """The library, or None when it cannot be opened: an emergency is answered all the same."""
    from assistant.library import Library

    try:
        return Library.open(data_dir)
    except SafeguardError:
        return None


def _found_rows(rows: Sequence[dict[str, Any]], found: Any) -> Any:
    from assistant.terminal import hit_json

    for row in rows:
        hits, took_ms = found(row["query"])
        yield {"id": row["id"], "hits": [hit_json(hit) for hit in hits], "took_ms": took_ms}


def _answered_rows(rows: Sequence[dict[str, Any]], library: Any, audience: str | None) -> Any:
    """Answers in order; a question that cannot be used gives a line that says so and stops nothing."""
    from assistant.answer.ask import ask
    from assistant.answer.value import Answer, Outcome
    from assistant.terminal import answer_json
    from ingest.readers.text import clean

    for row in rows:
        question = row["question"]
        try:
            answer = ask(question, library=library, history=row.get("history") or (), audience=audience)  # type: ignore[arg-type]
        except BadRequest as error:
            answer = Answer(question=clean(question), outcome=Outcome.REFUSED, message=str(error))
        yield answer_json(answer, row["id"])


if __name__ == "__main__":
    sys.exit(main())
