"""The first step of every question: recall 1.00 for danger to life, and few alarms over ordinary questions."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer.screen import DATA, EmergencyWords, RefusalWords, Rules, emergency_message, load_rules, screen
from assistant.knowledge import load_contacts
from ingest.errors import RegisterInvalid

CASES = Path(__file__).parent / "screen_cases"
FILES = sorted(path.name for path in CASES.glob("*.jsonl"))
ROOT = Path(__file__).resolve().parents[2]


@cache
def cases(name: str) -> list[dict]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


@cache
def rules() -> Rules:
    return load_rules()


def missed_and_false(name: str, using: Rules) -> tuple[list[str], list[str]]:
    found = [(case, screen(case["text"], using).emergency) for case in cases(name)]
    return (
        [case["text"] for case, flag in found if case["emergency"] and not flag],
        [case["text"] for case, flag in found if flag and not case["emergency"]],
    )


EMERGENCIES = [case["text"] for case in cases("development.jsonl") if case["emergency"]]


@pytest.mark.parametrize("name", FILES)
def test_every_emergency_is_found_and_at_most_one_alarm_in_twenty_is_false(name):
    missed, false = missed_and_false(name, rules())
    found = sum(case["emergency"] for case in cases(name)) - len(missed)
    assert missed == []
    assert found / (found + len(false)) >= 0.95, false


@pytest.mark.parametrize("name", FILES)
def test_requests_to_refuse_are_refused_and_their_look_alikes_are_not(name):
    wrong = [case["text"] for case in cases(name) if bool(screen(case["text"], rules()).refused) != case["refused"]]
    assert wrong == []


def test_the_sets_are_as_large_as_promised():
    development, blind = cases("development.jsonl"), cases("blind.jsonl")
    assert sum(c["emergency"] for c in development) >= 150
    assert sum(not c["emergency"] and not c["refused"] for c in development) >= 200
    assert sum(c["refused"] for c in development) >= 30
    assert sum(c["emergency"] for c in blind) >= 60
    assert sum(not c["emergency"] and not c["refused"] for c in blind) >= 80


def test_without_the_words_nothing_is_found():
    bare = Rules.of(EmergencyWords(title="", note="", checked_on="2026-11-22"))
    missed, false = missed_and_false("development.jsonl", bare)
    assert len(missed) == len(EMERGENCIES)
    assert false == []


@pytest.mark.parametrize("cue", ["supposed", "topic", "past", "names"])
def test_without_the_words_that_cancel_there_are_more_false_alarms(cue):
    words = EmergencyWords.model_validate(yaml.safe_load((DATA / "emergency.yaml").read_text(encoding="utf-8")))
    weakened = Rules.of(words.model_copy(update={cue: ()}))
    false = [text for name in FILES for text in missed_and_false(name, weakened)[1]]
    assert len(false) > len([text for name in FILES for text in missed_and_false(name, rules())[1]])


@pytest.mark.parametrize("category", ["breathing", "overdose", "suicide", "weapon", "assault", "fire", "medical"])
def test_without_a_category_emergencies_are_missed(category):
    words = EmergencyWords.model_validate(yaml.safe_load((DATA / "emergency.yaml").read_text(encoding="utf-8")))
    kept = tuple(entry for entry in words.categories if entry.id != category)
    assert missed_and_false("development.jsonl", Rules.of(words.model_copy(update={"categories": kept})))[0]


def test_a_reason_points_at_the_words_of_the_message():
    text = "Visit went well.\u200b Anyway she\u2019s just taken all her tablets, what form?"
    reasons = screen(text).reasons
    assert "overdose" in {reason.category for reason in reasons}
    for reason in reasons:
        assert text[reason.start : reason.end] == reason.words


@pytest.mark.parametrize(
    "text",
    [
        "she is not breathing",
        "she is not\u200b brea\u200dthing",
        "\u202eshe is not breathing\u202c",
        "SHE IS NOT BREATHING",
        "ｓｈｅ　ｉｓ　ｎｏｔ　ｂｒｅａｔｈｉｎｇ",
        "she isn\u2019t breathing",
        "she isn`t breathing",
        "shé is nót breathing",
        "she is not breeeeathing",
        "she is not braething",
        "she is not\x00 breathing",
        "she is\tnot\nbreathing",
    ],
)
def test_spelling_and_hidden_characters_do_not_hide_an_emergency(text):
    assert screen(text).emergency


@pytest.mark.parametrize("text", ["she is not bathing", "staff are breaching confidentiality", "he lives in Stoke"])
def test_real_words_close_to_danger_are_left_alone(text):
    assert not screen(text, load_rules()).emergency


def test_past_words_in_another_sentence_cancel_nothing():
    assert screen("He died last year. Policy says review. What if? She has stopped breathing.").emergency
    assert not screen("She had stopped breathing in March. What does policy say?").emergency


def test_the_message_says_what_to_do_with_the_numbers_of_the_contacts_data():
    message, contacts = emergency_message(), load_contacts()
    assert message.startswith("Call 999 now. Someone may be in immediate danger. If you cannot speak, press 55")
    for role in ("emergency", "family_connect_adults", "emergency_duty_team"):
        assert contacts.role(role).numbers[0][1] in message


def test_a_pattern_that_cannot_be_read_names_its_entry():
    words = EmergencyWords.model_validate(yaml.safe_load((DATA / "emergency.yaml").read_text(encoding="utf-8")))
    broken = words.categories[1].model_copy(update={"now": ("(unclosed",)})
    with pytest.raises(RegisterInvalid, match=r"unconscious, now, line 1"):
        Rules.of(words.model_copy(update={"categories": (broken,)}))
    unknown = words.categories[1].model_copy(update={"did": ("{nobody} here",)})
    with pytest.raises(RegisterInvalid, match=r"unconscious, did, line 1"):
        Rules.of(words.model_copy(update={"categories": (unknown,)}))
    lost = words.categories[1].model_copy(update={"source": "nowhere"})
    with pytest.raises(RegisterInvalid, match="nowhere"):
        Rules.of(words.model_copy(update={"categories": (lost,)}))


def test_a_refusal_pattern_that_cannot_be_read_names_its_entry():
    words = EmergencyWords(title="", note="", checked_on="2026-11-22")
    data = yaml.safe_load((DATA / "refusals.yaml").read_text(encoding="utf-8"))
    data["refusals"][0]["asks"] = ["(unclosed"]
    with pytest.raises(RegisterInvalid, match="refusals.yaml, instructions, line 1"):
        Rules.of(words, RefusalWords.model_validate(data))


def test_missing_or_broken_data_says_what_to_do(tmp_path):
    with pytest.raises(RegisterInvalid, match="emergency.yaml"):
        load_rules(tmp_path)
    (tmp_path / "emergency.yaml").write_bytes(b"\xff\xfe title: [")
    with pytest.raises(RegisterInvalid, match="emergency.yaml"):
        load_rules(tmp_path)


def test_the_screen_needs_no_model_and_no_index():
    heavy = "torch", "chromadb", "llama_index", "streamlit", "sentence_transformers", "numpy"
    code = (
        "import sys; from assistant.answer.screen import screen; assert screen('she is not breathing').emergency; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text):
    found = screen(text)
    for reason in found.reasons:
        assert text[reason.start : reason.end] == reason.words


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="\u202e\u200f\u2067\u2069\u0000\u001b\u0627\u05d0 \n.,'ab", max_size=200))
def test_control_and_right_to_left_characters_do_not_make_it_fail(text):
    screen(text)


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "she is not " * 1_000, "the smell of " * 800, "has just now " * 800, "taken all of his the " * 480,
     "is the a an of " * 700, "'" * 10_000, ", " * 5_000, "suicide, " * 1_100, "if he was not " * 700],
)  # fmt: skip
def test_ten_thousand_characters_of_anything_come_back(text):
    screen(text[:10_000])


def test_an_emergency_at_the_end_of_ten_thousand_characters_is_found():
    story = "She was seen in clinic last year and the report was filed. " * 165
    assert screen(story + "she is not breathing").emergency


PADDING = (
    "Thank you for your help.",
    "I visited last week.",
    "The review was in March 2021.",
    "What does the policy say?",
    "Her brother died last year.",
    "She lives with her son.",
    "It is a section 42 enquiry.",
    "There is no weapon.",
    "He was discharged from hospital.",
    "What if it happens again?",
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(EMERGENCIES),
    st.lists(st.sampled_from(PADDING), max_size=4),
    st.lists(st.sampled_from(PADDING), max_size=4),
)
def test_harmless_sentences_around_an_emergency_never_hide_it(text, before, after):
    assert screen(" ".join([*before, text + ".", *after])).emergency


def test_a_message_that_only_reads_a_little_like_danger_names_999_beside_the_answer():
    from assistant.answer.danger import Likeness, likeness, load_model

    model = load_model()
    assert 0 < model.possible < model.threshold < 1
    between = [text for text in _messages() if model.possible <= model.probability(text) < model.threshold]
    unflagged = [text for text in between if not screen(text).reasons]
    assert unflagged
    for text in unflagged:
        assert likeness(text) is Likeness.POSSIBLE
        assert screen(text).possible and not screen(text).emergency


def _messages() -> list[str]:
    import json

    from ingest.sources import CORPUS

    lines = (CORPUS / "data" / "emergency-examples" / "first.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines if line.startswith("{")]
