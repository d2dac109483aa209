"""ShARC: a rule, a scenario and the answers so far → yes, no, irrelevant, or the next question.

`measure(folder)` reads sharc_dev.json and history_dev.json of nikhilweee/neural-conv-qa; in the second the answers so
far are shuffled, so that the last of them gives less away. The reader is the plainest that this project's parts make:

1. the Markdown reader gives the rule's list, or its sentences, as clauses, and words say whether one is enough;
2. the encoder matches the answers so far, then the scenario's sentences, to clauses: each is yes, no or unknown;
3. the walk-through's engine draws the outcome from them in three-valued logic, or names the clause to ask about.

Nothing is learnt, and no figure is fitted to these files.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from statistics import fmean

import numpy as np

from assistant.sar.assess import assess, next_question
from assistant.sar.rules import FactRule, Meaning, OutcomeRule, Reference, Rules, State, Step
from assistant.sar.rules import Row as TableRow
from assistant.settings import answering, settings
from evals.benchmarks.given import limited, read, row
from evals.benchmarks.or_sharc import document
from evals.benchmarks.value import Benchmark, Published, Row
from evals.intervals import CONFIDENCE, RESAMPLES, SEED, difference
from ingest.document import BlockKind
from ingest.encoder import Encoder, find_model, open_encoder
from ingest.sentences import spans

FILES = {"sharc_dev.json": "dev", "history_dev.json": "dev, answers so far shuffled"}
SAID = 0.6
"""Cosine from which a sentence of a scenario counts as speaking of a clause; set beforehand, never moved."""
MOST_CLAUSES = 10  # the engine's table has 2 ** n places; a longer list is read as far as this
LOOKS = "the figures were looked at once over thirty turns and once over all, and nothing was changed after either"
_BEST = {"micro": 0.779, "macro": 0.811}
"""Of BiAE, trained on ShARC: the greatest micro accuracy of the leaderboard, May 2023."""
_LEADERBOARD = "https://sharc-data.github.io/leaderboard.html"


class Decision(StrEnum):
    """The four decisions of the benchmark."""

    YES = "Yes"
    NO = "No"
    IRRELEVANT = "Irrelevant"
    MORE = "More"


@dataclass(frozen=True)
class Case:
    """One turn. `history`: follow-up questions with their answers. `asked`: the question to ask, where one is."""

    rule: str
    question: str
    scenario: str
    history: tuple[tuple[str, bool], ...]
    decision: Decision
    asked: str


@dataclass(frozen=True)
class Rule:
    """A rule text as read. `every`: all clauses are needed, else one is enough. `grants`: meeting them means yes."""

    clauses: tuple[str, ...]
    every: bool
    grants: bool


@dataclass(frozen=True)
class Reading:
    """What is made of a turn; `clause` is the one asked about, where more is asked."""

    decision: Decision
    clause: int | None = None


def cases(file: Path) -> list[Case]:
    """The turns, in the file's order. Raises: BenchmarkMissing."""
    return read(file, lambda text: [_case(entry) for entry in json.loads(text)])


def _case(data: Mapping) -> Case:
    said = str(data["answer"])
    known = said in (Decision.YES, Decision.NO, Decision.IRRELEVANT)
    history = tuple(
        (str(turn["follow_up_question"]), {"yes": True, "no": False}[turn["follow_up_answer"].lower()])
        for turn in data["history"]
    )
    return Case(
        data["snippet"], data["question"], data["scenario"], history,
        Decision(said) if known else Decision.MORE, "" if known else said,
    )  # fmt: skip


_NOT = re.compile(r"\b(?:not|no|never|cannot|without|neither|nor|none)\b|n't\b", re.IGNORECASE)
_REFUSES = re.compile(r"\b(?:not|cannot|never|no longer|unless|except|excluded)\b|n't\b", re.IGNORECASE)
_NEEDS_ALL = re.compile(r"\b(?:all|both|must|needs?|requires?|required|requirements?)\b", re.IGNORECASE)
_NEEDS_ONE = re.compile(r"\b(?:any|either|one of|at least one)\b", re.IGNORECASE)
_JOINED = re.compile(r"[,;]?\s*\b(and|or)\s*[.;,]?$", re.IGNORECASE)
_CONDITION = re.compile(r"\b(if|unless|when|where|provided(?: that)?|as long as)\b\s*", re.IGNORECASE)
_BETWEEN = re.compile(r",?\s+(and|or)\s+", re.IGNORECASE)


