"""What the library holds on each theme, and the figures of review analyses with what they are a share of."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.briefing.gather import figures_stand, has_share
from assistant.briefing.naming import named_in
from assistant.briefing.template import Template, load_template
from assistant.library import Library
from ingest.passages import Passage
from ingest.sources import Kind


@dataclass(frozen=True)
class ThemeCount:
    """A theme with the passages that name it, and how many sources those are of."""

    theme: str
    passages: tuple[Passage, ...]

    @property
    def sources(self) -> int:
        """Sources that name it."""
        return len({passage.source_id for passage in self.passages})


@dataclass(frozen=True)
class Figure:
    """A statement with a share and its whole, word for word, and the passage it stands in."""

    text: str
    passage: Passage
    period: str


def theme_counts(library: Library, template: Template | None = None) -> list[ThemeCount]:
    """Every theme offered first, the one with most passages first."""
    template = template or load_template()
    made = [
        ThemeCount(
            theme.name,
            tuple(p for p in library.passages if named_in(theme.name, p)),
        )
        for theme in template.themes
    ]
    return sorted(made, key=lambda count: -len(count.passages))


def figures(library: Library) -> list[Figure]:
    """Shares in review analyses that say what they are a share of, in the library's order."""
    return [
        Figure(text, passage, source.published)
        for passage in library.passages
        if passage.kind is Kind.SAR_ANALYSIS and (source := library.source(passage.source_id)) is not None
        for unit in passage.units
        for text in (passage.quote(unit),)
        if has_share(text) and figures_stand(text)
    ]
