"""A language model's opinion of a finished run: is each answer faithful to what it cites, and is it right?

    python -m evals.judge RUN_FOLDER [--suite NAME ...]

Optional, and never a gate: no figure here may be named in gates.yaml. Reads the run folder alone and writes
judged.json into each question suite's folder. The judge is whatever speaks OpenAI's chat completions at
SAFEGUARD_JUDGE_URL; the questions and the prompts are LlamaIndex's own (docs/decisions/0020-judge.md).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from evals.judge_settings import JudgeSettings, JudgeUnusable
from evals.kinds import QUESTIONS, kind_of
from evals.record import CaseRun, PassageRow, Reply, read_about, read_cases, read_passages, write_json
from evals.score import Figure, summed
from evals.suite import Case, load
from ingest.errors import BadRequest, SafeguardError

FILE = "judged.json"
FAITHFULNESS, CORRECTNESS = "judged faithfulness", "judged correctness"
MEASURES = (FAITHFULNESS, CORRECTNESS)
"""0 or 1: the answer is supported by the passages it cites. 1 to 5: how right it is beside the suite's facts."""
NOT_READ = "its reply could not be read"
NO_PASSAGE = "a passage it cites is not in the run"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JudgedCase(_Value):
    """One answered case. `unjudged`: why a measure has no value. `replies`: what the judge wrote, by measure."""

    id: str
    values: dict[str, float | None]
    unjudged: dict[str, str] = {}
    replies: dict[str, str] = {}


class About(_Value):
    """What the judge was. `replied_as`: the model's names in its replies. `prompts`: SHA-256 of the templates."""

    model: str
    host: str
    replied_as: tuple[str, ...]
    temperature: float
    prompts: str
    library: str
    made: datetime


class Judged(_Value):
    """judged.json: `figures` and `intervals` as in scores.json, over the cases that were judged.

    `unjudged` counts the answered cases that have no value though the measure bears on them.
    """

    suite: str
    judge: About
    run: dict[str, str | None]
    answered: int
    not_answered: int
    figures: dict[str, Figure]
    intervals: dict[str, tuple[float, float]]
    unjudged: dict[str, int]
    cases: tuple[JudgedCase, ...]


class Verdict(Protocol):
    """A reply of the judge as read: no value where it could not be."""

    @property
    def value(self) -> float | None:
        """0 or 1, or 1 to 5."""
        ...

    @property
    def reply(self) -> str:
        """What it wrote."""
        ...


class Judge(Protocol):
    """What is asked about each answer: `evals.judge_model.Judge`."""

    def faithful(self, answer: str, passages: Sequence[str]) -> Verdict:
        """Whether the passages support the answer."""
        ...

    def correct(self, question: str, answer: str, reference: str) -> Verdict:
        """How right the answer is beside the reference."""
        ...


@dataclass(frozen=True)
class _Run:
    """One suite's part of a run folder."""

    name: str
    folder: Path
    about: Mapping[str, Any]
    cases: Sequence[Case]
    came_back: Mapping[str, CaseRun]
    passages: Mapping[str, PassageRow]

    def answer_of(self, case: Case) -> Reply | None:
        run = self.came_back.get(case.id)
        return run.answer if run and run.answer and run.answer.sentences else None


def judge_run(folder: Path, suites: Sequence[str] = (), settings: JudgeSettings | None = None) -> list[Judged]:
    """Judge the question suites of the run in `folder`, all where none is named; print the figures and keep them.

    Nothing is written unless every suite could be judged.
    Raises: JudgeUnusable, BadRequest, RunDamaged or SuiteInvalid (exit code 2).
    """
    chosen = settings or JudgeSettings()
    chosen.check()
    runs = [_read(name, folder) for name in dict.fromkeys(suites) or _question_suites(folder)]
    for run in runs:
        _refuse_its_own_judge(run, chosen)
    from evals import judge_model

    with judge_model.Judge(chosen) as judge:
        found = []
        for run in runs:
            count = sum(run.answer_of(case) is not None for case in run.cases)
            print(f"{run.name}: asking {chosen.model} at {chosen.host} about {count} answers", flush=True)
            found.append(_judge(run, judge, chosen))
    for run, judged in zip(runs, found, strict=True):
        write_json(run.folder / FILE, judged.model_dump(mode="json"))
        print(table(judged))
    return found


def table(judged: Judged) -> str:
    """The figures of one suite as text, with what was not judged."""
    lines = [
        f"{judged.suite}: {judged.answered} answered, {judged.not_answered} not answered and so not judged",
        f"  {'measure':22}{'mean':>9}  {'95% interval':16}{'cases':>5}  unjudged",
    ]
    for name, figure in judged.figures.items():
        value = "-" if figure.value is None else f"{figure.value:.3f}"
        low, high = judged.intervals.get(name, (None, None))
        interval = "" if low is None else f"{low:.3f} to {high:.3f}"
        lines.append(f"  {name:22}{value:>9}  {interval:16}{figure.cases:>5}  {judged.unjudged[name]}")
    lines += [
        f"  unjudged: {case.id} ({measure}: {why})" for case in judged.cases for measure, why in case.unjudged.items()
    ]
    if len(judged.judge.replied_as) > 1:
        lines.append(f"  more than one model replied: {', '.join(judged.judge.replied_as)}")
    return "\n".join(lines)


