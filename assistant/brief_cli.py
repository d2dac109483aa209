"""`safeguard brief`: parse, call, write, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.options import DEFAULT_DATA_DIR, AsJson, DataDir, print_json
from ingest.errors import BadRequest, DataFolderUnusable

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog='Example: safeguard brief "self-neglect" --audience "Care home staff" --out briefing.docx')
def brief(
    theme: Annotated[str, typer.Argument(help="What it is about: self-neglect, or your own words.")],
    out: Annotated[Path | None, typer.Option(help="The file: .docx, .pptx, .pdf, .html or .md.")] = None,
    audience: Annotated[str, typer.Option(help="Whom it is for.")] = "All staff",
    minutes: Annotated[int, typer.Option(min=3, max=30, help="How long it is to take.")] = 7,
    as_json: AsJson = False,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Make a learning briefing on a theme: seven parts, every statement quoted with its place."""
    from assistant.briefing.compose import compose_briefing
    from assistant.briefing.gather import gather
    from assistant.export.briefing_files import MIME, briefing_file
    from assistant.export.briefing_markdown import briefing_markdown
    from assistant.library import Library
    from assistant.terminal import note, plain

    if out is not None and out.suffix.lower().removeprefix(".") not in MIME:
        raise BadRequest(f"'{out.name}' does not end in {', '.join(f'.{name}' for name in MIME)}; choose one of these.")
    if not audience.strip() or len(audience) > 100:
        raise BadRequest("Say whom the briefing is for in up to 100 characters.")
    evidence = gather(theme, " ".join(audience.split()), Library.open(data_dir), progress=note)
    briefing = compose_briefing(evidence, minutes=minutes)
    if briefing.covered and evidence.other_names:
        note(f"No source names this theme. {evidence.under_another_name}")
    if out is not None:
        try:
            out.write_bytes(briefing_file(briefing, out.suffix))
        except OSError as error:
            raise DataFolderUnusable(
                f"{out} cannot be written ({error.strerror}); choose another place with --out."
            ) from error
        note(f"Written to {out}. {briefing.said}".strip())
    if as_json:
        print_json(briefing_json(briefing, out))
    elif out is None:
        print(plain(briefing_markdown(briefing)))


def briefing_json(briefing: Any, out: Path | None) -> dict[str, Any]:
    """The briefing as docs/contracts.md gives it."""
    value = briefing.model_dump(mode="json")
    return {"title": briefing.title, **value, "out": str(out) if out else None}
