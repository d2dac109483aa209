"""A scorecard: what the last evaluation of this machine measured, as a value that the Evaluation page draws.

The evaluation writes it beside its run and into the data folder; nothing here knows how a figure was made.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import SafeguardError

FILE = "scorecard.json"
FOLDER = "evaluation"
"""The folder of the data folder that holds the newest scorecard."""


class ScorecardDamaged(SafeguardError):
    """The scorecard of this machine cannot be read."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(_Value):
    """One figure over `cases` cases; `low` and `high` bound it with 95% confidence. `goal`: the least it must reach.

    `value` is None where no case bears on the measure; a goal is not passed then. Shares are 0 to 1; a name that
    ends in ms or MB gives its unit.
    """

    measure: str
    meaning: str
    value: float | None
    low: float | None = None
    high: float | None = None
    cases: int = Field(ge=0)
    goal: float | None = None
    passed: bool | None = None


class Group(_Value):
    """One measure over the cases of one topic or one way of asking."""

    suite: str
    by: str
    name: str
    measure: str
    value: float
    low: float
    high: float
    cases: int = Field(gt=0)


class Worst(_Value):
    """A case that failed: what was asked, what came back, what was expected and which measures it lowers."""

    suite: str
    id: str
    question: str
    answer: str
    expected: str
    lowers: tuple[str, ...]


class TradeOff(_Value):
    """Refusals at one threshold of the evidence: precision and recall over the questions that are no emergency."""

    threshold: float
    precision: float
    recall: float
    refused: int


class Outcomes(_Value):
    """How many cases that should end one way ended in another."""

    expected: str
    came: str
    cases: int


class SuiteCard(_Value):
    """The figures of one suite, with what the charts are made of; `times_ms` are of asking, emergencies left out."""

    name: str
    about: str
    cases: int
    rows: tuple[Measured, ...]
    groups: tuple[Group, ...] = ()
    outcomes: tuple[Outcomes, ...] = ()
    trade_off: tuple[TradeOff, ...] = ()
    threshold: float | None = None
    times_ms: tuple[float, ...] = ()
    worst: tuple[Worst, ...] = ()


class Scorecard(_Value):
    """One evaluation. `command` makes it again; `commit` ends in + where files differed from it."""

    made: datetime
    command: str
    commit: str | None
    versions: dict[str, str]
    seconds: float
    suites: tuple[SuiteCard, ...]

    @property
    def checks(self) -> tuple[int, int]:
        """How many goals were passed, and how many there are."""
        goals = [row.passed for suite in self.suites for row in suite.rows if row.goal is not None]
        return sum(bool(passed) for passed in goals), len(goals)


def newest(data_dir: Path) -> Scorecard | None:
    """The scorecard of the last evaluation on this machine; None when there was none.

    Raises: ScorecardDamaged when the file is there and is not one.
    """
    path = data_dir / FOLDER / FILE
    try:
        return Scorecard.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        raise ScorecardDamaged(f"{path} cannot be read; run `safeguard eval run` again.") from None
