"""Find a theme: how much the library holds on each, as bars and as the same numbers in a table; figures of reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from assistant.web import frame
from assistant.web.marked import as_label, marked
from assistant.web.tables import table
from assistant.web.words import count

if TYPE_CHECKING:
    from assistant.briefing.themes import Figure, ThemeCount

MOST_SHOWN = 20
CHOSEN = "theme-passages"


def draw(counts: list[ThemeCount], found: list[Figure]) -> None:
    """The chart, its numbers, the passages of one theme, and the figures."""
    _chart(counts)
    rows = [(one.theme, str(len(one.passages)), str(one.sources)) for one in counts]
    with st.container(key="theme-table"):
        st.html(table("Themes by passages and sources", ("Theme", "Passages", "Sources"), rows))
    names = {one.theme: one for one in counts}
    chosen = st.selectbox("Show the passages of", ["Choose a theme", *names], key=CHOSEN)
    if chosen in names:
        _passages(names[chosen])
    st.header("Figures from reviews", anchor=False)
    st.html("<p>Only shares that say what they are a share of. The period is that of the source.</p>")
    figures = [(one.text, one.period, f"{one.passage.title}, {one.passage.pinpoint}") for one in found]
    with st.container(key="theme-figures"):
        st.html(table("Figures with what they are a share of", ("Figure", "Dated", "Source"), figures))


def _chart(counts: list[ThemeCount]) -> None:
    """Bars as long as the number of passages, each under the button that leads to them."""
    most = max((len(one.passages) for one in counts), default=1) or 1
    with st.container(key="theme-chart", gap="xsmall"):
        for one in counts:
            words = f"{one.theme}: {count(len(one.passages), 'passage')} in {count(one.sources, 'source')}"
            st.button(as_label(words), key=f"theme-bar-{one.theme}", type="tertiary", on_click=_show, args=(one.theme,))
            share = max(1, round(100 * len(one.passages) / most))
            st.html(f'<div style="width: {share}%; height: 0.9rem; background: #00606b"></div>')


def _show(theme: str) -> None:
    st.session_state[CHOSEN] = theme


def _passages(one: ThemeCount) -> None:
    st.html(f"<p>{count(len(one.passages), 'passage')} name {marked(one.theme)}.</p>")
    for passage in one.passages[:MOST_SHOWN]:
        st.page_link(
            frame.DOCUMENT_PAGE,
            label=as_label(f"{passage.title}, {passage.pinpoint}: {passage.heading[-1]}"),
            query_params={"source": passage.source_id, "passage": passage.id},
        )
    if len(one.passages) > MOST_SHOWN:
        st.html(f"<p>{len(one.passages) - MOST_SHOWN} more: search for the theme in Library.</p>")
