"""A learning briefing as Markdown. A source's words are escaped: they cannot become markup, a link or HTML."""

from __future__ import annotations

from assistant.briefing.value import DRAFT, Briefing, Line, Part
from assistant.export.briefing_words import (
    ACTION_HEADS,
    ACTION_PLAN,
    CONTACTS,
    KEY,
    NOTHING,
    SOURCES,
    about,
    action_rows,
    address,
    contact_line,
    listed,
    markers,
    one_line,
    original,
    said,
    source,
    web_address,
)
from assistant.export.record_markdown import escaped


def briefing_markdown(briefing: Briefing) -> str:
    """The briefing as CommonMark, its action plan as a GitHub table."""
    blocks = [f"# {_text(briefing.title)}"]
    if not briefing.covered:
        blocks += [_text(briefing.said), *_contacts(briefing)]
        return "\n\n".join(blocks) + "\n"
    if briefing.is_draft:
        blocks.append(f"**{_text(DRAFT)}**")
    blocks += [_text(line) for line in (*about(briefing), KEY)]
    blocks += [f"Note: {_text(notice)}" for notice in briefing.notices]
    for n, part in enumerate(briefing.parts, start=1):
        blocks += [f"## {n}\\. {_text(part.heading)}", *_part(part)]
    blocks += [f"## {ACTION_PLAN}", _plan(briefing), *_contacts(briefing), f"## {SOURCES}", *_sources(briefing)]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> list[str]:
    blocks = [_text(part.thin)] if part.thin else []
    if not part.lines and not part.thin:
        blocks.append(NOTHING)
    for is_list, lines in listed(part.lines):
        if is_list:
            blocks.append("\n".join(f"- {_line(line)}" for line in lines))
        else:
            # A reworded line is no quote of anybody.
            blocks += [_line(line) if line.edited else f"> {_line(line)}" for line in lines]
    return blocks


def _line(line: Line) -> str:
    return f"{_text(said(line))}{_text(markers(line.citations), keep_start=True)}"


def _plan(briefing: Briefing) -> str:
    rows = [ACTION_HEADS, ("---",) * len(ACTION_HEADS)]
    rows += [
        (f"{_text(what)}{_text(markers(cited), True)}", "", "", "") for what, cited in action_rows(briefing.actions)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _contacts(briefing: Briefing) -> list[str]:
    if not briefing.contacts:
        return []
    lines = [contact_line(contact) for contact in briefing.contacts]
    return [f"## {CONTACTS}", "\n".join(f"- **{_text(name)}**: {_text(rest)}" for name, rest in lines)]


def _sources(briefing: Briefing) -> list[str]:
    quoted = {n: line for part in briefing.parts for line in part.lines for n in line.citations if line.edited}
    blocks = []
    for cited in briefing.citations:
        words = f"\\[{cited.n}\\] {_text(source(cited))}"
        if cited.n in quoted:
            words += f" {_text(original(quoted[cited.n], cited))}"
        url = web_address(cited)
        blocks.append(f"{words} <{url}>" if url else f"{words} {_text(address(cited))}".rstrip())
    return blocks


def _text(words: str, keep_start: bool = False) -> str:
    text = escaped(one_line(words))
    return f" {text}" if keep_start and text else text
