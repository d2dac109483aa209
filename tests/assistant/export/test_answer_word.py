import io
import sys
from datetime import date
from pathlib import Path

from docx import Document

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))
import standin

from assistant.export.answer_text import answer_text, reference
from assistant.export.answer_word import answer_word


def paragraphs(answer):
    document = Document(io.BytesIO(answer_word(answer, date(2026, 11, 22))))
    return document, [(p.style.name, p.text) for p in document.paragraphs]


def test_the_alert_comes_first_and_every_quote_keeps_its_marker_and_reference():
    _, found = paragraphs(standin.sar_answer("SAR?").model_copy(update={"emergency_message": standin.EMERGENCY}))
    assert found[0] == ("Emergency alert", standin.EMERGENCY)
    assert ("Heading 1", "SAR?") in found
    assert ("List Bullet", "the adult has died [2]") in found
    assert ("Quote", "Condition 1 is met if: [2]") in found
    references = [text for _, text in found if text.startswith("[")]
    assert len(references) == 3 and references[0].startswith("[1] Care Act 2014, s.44(1).")
    assert ("Normal", "Made on 22 November 2026.") in found


def test_a_doubt_stands_above_the_quotes_in_the_file_and_in_the_copied_text():
    answer = standin.sar_answer("SAR?").model_copy(update={"unsure": True, "message": standin.UNSURE})
    _, found = paragraphs(answer)
    assert found.index(("Normal", standin.UNSURE)) < found.index(("Quote", "Condition 1 is met if: [2]"))
    assert answer_text(answer).startswith(f"SAR?\n\n{standin.UNSURE}")


def test_characters_that_xml_cannot_hold_are_left_out_and_the_properties_hold_no_question():
    document, found = paragraphs(standin.sar_answer("Mary\x00\x0b Smith \ufffe?"))
    assert ("Heading 1", "Mary Smith ?") in found
    assert document.core_properties.title == "Safeguarding answer"


def test_the_copied_text_starts_with_the_alert_and_ends_with_what_it_is_not():
    text = answer_text(standin.sar_answer("SAR?").model_copy(update={"emergency_message": standin.EMERGENCY}))
    assert text.startswith("Call 999 now.")
    assert text.count("Call 999 now.") == 1
    assert "References\n[1] Care Act 2014" in text
    assert text.endswith("Check the source before you act.")


def test_a_reference_says_when_it_was_checked_and_that_it_is_a_digest():
    words = reference(standin.sar_answer("q").citations[0])
    assert "Checked 14 November 2026." in words and "Plain-words digest" in words
    assert words.endswith("https://www.legislation.gov.uk/care-act-2014")
