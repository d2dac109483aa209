"""Sections → passages, units and windows."""

from datetime import date

from ingest.asked import Asked, AskedSection
from ingest.document import Block, BlockKind, Document, Section
from ingest.encoder import find_model
from ingest.passages import PASSAGE_WORDS, UnitKind, passages, unit_texts, windows
from ingest.readers.markdown import read_markdown
from ingest.sources import CORPUS, Kind, Source, load_register


def source(**fields):
    base = {
        "id": "s",
        "title": "Title",
        "publisher": "Pub",
        "url": None,
        "format": "markdown",
        "kind": Kind.OWN_DOCUMENT,
        "audience": "adults",
        "jurisdiction": "England",
        "licence": "own",
        "published": "2026",
        "checked_on": date(2026, 1, 1),
    }
    return Source(**(base | fields))


def made(text, **kwargs):
    return passages(read_markdown(text.encode(), "t.md"), source(), **kwargs)


LIST = """# T

## Duty [s.1]

It is a duty to act. It binds everybody who knows:

- staff;
- visitors.

Then stop here now.
"""


def test_a_passage_is_the_sections_text_and_its_units_are_spans_of_it():
    (passage,) = made(LIST)
    assert passage.text == (
        "It is a duty to act. It binds everybody who knows:\n- staff;\n- visitors.\n\nThen stop here now."
    )
    assert [(passage.quote(unit), unit.kind, unit.group) for unit in passage.units] == [
        ("It is a duty to act.", UnitKind.SENTENCE, 0),
        ("It binds everybody who knows:", UnitKind.LEAD_IN, 1),
        ("staff;", UnitKind.ITEM, 1),
        ("visitors.", UnitKind.ITEM, 1),
        ("Then stop here now.", UnitKind.SENTENCE, 0),
    ]
    assert (passage.id, passage.pinpoint, passage.context) == ("s:s-1", "s.1", "Title > Duty")


def test_an_item_is_embedded_with_what_introduces_it():
    assert unit_texts(made(LIST)[0])[2] == "Title > Duty: It binds everybody who knows: staff;"


def test_sections_with_one_pinpoint_get_ids_of_their_own():
    text = "# T\n\n## A [1.4]\n\nWords in one.\n\n## B [1.4]\n\nWords in two.\n"
    assert [passage.id for passage in made(text)] == ["s:1-4", "s:1-4.2"]


def test_a_long_section_is_cut_between_paragraphs_and_never_between_a_list_and_its_lead_in():
    paragraph = "word " * 150
    items = "".join(f"- item {n} {'more ' * 20}\n" for n in range(12))
    parts = made(f"# T\n\n## Long [9]\n\n{paragraph}one.\n\n{paragraph}two, these:\n\n{items}\n{paragraph}three.\n")
    assert len(parts) > 1
    holder = next(part for part in parts if "two, these:" in part.text)
    assert "item 0" in holder.text and "item 11" in holder.text
    assert {part.pinpoint for part in parts} == {"9"}
    assert all(len(part.text.split()) <= PASSAGE_WORDS or part is holder for part in parts)


def test_windows_hold_every_word_and_none_is_longer_than_the_model_reads():
    model = find_model()
    long_sentence = "obligation " * 600
    text = f"# T\n\n## Long [9]\n\n{long_sentence}ends. {'Another sentence stands here. ' * 60}\n"
    found = made(text)
    pieces = [piece for passage in found for piece in windows(passage, model.count, model.room)]
    assert len(pieces) > len(found) > 1
    assert max(model.count(piece) for piece in pieces) <= model.room
    joined = " ".join(piece.removeprefix("Title > Long: ") for piece in pieces)
    assert joined.split() == f"{long_sentence}ends. {'Another sentence stands here. ' * 60}".split()


def test_no_window_or_unit_of_the_starter_library_is_cut_by_the_model():
    model = find_model()
    for entry in load_register().sources:
        document = read_markdown((CORPUS / "digests" / entry.digest).read_bytes(), entry.digest)
        for passage in passages(document, entry):
            assert passage.units, passage.id
            for text in [*windows(passage, model.count, model.room), *unit_texts(passage)]:
                assert model.count(text) <= model.room, passage.id


def test_questions_written_for_a_section_go_with_its_passage():
    asked = Asked(
        source_id="s",
        checked_on=date(2026, 1, 1),
        sections=(AskedSection(heading="Duty", pinpoint="s.1", questions=("who must act?",)),),
    )
    assert made(LIST, asked=asked)[0].asked == ("who must act?",)


def _document(*blocks, pinpoint="p. 3", page=3, by_page=True, labels=None):
    section = Section(("Guide", "Scope"), pinpoint, tuple(blocks), page, True, "scope", by_page)
    return Document("Guide", (section,), {}, labels or {})


def _lines(count, kind=BlockKind.ITEM, **fields):
    return [Block(f"item number {n} of the long list", kind, 1, marker="-", **fields) for n in range(count)]


def test_a_long_list_is_cut_between_items_and_each_part_has_its_lead_in():
    document = _document(Block("Some words first. The board must keep:"), *_lines(300))
    found = passages(document, source())
    assert len(found) > 3
    for passage in found:
        lead_in = [passage.quote(unit) for unit in passage.units if unit.kind is UnitKind.LEAD_IN]
        assert lead_in == ["The board must keep:"]
        assert len(passage.text.replace("- ", "").split()) <= PASSAGE_WORDS
    items = [passage.quote(unit) for passage in found for unit in passage.units if unit.kind is UnitKind.ITEM]
    assert items == [f"item number {n} of the long list" for n in range(300)]


def test_a_paragraph_without_end_is_cut_and_loses_no_word():
    words = [f"word{n}" for n in range(5_000)]
    found = passages(_document(Block(" ".join(words))), source())
    assert [word for passage in found for word in passage.text.split()] == words
    assert max(len(passage.text.split()) for passage in found) <= PASSAGE_WORDS
    letters = [len(passage.text) for passage in passages(_document(Block("x" * 9_000)), source())]
    assert letters == [4_000, 4_000, 1_000]


def test_a_quote_from_the_next_page_has_that_page_s_printed_number():
    first, second = Block("It stands here.", page=3), Block("It stands there.", page=4)
    (passage,) = passages(_document(first, second, labels={3: "1", 4: "2"}), source())
    assert (passage.pinpoint, passage.page) == ("p. 1", 3)
    assert passage.place(passage.text.index("It stands there.")) == ("p. 2", 4)
    (clause,) = passages(_document(first, second, pinpoint="para 1.2", by_page=False), source())
    assert clause.place(clause.text.index("It stands there.")) == ("para 1.2", 4)


def test_a_passage_opens_at_its_anchor_and_says_where_in_its_section_it_stands():
    blocks = [Block(f"Paragraph {n} {'of many words ' * 60}.") for n in range(4)]
    document = _document(*blocks, pinpoint="Scope", by_page=False)
    found = passages(document, source(url="https://board.example/guide"))
    assert {passage.url for passage in found} == {"https://board.example/guide#scope"}
    assert [passage.span[0] for passage in found][1:] == [passage.span[1] + 2 for passage in found][:-1]
    assert {passage.section for passage in found} == {0}
