"""Contacts, acronyms and paraphrases as the assistant reads them."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from assistant.answer.value import Contact
from assistant.knowledge import DATA, load_acronyms, load_contacts, load_paraphrases
from ingest.errors import RegisterInvalid


def test_the_contacts_always_in_sight_begin_with_the_emergency_number():
    always = load_contacts().always()
    assert [contact.role for contact in always] == [
        "emergency",
        "family_connect_adults",
        "emergency_duty_team",
        "family_connect_children",
        "police",
    ]
    assert [number for _, number in always[0].numbers] == ["999", "55"]
    assert all(isinstance(contact, Contact) and contact.numbers for contact in always)


def test_a_role_nobody_has_is_refused():
    with pytest.raises(KeyError, match="no contact has the role 'wizard'"):
        load_contacts().role("wizard")


def test_ordinary_words_are_never_expanded():
    ordinary = {"power", "leader", "cutting", "sky", "hub", "sars", "nice", "pot", "ace", "pa", "prevent", "channel"}
    ordinary |= {"concern", "enquiry", "inquiry", "carer", "aa", "da", "si", "dash", "mash", "working together"}
    assert not ordinary & {word.casefold() for entry in load_acronyms().all for word in entry.in_any_case}


@pytest.mark.parametrize("term", ["SAR", "MCA", "DoLS", "LADO", "MASH", "s.42", "s.9", "s.43", "CARM", "PSIRF", "EDT"])
def test_the_terms_of_the_field_are_known(term):
    entry = next(entry for entry in load_acronyms().all if entry.term == term)
    assert term in entry.in_any_case + entry.as_written


def test_paraphrases_are_found_from_either_side():
    known = load_paraphrases()
    local = known.of("twsp-safeguarding-adult-reviews", 'TWSP policies page, "Safeguarding Adults Reviews"')
    assert "twsp-sar-death" in [entry.id for entry in local]
    assert "twsp-sar-death" in [entry.id for entry in known.of("care-act-2014-safeguarding", "s.44(2)")]
    assert all(entry.differs for entry in local)
    assert known.of("care-act-2014-safeguarding", "s.999") == ()


@pytest.mark.parametrize(
    "load, name, change, message",
    [
        (load_contacts, "contacts", {"checked_on": None}, "contacts 'emergency', checked_on"),
        (load_contacts, "contacts", {"numbers": [{"label": "x"}]}, "contacts 'emergency', numbers"),
        (load_contacts, "contacts", {"role": "other"}, "no contact has the role 'emergency'"),
        (load_acronyms, "acronyms", {"expantion": "x"}, "acronyms 'SAR', expantion"),
        (load_acronyms, "acronyms", {"spellings": ["mca"]}, "two entries have the spelling 'mca'"),
        (load_paraphrases, "paraphrases", {"source": ""}, "paraphrases 'twsp-sar-death', source"),
        (
            load_paraphrases,
            "paraphrases",
            {"local": {"publisher": "ab", "wording": "ab", "source_id": "x"}},
            "together",
        ),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, load, name, change, message):
    data = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    data[name][0].update(change)
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(RegisterInvalid) as caught:
        load(path)
    assert f"{name}.yaml" in str(caught.value) and message in str(caught.value) and "mend" in str(caught.value)


@pytest.mark.parametrize("load", [load_contacts, load_acronyms, load_paraphrases])
def test_a_missing_broken_or_empty_file_is_named(tmp_path, load):
    path = tmp_path / "data.yaml"
    with pytest.raises(RegisterInvalid, match="data.yaml is missing; restore"):
        load(path)
    for broken in (b"a: [", b"\xff\xfe\x00", b"", b"- 1"):
        path.write_bytes(broken)
        with pytest.raises(RegisterInvalid, match="mend that"):
            load(path)


def test_the_imports_stay_light():
    code = "import sys, assistant.knowledge; print({'torch', 'chromadb', 'llama_index'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
