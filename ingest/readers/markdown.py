"""Markdown and plain text → document, with the pinpoints its author put in [brackets] at the end of headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.document import Block, BlockKind, Document, Section
from ingest.errors import CannotRead
from ingest.readers.tables import row_blocks
from ingest.readers.text import decode

_PINPOINT = re.compile(r"^(?P<title>.*?)\s*\[(?P<pinpoint>[^\[\]]+)\]\s*$")
_NUMBER = re.compile(r"^(?P<number>(?:s\.|para(?:graph)?\s+)?\d+(?:\.\d+)*[A-Z]?)[.)]?\s+\S")
_UNCONFIRMED = re.compile(r"\[[^\[\]]*\bunverified\b[^\[\]]*\]", re.IGNORECASE)
_LIMITS = re.compile(r"^limits of this digest\b", re.IGNORECASE)

# html=False: markup typed into a document is text like any other, shown as written and never as markup.
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_markdown(data: bytes, name: str) -> Document:
    """Read one Markdown (or plain text) file.

    A heading's trailing `[...]` is its pinpoint; without one, a leading number is, else the heading's own words.
    In a file whose front matter says `status: digest`, the lines before the first section heading, every
    `Limits of this digest` section and every line marked `[unverified ...]` (with the list or table it introduces)
    are kept for readers with `indexed=False`.

    Raises: CannotRead when the bytes are not UTF-8, the front matter is broken or there is no text.
    """
    front, body = _front_matter(decode(data, name), name)
    is_digest = front.get("status") == "digest"
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    blocks: list[Block] = []
    pinpoint, limits_at, title = "", 0, ""
    tokens = _PARSER.parse(body)

    def close() -> None:
        if not blocks:
            return
        heading = tuple(text for _, text in path) or (title or PurePath(name).stem,)
        keep = limits_at == 0 and not (is_digest and len(path) <= 1)
        sections.append(Section(heading, pinpoint or heading[-1], tuple(_mark_unconfirmed(blocks)), None, keep))
        blocks.clear()

    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open":
            close()
            level = int(token.tag[1])
            words, pinpoint = _split_heading(_plain(tokens[position + 1]))
            path = [entry for entry in path if entry[0] < level] + [(level, words)]
            title = title or words
            if limits_at and level <= limits_at:
                limits_at = 0
            if _LIMITS.match(words):
                limits_at = level
            position += 3
            continue
        end = _closing(tokens, position)
        blocks.extend(_blocks(tokens[position : end + 1], first_group=_last_group(blocks) + 1))
        position = end + 1
    close()
    if not sections:
        raise CannotRead(f"{name} holds no text; nothing was added.")
    return Document(
        title=str(front.get("title") or title or PurePath(name).stem), sections=tuple(sections), front=front
    )


def _front_matter(text: str, name: str) -> tuple[dict[str, object], str]:
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return {}, text
    closing = next((n for n, line in enumerate(lines[1:], start=1) if line.strip() in {"---", "..."}), None)
    if closing is None:
        raise CannotRead(f"{name} opens front matter with '---' and never closes it; add the second '---' line.")
    try:
        front = yaml.safe_load("\n".join(lines[1:closing])) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 2}" if mark else ""
        raise CannotRead(f"{name} has broken front matter{where}; mend the lines between the '---' marks.") from None
    if not isinstance(front, dict):
        raise CannotRead(f"{name} has front matter that is not 'name: value' lines; mend it or take it out.")
    return {str(key): value for key, value in front.items()}, "\n".join(lines[closing + 1 :])


def _split_heading(words: str) -> tuple[str, str]:
    if match := _PINPOINT.match(words):
        return match["title"].strip() or match["pinpoint"], match["pinpoint"].strip()
    if match := _NUMBER.match(words):
        return words, match["number"]
    return words, ""


def _mark_unconfirmed(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks with every unconfirmed paragraph, and the list or table it introduces, set to `indexed=False`."""
    introduces_unconfirmed = False
    for block in blocks:
        marked = bool(_UNCONFIRMED.search(block.text))
        if block.kind is BlockKind.PARAGRAPH:
            introduces_unconfirmed = marked
        yield replace(
            block, indexed=not marked and not (introduces_unconfirmed and block.kind is not BlockKind.PARAGRAPH)
        )


def _closing(tokens: Sequence[Token], position: int) -> int:
    """Index of the token that closes the one at `position`; itself for a token without children."""
    if tokens[position].nesting != 1:
        return position
    level = 0
    for index in range(position, len(tokens)):
        level += tokens[index].nesting
        if level == 0:
            return index
    return len(tokens) - 1


def _last_group(blocks: Sequence[Block]) -> int:
    return max((block.group for block in blocks), default=0)


def _blocks(tokens: Sequence[Token], first_group: int) -> Iterator[Block]:
    """Blocks of one top-level Markdown element."""
    opener = tokens[0]
    if opener.type in {"bullet_list_open", "ordered_list_open"}:
        yield from _items(tokens, first_group, depth=0)
    elif opener.type == "table_open":
        yield from _rows(tokens, first_group)
    else:  # paragraph, quotation, code: the inline text of each
        for token in tokens:
            text = _plain(token) if token.type == "inline" else ""
            if token.type in {"fence", "code_block"}:
                text = " ".join(token.content.split())
            if text:
                yield Block(text)


def _items(tokens: Sequence[Token], group: int, depth: int) -> Iterator[Block]:
    """One block an item, in reading order; an item's own list follows it one level deeper, in the same group."""
    ordered = tokens[0].type == "ordered_list_open"
    number = int(tokens[0].attrGet("start") or 1) if ordered else 0
    position = 1
    while position < len(tokens) - 1:
        end = _closing(tokens, position)
        parts: list[str] = []
        nested: list[Block] = []
        inner = position + 1
        while inner < end:
            token = tokens[inner]
            inner_end = _closing(tokens, inner)
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                nested.extend(_items(tokens[inner : inner_end + 1], group, depth + 1))
            else:
                parts.extend(_plain(child) for child in tokens[inner : inner_end + 1] if child.type == "inline")
            inner = inner_end + 1
        marker = f"{number}." if ordered else "-"
        yield Block(" ".join(filter(None, parts)), BlockKind.ITEM, group, marker, depth)
        yield from nested
        number += 1
        position = end + 1


def _rows(tokens: Sequence[Token], group: int) -> Iterator[Block]:
    """The rows of a table."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token))
    yield from row_blocks(rows, group, header=True)


def _plain(token: Token) -> str:
    """The words of an inline token: emphasis and link marks removed, line breaks as spaces."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return " ".join("".join(parts).split())
