"""Markdown and text files → sections with pinpoints."""

import pytest

from ingest.document import BlockKind
from ingest.errors import CannotRead
from ingest.readers.markdown import read_markdown

DIGEST = """---
title: "A digest"
status: digest
---
# A digest

What this digest is.

## Part

### A duty [s.44(1)]

A board **must** act
without [delay](https://example.org). See [s.1(2)].

1. first;
   - nested
2. second.

| Step | What happens | Done? |
|---|---|---|
| 1. Scoping | Information is asked for | yes |

### Figures [LGA summary]

Most were men. [unverified]

- 60% lived alone

Some were women.

- 46% smoked [unverified for 2023]
- 10% did not

## Limits of this digest

- Not read in full.

### Still limits

Nothing.

## After [p. 3]

Text again.
"""


def test_headings_carry_their_path_and_the_pinpoint_in_trailing_brackets():
    document = read_markdown(DIGEST.encode(), "d.md")
    assert document.title == "A digest"
    assert [(section.heading[-1], section.pinpoint) for section in document.sections] == [
        ("A digest", "A digest"),
        ("A duty", "s.44(1)"),
        ("Figures", "LGA summary"),
        ("Limits of this digest", "Limits of this digest"),
        ("Still limits", "Still limits"),
        ("After", "p. 3"),
    ]
    assert document.sections[1].heading == ("A digest", "Part", "A duty")


def test_blocks_are_plain_text_with_lists_and_rows_kept_in_their_group():
    blocks = read_markdown(DIGEST.encode(), "d.md").sections[1].blocks
    assert [(block.line, block.kind, block.group) for block in blocks] == [
        ("A board must act without delay. See [s.1(2)].", BlockKind.PARAGRAPH, 0),
        ("1. first;", BlockKind.ITEM, 1),
        ("  - nested", BlockKind.ITEM, 1),
        ("2. second.", BlockKind.ITEM, 1),
        ("1. Scoping | What happens: Information is asked for | Done? yes", BlockKind.ROW, 2),
    ]


def test_unconfirmed_lines_the_lists_they_introduce_limits_and_a_digests_opening_are_kept_but_not_indexed():
    document = read_markdown(DIGEST.encode(), "d.md")
    figures = {block.text: block.indexed for block in document.sections[2].blocks}
    assert figures == {
        "Most were men. [unverified]": False,
        "60% lived alone": False,
        "Some were women.": True,
        "46% smoked [unverified for 2023]": False,
        "10% did not": True,
    }
    assert [section.indexed for section in document.sections] == [False, True, True, False, False, True]


def test_a_persons_own_document_needs_no_brackets_and_keeps_its_opening():
    document = read_markdown(
        b"# Policy\n\nOpening.\n\n## 3.2 Reporting\n\nTell somebody.\n\n## Notes\n\nMore.\n", "p.md"
    )
    assert [(section.pinpoint, section.indexed) for section in document.sections] == [
        ("Policy", True),
        ("3.2", True),
        ("Notes", True),
    ]


def test_text_without_headings_is_one_section_named_after_the_file():
    document = read_markdown(b"Just words.\n", "visit notes.txt")
    assert [section.heading for section in document.sections] == [("visit notes",)]


def test_markup_in_a_document_stays_the_words_it_is():
    text = "<script>alert(1)</script> ![x](https://evil.invalid/a.png) done"
    (section,) = read_markdown(text.encode(), "h.md").sections
    assert section.blocks[0].text == "<script>alert(1)</script> x done"


def test_hidden_and_control_characters_are_taken_out():
    (section,) = read_markdown("a\u202eb\u200bc\x07d".encode(), "c.md").sections
    assert section.blocks[0].text == "abcd"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"caf\xe9", "not UTF-8 at byte 3"),
        (b"MZ\x00\x01", "binary data"),
        (b"---\ntitle: x\n\n# T\n\ntext", "never closes it"),
        (b"---\ntitle: [x\n---\n\ntext", "broken front matter"),
        (b"---\n- a\n---\n\ntext", "not 'name: value' lines"),
        (b"", "holds no text"),
        (b"# Only a heading\n", "holds no text"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence_that_names_it(data, says):
    with pytest.raises(CannotRead, match=says) as caught:
        read_markdown(data, "bad.md")
    assert str(caught.value).startswith("bad.md") and "\n" not in str(caught.value)
