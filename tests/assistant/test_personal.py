"""Personal details in ordinary safeguarding words: what is found, what is left alone, and how it is masked.

All people, numbers and addresses are invented.
"""

from __future__ import annotations

import doctest

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import assistant.personal.words as words_module
from assistant.knowledge import load_contacts
from assistant.personal import Detail, PersonalKind, find_details, mask
from assistant.personal.words import FILE, NAMES_FOLDER, load_data, load_words
from evals.personal import PersonalCase, own_cases, score
from ingest.errors import BadRequest, RegisterInvalid

NAME = PersonalKind.NAME


def found(text: str, kind: PersonalKind | None = None) -> list[str]:
    return [detail.text for detail in find_details(text) if kind in (None, detail.kind)]


def masked(text: str) -> str:
    return mask(text, find_details(text))


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, names",
    [
        ("Mary was found on the floor.", ["Mary"]),
        ("We found Mary's purse.", ["Mary"]),
        ("Mary\u2019s purse was empty.", ["Mary"]),
        ("Mrs Jones would not open the door.", ["Mrs Jones"]),
        ("Mr and Mrs Jones moved out.", ["Mr and Mrs Jones"]),
        ("Mr. Jones moved out.", ["Mr. Jones"]),
        ("PC Ahmed attended with Dr. Patel.", ["Ahmed", "Patel"]),
        ("Cllr Wynn-Jones asked.", ["Wynn-Jones"]),
        ("Siobhán O'Rourke-Blake signed.", ["Siobhán O'Rourke-Blake"]),
        ("Oluwaseun Adebayo is the manager.", ["Oluwaseun Adebayo"]),
        ("It was Mohammed Al-Sayed who rang.", ["Mohammed Al-Sayed"]),
        ("We met Wei Ling Zhang.", ["Wei Ling Zhang"]),
        ("Abdul Rahman bin Yusuf is a refugee.", ["Abdul Rahman bin Yusuf"]),
        ("Agnieszka Wójcik and Paweł Zieliński left.", ["Agnieszka Wójcik", "Paweł Zieliński"]),
        ("Rhys ap Gwilym lives alone.", ["Rhys ap Gwilym"]),
        ("Manpreet Kaur reported it.", ["Manpreet Kaur"]),
        ("He is called darren.", ["darren"]),
        ("a man named costel drives them", ["costel"]),
        ("my name is sharon", ["sharon"]),
        ("mr jones wont let us in", ["mr jones"]),
        ("her son darren takes it", ["darren"]),
        ("J. Hughes wrote it.", ["J. Hughes"]),
        ("SANDRA OKAFOR, confidential", ["SANDRA OKAFOR"]),
        ("Zbyszkowa said that she was cold.", ["Zbyszkowa"]),
        ("Her carer, Rose, was dismissed.", ["Rose"]),
        ("Will Turner rang. Then Will left.", ["Will Turner", "Will"]),
        ("Folkezwe Nabongo came. Nabongo left.", ["Folkezwe Nabongo", "Nabongo"]),
    ],
)
def test_names_are_found_whole(text: str, names: list[str]):
    assert found(text, NAME) == names


