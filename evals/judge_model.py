"""The judge itself: LlamaIndex's faithfulness and correctness evaluators over a server of chat completions.

Kept apart from `evals.judge`, because importing LlamaIndex takes seconds.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Self

import httpx
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator
from llama_index.core.evaluation.correctness import DEFAULT_EVAL_TEMPLATE as CORRECT
from llama_index.core.evaluation.faithfulness import DEFAULT_EVAL_TEMPLATE as FAITHFUL
from llama_index.core.evaluation.faithfulness import DEFAULT_REFINE_TEMPLATE as FAITHFUL_ON
from llama_index.core.llms import CustomLLM
from llama_index.core.prompts import BasePromptTemplate, ChatPromptTemplate
from pydantic import PrivateAttr

from evals.judge_settings import JudgeSettings, JudgeUnusable

TEMPERATURE = 0.0
WINDOW = 8_192
"""Tokens put to the judge at once at most; what is longer LlamaIndex asks about in parts."""
TIMEOUT_S = 120
TRIES = 4
_BUSY = (429, 503)
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_YES_NO = re.compile(r"\W*(?:answer\s*:)?\W*(yes|no)\b[*_\"']*\s*(?:[.,:;!–—-]|$)", re.IGNORECASE | re.MULTILINE)
_SCORE = re.compile(
    r"[\s*#]*(?:score\s*:)?[\s*]*(\d(?:\.\d+)?)(?:\s*/\s*5(?:\.0)?)?[\s*]*$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True)
class Verdict:
    """A reply as read: no value where it could not be."""

    value: float | None
    reply: str


class ChatModel(CustomLLM):
    """A model behind OpenAI's chat completions protocol, at temperature 0."""

    _settings: JudgeSettings = PrivateAttr()
    _client: httpx.Client = PrivateAttr()
    _replied_as: set[str] = PrivateAttr(default_factory=set)

    def __init__(self, settings: JudgeSettings) -> None:
        super().__init__()
        key = settings.key.get_secret_value()
        self._settings = settings
        self._client = httpx.Client(timeout=TIMEOUT_S, headers={"Authorization": f"Bearer {key}"} if key else {})

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex cuts the prompts by."""
        return LLMMetadata(context_window=WINDOW, num_output=512, is_chat_model=True, model_name=self._settings.model)

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """One reply. Raises: JudgeUnusable when the server does not give one."""
        asked = [{"role": message.role.value, "content": message.content or ""} for message in messages]
        text = self._reply({"model": self._settings.model, "temperature": TEMPERATURE, "messages": asked})
        return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=text))

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """One reply to a prompt without roles."""
        reply = self.chat([ChatMessage(role=MessageRole.USER, content=prompt)])
        return CompletionResponse(text=reply.message.content or "")

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """Not used here."""
        raise NotImplementedError

    def _reply(self, body: dict[str, Any]) -> str:
        where = self._settings.host
        response = self._post(body)
        if response.status_code != 200:
            raise JudgeUnusable(
                f"The judge at {where} refused with status {response.status_code}; check SAFEGUARD_JUDGE_URL, "
                "SAFEGUARD_JUDGE_MODEL and SAFEGUARD_JUDGE_KEY."
            )
        try:
            answered = response.json()
            text = answered["choices"][0]["message"].get("content") or ""
            named = answered.get("model") or self._settings.model
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise JudgeUnusable(
                f"What the judge at {where} replies is no chat completion; SAFEGUARD_JUDGE_URL is the address that "
                "ends in /v1."
            ) from None
        self._replied_as.add(self._without_key(str(named)))
        return self._without_key(str(text))

    def _post(self, body: dict[str, Any]) -> httpx.Response:
        """The server's response; a busy server is asked again."""
        for tried in range(1, TRIES + 1):
            try:
                response = self._client.post(f"{self._settings.url.rstrip('/')}/chat/completions", json=body)
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise JudgeUnusable(
                    f"The judge at {self._settings.host} does not answer ({type(error).__name__}); start it or set "
                    "another SAFEGUARD_JUDGE_URL."
                ) from None
            if response.status_code not in _BUSY or tried == TRIES:
                break
            time.sleep(_pause(response.headers.get("retry-after", ""), tried))
        return response

    def _without_key(self, text: str) -> str:
        """Replies are kept; a server that sends the key back must not bring it into a file."""
        key = self._settings.key.get_secret_value()
        return text.replace(key, "[key]") if key else text


class Judge:
    """The two evaluators over one model. What it is, for the record: `temperature`, `prompts`, `library`, `replied_as`.

    The templates are given by name, because LlamaIndex would choose others for some models.
    """

    temperature = TEMPERATURE

    def __init__(self, settings: JudgeSettings) -> None:
        self._model = ChatModel(settings)
        self._faithful = FaithfulnessEvaluator(self._model, eval_template=FAITHFUL, refine_template=FAITHFUL_ON)
        self._correct = CorrectnessEvaluator(
            self._model, eval_template=CORRECT, parser_function=lambda reply: (score_in(reply), reply)
        )
        self.prompts = version_of(FAITHFUL, FAITHFUL_ON, CORRECT)
        self.library = f"llama-index-core {metadata.version('llama-index-core')}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._model._client.close()

    @property
    def replied_as(self) -> set[str]:
        """The names of models in the replies so far."""
        return self._model._replied_as

    def faithful(self, answer: str, passages: Sequence[str]) -> Verdict:
        """Whether the passages support the answer, 1 or 0.

        LlamaIndex takes every reply without "yes" for a no; its reply is read here instead.
        """
        reply = asyncio.run(self._faithful.aevaluate(response=answer, contexts=list(passages))).feedback or ""
        return Verdict(yes_or_no_in(reply), reply)

    def correct(self, question: str, answer: str, reference: str) -> Verdict:
        """How right the answer is beside the reference, 1 to 5."""
        found = asyncio.run(self._correct.aevaluate(query=question, response=answer, reference=reference))
        return Verdict(found.score, found.feedback or "")


def yes_or_no_in(reply: str) -> float | None:
    """1 or 0 where a reply begins with yes or no as a word of its own; None elsewhere.

    >>> yes_or_no_in("YES"), yes_or_no_in("**No.** It is not there."), yes_or_no_in("There is no doubt.")
    (1.0, 0.0, None)
    """
    found = _YES_NO.match(_THOUGHT.sub("", reply))
    return float(found[1].lower() == "yes") if found else None


def score_in(reply: str) -> float | None:
    r"""The number from 1 to 5 that is alone on a reply's first line; None elsewhere.

    >>> score_in("4.5\nNearly all of it."), score_in("Score: 3/5"), score_in("7"), score_in("4 of the 5 facts")
    (4.5, 3.0, None, None)
    """
    found = _SCORE.match(_THOUGHT.sub("", reply))
    return value if found and 1 <= (value := float(found[1])) <= 5 else None


def version_of(*templates: BasePromptTemplate) -> str:
    """SHA-256 of the words of prompt templates, in their order."""
    words = [
        [[message.role.value, message.content] for message in template.message_templates]
        if isinstance(template, ChatPromptTemplate)
        else template.get_template()
        for template in templates
    ]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def _pause(asked_for: str, tried: int) -> float:
    """Seconds before a busy server is asked again: what it asks for, a minute at most."""
    return min(float(asked_for), 60.0) if asked_for.isdigit() else 2.0**tried
