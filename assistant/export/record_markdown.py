"""The record as Markdown: the practitioner's words are escaped, so that they cannot become markup, links or HTML."""

from __future__ import annotations

import re

from assistant.sar.record_value import Entry, Limb, Record, Section, written_day

_ALWAYS = re.compile(r"([\\`*_{}\[\]<>|~#&@$^=])")
_AT_LINE_START = re.compile(r"^(?:([+-])|(\d+)([.)]))")
_LINKED = re.compile(r":(?=\S)|(?<=www)\.", re.IGNORECASE)
"""What makes a bare address a link, or a word between colons a picture, in the Markdown of some sites."""


def record_markdown(record: Record) -> str:
    """The record as CommonMark, in the order of the Word file: what it is not stands first and last."""
    lines = [f"# {escaped(record.title)}", f"**{escaped(record.mark)}**", _quote(record.statement)]
    for title, sections in record.parts():
        lines.append(f"## {escaped(title)}")
        for section in sections:
            lines += [f"### {escaped(section.title)}", *_drawn(section)]
    lines += ["## Sources", *_sources(record), "---", f"**{escaped(record.mark)}**", _quote(record.statement)]
    return "\n\n".join(lines) + "\n"


def escaped(text: str) -> str:
    r"""Text that reads the same once rendered and is never markup. Lines stay lines, blank lines part paragraphs.

    >>> escaped("1. see <b> *now* at https://example.org")
    '1\\. see \\<b\\> \\*now\\* at https\\://example.org'
    """
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = [_line(" ".join(line.split())) for line in paragraph.split("\n")]
        paragraphs.append("\\\n".join(line for line in lines if line))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _line(line: str) -> str:
    line = _LINKED.sub(lambda found: f"\\{found[0]}", _ALWAYS.sub(r"\\\1", line))
    return _AT_LINE_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", line)


def _drawn(section: Section) -> list[str]:
    if section.kind == "limbs":
        parts = dict.fromkeys(limb.part for limb in section.limbs)
        return [block for part in parts for block in _part(part, section.limbs)]
    if section.kind == "list":
        return ["\n".join(f"- {_indented(_said(entry))}" for entry in section.entries)]
    blocks = []
    for entry in section.entries:
        blocks += [f"**{escaped(entry.label)}**{_markers(entry.citations)}", _quote(entry.shown)]
    return blocks


def _said(entry: Entry) -> str:
    label = f"**{escaped(entry.label)}**: " if entry.label else ""
    return f"{label}{escaped(entry.shown)}{_markers(entry.citations)}"


def _part(part: str, limbs: tuple[Limb, ...]) -> list[str]:
    return [f"#### {escaped(part)}", *(block for limb in limbs if limb.part == part for block in _limb(limb))]


def _limb(limb: Limb) -> list[str]:
    lines = [
        f"**{escaped(limb.path)}**" if limb.decisive else escaped(limb.path),
        f"Answer: **{escaped(limb.state)}**",
        f"Statutory words: \u201c{escaped(limb.words)}\u201d{_markers(limb.citations)}",
        f"What it means: {escaped(limb.reason)}",
    ]
    if limb.quote:
        lines.append(f"Words of the description: \u201c{escaped(limb.quote)}\u201d")
    if limb.note:
        lines.append(f"Practitioner's evidence: {escaped(limb.note)}")
    if not limb.quote and not limb.note:
        lines.append("Practitioner's evidence: none recorded")
    if limb.who:
        lines.append(f"Who may know: {escaped('; '.join(limb.who))}")
    return [f"##### {escaped(limb.name)}", "\n".join(f"- {_indented(line)}" for line in lines)]


def _sources(record: Record) -> list[str]:
    blocks = []
    for source in record.sources():
        about = [escaped(f"{source.publisher.rstrip('.')}. Checked {written_day(source.checked_on)}.")]
        if source.superseded_by:
            about.append(escaped(f"Superseded by {source.superseded_by}."))
        if source.is_digest:
            about.append("Plain-words digest: open the official text before you rely on exact wording.")
        if source.url:
            about.append(f"<{source.url}>")
        blocks.append(f"**{escaped(source.title)}**. {' '.join(about)}")
        blocks.append(
            "\n".join(
                f"- \\[{cited.n}\\] {escaped(cited.pinpoint)}: \u201c{_indented(escaped(cited.quote))}\u201d"
                for cited in source.citations
            )
        )
    return blocks


def _markers(numbers: tuple[int, ...]) -> str:
    return "".join(f" \\[{n}\\]" for n in numbers)


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in escaped(text).split("\n"))


def _indented(text: str) -> str:
    """Text that stays inside its list item."""
    return text.replace("\n", "\n  ")
