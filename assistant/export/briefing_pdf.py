"""A learning briefing as a tagged PDF (PDF/UA-1): seven panels round the title on one page of A4, the rest overleaf.

The briefing goes to the typesetter as data and never as markup: none of its words can be an instruction.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.briefing.value import DRAFT, Briefing, Part
from assistant.export.answer_text import DIGEST
from assistant.export.briefing_words import (
    ACTION_HEADS,
    ACTION_PLAN,
    AUTHOR,
    CONTACTS,
    KEY,
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
    web_address,
    work,
)
from assistant.export.record_pdf import typeset
from assistant.sar.record_value import written_day

_DIGEST = DIGEST.partition(":")[0] + "."
TEMPLATE = Path(__file__).with_name("briefing.typ")


def briefing_pdf(briefing: Briefing) -> bytes:
    """The briefing as a PDF. A character that no font has is written as its number, [U+4E2D]. Raises: PdfNotMade."""
    return typeset(TEMPLATE, "briefing.json", _drawn(briefing))


def _drawn(briefing: Briefing) -> dict[str, Any]:
    contacts = [contact_line(contact) for contact in briefing.contacts]
    return {
        "property_title": PROPERTY_TITLE,
        "author": AUTHOR,
        "labels": {
            "contacts": CONTACTS,
            "sources": SOURCES,
            "plan": ACTION_PLAN,
            "overleaf": "Each number leads to its source overleaf.",
        },
        "title": one_line(briefing.title),
        "covered": briefing.covered,
        "said": one_line(briefing.said),
        "draft": DRAFT if briefing.is_draft and briefing.covered else "",
        "about": about(briefing),
        "key": KEY,
        "notices": [f"Note: {one_line(notice)}" for notice in briefing.notices],
        "made_on": written_day(briefing.made_on),
        "made": [briefing.made_on.year, briefing.made_on.month, briefing.made_on.day],
        "parts": [_part(n, part) for n, part in enumerate(briefing.parts, start=1)],
        "places": _places(briefing),
        "sources": _sources(briefing),
        "heads": ACTION_HEADS,
        "rows": [{"what": what, "citations": cited} for what, cited in action_rows(briefing.actions)],
        "contacts": [{"name": name, "rest": rest} for name, rest in contacts],
        "numbers": [
            {"name": one_line(contact.name), "numbers": one_line(_numbers(contact.numbers) or contact.email or "")}
            for contact in briefing.contacts
        ],
    }


def _part(n: int, part: Part) -> dict[str, Any]:
    groups = [
        {"is_list": is_list, "lines": [{"text": said(line), "citations": line.citations} for line in lines]}
        for is_list, lines in listed(part.lines)
    ]
    thin = one_line(part.thin) or ("" if part.lines else NOTHING)
    return {"n": n, "heading": one_line(part.heading), "thin": thin, "groups": groups}


def _sources(briefing: Briefing) -> list[dict[str, Any]]:
    """Each source once, with the places in it that are cited; an address without the place that a browser goes to."""
    reworded = {n: line for part in briefing.parts for line in part.lines for n in line.citations if line.edited}
    works: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for cited in briefing.citations:
        place = {
            "n": cited.n,
            "pinpoint": one_line(cited.pinpoint),
            "original": original(reworded[cited.n], cited) if cited.n in reworded else "",
            "url": web_address(cited),
        }
        works.setdefault((work(cited), address(cited).partition("#")[0]), []).append(place)
    drawn: list[dict[str, Any]] = []
    for (name, shown), places in works.items():
        # The warning stands in full at the first digest, and by its name at the others.
        warned = any(DIGEST in entry["work"] for entry in drawn)
        drawn.append({"work": name.replace(DIGEST, _DIGEST) if warned else name, "shown": shown, "places": places})
    return drawn


def _places(briefing: Briefing) -> list[dict[str, str]]:
    """Each source once, with its places: '[1] section 42(1); [6] section 44(1)'."""
    places: dict[str, list[str]] = {}
    for cited in briefing.citations:
        places.setdefault(one_line(cited.title), []).append(one_line(f"[{cited.n}] {cited.pinpoint}"))
    return [{"title": title, "places": "; ".join(found)} for title, found in places.items()]


def _numbers(numbers: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{number} ({label})" for label, number in numbers)
