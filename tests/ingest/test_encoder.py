"""The exported encoder beside the model it was exported from, on real weights."""

import subprocess
import sys

import numpy as np
import pytest

from assistant.library import Library
from assistant.retrieve import search
from ingest.encoder import (
    BATCH_TOKENS,
    SAME_VECTOR,
    OnnxEncoder,
    SentenceTransformerEncoder,
    export,
    exported_file,
    open_bulk_encoder,
    open_encoder,
    spread,
)
from ingest.pipeline import ingest

TEXTS = [
    "When must a SAR be carried out?", "x", "", "very long " * 300, "A SAR?", "When must a SAR be carried out?",
    *(f"Visit {n}: " + "record every visit the same day. " * n for n in range(40)),
]  # fmt: skip


class Turned:
    """An encoder whose vectors are another model's: each is turned by one place."""

    def __init__(self, encoder) -> None:
        self.encoder = encoder

    def encode(self, texts):
        return np.roll(self.encoder.encode(texts), 1, axis=1)


@pytest.fixture
def exported(encoders, model) -> OnnxEncoder:
    return OnnxEncoder(model, exported_file(model, encoders))


def test_the_exported_encoder_gives_the_vectors_of_sentence_transformers_in_the_order_of_the_texts(exported, model):
    vectors, original = exported.encode(TEXTS), SentenceTransformerEncoder(model).encode(TEXTS)
    assert vectors.shape == original.shape == (len(TEXTS), 384)
    assert (vectors * original).sum(axis=1).min() >= SAME_VECTOR


def test_a_text_has_the_same_vector_alone_in_a_batch_and_on_several_threads(exported, encoders, model):
    together = OnnxEncoder(model, exported_file(model, encoders), threads=3).encode(TEXTS)
    alone = np.concatenate([exported.encode([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-6
    assert (together[0] == together[5]).all()  # equal texts


def test_equal_texts_are_computed_once_and_a_batch_holds_about_as_many_tokens_as_are_set(exported, monkeypatch):
    batches = []
    run = exported._run
    monkeypatch.setattr(exported, "_run", lambda batch: batches.append(batch) or run(batch))
    exported.encode(TEXTS)
    assert sum(len(batch) for batch in batches) == len(TEXTS) - 1
    assert all(len(batch) == 1 or len(batch) * len(batch[0]) <= BATCH_TOKENS for batch in batches)


def test_an_export_whose_vectors_differ_is_not_kept(exported, model, tmp_path):
    assert export(model, tmp_path, Turned(exported), TEXTS[:3]) is False
    assert list(tmp_path.iterdir()) == []
    assert isinstance(open_encoder(model, tmp_path), SentenceTransformerEncoder)


def test_a_model_that_cannot_be_exported_is_ingested_and_asked_through_sentence_transformers(
    own_documents, tmp_path, model, monkeypatch
):
    def refuse(*_: object) -> None:
        raise RuntimeError("no such operator")

    monkeypatch.setattr("ingest.encoder._write_onnx", refuse)
    ingest([own_documents], data_dir=tmp_path / "d", model=model, with_starter=False)
    assert list((tmp_path / "d" / "encoders").iterdir()) == []
    hits = search(Library.open(tmp_path / "d"), "who may visit a hoarded home")
    assert "trained staff" in hits[0].passage.text


def test_a_damaged_export_is_made_again_by_the_next_ingest_that_embeds(indexed, own_documents, model):
    data, _ = indexed
    file = exported_file(model, data / "encoders")
    whole = file.stat().st_size
    file.unlink()
    file.write_bytes(b"not a model")
    (own_documents / "new.md").write_text("# New\n\nBoats are counted weekly.\n", encoding="utf-8")
    assert ingest(data_dir=data, model=model, with_starter=False).added == 1
    assert file.stat().st_size == whole
    assert isinstance(open_bulk_encoder(model, data / "encoders", []), OnnxEncoder)
    assert "Boats" in search(Library.open(data), "how often are boats counted")[0].passage.text


WITHOUT_TORCH = """
import sys
from pathlib import Path
from ingest.encoder import find_model
from ingest.pipeline import ingest
report = ingest([sys.argv[1]], data_dir=Path(sys.argv[2]), model=find_model(), with_starter=False)
assert report.added == 2, report
print(sorted({"torch", "sentence_transformers"} & set(sys.modules)))
"""


def test_an_ingest_beside_an_export_loads_neither_torch_nor_sentence_transformers(own_documents, tmp_path, data_folder):
    command = [sys.executable, "-c", WITHOUT_TORCH, str(own_documents), str(data_folder(tmp_path / "d"))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_samples_are_spread_from_the_shortest_text_to_the_longest():
    texts = ["word " * n for n in range(1, 101)]
    samples = spread([*texts, *texts], most=5)
    assert [len(text) // 5 for text in samples] == [1, 25, 50, 75, 100]
    assert spread(["b", "a", "a"]) == ["a", "b"] and spread([]) == []