@pytest.mark.parametrize(
    "text",
    [
        "The Care Act 2014, section 44, and the Mental Capacity Act both apply.",
        "Section 44 applies. Section 42 does not.",
        "Family Connect took the call in August.",
        "Will the panel accept that? May it be closed? Mark the file.",
        "Hope was expressed. Grace periods do not apply. Summer staffing was thin.",
        "She moved from Chester to Newport and then to Madeley, near Stafford.",
        "Bradbury House, Elizabeth Court and Robert Jones and Agnes Hunt Hospital were full.",
        "Parkinson's, Alzheimer's and Korsakoff syndrome were recorded.",
        "Quetiapine, Diazepam and Sertraline were stopped.",
        "Fraser guidelines, Gillick competence, Clare's Law and the Oliver McGowan training.",
        "Age UK, Hourglass, Samaritans, Barnardo's and Marie Curie were told.",
        "The Registered Manager, the Social Worker and the District Nurse met on Monday.",
        "Neighbours said so. Carers reported it. Police attended. Staff agreed.",
        "I'm worried. We've told them. He'd not say. They're cold.",
        "JS was seen by MK. Mrs K and Mr B were not. Adult B is 40. Child Q too.",
        "In April and May, and on Boxing Day, nobody came. From Jan to Sept it was shut.",
        "Nan is in the Redwoods. Mum said no. Dad was out.",
        "MARAC, MAPPA, IMCAs and the CQC were told. EMIS was down.",
        "He is Polish, Muslim and speaks Urdu; she came from Jamaica.",
        "miss appointments and mark the chart; will you grant it",
    ],
)
def test_other_capital_words_are_left_alone(text: str):
    assert found(text) == []


def test_a_whole_name_is_found_again_by_any_of_its_parts():
    text = "Ioana Popescu was brought here. Popescu was not paid. Ioana ran."
    assert found(text, NAME) == ["Ioana Popescu", "Popescu", "Ioana"]


def test_a_word_that_is_also_a_name_needs_more_at_the_start_of_a_sentence():
    assert found("Mark was discharged. Mark the file.", NAME) == ["Mark"]
    assert found("Then Grace arrived at Hope House.", NAME) == ["Grace"]


def test_no_place_of_the_borough_is_taken_for_a_person():
    from assistant.everyday import load_places

    borough = next(area for area in load_places().all if area.id == "telford-and-wrekin")
    flagged = [place for place in borough.names if found(f"The adult lived in {place.title()} until May.")]
    assert flagged == []


# -- numbers, dates, addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, kind, expected",
    [
        ("943 476 5919", PersonalKind.NHS_NUMBER, ["943 476 5919"]),
        ("943-476-5919 and 9434765919", PersonalKind.NHS_NUMBER, ["943-476-5919", "9434765919"]),
        ("943 476 5918", PersonalKind.NHS_NUMBER, []),
        ("NHS number: 943 476 5918", PersonalKind.NHS_NUMBER, ["943 476 5918"]),
        ("his nhs no is 9434765918", PersonalKind.NHS_NUMBER, ["9434765918"]),
        ("invoice 4505577104 was paid", PersonalKind.NHS_NUMBER, []),
        ("AB 12 34 56 C", PersonalKind.NI_NUMBER, ["AB 12 34 56 C"]),
        ("ab123456c, her NI number", PersonalKind.NI_NUMBER, []),
        ("NI number ab123456c", PersonalKind.NI_NUMBER, ["ab123456c"]),
        ("GB123456A QQ123456C DA123456B AO123456B AB123456E", PersonalKind.NI_NUMBER, []),
        ("National Insurance number QQ 12 34 56 C", PersonalKind.NI_NUMBER, ["QQ 12 34 56 C"]),
        ("TF3 4NT, tf2 6tg, E17 4QQ, EC1A 1BB", PersonalKind.POSTCODE, ["TF3 4NT", "tf2 6tg", "E17 4QQ", "EC1A 1BB"]),
        ("TF3 only, QX1 2AB, TF3 4CK, s16LA", PersonalKind.POSTCODE, []),
        ("mary.smith+58@example.co.uk.", PersonalKind.EMAIL, ["mary.smith+58@example.co.uk"]),
        ("07700 900123 or +44 7700 900 124", PersonalKind.PHONE, ["07700 900123", "+44 7700 900 124"]),
        ("(01952) 960 412, 020 7946 0018", PersonalKind.PHONE, ["(01952) 960 412", "020 7946 0018"]),
        ("her phone number is 276543", PersonalKind.PHONE, ["276543"]),
        ("276543 pounds; case 2026/0041; 14.133-14.148; 2019-2023 (10 %)", PersonalKind.PHONE, []),
        ("He lives at 12 Plough Road.", PersonalKind.ADDRESS, ["12 Plough Road"]),
        ("Flat 4, 27 Haygate Drive", PersonalKind.ADDRESS, ["Flat 4, 27 Haygate Drive"]),
        ("5 minutes down the road; Ward 17; a 20 minute Drive", PersonalKind.ADDRESS, []),
    ],
)
def test_numbers_and_addresses_by_their_rules(text: str, kind: PersonalKind, expected: list[str]):
    assert found(text, kind) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("DOB 14/02/1941, seen 15/02/2026", ["14/02/1941"]),
        ("d.o.b.: 3.4.56", ["3.4.56"]),
        ("Date of birth is the 2nd of June 1958.", ["2nd of June 1958"]),
        ("born on 2 June 1958", ["2 June 1958"]),
        ("1947-09-30 (date of birth)", ["1947-09-30"]),
        ("born in May 1950", ["May 1950"]),
        ("born in 1950 and died on 12 May 2025", []),
        ("found on 3 March 2026; turned 18 in May; reviewed 01/02/2026", []),
    ],
)
def test_a_date_is_a_date_of_birth_only_next_to_a_word_that_says_so(text: str, expected: list[str]):
    assert found(text, PersonalKind.DATE_OF_BIRTH) == expected


