"""What the corpus must hold, each check a function over a folder: (corpus folder) -> the faults found, in words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

from assistant.everyday import load_everyday, load_places
from ingest.errors import RegisterInvalid
from ingest.lexical import words

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*$")
PINPOINT = re.compile(r"^(?P<heading>.*?)\s*\[(?P<pinpoint>[^\[\]]+)\]$")
PHONE = re.compile(r"\b(?:01952|0300|0800|0808)\s?\d{3}")


def sections(digest: Path) -> list[tuple[int, str, str, bool]]:
    """(level, heading without its pinpoint, pinpoint or "", has text of its own) of each heading, in order."""
    lines = digest.read_text(encoding="utf-8").split("\n")
    start = lines.index("---", 1) + 1 if lines[0] == "---" else 0
    found: list[tuple[int, str, str, bool]] = []
    for line in lines[start:]:
        if match := HEADING.match(line):
            placed = PINPOINT.match(match[2])
            heading, pinpoint = (placed["heading"], placed["pinpoint"]) if placed else (match[2], "")
            found.append((len(match[1]), heading, pinpoint, False))
        elif line.strip() and found:
            found[-1] = (*found[-1][:3], True)
    return found


def digests_and_entries(corpus: Path) -> list[str]:
    files = {path.name for path in (corpus / "digests").glob("*.md")}
    entries = {entry.get("digest") for entry in _entries(corpus / "sources.yaml", "sources")} - {None}
    return [f"{name}: no entry in sources.yaml" for name in sorted(files - entries)] + [
        f"{name}: an entry without a digest" for name in sorted(entries - files)
    ]


def pinpoints(corpus: Path) -> list[str]:
    faults = []
    for digest in sorted((corpus / "digests").glob("*.md")):
        limits = False
        for level, heading, pinpoint, has_text in sections(digest):
            if level <= 2:
                limits = heading == "Limits of this digest"
            if has_text and not pinpoint and level > 1 and not limits:
                faults.append(f"{digest.name}: '{heading}' has text and no pinpoint")
    return faults


def licences(corpus: Path) -> list[str]:
    return [
        f"{entry.get('id')}: no licence"
        for entry in _entries(corpus / "sources.yaml", "sources")
        if not str(entry.get("licence") or "").strip()
    ]


def kinds(corpus: Path) -> list[str]:
    """A digest's own front matter may not contradict the register."""
    faults = []
    for entry in _entries(corpus / "sources.yaml", "sources"):
        digest = corpus / "digests" / str(entry.get("digest"))
        if not digest.exists():
            continue
        front = yaml.safe_load(digest.read_text(encoding="utf-8").split("\n---\n", 1)[0].removeprefix("---\n"))
        faults += [
            f"{digest.name}: {key} is '{front[key]}', the register says '{entry[key]}'"
            for key in ("kind", "audience")
            if front.get(key) != entry.get(key)
        ]
    return faults


def sourced(corpus: Path) -> list[str]:
    """Every contact, acronym and paraphrase names a source and the day it was checked; a digest named exists."""
    ids = {entry.get("id") for entry in _entries(corpus / "sources.yaml", "sources")}
    faults = []
    for kind in ("contacts", "acronyms", "paraphrases"):
        for entry in _entries(corpus / "data" / f"{kind}.yaml", kind):
            name = f"{kind} {entry.get('id') or entry.get('term')}"
            source = str(entry.get("source") or "").strip()
            if not source:
                faults.append(f"{name}: no source")
            elif not (source.startswith("http") or source in ids or entry.get("compared") is False):
                faults.append(f"{name}: source '{source}' is neither a page nor a source of the register")
            if not entry.get("checked_on"):
                faults.append(f"{name}: no checked-on date")
    return faults


def places(corpus: Path) -> list[str]:
    """Both places of a paraphrase are headings of the digests they name."""
    known = {
        (digest.stem, heading, pinpoint)
        for digest in (corpus / "digests").glob("*.md")
        for _, heading, pinpoint, _ in sections(digest)
    }
    faults = []
    for entry in _entries(corpus / "data" / "paraphrases.yaml", "paraphrases"):
        for side in ("local", "statute"):
            place = entry[side]
            if side == "local" and place.get("source_id") is None:
                continue
            if (place.get("source_id"), place.get("heading"), place.get("pinpoint")) not in known:
                faults.append(f"{entry['id']}: {side} names no heading of {place.get('source_id')}")
    return faults


def everyday(corpus: Path) -> list[str]:
    """Everyday words are whole, no phrase stands twice, and each meaning stands in a digest."""
    try:
        entries = load_everyday(corpus / "data" / "everyday.yaml").all
    except RegisterInvalid as error:
        return [str(error)]
    lines = [
        " ".join(words(line))
        for digest in (corpus / "digests").glob("*.md")
        for line in digest.read_text(encoding="utf-8").split("\n")
    ]
    said = f" {' | '.join(lines)} "
    return [
        f"everyday '{entry.say[0]}': no digest has '{meaning}'"
        for entry in entries
        for meaning in entry.means
        if f" {' '.join(words(meaning))} " not in said
    ]


def named_places(corpus: Path) -> list[str]:
    """Areas are whole, no name leads to two, each gives the page it is from, and the borough's own is there."""
    try:
        areas = load_places(corpus / "data" / "places.yaml").all
    except RegisterInvalid as error:
        return [str(error)]
    faults = [f"place {area.id}: source '{area.source}' is no page" for area in areas if "://" not in area.source]
    if [area.id for area in areas if area.kind == "borough"] != ["telford-and-wrekin"]:
        faults.append("places: Telford and Wrekin is not the one borough")
    return faults


def telephone_numbers(*roots: Path) -> list[str]:
    """Numbers belong in contacts.yaml, never in code. Examples in docstrings are not code."""
    faults = []
    for root in roots:
        for path in sorted([root] if root.is_file() else root.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docstrings = {
                id(node.value)
                for owner in ast.walk(tree)
                for node in _first(owner)
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            }
            faults += [
                f"{path.name}:{node.lineno}: a telephone number typed in code"
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docstrings
                and PHONE.search(node.value)
            ]
    return faults


def _first(owner: ast.AST) -> list[ast.stmt]:
    body = getattr(owner, "body", None)
    return body[:1] if isinstance(body, list) else []


def _entries(path: Path, key: str) -> list[dict]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))[key]
