"""What the library may call a theme that it does not know by the words given: offered, never put in its place."""

from __future__ import annotations

from assistant.briefing.naming import named_in
from assistant.briefing.template import Template
from assistant.everyday import everyday_terms
from assistant.library import Library
from ingest.lexical import terms

MOST = 3
LEAST_PASSAGES = 3
"""Passages that must hold a name for it to be worth offering."""
MEANT, NEAR = 0.15, 0.45
"""Least cosine with the theme: of a phrase that `everyday.yaml` says is meant, and of one word ("family") or a theme of
the template."""


def other_names(theme: str, library: Library, template: Template) -> tuple[str, ...]:
    """The library's words for a theme's everyday words, and the template's themes that are near it; nearest first."""
    near, own = library.encode(theme), set(terms(theme))
    written = {frozenset(terms(one.name)): one.name for one in template.themes}
    meant = [written.get(frozenset(terms(name)), name) for name in everyday_terms(theme)]
    found: list[tuple[float, str, frozenset[str]]] = []
    for name in dict.fromkeys([*meant, *written.values()]):
        cosine = float(library.encode(name) @ near)
        if set(terms(name)) <= own or cosine < (MEANT if name in meant and len(terms(name)) > 1 else NEAR):
            continue
        held = frozenset(passage.id for passage in library.passages if named_in(name, passage))
        if len(held) >= LEAST_PASSAGES:
            found.append((cosine, name, held))
    kept: dict[frozenset[str], str] = {}
    for _, name, held in sorted(found, key=lambda one: (-one[0], one[1])):
        kept.setdefault(held, name)
    return tuple(kept.values())[:MOST]