@lru_cache(maxsize=4096)
def rule_of(text: str) -> Rule:
    r"""The clauses of a rule text, and how they are joined.

    >>> rule_of("You can apply if you:\n\n* live here, and\n* are 18 or over").clauses
    ('live here', 'are 18 or over')
    >>> rule_of("You cannot apply if you are under 18.")
    Rule(clauses=('you are under 18',), every=True, grants=False)
    """
    blocks = [block for section in document("0", text).sections for block in section.blocks]
    items = [_plain(block.text) for block in blocks if block.kind is not BlockKind.PARAGRAPH]
    paragraphs = [_plain(block.text) for block in blocks if block.kind is BlockKind.PARAGRAPH]
    if items:
        first = next(n for n, block in enumerate(blocks) if block.kind is not BlockKind.PARAGRAPH)
        lead_in = _plain(blocks[first - 1].text) if first else " ".join(document("0", text).sections[0].heading)
        joins = {match[1].lower() for item in items if (match := _JOINED.search(item))}
        every = "or" not in joins and not _NEEDS_ONE.search(lead_in)
        every = every and ("and" in joins or bool(_NEEDS_ALL.search(lead_in)))
        clauses = [_JOINED.sub("", item).rstrip(" .;,") for item in items]
        return _rule(clauses, every, _REFUSES.search(lead_in) is None)
    sentences = [paragraph[a:b] for paragraph in paragraphs for a, b in spans(paragraph)]
    match = next(filter(None, map(_CONDITION.search, sentences)), None)
    if match is None:
        return _rule([one.rstrip(" .") for one in sentences], True, not any(map(_REFUSES.search, sentences)))
    return _of_condition(match)


def _of_condition(match: re.Match[str]) -> Rule:
    """The clauses of a sentence, "... if a and b" or "If a or b, ...", joined as the sentence joins them."""
    condition, rest = match.string[match.end() :], match.string[: match.start()]
    if not rest.strip():
        condition, _, rest = condition.partition(",")
    joins = {word.lower() for word in _BETWEEN.findall(condition)}
    clauses = [part.strip(" .;,") for part in _BETWEEN.split(condition)[::2]]
    grants = (_REFUSES.search(rest) is None) != (match[1].lower() == "unless")
    return _rule(clauses, "or" not in joins, grants)


def _rule(clauses: Sequence[str], every: bool, grants: bool) -> Rule:
    kept = tuple(clause for clause in clauses if clause)[:MOST_CLAUSES]
    return Rule(kept or ("the rule applies",), every, grants)


def _plain(text: str) -> str:
    return " ".join(text.replace("\u2019", "'").split())


@lru_cache
def table(clauses: int, every: bool) -> Rules:
    """A rule of so many clauses as the walk-through's engine takes it: "met" when all of them hold, or when one does.

    Its words are empty of meaning: the engine reads none.
    """
    source = (Reference(source_id="rule", pinpoint="rule", quote="rule"),)
    names = [f"clause_{n}" for n in range(clauses)]
    when = [dict.fromkeys(names, State.YES)] if every else [{name: State.YES} for name in names]
    means = Meaning(reason="what the rule says")
    facts = tuple(
        FactRule(id=name, part="rule", name=name, question=name, words=name, sources=source, yes=means, no=means,
                 unknown=means)
        for name in names
    )  # fmt: skip
    return Rules(
        id="rule", name="rule", since=date(2026, 1, 1), since_source="rule", facts=facts, undecided="open",
        decide=(*(TableRow(outcome="met", when=one) for one in when), TableRow(outcome="unmet")),
        outcomes=tuple(
            OutcomeRule(id=id_, sentence=id_, detail=id_, next_steps=("none",)) for id_ in ("met", "unmet", "open")
        ),
        steps=(Step(id="none", text="nothing"),),
    )  # fmt: skip


class Vectors:
    """Vectors of texts, each encoded once and all of them together."""

    def __init__(self, texts: Iterable[str], encoder: Encoder) -> None:
        self._row = {text: n for n, text in enumerate(dict.fromkeys(texts))}
        self._vectors = encoder.encode(list(self._row))

    def cosines(self, texts: Sequence[str], others: Sequence[str]) -> np.ndarray:
        """Cosine of each of `texts` with each of `others`, shape (texts, others)."""
        return self._of(texts) @ self._of(others).T

    def _of(self, texts: Sequence[str]) -> np.ndarray:
        return self._vectors[[self._row[text] for text in texts]]


