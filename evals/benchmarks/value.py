"""What an adapter returns: what was measured, on what, and what others have published on it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from ingest.errors import SafeguardError


class BenchmarkMissing(SafeguardError):
    """The local copy of a benchmark is not where it was said to be, or is not what its adapter reads."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(_Value):
    """A figure somebody else published: `where` names the paper or page, `split` what it was measured on."""

    value: float
    system: str
    split: str
    where: str


class Row(_Value):
    """One figure: `value` is the mean over `cases`; `low` and `high` bound it with 95% confidence.

    `meaning` says in one line what the measure is. `baseline` marks a simple method run beside ours on the same cases.
    """

    system: str = "safeguard"
    measure: str
    meaning: str
    value: float
    cases: int = Field(ge=0)
    low: float | None = None
    high: float | None = None
    baseline: bool = False
    published: tuple[Published, ...] = ()


class Benchmark(_Value):
    """One benchmark's result. `size`: what was read, in words. `seconds`: wall time of the run.

    `notes`: what a reader must know to compare: what was left out, what is not the published task.
    """

    name: str
    about: str
    source: str
    licence: str
    split: str
    size: str
    rows: tuple[Row, ...] = Field(min_length=1)
    notes: tuple[str, ...] = ()
    seconds: float


class Adapter(Protocol):
    """What every module here offers as `measure`."""

    def __call__(self, folder: Path, limit: int | None = None) -> Benchmark:
        """Measure on the copy in `folder`; with `limit`, on its first so many cases only.

        Raises: BenchmarkMissing when a file is not there or does not hold what it should.
        """
        ...
