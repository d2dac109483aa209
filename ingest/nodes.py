"""Passages as LlamaIndex nodes: the step of the ingestion pipeline between reading and embedding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, RelatedNodeInfo, TextNode
from pydantic import Field

from ingest.index import asked_key, vector_key, window_key
from ingest.passages import Passage, unit_texts, windows


class PassageNodeParser(NodeParser):
    """Each document → one node a window, a unit and a question of its passages, shortest first.

    Shortest first, because batches of texts of like length waste no padding. The node's text is exactly what is
    embedded; its id says which passage and unit it stands for.
    """

    passages_of: dict[str, list[Passage]] = Field(description="document id -> its passages")
    count: Callable[[str], int] = Field(description="text -> tokens", exclude=True)
    room: int = Field(description="tokens a window may have")

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        made: list[BaseNode] = []
        for document in nodes:
            for passage in self.passages_of[document.node_id]:
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


def _node(key: str, text: str, document: BaseNode) -> TextNode:
    related = RelatedNodeInfo(node_id=document.node_id)
    return TextNode(id_=key, text=text, relationships={NodeRelationship.SOURCE: related})