def sentences(scenario: str) -> list[str]:
    """The sentences of a scenario."""
    plain = _plain(scenario)
    return [plain[a:b] for a, b in spans(plain)]


def vectors_of(every: Iterable[Case], encoder: Encoder) -> Vectors:
    """The vectors that reading these cases, and marking what is asked, takes."""
    texts: dict[str, None] = {}
    for case in every:
        texts.update(dict.fromkeys([case.question, case.rule, case.asked, *rule_of(case.rule).clauses]))
        texts.update(dict.fromkeys([*sentences(case.scenario), *(question for question, _ in case.history)]))
    return Vectors(texts, encoder)


def read_case(case: Case, vectors: Vectors) -> Reading:
    """The decision on one turn. A question that was followed up before is about the rule; else nearness must say so."""
    rule = rule_of(case.rule)
    if not case.history:
        near = float(vectors.cosines([case.question], [case.rule, *rule.clauses]).max())
        if near < answering().evidence.in_scope:
            return Reading(Decision.IRRELEVANT)
    facts = known(case, rule, vectors)
    rules = table(len(rule.clauses), rule.every)
    named = {f"clause_{n}": state for n, state in facts.items()}
    outcome = assess(named, rules).outcome.id
    if outcome == "open":
        asked = next_question(named, rules)
        return Reading(Decision.MORE, rules.fact_ids.index(asked) if asked else None)
    met = (outcome == "met") == rule.grants
    return Reading(Decision.YES if met else Decision.NO)


def known(case: Case, rule: Rule, vectors: Vectors) -> dict[int, State]:
    """Clause → yes or no, where an answer or the scenario says so; an answer counts before what a scenario says.

    Answers are given to clauses nearest first, one to a clause; an answer that finds none left is not used.
    """
    facts: dict[int, State] = {}
    if case.history:
        near = vectors.cosines([question for question, _ in case.history], rule.clauses)
        taken: set[int] = set()
        for place in np.argsort(-near, axis=None, kind="stable"):
            turn, clause = divmod(int(place), len(rule.clauses))
            if turn not in taken and clause not in facts:
                facts[clause] = State.YES if case.history[turn][1] else State.NO
                taken.add(turn)
    told = sentences(case.scenario)
    if told:
        near = vectors.cosines(told, rule.clauses)
        for clause, text in enumerate(rule.clauses):
            best = int(near[:, clause].argmax())
            if clause not in facts and near[best, clause] >= SAID:
                agrees = bool(_NOT.search(told[best])) == bool(_NOT.search(text))
                facts[clause] = State.YES if agrees else State.NO
    return facts


def echo(case: Case) -> Decision:
    """The last answer given; a question where there was none."""
    if not case.history:
        return Decision.MORE
    return Decision.YES if case.history[-1][1] else Decision.NO


def measure(folder: Path, limit: int | None = None) -> Benchmark:
    """Measure on the copy in `folder`; `limit` counts turns of each of the two files."""
    started = time.perf_counter()
    files = {name: limited(cases(folder / name), limit, name) for name in FILES}
    encoder = open_encoder(find_model(), (settings().data_dir / "encoders").resolve())
    vectors = vectors_of([case for every in files.values() for case in every], encoder)
    rows: list[Row] = []
    for name, every in files.items():
        readings = [read_case(case, vectors) for case in every]
        most = Counter(case.decision for case in every).most_common(1)[0][0]
        rows.extend(_decisions([one.decision for one in readings], every, FILES[name], "safeguard"))
        rows.extend(_decisions([echo(case) for case in every], every, FILES[name], "echo the last answer"))
        rows.append(_over_echo([one.decision for one in readings], every, FILES[name]))
        rows.extend(_decisions([most] * len(every), every, FILES[name], f"majority class ({most})"))
        rows.extend(_by_class(readings, every, FILES[name]))
        rows.append(_asked(readings, every, vectors, FILES[name]))
    return Benchmark(
        name="ShARC",
        about="A rule, a scenario and the answers so far: yes, no, irrelevant, or one more question",
        source="nikhilweee/neural-conv-qa (Saeidi et al., arXiv 1809.01494; Verma et al., arXiv 1909.03759)",
        licence="CC BY-SA 3.0",
        split="dev, as published and with the answers so far shuffled",
        size=" and ".join(f"{len(every)} turns of {name}" for name, every in files.items()),
        rows=tuple(rows),
        notes=(
            "No language model and nothing learnt: a rule's list is read as clauses, the encoder matches answers and "
            "scenario to them, and the walk-through's three-valued engine decides. The published system is trained on "
            "ShARC and was scored on its test split.",
            f"Not tuned to these files: {LOOKS}. A scenario's sentence speaks of a clause from a cosine of {SAID}; a "
            "question is irrelevant below the cosine the assistant itself calls out of scope.",
            "The walk-through never reads an answer out of a description by itself: a person confirms each. What is "
            "measured here is a stand-in for reading rules that nobody has written down as data.",
            "The question to ask is marked by the clause that the benchmark's question is nearest to; its words are "
            "not scored.",
        ),
        seconds=round(time.perf_counter() - started, 1),
    )


