"""Everyday words and places as questions hold them."""

from __future__ import annotations

import doctest

import pytest
import yaml

import assistant.everyday as module
from assistant.everyday import everyday_terms, load_everyday, load_places, places_named
from assistant.knowledge import DATA
from ingest.errors import RegisterInvalid


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("the coppers came round", "police"),
        ("the copper's notebook", "police"),
        ("the coppers\u2019 view", "police"),
        ("Gran's SKINT", "financial"),
        ("he signed off on it", "decision"),
        ("her old man", "personally connected"),
        ("they put his nan in a home", "care home"),
        ("was he sectioned", "detention"),
        ("a looked-after lad", "looked after children"),
        ("she can not leave", "deprivation of liberty"),
        ("she cannot leave", "deprivation of liberty"),
        ("she can't leave", "deprivation of liberty"),
        ("is she with it", "mental capacity"),
        ("is he not with it", "mental capacity"),
        ("he took his own life", "suicide"),
        ("a carer arrested last night", "positions of trust"),
        ("someone to speak up for him", "advocate"),
        ("dealers moved in", "cuckooing"),
        ("how long have we got", "timescales"),
    ],
)
def test_everyday_words_are_understood(text, meaning):
    assert meaning in everyday_terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "Which section covers a review?",
        "in her home",
        "of course we deal with it",
        "in relation to the law",
        "the CoP decides nothing here",
        "Attorney General",
        "The adult has died",
        "hitherto",
    ],
)
def test_ordinary_words_add_nothing(text):
    assert everyday_terms(text) == []


def test_the_longest_phrase_counts_and_its_words_for_nothing_else():
    assert everyday_terms("hit") == ["physical abuse", "assault"]
    assert everyday_terms("does it hit the threshold") == ["threshold", "criteria"]


def test_each_meaning_is_given_once_in_the_order_of_the_text():
    terms = everyday_terms("her mum rang the coppers about her dad, then more coppers")
    assert terms == ["family", "relative", "police"]


def test_every_phrase_leads_to_its_own_entry():
    entries = load_everyday().all
    assert len(entries) >= 150
    for entry in entries:
        for phrase in entry.say:
            assert everyday_terms(phrase) == list(entry.means), phrase


@pytest.mark.parametrize(
    "text, ids",
    [
        ("What do we do in Telford & Wrekin?", ["telford-and-wrekin"]),
        ("T&W's policy", ["telford-and-wrekin"]),
        ("NHS Shropshire, Telford and Wrekin", ["telford-and-wrekin"]),
        ("a man in Newport", ["telford-and-wrekin"]),
        ("a man in Newport, Gwent", ["wales"]),
        ("Stafford Park", ["telford-and-wrekin"]),
        ("Stafford Street, Wellington House", []),
        ("from Shrewsbury to Stoke-on-Trent, then Shropshire", ["shropshire", "stoke-on-trent"]),
        ("Is Scottish law the same as Northern Irish law?", ["scotland", "northern-ireland"]),
        ("reading a stone leek in the bath", []),
        ("", []),
    ],
)
def test_places_are_named(text, ids):
    assert [area.id for area in places_named(text)] == ids


def test_every_name_leads_to_its_own_area():
    for area in load_places().all:
        for name in area.names:
            assert places_named(name) == [area], name


def test_every_council_of_the_region_is_listed():
    councils = {area.id for area in load_places().all if area.kind in {"council", "borough"}}
    region = {"birmingham", "coventry", "dudley", "herefordshire", "sandwell", "shropshire", "solihull"}
    region |= {"staffordshire", "stoke-on-trent", "telford-and-wrekin", "walsall", "warwickshire"}
    assert councils >= region | {"wolverhampton", "worcestershire"}


def test_an_area_is_found_by_its_id():
    assert load_places().area("powys").name == "Powys"
    with pytest.raises(KeyError, match="no area has the id 'narnia'"):
        load_places().area("narnia")


@pytest.mark.parametrize(
    "load, name, key, change, message",
    [
        (load_everyday, "everyday", "entries", {"say": []}, "entries entry 1, say"),
        (load_everyday, "everyday", "entries", {"menas": ["x"]}, "entries entry 1, menas"),
        (load_everyday, "everyday", "entries", {"say": ["coppers", "rozzer"]}, "are the same phrase"),
        (load_everyday, "everyday", "entries", {"say": ["?"]}, "'?' is not a phrase"),
        (load_everyday, "everyday", "entries", {"means": ["adult", "adult"]}, "two entries have the meaning 'adult'"),
        (load_places, "places", "areas", {"names": ["shrewsbury"]}, "two entries have the place 'shrewsbury'"),
        (load_places, "places", "areas", {"id": "shropshire"}, "two entries have the id 'shropshire'"),
        (load_places, "places", "areas", {"source": ""}, "areas 'telford-and-wrekin', source"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, load, name, key, change, message):
    data = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    data[key][0].update(change)
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(RegisterInvalid) as caught:
        load(path)
    assert f"{name}.yaml" in str(caught.value) and message in str(caught.value) and "mend" in str(caught.value)


@pytest.mark.parametrize("load", [load_everyday, load_places])
def test_a_missing_or_broken_file_is_named(tmp_path, load):
    path = tmp_path / "data.yaml"
    with pytest.raises(RegisterInvalid, match="data.yaml is missing; restore"):
        load(path)
    for broken in (b"a: [", b"\xff\xfe\x00", b"", b"- 1"):
        path.write_bytes(broken)
        with pytest.raises(RegisterInvalid, match="mend that"):
            load(path)


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0
