"""The least each suite must reach, from gates.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from evals.score import Figure
from ingest.errors import SafeguardError

GATES = Path(__file__).parent / "gates.yaml"

_EXACT = 1e-9  # a mean of ones and zeros may differ from the written figure in its last binary place


class GatesInvalid(SafeguardError):
    """gates.yaml does not say what it must."""


class Gate(BaseModel):
    """The least a measure must reach, 0 to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measure: str
    least: float = Field(ge=0, le=1)

    def holds(self, figures: Mapping[str, Figure]) -> bool:
        """Whether the figure reaches the gate. A figure that was not measured does not."""
        figure = figures.get(self.measure)
        return figure is not None and figure.value is not None and figure.value >= self.least - _EXACT


def gates_of(suite: str, path: Path = GATES) -> tuple[Gate, ...]:
    """The gates of one suite, in the file's order; none for a suite the file does not name.

    Raises: GatesInvalid when the file is not suites, measures and numbers from 0 to 1.
    """
    try:
        written = TypeAdapter(dict[str, dict[str, float]]).validate_python(yaml.safe_load(path.read_text("utf-8")))
        return tuple(Gate(measure=measure, least=least) for measure, least in written.get(suite, {}).items())
    except (yaml.YAMLError, ValidationError) as error:
        raise GatesInvalid(f"{path.name} must hold measures with numbers from 0 to 1, by suite ({error}).") from None
