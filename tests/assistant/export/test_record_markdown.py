"""The record as Markdown, rendered and read back."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from record_texts import FACTS, HOSTILE, SECRETS, everything, hostile, joined, masked_record, synthetic_record

from assistant.export.record_markdown import escaped, record_markdown
from assistant.plain import plain

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class _Page(HTMLParser):
    """The text of a rendered page, its tags, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.links = "", set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links |= {value for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("outcome", FACTS)
def test_every_limb_citation_date_and_version_is_in_the_markdown(outcome):
    record = synthetic_record(outcome)
    text = joined(_Page(RENDER.render(record_markdown(record))).text)
    assert not [words for words in everything(record) if joined(words) not in text]


def test_the_statement_stands_first_and_last_and_headings_skip_no_level():
    record = synthetic_record("mandatory_s44_condition1")
    text = record_markdown(record)
    assert text.startswith(f"# {record.title}\n\n**{record.mark}**\n\n> This is not a decision.")
    assert text.rstrip().endswith("> " + record.statement)
    levels = [len(found) for found in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_written_stays_text(kind):
    record = hostile(HOSTILE[kind])
    page = _Page(RENDER.render(record_markdown(record)))
    assert not [words for words in everything(record) if joined(words) not in joined(page.text)]
    assert page.tags <= {"h1", "h2", "h3", "h4", "h5", "p", "ul", "li", "strong", "blockquote", "br", "a", "hr"}
    assert page.links <= {cited.url for cited in record.citations}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_site_makes_a_link_of_an_address_that_is_only_text(kind):
    source = re.sub(r"^.*<https://\S+>$", "", record_markdown(hostile(HOSTILE[kind])), flags=re.MULTILINE)
    assert not re.search(r"(?i)https?://|www\.|mailto:|[\w.]@\w", source)


@given(st.text(alphabet=st.sampled_from("ab1 \n\t#*_-+=~`>|<&[]()!\\.:;@/$^{}\"'0"), max_size=60))
def test_any_text_reads_the_same_once_rendered(text):
    page = _Page(RENDER.render(escaped(text)))
    assert joined(page.text) == joined(plain(text))
    assert page.tags <= {"p", "br"}


def test_lines_and_paragraphs_are_kept():
    assert escaped("one\ntwo\n\nthree") == "one\\\ntwo\n\nthree"


def test_a_description_of_twenty_thousand_characters_is_there_to_the_last_word():
    record = hostile(" ".join(f"word{n}" for n in range(2_000))[:20_000])
    page = _Page(RENDER.render(record_markdown(record)))
    assert joined(record.section("events").entries[1].text) in joined(page.text)


def test_nothing_that_was_masked_is_in_the_file_and_the_file_says_what_was():
    text = record_markdown(masked_record())
    assert not [secret for secret in SECRETS if joined(secret) in joined(text)]
    assert joined("\\[name 1\\] told the nurse.") in joined(text) and joined("NHS number: 1") in joined(text)
