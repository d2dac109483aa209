"""ObliQA's adapter on invented regulations in its format."""

from __future__ import annotations

import json
import zipfile

import pytest

from assistant.settings import Settings
from evals.benchmarks import corpus
from evals.benchmarks.obliqa import PASSAGES, QUESTIONS, Place, cases, measure, regulations, score
from evals.benchmarks.value import BenchmarkMissing

BEES = [("1.1", "HIVES"), ("1.1.1", "A hive is opened in the warm hours only."), ("1.1.2", " \n")]
BOATS = [("2.(1)", "A boat leaves the harbour at high tide."), ("2.(2)", "A ferry pays the harbour master 4 marks.")]


def gold(document: int, number: str) -> dict[str, object]:
    return {"DocumentID": document, "PassageID": number, "Passage": "not read"}


@pytest.fixture
def folder(tmp_path, monkeypatch, data_folder):
    machine = data_folder(tmp_path / "machine")
    monkeypatch.setattr(corpus, "settings", lambda: Settings(data_dir=machine))
    with zipfile.ZipFile(tmp_path / PASSAGES, "w") as archive:
        for number, rows in ((10, BOATS), (9, BEES)):
            made = [{"ID": "x", **gold(number, id_), "Passage": text} for id_, text in rows]
            archive.writestr(f"Documents/{number}.json", json.dumps(made))
        archive.writestr("__MACOSX/Documents/._9.json", "no JSON")
    asked = [
        {"QuestionID": "a", "Question": "When is a hive opened?", "Passages": [gold(9, "1.1.1")], "Group": 1},
        {"QuestionID": "b", "Question": "When does a boat leave?", "Passages": [gold(10, "2.(1)"), gold(3, "7")]},
    ]
    (tmp_path / QUESTIONS).write_text(json.dumps(asked), encoding="utf-8")
    return tmp_path


def test_documents_and_questions_are_read_as_published(folder):
    made = regulations(folder / PASSAGES)
    assert [text.id for text in made] == ["regulation-9", "regulation-10"]
    assert [section.pinpoint for section in made[0].document.sections] == ["1.1", "1.1.1"]  # one holds no words
    assert cases(folder / QUESTIONS)[1].gold == {Place(10, "2.(1)"), Place(3, "7")}


def test_recall_and_average_precision_are_ir_measures():
    a, b, c = (Place(1, number) for number in "abc")
    assert score([a, b], [c, a, b]) == {"recall@10": 1.0, "MAP@10": pytest.approx((1 / 2 + 2 / 3) / 2)}
    assert score([a, b], [a]) == {"recall@10": 0.5, "MAP@10": 0.5}
    assert score([a], []) == {"recall@10": 0.0, "MAP@10": 0.0}


def test_each_system_is_scored_on_the_same_questions(folder):
    made = measure(folder)
    of = {(row.system, row.measure): row for row in made.rows}
    # The first question's one passage is found; of the second's two, one is not in the archive.
    assert of["safeguard", "recall@10"].value == 0.75
    assert of["safeguard", "MAP@10"].value == 0.75
    assert [one.value for one in of["safeguard", "recall@10"].published] == [0.8201]
    assert all(row.cases == 2 and row.baseline == (row.system != "safeguard") for row in made.rows)
    assert len(of) == 6
    assert made.size.startswith("2 questions; 4 passages of 2 regulations")
    assert measure(folder, limit=1).rows[0].value == 1.0


def test_a_missing_or_damaged_file_is_said(folder):
    with pytest.raises(BenchmarkMissing, match="name the folder that holds it"):
        measure(folder / "elsewhere")
    (folder / QUESTIONS).write_text('[{"Question": "q", "Passages": []}]', encoding="utf-8")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)
    (folder / PASSAGES).write_bytes(b"PK")
    with pytest.raises(BenchmarkMissing, match="fetch the copy again"):
        measure(folder)
