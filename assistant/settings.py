"""Settings of this machine, read once from the environment; the ways of answering are in `answering.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.encoder import DEFAULT_MODEL
from ingest.errors import BadRequest


class Settings(BaseSettings):
    """Each field is also an environment variable: SAFEGUARD_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="SAFEGUARD_", frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path(".safeguard"), description="indexes and records live here")
    embedding_model: str = Field(default=DEFAULT_MODEL, description="the packaged model, or a folder with another one")
    address: str = Field(default="127.0.0.1", description="the address the web app listens on")
    case_days: int = Field(default=90, ge=1, le=3650, description="days a saved case is kept after it was last saved")


class Retrieval(BaseModel):
    """How passages are ranked. Weights were chosen on evals/suites/calibration.jsonl; see docs/decisions/."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    depth: int = Field(gt=0, description="candidates taken from each ranking before they are fused")
    window_weight: float = Field(ge=0, le=1, description="cosine of a passage's nearest window")
    unit_weight: float = Field(ge=0, le=1, description="cosine of its nearest sentence, list item or row")
    asked_weight: float = Field(ge=0, le=1, description="cosine of the nearest question written for it")
    bm25_weight: float = Field(ge=0, le=1, description="BM25 of the whole passage")
    bm25_unit_weight: float = Field(ge=0, le=1, description="BM25 of its best sentence, list item or row")
    legislation_bonus: float = Field(ge=0, le=1, description="added to an Act's passages: the law comes first")
    sections: int = Field(gt=0, description="passages an answer may draw on")


class Composition(BaseModel):
    """How units are chosen for an answer. The three weights add up to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cosine_weight: float = Field(ge=0, le=1)
    bm25_weight: float = Field(ge=0, le=1)
    section_weight: float = Field(ge=0, le=1)
    words: int = Field(gt=0, description="most words of an answer")
    list_words: int = Field(gt=0, description="a list up to this many words is quoted whole or not at all")
    list_most: int = Field(gt=0, description="a list that is itself the answer is quoted whole up to this many words")
    least_share: float = Field(ge=0, le=1, description="units scoring below this share of the best are left out")


class Evidence(BaseModel):
    """When the evidence is enough: a logistic model over the features of assistant/answer/evidence.py."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: dict[str, float]
    intercept: float
    threshold: float = Field(ge=0, le=1, description="least probability at which an answer is given")
    sure: float = Field(ge=0, le=1, description="below this probability an answer says that it may not be one")
    unconfirmed: float = Field(ge=-1, le=1, description="least cosine at which an unconfirmed section is named")
    in_scope: float = Field(ge=-1, le=1, description="below this cosine an unanswered question is out of scope")
    made_from: str = Field(description="the suite, number of cases and command behind these figures")


class Answering(BaseModel):
    """Everything in answering.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    retrieval: Retrieval
    composition: Composition
    evidence: Evidence


@lru_cache
def settings() -> Settings:
    """The settings of this machine. Raises: BadRequest naming the variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"SAFEGUARD_{str(first['loc'][0]).upper()}"
        raise BadRequest(f"The setting {name} cannot be used ({first['msg']}); change it or unset it.") from None


@lru_cache
def answering() -> Answering:
    """How answers are made."""
    return Answering.model_validate(yaml.safe_load((Path(__file__).parent / "answering.yaml").read_text("utf-8")))
