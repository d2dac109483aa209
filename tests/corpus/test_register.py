"""The register, the digests and the data files hold together; each check is shown to fail on a broken sample."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import corpus_checks as checks
import pytest
import yaml

from ingest.errors import RegisterInvalid
from ingest.sources import CORPUS, load_register

ROOT = CORPUS.parent
ALL = (
    checks.digests_and_entries,
    checks.pinpoints,
    checks.licences,
    checks.kinds,
    checks.sourced,
    checks.places,
    checks.everyday,
    checks.named_places,
)


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_the_corpus_is_whole(check):
    assert check(CORPUS) == []


def test_no_telephone_number_is_typed_in_code():
    assert checks.telephone_numbers(ROOT / "assistant", ROOT / "ingest", *sorted((ROOT / "evals").glob("*.py"))) == []


def test_the_register_loads_most_authoritative_first():
    sources = load_register().sources
    assert len(sources) == len(list((CORPUS / "digests").glob("*.md")))
    assert [source.authority for source in sources] == sorted(source.authority for source in sources)
    assert len({source.title for source in sources}) == len(sources)
    for source in sources:
        assert source.format == "digest" and source.digest == f"{source.id}.md"
        assert source.url is not None
        assert source.review_due is not None and source.review_due > source.checked_on


def test_a_superseded_source_carries_a_notice():
    old = [source for source in load_register().sources if source.superseded_by]
    assert [source.id for source in old] == ["working-together-2023-reviews"]
    assert all(source.notice for source in old)


def test_nothing_was_checked_in_the_future():
    assert all(source.checked_on <= date.today() for source in load_register().sources)


@pytest.fixture
def corpus(tmp_path):
    """A small whole corpus, to break."""
    (tmp_path / "digests").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "digests" / "act.md").write_text(
        "---\nkind: legislation\naudience: adults\n---\n# Act\n\nIntroduction.\n\n## Duty\n\n"
        "### Who must act [s.1(1)]\n\nThe board must act.\n\n## Limits of this digest\n\n- Not all was read.\n"
    )
    entry = {"id": "act", "digest": "act.md", "licence": "OGL", "kind": "legislation", "audience": "adults"}
    _write(tmp_path / "sources.yaml", "sources", entry)
    checked = {"source": "act", "checked_on": date(2026, 11, 21)}
    place = {"source_id": "act", "heading": "Who must act", "pinpoint": "s.1(1)"}
    _write(tmp_path / "data" / "contacts.yaml", "contacts", {"id": "emergency", **checked})
    _write(tmp_path / "data" / "acronyms.yaml", "acronyms", {"term": "SAR", **checked})
    paraphrase = {"id": "one", "local": {"source_id": None}, "statute": place, **checked}
    _write(tmp_path / "data" / "paraphrases.yaml", "paraphrases", paraphrase)
    top = {"title": "Words", "note": "A sample.", "checked_on": date(2026, 11, 22)}
    said = {"say": ["bigwigs", "top brass"], "means": ["board", "the board must"]}
    _write(tmp_path / "data" / "everyday.yaml", "entries", said, source="usage", **top)
    area = {"id": "telford-and-wrekin", "name": "Telford and Wrekin", "kind": "borough", "names": ["telford"]}
    _write(tmp_path / "data" / "places.yaml", "areas", area | checked | {"source": "https://a.example/"}, **top)
    return tmp_path


def test_the_sample_is_whole(corpus):
    assert [fault for check in ALL for fault in check(corpus)] == []


def test_a_digest_without_an_entry_is_found(corpus):
    shutil.copy(corpus / "digests" / "act.md", corpus / "digests" / "other.md")
    assert checks.digests_and_entries(corpus) == ["other.md: no entry in sources.yaml"]


def test_an_entry_without_a_digest_is_found(corpus):
    (corpus / "digests" / "act.md").unlink()
    assert checks.digests_and_entries(corpus) == ["act.md: an entry without a digest"]


def test_a_section_with_text_and_no_pinpoint_is_found(corpus):
    digest = corpus / "digests" / "act.md"
    digest.write_text(digest.read_text().replace("## Duty\n", "## Duty\n\nText of its own.\n"))
    assert checks.pinpoints(corpus) == ["act.md: 'Duty' has text and no pinpoint"]


@pytest.mark.parametrize("licence", ["", "  ", None])
def test_a_missing_licence_is_found(corpus, licence):
    _change(corpus / "sources.yaml", "sources", licence=licence)
    assert checks.licences(corpus) == ["act: no licence"]


def test_a_digest_that_contradicts_the_register_is_found(corpus):
    _change(corpus / "sources.yaml", "sources", kind="local-policy")
    assert checks.kinds(corpus) == ["act.md: kind is 'legislation', the register says 'local-policy'"]


@pytest.mark.parametrize("kind", ["contacts", "acronyms", "paraphrases"])
@pytest.mark.parametrize(
    "change, fault",
    [
        ({"source": None}, "no source"),
        ({"checked_on": None}, "no checked-on date"),
        ({"source": "nowhere"}, "source 'nowhere' is neither a page nor a source of the register"),
    ],
)
def test_an_entry_without_source_or_date_is_found(corpus, kind, change, fault):
    _change(corpus / "data" / f"{kind}.yaml", kind, **change)
    (found,) = checks.sourced(corpus)
    assert found.startswith(kind) and found.endswith(fault)


@pytest.mark.parametrize("part", ["source_id", "heading", "pinpoint"])
@pytest.mark.parametrize("side", ["local", "statute"])
def test_a_paraphrase_that_names_no_heading_is_found(corpus, side, part):
    place = {"source_id": "act", "heading": "Who must act", "pinpoint": "s.1(1)"} | {part: "elsewhere"}
    _change(corpus / "data" / "paraphrases.yaml", "paraphrases", **{side: place})
    assert checks.places(corpus) == [f"one: {side} names no heading of {place['source_id']}"]


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"means": ["panel"]}, "everyday 'bigwigs': no digest has 'panel'"),
        ({"means": ["must the board"]}, "everyday 'bigwigs': no digest has 'must the board'"),
        ({"say": ["top brass", "bigwigs", "top-brass"]}, "'top brass' and 'top-brass' are the same phrase"),
        ({"means": []}, "entries entry 1, means"),
        ({"means": ["board", "must", "act", "duty", "who"]}, "entries entry 1, means"),
        ({"say": ["Bigwigs"]}, "'Bigwigs' is not a phrase in lower case"),
    ],
)
def test_a_wrong_everyday_word_is_found(corpus, change, fault):
    _change(corpus / "data" / "everyday.yaml", "entries", **change)
    (found,) = checks.everyday(corpus)
    assert fault in found


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"source": "hearsay"}, "place telford-and-wrekin: source 'hearsay' is no page"),
        ({"kind": "council"}, "places: Telford and Wrekin is not the one borough"),
        ({"kind": "village"}, "areas 'telford-and-wrekin', kind"),
        ({"names": ["telford", "telford's"]}, "two entries have the place 'telford'"),
        ({"names": ["Telford"]}, "'Telford' is not a name in lower case"),
        ({"checked_on": None}, "areas 'telford-and-wrekin', checked_on"),
    ],
)
def test_a_wrong_place_is_found(corpus, change, fault):
    _change(corpus / "data" / "places.yaml", "areas", **change)
    (found,) = checks.named_places(corpus)
    assert fault in found


def test_a_telephone_number_in_code_is_found(tmp_path):
    number = "01952 " + "385385"
    (tmp_path / "screen.py").write_text(
        f'"""Example: {number}."""\n\nRING = "{number}"\nSAY = f"Ring {number} {{RING}}"\n'
    )
    assert checks.telephone_numbers(tmp_path) == [
        "screen.py:3: a telephone number typed in code",
        "screen.py:4: a telephone number typed in code",
    ]


@pytest.mark.parametrize("licence", ["", None])
def test_the_register_model_refuses_an_empty_licence(tmp_path, licence):
    data = yaml.safe_load((CORPUS / "sources.yaml").read_text(encoding="utf-8"))
    data["sources"][0]["licence"] = licence
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(RegisterInvalid, match=r"sources\.0\.licence.*mend that entry"):
        load_register(tmp_path / "sources.yaml")


def _write(path: Path, key: str, entry: dict, **top: object) -> None:
    path.write_text(yaml.safe_dump({**top, key: [entry]}), encoding="utf-8")


def _change(path: Path, key: str, **values: object) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data[key][0].update(values)
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