def _decisions(made: Sequence[Decision], every: Sequence[Case], split: str, system: str) -> list[Row]:
    gold = [case.decision for case in every]
    right = [float(one is wanted) for one, wanted in zip(made, gold, strict=True)]
    low, high = _resampled(right, gold)
    rows = [
        row(right, f"micro accuracy ({split})", "share of turns decided rightly", system),
        Row(
            system=system, measure=f"macro accuracy ({split})", value=macro(right, gold), cases=len(every), low=low,
            high=high, meaning="mean over the four decisions of the share of its turns decided rightly",
        ),
    ]  # fmt: skip
    if system != "safeguard":
        return [one.model_copy(update={"baseline": True}) for one in rows]
    best = [Published(value=_BEST[one.measure[:5]], system="BiAE", split="test", where=_LEADERBOARD) for one in rows]
    return [one.model_copy(update={"published": (figure,)}) for one, figure in zip(rows, best, strict=True)]


def _over_echo(made: Sequence[Decision], every: Sequence[Case], split: str) -> Row:
    """How much micro accuracy is more than that of echoing the last answer, turn by turn."""
    ours = [float(one is case.decision) for one, case in zip(made, every, strict=True)]
    echoed = [float(echo(case) is case.decision) for case in every]
    low, high = difference(echoed, ours)
    return Row(
        measure=f"micro accuracy above the echo ({split})", value=fmean(ours) - fmean(echoed), cases=len(every),
        low=low, high=high, meaning="micro accuracy less that of echoing the last answer; paired bootstrap over turns",
    )  # fmt: skip


def macro(right: Sequence[float], gold: Sequence[Decision]) -> float:
    """Mean of the decisions' own shares of right ones; a decision that does not occur is left out."""
    marks = np.asarray(right)
    names = np.asarray([str(one) for one in gold])
    return float(np.mean([marks[names == name].mean() for name in sorted(set(names))]))


def _resampled(right: Sequence[float], gold: Sequence[Decision]) -> tuple[float, float]:
    """95 % interval of the macro accuracy, by resampling turns (percentile method)."""
    generator = np.random.default_rng(SEED)
    marks, names = np.asarray(right), np.asarray([list(Decision).index(one) for one in gold])
    found = []
    for _ in range(RESAMPLES):
        chosen = generator.integers(0, len(marks), len(marks))
        totals = np.bincount(names[chosen], minlength=len(Decision))
        sums = np.bincount(names[chosen], weights=marks[chosen], minlength=len(Decision))
        found.append(float((sums[totals > 0] / totals[totals > 0]).mean()))
    edge = (1 - CONFIDENCE) / 2
    low, high = np.quantile(found, [edge, 1 - edge])
    return float(low), float(high)


def _by_class(readings: Sequence[Reading], every: Sequence[Case], split: str) -> list[Row]:
    return [
        row([float(one.decision is name) for one, case in zip(readings, every, strict=True) if case.decision is name],
            f"right on {name} ({split})", f"share of the turns whose decision is {name} that are decided so")
        for name in Decision
        if any(case.decision is name for case in every)
    ]  # fmt: skip


def _asked(readings: Sequence[Reading], every: Sequence[Case], vectors: Vectors, split: str) -> Row:
    """Of the turns where more is to be asked, how many ask, and about the clause that the benchmark's question is."""
    right = []
    for one, case in zip(readings, every, strict=True):
        if case.decision is Decision.MORE:
            near = vectors.cosines([case.asked], rule_of(case.rule).clauses)[0]
            right.append(float(one.decision is Decision.MORE and one.clause == int(near.argmax())))
    meaning = "share of the turns where more is to be asked that ask about the clause of the benchmark's question"
    return row(right, f"asks the right clause ({split})", meaning)