def test_no_contact_of_the_library_is_hidden():
    for contact in load_contacts().all:
        for _, number in contact.numbers:
            for said in (f"Ring {number} now.", f"Phone number {number}", f"call on {number}"):
                assert found(said) == [], contact.id
        if contact.email:
            assert found(f"Write to {contact.email}.") == [], contact.id


@pytest.mark.parametrize("number", ["999", "101", "111", "116 123", "0300 123 4567", "0808 157 0123"])
def test_numbers_that_only_bodies_have_are_left(number: str):
    assert found(f"Ring {number} if you need help.") == []


# -- the value, and masking --------------------------------------------------------------------------------------------


WORDS = st.sampled_from(
    [
        "Mary",
        "Smith",
        "Mrs",
        "PC",
        "Ahmed",
        "Will",
        "House",
        "was",
        "born",
        "12/03/1950",
        "943",
        "476",
        "5919",
        "NHS number",
    ]
    + [
        "TF3",
        "4NT",
        "07700 900123",
        "a@b.co",
        "called",
        "darren",
        "O'Rourke",
        "-",
        "'s",
        "\u2019s",
        ".",
        ",",
        "\n",
        "and",
    ]
    + ["Wójcik", "e\u0301", "\U0001f600", "[name 1]", "AB123456C", "14 High Street"]
)


