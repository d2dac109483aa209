"""Where sentences end."""

import pytest

from ingest.sentences import spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One. Two."]),  # too short to stand alone
        ("The first is here. The second is there.", ["The first is here.", "The second is there."]),
        ("No. A chair is optional. The council decides.", ["A chair is optional.", "The council decides."]),
        ("Yes! Ask first.", ["Ask first."]),
        ("No.", ["No."]),  # all there is
        ("Is a chair needed? No. One is optional.", ["Is a chair needed?", "No. One is optional."]),
        ("No one is asked. The council decides.", ["No one is asked.", "The council decides."]),
        ("No, a chair is optional. The council decides.", ["No, a chair is optional.", "The council decides."]),
        (
            "See para. 14.17 and Sch. 2 of the Act. It binds boards.",
            ["See para. 14.17 and Sch. 2 of the Act.", "It binds boards."],
        ),
        ('It says "do not wait." Then it stops there.', ['It says "do not wait."', "Then it stops there."]),
        (
            "The board must ask (if safe). [s.1(3)] The adult may refuse.",
            ["The board must ask (if safe). [s.1(3)] The adult may refuse."],
        ),
        ("No full stop at the end", ["No full stop at the end"]),
    ],
)
def test_sentences(text, sentences):
    assert [text[start:end] for start, end in spans(text)] == sentences


def test_nothing_but_white_space_is_lost():
    text = "Is it so? Yes. It is (mostly) so, e.g. here.  And there! 5 days later it ended."
    kept = "".join(text[start:end] for start, end in spans(text))
    assert kept.replace(" ", "") == text.replace(" ", "")
