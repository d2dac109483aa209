"""The steps of LlamaIndex's ingestion pipeline: passages become nodes, and nodes are embedded by an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, RelatedNodeInfo, TextNode
from pydantic import Field, PrivateAttr

from ingest.encoder import Encoder
from ingest.index import asked_key, vector_key, window_key
from ingest.passages import Passage, unit_texts, windows


class PassageNodeParser(NodeParser):
    """Each passage → one node a window, a unit and a question of it, shortest first.

    Shortest first, because sentence-transformers' batches of texts of like length waste no padding. The node's text is
    exactly what is embedded; its id says which passage and unit it stands for.
    """

    passages_of: dict[str, Passage] = Field(description="passage id -> the passage; LlamaIndex's document is a passage")
    count: Callable[[str], int] = Field(description="text -> tokens", exclude=True)
    room: int = Field(description="tokens a window may have")

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        made: list[BaseNode] = []
        for document in nodes:
            passage = self.passages_of[document.node_id]
            for n, text in enumerate(windows(passage, self.count, self.room)):
                made.append(_node(window_key(passage.id, n), text, document))
            for n, text in enumerate(unit_texts(passage)):
                made.append(_node(vector_key(passage.id, n), text, document))
            for n, text in enumerate(passage.asked):
                made.append(_node(asked_key(passage.id, n), text, document))
        return sorted(made, key=lambda node: len(node.get_content()))

    def _postprocess_parsed_nodes(self, nodes: list[BaseNode], parent_doc_map: dict[str, Any]) -> list[BaseNode]:
        return nodes  # spans are kept with the passage; LlamaIndex need not look for them again

    @classmethod
    def class_name(cls) -> str:
        """LlamaIndex's name for this step."""
        return "PassageNodeParser"


class EncoderEmbedding(BaseEmbedding):
    """An encoder as LlamaIndex's embedding step: given all texts at once, as it batches them better than in turn."""

    _encoder: Encoder = PrivateAttr()

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(model_name="encoder", embed_batch_size=2048)  # the most that LlamaIndex allows
        self._encoder = encoder

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.encode(texts).tolist()

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    @classmethod
    def class_name(cls) -> str:
        """LlamaIndex's name for this step."""
        return "EncoderEmbedding"


def _node(key: str, text: str, document: BaseNode) -> TextNode:
    related = RelatedNodeInfo(node_id=document.node_id)
    return TextNode(id_=key, text=text, relationships={NodeRelationship.SOURCE: related})