def reference_of(case: Case) -> str:
    """The suite's facts in words, those that are vital first; empty where it has none."""
    ordered = sorted(case.facts, key=lambda fact: not fact.vital)
    return "\n".join(f"- {'needed' if fact.vital else 'good to have'}: {fact.text}" for fact in ordered)


def asked_of(case: Case) -> str:
    """The question, after the turns before it."""
    return "\n".join([*(f"{turn.role}: {turn.content}" for turn in case.history), case.question])


def judge_case(case: Case, answer: Reply, passages: Mapping[str, PassageRow], judge: Judge) -> JudgedCase:
    """Both opinions on one answer. Correctness does not bear on a case without facts."""
    said = "\n".join(sentence.text for sentence in answer.sentences)
    cited = dict.fromkeys(citation.passage_id for citation in answer.citations)
    values: dict[str, float | None] = dict.fromkeys(MEASURES)
    unjudged: dict[str, str] = {}
    verdicts: dict[str, Verdict] = {}
    if cited and all(passage_id in passages for passage_id in cited):
        verdicts[FAITHFULNESS] = judge.faithful(said, [passages[passage_id].text for passage_id in cited])
    else:
        unjudged[FAITHFULNESS] = NO_PASSAGE
    if reference := reference_of(case):
        verdicts[CORRECTNESS] = judge.correct(asked_of(case), said, reference)
    for measure, verdict in verdicts.items():
        values[measure] = verdict.value
        if verdict.value is None:
            unjudged[measure] = NOT_READ
    replies = {measure: verdict.reply for measure, verdict in verdicts.items()}
    return JudgedCase(id=case.id, values=values, unjudged=unjudged, replies=replies)


def _judge(run: _Run, judge: Any, settings: JudgeSettings) -> Judged:
    judge.replied_as.clear()
    answered = [(case, answer) for case in run.cases if (answer := run.answer_of(case)) is not None]
    cases = tuple(judge_case(case, answer, run.passages, judge) for case, answer in answered)
    figures, intervals = summed([dict.fromkeys(MEASURES), *(case.values for case in cases)])
    return Judged(
        suite=run.name,
        judge=About(
            model=settings.model,
            host=settings.host,
            replied_as=tuple(sorted(judge.replied_as)),
            temperature=judge.temperature,
            prompts=judge.prompts,
            library=judge.library,
            made=datetime.now(UTC).replace(microsecond=0),
        ),
        run={key: run.about.get(key) for key in ("started", "commit")},
        answered=len(cases),
        not_answered=len(run.cases) - len(cases),
        figures=figures,
        intervals=intervals,
        unjudged={measure: sum(measure in case.unjudged for case in cases) for measure in MEASURES},
        cases=cases,
    )


def _question_suites(folder: Path) -> list[str]:
    names = [path.parent.name for path in sorted(folder.glob("*/suite.jsonl"))]
    if not (asked := [name for name in names if kind_of(name) is QUESTIONS]):
        raise BadRequest(
            f"There is no question suite of a run in {folder}; give a folder that `safeguard eval run --out` wrote."
        )
    return asked


def _read(name: str, folder: Path) -> _Run:
    own = folder / name
    if kind_of(name) is not QUESTIONS or not (own / "suite.jsonl").is_file():
        raise BadRequest(f"There is no question suite {name} in {folder}; leave out --suite to judge all that are.")
    return _Run(name, own, read_about(own), load(own / "suite.jsonl"), read_cases(own), read_passages(own))


def _refuse_its_own_judge(run: _Run, settings: JudgeSettings) -> None:
    """A run says with `language_model` in its settings what worded its answers; today nothing does."""
    wrote = run.about.get("settings", {}).get("language_model")
    if isinstance(wrote, str) and _bare(wrote) == _bare(settings.model):
        raise JudgeUnusable(f"{settings.model} worded the answers of {run.name}; set another SAFEGUARD_JUDGE_MODEL.")


def _bare(model: str) -> str:
    """A model's name without its provider and letter case: "openai/GPT-X" is "gpt-x"."""
    return model.rsplit("/", 1)[-1].strip().casefold()


def main(argv: Sequence[str] | None = None) -> int:
    """Returns 0, or 2 after one sentence on why nothing was judged."""
    parser = argparse.ArgumentParser(prog="python -m evals.judge", description="Have a language model judge a run.")
    parser.add_argument("folder", type=Path, help="folder that `safeguard eval run --out` wrote")
    parser.add_argument(
        "--suite", action="append", default=[], metavar="NAME", help="this suite alone; may be repeated"
    )
    args = parser.parse_args(argv)
    try:
        judge_run(args.folder, args.suite)
    except SafeguardError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
