"""A learning briefing as one self-contained page of HTML: no script, nothing fetched, all words of a source escaped."""

from __future__ import annotations

from html import escape

from assistant.briefing.value import DRAFT, Briefing, Line, Part
from assistant.export.briefing_words import (
    ACTION_HEADS,
    ACTION_PLAN,
    AUTHOR,
    CONTACTS,
    KEY,
    LANGUAGE,
    NOTHING,
    PROPERTY_TITLE,
    SOURCES,
    about,
    action_rows,
    address,
    contact_line,
    listed,
    one_line,
    original,
    said,
    source,
    web_address,
)

HTML_MIME = "text/html"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem; font: 1.125rem/1.55 Arial, Helvetica, sans-serif;
  color: #0b0c0c; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { font-size: 1.4rem; margin-top: 2.2rem; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 4px solid #1f6f78; } blockquote p { margin: 0; }
li { margin: .45rem 0; } a { color: #1d4f91; }
.draft { border: 2px solid #b3121d; color: #b3121d; padding: .5rem .8rem; font-weight: bold; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 1rem; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { border: 1px solid #505a5f; padding: .5rem; text-align: left; vertical-align: top; min-width: 6rem; }
thead th { background: #e6f0f1; } tbody th { font-weight: normal; } tbody td { height: 2.2rem; }
@media print { body { max-width: none; font-size: 11pt; } tr, blockquote, li { break-inside: avoid; } }
""".strip()


def briefing_html(briefing: Briefing) -> bytes:
    """The page in UTF-8: one h1, an h2 for each part, lists, a table, and the sources that the markers lead to."""
    body = [f"<h1>{_text(briefing.title)}</h1>", *(_covered(briefing) if briefing.covered else _uncovered(briefing))]
    page = (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="author" content="{AUTHOR}">\n<title>{PROPERTY_TITLE}</title>\n<style>\n{_STYLE}\n</style>\n'
        f"</head>\n<body>\n<main>\n{chr(10).join(body)}\n</main>\n</body>\n</html>\n"
    )
    return page.encode()


def _uncovered(briefing: Briefing) -> list[str]:
    return [f"<p>{_text(briefing.said)}</p>", *_contacts(briefing)]


def _covered(briefing: Briefing) -> list[str]:
    body = [f'<p class="draft">{_text(DRAFT)}</p>'] if briefing.is_draft else []
    body += [f"<p>{_text(line)}</p>" for line in (*about(briefing), KEY)]
    body += [f"<p>Note: {_text(notice)}</p>" for notice in briefing.notices]
    for n, part in enumerate(briefing.parts, start=1):
        body += [f"<h2>{n}. {_text(part.heading)}</h2>", *_part(part)]
    return [*body, *_plan(briefing), *_contacts(briefing), *_sources(briefing)]


def _part(part: Part) -> list[str]:
    body = [f"<p>{_text(part.thin)}</p>"] if part.thin else []
    if not part.lines and not part.thin:
        body.append(f"<p>{_text(NOTHING)}</p>")
    for is_list, lines in listed(part.lines):
        if is_list:
            body.append(f"<ul>\n{chr(10).join(f'<li>{_line(line)}</li>' for line in lines)}\n</ul>")
        else:
            body += [_paragraph(line) for line in lines]
    return body


def _paragraph(line: Line) -> str:
    """A quote as a block quotation; a reworded line as a paragraph."""
    drawn = f"<p>{_line(line)}</p>"
    return drawn if line.edited else f"<blockquote>{drawn}</blockquote>"


def _line(line: Line) -> str:
    return f"{_text(said(line))}{_markers(line.citations)}"


def _markers(numbers: tuple[int, ...]) -> str:
    return "".join(f' <a href="#source-{n}" aria-label="Source [{n}]">[{n}]</a>' for n in numbers)


def _plan(briefing: Briefing) -> list[str]:
    heads = "".join(f'<th scope="col">{_text(head)}</th>' for head in ACTION_HEADS)
    empty = "<td></td>" * (len(ACTION_HEADS) - 1)
    rows = [
        f'<tr><th scope="row">{_text(what)}{_markers(cited)}</th>{empty}</tr>' if what else f"<tr><td></td>{empty}</tr>"
        for what, cited in action_rows(briefing.actions)
    ]
    return [
        f"<h2>{ACTION_PLAN}</h2>",
        '<div class="scroll" role="region" aria-label="Action plan table" tabindex="0">\n<table>',
        "<caption>What our team will do. The empty cells are for the team to fill.</caption>",
        f"<thead><tr>{heads}</tr></thead>\n<tbody>",
        *rows,
        "</tbody>\n</table>\n</div>",
    ]


def _contacts(briefing: Briefing) -> list[str]:
    if not briefing.contacts:
        return []
    lines = [contact_line(contact) for contact in briefing.contacts]
    items = "\n".join(f"<li><strong>{_text(name)}</strong>: {_text(rest)}</li>" for name, rest in lines)
    return [f"<h2>{CONTACTS}</h2>", f"<ul>\n{items}\n</ul>"]


def _sources(briefing: Briefing) -> list[str]:
    if not briefing.citations:
        return []
    quoted = {n: line for part in briefing.parts for line in part.lines for n in line.citations if line.edited}
    items = []
    for cited in briefing.citations:
        words = _text(source(cited))
        if cited.n in quoted:
            words += f" {_text(original(quoted[cited.n], cited))}"
        if url := web_address(cited):
            words += f' <a href="{escape(url)}" rel="noopener noreferrer">{escape(url)}</a>'
        elif cited.url:
            words += f" {_text(address(cited))}"
        items.append(f'<li id="source-{cited.n}">{words}</li>')
    return [f"<h2>{SOURCES}</h2>", f"<ol>\n{chr(10).join(items)}\n</ol>"]


def _text(words: str) -> str:
    return escape(one_line(words))
