"""Tables that a keyboard can scroll and a screen reader can name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from assistant.web.marked import marked


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], strong: Collection[str] = ()) -> str:
    """A table in a region that the keyboard can scroll; the first cell of a row names it. All words are escaped.

    `strong`: cells of exactly these words stand out.
    """
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{marked(first)}</th>{"".join(_cell(cell, cell in strong) for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div role="region" aria-label="{escape(caption)}" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(words: str, is_strong: bool) -> str:
    return f"<td><strong>{marked(words)}</strong></td>" if is_strong else f"<td>{marked(words)}</td>"
