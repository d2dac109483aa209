"""The baseline of the bench: LlamaIndex's quick-start on the same files with the same model.

    python -m evals.quickstart OUT FILE ...      index the files, keep the index in OUT, print its counts as JSON

SentenceSplitter(256), all-MiniLM-L6-v2 and the in-memory VectorStoreIndex; a query retrieves the eight nearest chunks.
It is given what it needs to do well here: this project's way of loading the model (one torch thread, batches of 8) and
a chunk overlap of 20 tokens, where the splitter's own 200 would make it embed four times as much.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from ingest.encoder import Model, find_model, llama_index_embedding

CHUNK_TOKENS, CHUNK_OVERLAP, TOP_K = 256, 20, 8


def build(files: Sequence[Path], out: Path, model: Model) -> dict[str, Any]:
    """Index the files and keep the index in `out`; returns how many documents, chunks and seconds that took."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    started = perf_counter()
    documents = [Document(text=file.read_text("utf-8-sig"), metadata={"file_name": file.name}) for file in files]
    index = VectorStoreIndex.from_documents(
        documents,
        transformations=[SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=CHUNK_OVERLAP)],
        embed_model=llama_index_embedding(model),
    )
    seconds = perf_counter() - started
    index.storage_context.persist(str(out))
    return {"documents": len(documents), "passages": len(index.docstore.docs), "seconds": round(seconds, 3)}


def retriever(folder: Path, model: Model) -> Callable[[str], Any]:
    """Question → the eight nearest chunks of the index kept in a folder."""
    from llama_index.core import StorageContext, load_index_from_storage

    storage = StorageContext.from_defaults(persist_dir=str(folder))
    index = load_index_from_storage(storage, embed_model=llama_index_embedding(model))
    return index.as_retriever(similarity_top_k=TOP_K).retrieve


def main() -> None:
    """Build the baseline's index and print what it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    arguments = parser.parse_args()
    print(json.dumps(build(arguments.files, arguments.out, find_model())))


if __name__ == "__main__":
    main()
