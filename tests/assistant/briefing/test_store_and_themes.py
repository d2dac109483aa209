"""Saved briefings, themes and figures, over the real library."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.briefing import store
from assistant.briefing.compose import Choices, compose_briefing, first_ticked
from assistant.briefing.gather import figures_stand, gather
from assistant.briefing.themes import figures, theme_counts
from ingest.errors import BadRequest, DataFolderUnusable


@pytest.fixture(scope="module")
def evidence(library):
    return gather("self-neglect", "Police", library)


def test_a_saved_briefing_is_the_same_when_it_is_opened_again(evidence, tmp_path):
    ids = first_ticked(evidence)["practice"]
    line = next(one for one in evidence.of("practice") if one.id == ids[0]).lines[0]
    choices = Choices(
        {"practice": list(reversed(ids)), "law": []}, {line.id: "In other words."}, "A trainer", date(2027, 1, 1)
    )
    name = store.save(evidence, choices, tmp_path)
    assert (name, store.saved_names(tmp_path)) == ("self-neglect-for-police", ["self-neglect-for-police"])
    saved = store.load(name, tmp_path)
    again, gone = store.choices_of(saved, evidence)
    assert gone == 0
    day = date(2026, 11, 26)
    assert compose_briefing(evidence, choices=again, today=day) == compose_briefing(
        evidence, choices=choices, today=day
    )
    store.delete(name, tmp_path)
    assert store.saved_names(tmp_path) == []
    with pytest.raises(BadRequest, match="not saved here any more"):
        store.load(name, tmp_path)


def test_a_quote_that_the_library_no_longer_offers_is_counted_and_left_out(evidence, tmp_path):
    choices = Choices({part: ids for part, ids in first_ticked(evidence).items() if ids})
    saved = store.load(store.save(evidence, choices, tmp_path), tmp_path)
    part = saved.parts[0].model_copy(update={"quotes": ("Words that were taken out.", *saved.parts[0].quotes)})
    again, gone = store.choices_of(saved.model_copy(update={"parts": (part, *saved.parts[1:])}), evidence)
    assert gone == 1 and list(again.ticked[part.part]) == list(choices.ticked[part.part])


def test_names_of_saved_briefings_stay_in_their_folder_and_damage_is_one_sentence(evidence, tmp_path):
    with pytest.raises(BadRequest, match="not saved here"):
        store.load("../../secret", tmp_path)
    name = store.save(evidence, Choices(), tmp_path)
    (tmp_path / "briefings" / f"{name}.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadRequest, match="is damaged"):
        store.load(name, tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderUnusable, match="could not be saved"):
        store.save(evidence, Choices(), tmp_path / "file")


def test_themes_are_counted_by_the_passages_that_name_them(library):
    counts = {one.theme: one for one in theme_counts(library)}
    assert len(counts) == 8 and all(one.sources >= 3 for one in counts.values())
    homelessness = counts["homelessness"]
    assert homelessness.sources == len({passage.source_id for passage in homelessness.passages})
    sizes = [len(one.passages) for one in theme_counts(library)]
    assert sizes == sorted(sizes, reverse=True)


def test_every_figure_says_what_it_is_a_share_of_and_stands_in_its_passage(library):
    found = figures(library)
    assert any("45% of the 231" in one.text.replace("**", "") for one in found)
    for one in found:
        assert figures_stand(one.text) and one.text in one.passage.text and one.period
