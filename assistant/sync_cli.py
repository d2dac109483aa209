"""`safeguard sync`: parse, call one function, print."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.options import DEFAULT_DATA_DIR, AsJson, DataDir, print_json

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: safeguard sync --only care-act-2014-safeguarding")
def sync(
    only: Annotated[str | None, typer.Option(help="Only the official texts of this source.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Fetch nothing; list what would be fetched.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Fetch official publications from their publishers, and say what changed in them."""
    from assistant.sync_words import report_json, report_text
    from assistant.terminal import note, plain
    from ingest.syncing import fetch
    from ingest.syncing.official import load_official
    from ingest.syncing.reading import read_official
    from ingest.syncing.sync import sync as run

    report = run(
        load_official(), data_dir=data_dir, fetcher=fetch.open_fetcher, read=read_official, only=only, dry_run=dry_run,
        progress=note,
    )  # fmt: skip
    if as_json:
        print_json(report_json(report))
    else:
        print(plain(report_text(report)))
    for result in report.results:
        if result.error:
            note(f"not synced: {result.entry.id}: {result.error}")
    if report.failed:
        raise typer.Exit(1)
