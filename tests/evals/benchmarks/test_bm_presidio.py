"""presidio-research's adapter on invented sentences in its format."""

from __future__ import annotations

import json

import pytest

from evals.benchmarks.presidio import FILE, masked, measure
from evals.benchmarks.value import BenchmarkMissing
from evals.personal import presidio_cases


def sentence(text: str, **labels: str) -> dict:
    spans = [
        {"entity_type": kind, "entity_value": value, "start_position": text.index(value),
         "end_position": text.index(value) + len(value)}
        for kind, value in labels.items()
    ]  # fmt: skip
    return {"full_text": text, "spans": spans}


@pytest.fixture
def folder(tmp_path):
    rows = [
        sentence("Write to ann@lamp.example today.", EMAIL_ADDRESS="ann@lamp.example"),
        sentence("Her address is ann at lamp dot example.", EMAIL_ADDRESS="ann at lamp dot example"),
        sentence("The lamp is lit at dusk.", DATE_TIME="dusk"),
        sentence("Or use bob@lamp.example instead."),
    ]
    (tmp_path / FILE).write_text(json.dumps(rows), encoding="utf-8")
    return tmp_path


def test_kinds_are_counted_and_sentences_masked_or_not(folder):
    made = measure(folder)
    of = {row.measure: row for row in made.rows}
    # three addresses found or labelled: ann's right, bob's found and not labelled, the spelt one missed
    assert (of["email address: precision"].value, of["email address: precision"].cases) == (0.5, 2)
    assert (of["email address: recall"].value, of["email address: recall"].cases) == (0.5, 2)
    assert (of["sentences fully masked"].value, of["sentences fully masked"].cases) == (0.5, 2)
    assert (of["sentences left alone"].value, of["sentences left alone"].cases) == (0.5, 2)
    assert (of["name: recall"].value, of["name: recall"].cases, of["name: recall"].low) == (0.0, 0, None)
    assert of["email address: recall"].published[0].value == 1.0
    assert "4 sentences, 2 of them" in made.size
    assert measure(folder, limit=1).size.startswith("1 sentences")


def test_a_sentence_is_masked_when_every_letter_of_every_detail_is_hidden(folder):
    assert [masked(case) for case in presidio_cases(folder / FILE)] == [True, False, True, True]


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    (folder / FILE).write_text('[{"text": "x"}]', encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match=r"fetch the copy again\.$"):
        measure(folder)
    (folder / FILE).write_text("[]", encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="no case"):
        measure(folder)