@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
def test_details_are_in_order_apart_and_exactly_the_text_and_masking_leaves_none_of_them(text: str):
    details = find_details(text)
    assert all(text[one.start : one.end] == one.text for one in details)
    assert all(one.end <= other.start for one, other in zip(details, details[1:], strict=False))
    edges = [0, *(edge for one in details for edge in (one.start, one.end)), len(text)]
    outside = [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    hidden = mask(text, details)
    at = 0
    for part in outside:
        at = hidden.index(part, at) + len(part)
    assert len(hidden) >= sum(map(len, outside)) + len("[name]") * len(details)


def test_one_person_has_one_number_however_named():
    text = "Mary Smith fell. Mary's son, John, rang. Mrs Smith was cold. John left Mary Smith."
    assert masked(text) == "[name 1] fell. [name 1]'s son, [name 2], rang. [name 1] was cold. [name 2] left [name 1]."


def test_a_first_name_before_the_whole_name_is_the_same_person():
    assert masked("Mary fell. She is Mary Smith.") == "[name 1] fell. She is [name 1]."


def test_a_title_parts_a_woman_from_a_man_of_the_same_surname():
    text = "Mary Smith and John Smith came. Mr Smith left. Mrs Smith stayed."
    assert masked(text) == "[name 1] and [name 2] came. [name 2] left. [name 1] stayed."


def test_a_name_that_may_be_either_of_two_people_stays_apart():
    text = "Mary Smith and Mary Jones came. Mary left."
    assert masked(text) == "[name 1] and [name 2] came. [name 3] left."


def test_a_job_title_stays_and_a_courtesy_title_goes():
    assert masked("PC Ahmed and Dr Patel met Mrs Jones.") == "PC [name 1] and Dr [name 2] met [name 3]."


def test_other_kinds_are_numbered_only_when_there_are_several():
    assert masked("NHS 943 476 5919, again 9434765919.") == "NHS [NHS number], again [NHS number]."
    assert masked("07700 900123 or 07700 900124") == "[phone number 1] or [phone number 2]"


def test_masking_again_does_not_give_a_number_twice():
    once = masked("Mary Smith fell.")
    assert find_details(once) == ()
    assert masked(f"{once} Then Priya rang.") == "[name 1] fell. Then [name 2] rang."


def test_only_the_details_given_are_hidden():
    text = "Mary rang 07700 900123."
    kept = [detail for detail in find_details(text) if detail.kind is not NAME]
    assert mask(text, kept) == "Mary rang [phone number]."
    assert mask(text, []) == text


def test_details_of_another_text_are_refused():
    details = find_details("Mary fell.")
    with pytest.raises(BadRequest, match="not those of this text"):
        mask("Nobody fell.", details)
    with pytest.raises(BadRequest, match="not those of this text"):
        mask("Mary fell.", [*details, Detail(kind=NAME, text="ary", start=1, end=4)])


# -- measures and data -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["development", "kept"])
def test_recall_and_precision_on_our_own_cases_do_not_fall(part: str):
    cases = [case for case in own_cases() if case.part == part]
    assert len(cases) >= 50
    for kind, tally in score(cases).items():
        assert tally.recall == 1.0, (kind, tally.wrong)
        assert tally.precision is not None and tally.precision >= 0.97, (kind, tally.wrong)


def test_a_miss_and_a_false_find_are_counted():
    wrong = PersonalCase("1", "test", "Nobody here, says Mary.", (Detail(kind=NAME, text="Nobody", start=0, end=6),))
    tally = score([wrong], [NAME])[NAME]
    assert (tally.labelled, tally.hidden, tally.found, tally.right) == (1, 0, 1, 0)
    assert (tally.recall, tally.precision) == (0.0, 0.0)


def test_every_list_has_a_source_and_a_date_and_no_word_twice():
    for name, words in load_data():
        if hasattr(words, "words"):
            assert words.source == "usage" or words.source.startswith("https://"), name
            assert len(words.words) == len(set(words.words)), (
                name,
                [w for w in words.words if words.words.count(w) > 1],
            )


def test_the_lists_of_names_say_where_they_come_from():
    for name in ("women", "men", "surnames", "words"):
        first = (NAMES_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()[0]
        assert first.startswith("# ") and "Source:" in first
        assert ("MIT licence" in first) == (name != "words")


def test_a_missing_list_and_a_wrong_file_are_named(tmp_path):
    with pytest.raises(RegisterInvalid, match=r"women\.txt cannot be read"):
        load_words(FILE, tmp_path)
    wrong = tmp_path / "personal-data.yaml"
    wrong.write_text(yaml.safe_dump({"title": "x"}), encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="wrong at note"):
        load_data(wrong)
    wrong.write_text("a: [", encoding="utf-8")
    with pytest.raises(RegisterInvalid, match="not valid YAML"):
        load_data(wrong)
    with pytest.raises(RegisterInvalid, match="missing"):
        load_data(tmp_path / "nothing.yaml")


def test_examples_in_the_words_module_hold():
    assert doctest.testmod(words_module).failed == 0
