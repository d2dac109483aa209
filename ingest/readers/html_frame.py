"""What stands around a page's content: menus, banners, footers and forms, told by HTML's landmarks and ARIA's roles.

Source: HTML Living Standard, 4.3 (sections) and WAI-ARIA 1.2, 5.3.4 (landmark roles). Class names are the page's own
words, so only those of corpus/data/web-frames.yaml, each seen on a publisher's pages, count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import yaml

from ingest.readers.html_hidden import Hidden
from ingest.sources import CORPUS

_NEVER = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "canvas", "audio", "video",
    "head", "select", "option", "textarea", "map", "link", "meta", "base", "param",
}  # fmt: skip
_TAGS = {"nav", "button", "dialog"}
_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar"}


@lru_cache
def _names() -> re.Pattern[str]:
    data = yaml.safe_load((CORPUS / "data" / "web-frames.yaml").read_text(encoding="utf-8"))
    return re.compile(r"(?:^|\s)(?:" + "|".join(entry["name"] for entry in data["names"]) + r")(?=\s|$)", re.IGNORECASE)


def is_frame(element: Any, *, by_name: bool = True) -> bool:
    """Whether an element, with all below it, is no part of the content.

    by_name False: only what is never text (scripts, pictures, controls), for a page that is nothing but a frame.
    """
    tag = element.tag.lower() if isinstance(element.tag, str) else ""
    if not tag or tag in _NEVER:
        return True
    if not by_name:
        return False
    if tag in _TAGS:
        return True
    if (element.get("role") or "").lower() in _ROLES:
        return True
    if tag in ("footer", "header", "aside") and not _within_content(element):
        return True
    return bool(_names().search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def content_of(root: Any, hidden: Hidden) -> Sequence[Any]:
    """The elements that hold the content, in order: the page's `main`, its only `article`, else its body."""
    mains = [
        element
        for element in root.iter()
        if isinstance(element.tag, str)
        and (element.tag.lower() == "main" or (element.get("role") or "").lower() == "main")
        and not hidden.hides_within(element)
    ]
    outer = [main for main in mains if not any(other in mains for other in main.iterancestors())]
    if outer and any(_has_words(main) for main in outer):
        return outer
    articles = [element for element in root.iter("article") if not hidden.hides_within(element)]
    if len(articles) == 1 and _has_words(articles[0]):
        return articles
    body = root.find("body")
    return [root if body is None else body]


def _within_content(element: Any) -> bool:
    """A header or footer of an article, a section or the main part belongs to it (HTML 4.3.8)."""
    return any(
        isinstance(above.tag, str) and (above.tag.lower() in ("main", "article", "section", "blockquote"))
        for above in element.iterancestors()
    )


def _has_words(element: Any) -> bool:
    return bool(element.text_content().strip())
