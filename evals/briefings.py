"""Learning briefings: a theme, what a right briefing on it holds, and whether the one that was made is fit to use.

evals/suites/BRIEFINGS.md describes each field; a test holds its tables and these models together. Making and scoring
are two steps: a run folder keeps every briefing, and is scored without the assistant.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.gates import Gate
from evals.lines import load_cases
from evals.record import PassageRow, RunDamaged, read_about, read_passages, write_json, write_lines
from evals.score import CaseScore, Scores, summed
from evals.suite import Fact, normalise

PREFIX = "briefings"
"""How the names of suites of briefings begin."""

MOST_WORDS, FEWEST_SOURCES = 100, 3
"""Words of a part, and sources of a briefing below which it has to say so, where a run does not say its template's."""

_NUMBER = r"(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen)"
_COUNTED = (
    r"(?:SARs?|reviews?|cases?|deaths?|people|adults?|women|men|girls|boards?|victims?|homicides?|enquiries"
    r"|residents?|homes?|recommendations)"
)
_SHARE = re.compile(
    r"\d+(?:\.\d+)?\s?(?:%|per cent\b)|\b(?:half|a third|two thirds|a quarter|three quarters)\b"
    rf"|\b(?:one|two|three) in {_NUMBER}\b|(?<![\w.])\d+ of \d+\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"(?<!section )(?<!sections )(?<![\w.,])(?!(?:19|20)\d\d\b)\d[\d,]*(?: \w+){{0,2}}? {_COUNTED}\b", re.IGNORECASE
)
_OF_WHAT = re.compile(
    rf"\b(?:of|in|among|from|across|were|are)\b[^.;:]{{0,60}}?\b{_COUNTED}\b|{_COUNT.pattern}", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BriefingCase(_Value):
    """One theme. `covered` False: the library holds nothing on it, and a right briefing is a short page that says so.

    `words`: any one of them shows that a line, or what it cites, is about the theme.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    style: str = Field(min_length=1)
    theme: str = Field(min_length=1, max_length=120)
    audience: str = Field(default="All staff", min_length=1, max_length=100)
    covered: bool = True
    publishers: int = Field(default=3, ge=0)
    words: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if self.covered and not any(fact.vital for fact in self.facts):
            raise ValueError("facts: at least one vital fact is needed where the library covers the theme")
        if self.covered and not self.words:
            raise ValueError("words: say what shows that a line is about the theme")
        if not self.covered and (self.facts or self.words):
            raise ValueError("facts and words must be empty where the library does not cover the theme")
        for word in self.words:
            if not word or normalise(word) != word:
                raise ValueError(f"words: write {word!r} as {normalise(word)!r}, or it is never found")
        if len({fact.id for fact in self.facts}) < len(self.facts):
            raise ValueError("facts: two of them have the same id")
        for fact in self.facts:
            if fact.found_in(self.theme):
                raise ValueError(f"fact {fact.id} is found in the theme itself, so an echo would score")
        return self


def load(path: Path) -> list[BriefingCase]:
    """The cases of one suite, in the order of the file. Raises: SuiteInvalid, as `evals.lines.load_cases` does."""
    return load_cases(path, BriefingCase)


# -- running ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Briefer:
    """How a briefing is made, (theme, audience) -> briefing as JSON, and how the passages it cites are found."""

    brief: Callable[[str, str], Mapping[str, Any]]
    find: Callable[[str], Any] = lambda passage_id: None
    settings: Mapping[str, Any] = field(default_factory=dict)


def run_briefings(name: str, cases: Sequence[BriefingCase], out: Path, gates: Sequence[Gate], data_dir: Path) -> bool:
    """Make the briefings of a suite from the index in `data_dir` into `out`, print the table; whether gates hold."""
    from evals.report import table

    make(name, cases, out, data_dir)
    scores = score(out)
    print(table(name, scores, gates))
    return all(gate.holds(scores.figures) for gate in gates)


def make(name: str, cases: Sequence[BriefingCase], folder: Path, data_dir: Path) -> None:
    """Open the index in `data_dir` and write a run folder."""
    generate(name, cases, folder, opened(data_dir))


def opened(data_dir: Path) -> Briefer:
    """The maker of briefings on the index in `data_dir`, as first offered: nobody has chosen or reworded anything."""
    from assistant.briefing.compose import compose_briefing
    from assistant.briefing.gather import gather
    from assistant.briefing.template import load_template
    from assistant.library import Library

    library, template = Library.open(data_dir), load_template()
    return Briefer(
        lambda theme, audience: compose_briefing(gather(theme, audience, library)).model_dump(mode="json"),
        library.passage,
        {
            "generation": library.generation,
            "most_words": template.most_words,
            "fewest_sources": template.fewest_sources,
        },
    )


def generate(name: str, cases: Sequence[BriefingCase], folder: Path, briefer: Briefer) -> None:
    """Make every briefing once and write suite.jsonl, cases.jsonl, passages.jsonl and run.json into `folder`.

    A case whose briefing raises is written with its error; the others go on.
    """
    from evals.generate import commit, peak_mb, versions

    folder.mkdir(parents=True, exist_ok=True)
    started, began = datetime.now(UTC), time.perf_counter()
    rows: list[dict[str, Any]] = []
    passages: dict[str, dict[str, Any]] = {}
    for case in cases:
        row: dict[str, Any] = {"id": case.id, "briefing": None, "error": None, "brief_ms": None}
        start = time.perf_counter()
        try:
            row["briefing"] = dict(briefer.brief(case.theme, case.audience))
            row["brief_ms"] = round((time.perf_counter() - start) * 1000, 3)
        except Exception as error:  # one bad case never stops a run
            row["error"] = f"brief: {type(error).__name__}: {error}"
        rows.append(row)
        for one in (row["briefing"] or {}).get("citations", ()):
            if (passage := briefer.find(one["passage_id"])) is not None:
                kept = PassageRow(
                    id=one["passage_id"], source_id=one["source_id"], pinpoint=one["pinpoint"], text=passage.text
                )
                passages[kept.id] = kept.model_dump(mode="json")
    write_lines(folder / "suite.jsonl", [case.model_dump(mode="json") for case in cases])
    write_lines(folder / "cases.jsonl", rows)
    write_lines(folder / "passages.jsonl", passages.values())
    about = {
        "suite": name,
        "cases": len(cases),
        "started": started.isoformat(timespec="seconds"),
        "settings": dict(briefer.settings),
        "versions": versions(),
        "commit": commit(),
        "seconds": {"cases": round(time.perf_counter() - began, 3)},
        "peak_mb": peak_mb(),
    }
    write_json(folder / "run.json", about)


# -- what scoring reads -----------------------------------------------------------------------------------------


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class MadeLine(_Read):
    """What scoring reads of a line."""

    text: str
    citations: tuple[int, ...] = ()
    role: str = "sentence"
    edited: bool = False


class MadePart(_Read):
    """What scoring reads of a part."""

    id: str
    lines: tuple[MadeLine, ...] = ()
    thin: str = ""


class MadeCitation(_Read):
    """What scoring reads of a citation."""

    n: int
    source_id: str
    passage_id: str
    publisher: str
    title: str = ""
    heading: str = ""
    pinpoint: str = ""
    published: str = ""
    quote: str = ""
    start: int = 0
    end: int = 0


class Made(_Read):
    """What scoring reads of a briefing; cases.jsonl keeps all of it."""

    covered: bool
    said: str = ""
    parts: tuple[MadePart, ...] = ()
    citations: tuple[MadeCitation, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def lines(self) -> list[MadeLine]:
        """Every line of every part."""
        return [line for part in self.parts for line in part.lines]

    @property
    def quotes(self) -> list[MadeLine]:
        """The lines that are to stand word for word in what they cite: all but our own questions."""
        return [line for line in self.lines if line.role != "question"]

    def cited(self, line: MadeLine) -> list[MadeCitation] | None:
        """The citations a line names; None where one of them is not there."""
        by_number = {citation.n: citation for citation in self.citations}
        found = [by_number[n] for n in line.citations if n in by_number]
        return found if len(found) == len(line.citations) else None


class MadeRow(_Read):
    """One line of cases.jsonl. `briefing` is None, and `error` says why, when making it failed."""

    id: str
    briefing: Made | None = None
    error: str | None = None


Passages = Mapping[str, PassageRow]


# -- scoring ----------------------------------------------------------------------------------------------------


def score(folder: Path) -> Scores:
    """Score the run in `folder` and write scores.json there. The same folder always gives the same scores.

    Raises: SuiteInvalid or RunDamaged when a file of the folder cannot be read.
    """
    cases, rows, passages = load(folder / "suite.jsonl"), _rows(folder / "cases.jsonl"), read_passages(folder)
    settings = read_about(folder).get("settings", {})
    most, fewest = settings.get("most_words", MOST_WORDS), settings.get("fewest_sources", FEWEST_SOURCES)
    scored = tuple(score_case(case, rows.get(case.id), passages, most, fewest) for case in cases)
    figures, intervals = summed([case.values for case in scored])
    scores = Scores(cases=scored, figures=figures, intervals=intervals)
    write_json(folder / "scores.json", scores.model_dump(mode="json"))
    return scores


def score_case(
    case: BriefingCase,
    row: MadeRow | None,
    passages: Passages,
    most_words: int = MOST_WORDS,
    fewest_sources: int = FEWEST_SOURCES,
) -> CaseScore:
    """Every measure's value for one case; `row` is None when the run left the case out."""
    made = row.briefing if row else None
    values = {
        "coverage right": coverage_right(case, made),
        "parts filled": parts_filled(case, made),
        "statements cited": statements_cited(case, made),
        "quotes located": quotes_located(case, made, passages),
        "publishers": publishers(case, made),
        "part length": part_length(case, made, most_words),
        "vital fact recall": fact_recall(case, made, vital_only=True),
        "fact recall": fact_recall(case, made, vital_only=False),
        "on the theme": on_the_theme(case, made),
        "figures with denominators": figures_with_denominators(case, made),
        "honest when thin": honest_when_thin(case, made, fewest_sources),
    }
    problem = "not in the run" if row is None else row.error
    return CaseScore(id=case.id, kind="briefing", style=case.style, topic=case.theme, values=values, problem=problem)


def coverage_right(case: BriefingCase, made: Made | None) -> float:
    """Whether a theme that the library covers got a briefing, and one that it does not cover got none.

    Definition: 1 when the briefing says of itself what the case says, else 0.
    Range:      0 or 1. A missing briefing scores 0. Never None.
    Source:     this project.
    """
    return float(made is not None and made.covered == case.covered)


def parts_filled(case: BriefingCase, made: Made | None) -> float | None:
    """Share of the seven parts that hold at least one line.

    Range:      0 to 1. A missing briefing scores 0.
    None:       where the library does not cover the theme.
    Source:     this project; the seven parts of corpus/data/briefing.yaml.
    """
    if not case.covered:
        return None
    return sum(bool(part.lines) for part in made.parts) / 7 if made else 0.0


def statements_cited(case: BriefingCase, made: Made | None) -> float | None:
    """Share of lines, questions included, that name at least one citation, and only citations that are there.

    Range:      0 to 1. A missing briefing scores 0.
    None:       where the briefing has no lines.
    Source:     this project; after the citation recall of Gao et al. 2023 (ALCE).
    """
    if made is None:
        return 0.0
    return _share([bool(made.cited(line)) for line in made.lines])


def quotes_located(case: BriefingCase, made: Made | None, passages: Passages) -> float | None:
    """Share of the quoted lines that are, letter for letter, at the place they cite.

    Definition: a line counts when every citation it names holds its quote at exactly `text[start:end]` of the cited
        passage as it was kept with the run, and the line is part of the first one's quote. Questions are not judged.
    Range:      0 to 1. A missing briefing scores 0.
    None:       where the briefing has no quoted lines.
    Source:     this project; `evals.quotes.located_quotes` says the same of answers.
    """
    if made is None:
        return 0.0
    return _share([_located(made, line, passages) for line in made.quotes])


def publishers(case: BriefingCase, made: Made | None) -> float | None:
    """Whether the briefing rests on as many publishers as the case asks for.

    Range:      0 or 1. A missing briefing scores 0.
    None:       where the library does not cover the theme.
    Source:     this project; a briefing of one publisher is that publisher's leaflet.
    """
    if not case.covered:
        return None
    return float(made is not None and len({one.publisher for one in made.citations}) >= case.publishers)


def part_length(case: BriefingCase, made: Made | None, most_words: int = MOST_WORDS) -> float | None:
    """Share of the filled parts that have no more words than the template allows.

    Definition: words are counted between spaces, over all lines of a part.
    Range:      0 to 1. A missing briefing scores 0.
    None:       where no part is filled.
    Source:     `most_words` of corpus/data/briefing.yaml.
    """
    if made is None:
        return 0.0
    lengths = [sum(len(line.text.split()) for line in part.lines) for part in made.parts if part.lines]
    return _share([words <= most_words for words in lengths])


def fact_recall(case: BriefingCase, made: Made | None, *, vital_only: bool) -> float | None:
    """Share of the case's facts that the quoted lines hold, joined and normalised as for answers.

    Range:      0 to 1. A missing briefing scores 0.
    None:       where the case has no facts, or with `vital_only` no vital ones.
    Source:     `evals.measures.fact_recall`.
    """
    facts = [fact for fact in case.facts if fact.vital or not vital_only]
    if not facts:
        return None
    said = " ".join(line.text for line in made.quotes) if made else ""
    return sum(fact.found_in(said) for fact in facts) / len(facts)


def on_the_theme(case: BriefingCase, made: Made | None) -> float | None:
    """Share of the quoted lines that are about the theme.

    Definition: a line counts when one of the case's `words` is in it, or in the quote, heading, pinpoint or title of
        what it cites. Parts that say that they are thin are not judged: there a general rule may stand.
    Range:      0 to 1. A missing briefing scores 0.
    None:       where the library does not cover the theme, or no line is judged.
    Source:     this project.
    """
    if not case.covered:
        return None
    if made is None:
        return 0.0
    lines = [line for part in made.parts if not part.thin for line in part.lines if line.role != "question"]
    shown = [
        normalise(
            " ".join([line.text, *(f"{c.quote} {c.heading} {c.pinpoint} {c.title}" for c in made.cited(line) or ())])
        )
        for line in lines
    ]
    return _share([any(word in text for word in case.words) for text in shown])


def figures_with_denominators(case: BriefingCase, made: Made | None) -> float | None:
    """Share of the lines with a share or a count that say of what, and show from when.

    Definition: a line has a figure when it holds a percentage, a fraction in words or a number of reviews, people,
        deaths and the like. It says of what when the counted things are named with it, and from when when a year is in
        the line, or in the title, date, heading, pinpoint or quote of what it cites. Numbers of sections, telephones
        and days are no figures.
    Range:      0 to 1. A missing briefing scores 0.
    None:       where no line has a figure.
    Source:     this project; the rule that no share goes without its whole.
    """
    if made is None:
        return 0.0
    with_figure = [line for line in made.quotes if _SHARE.search(line.text) or _COUNT.search(line.text)]
    return _share([bool(_OF_WHAT.search(line.text)) and _dated(made, line) for line in with_figure])


def honest_when_thin(case: BriefingCase, made: Made | None, fewest_sources: int = FEWEST_SOURCES) -> float | None:
    """Whether the briefing says so wherever it rests on little.

    Definition: where the library does not cover the theme, or the briefing says so: 1 when it is called not covered
        in words and holds no line, else 0. ("coverage right" counts a theme wrongly called not covered.) Else the
        share of thin places that are said: each part without lines (its `thin`), and a briefing of fewer sources than
        the template asks for (a notice).
    Range:      0 to 1. A missing briefing scores 0.
    None:       where the theme is covered and nothing is thin.
    Source:     this project.
    """
    if made is None:
        return 0.0
    if not case.covered or not made.covered:
        return float(not made.covered and bool(made.said.strip()) and not made.lines)
    places = [bool(part.thin.strip()) for part in made.parts if not part.lines]
    if len(sources := {one.source_id for one in made.citations}) < fewest_sources:
        places.append(bool(made.said.strip()) or any(re.search(rf"\b{len(sources)}\b", said) for said in made.notices))
    return _share(places)


def _located(made: Made, line: MadeLine, passages: Passages) -> bool:
    cited = made.cited(line)
    if not cited or line.edited or not line.text or line.text not in cited[0].quote:
        return False
    rows = [(one, passages.get(one.passage_id)) for one in cited]
    return all(row is not None and one.quote and row.text[one.start : one.end] == one.quote for one, row in rows)


def _dated(made: Made, line: MadeLine) -> bool:
    shown = [line.text]
    for one in made.cited(line) or ():
        shown += [one.title, one.published, one.heading, one.pinpoint, one.quote]
    return any(_YEAR.search(text) for text in shown)


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None


def _rows(path: Path) -> dict[str, MadeRow]:
    try:
        rows = [MadeRow.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise RunDamaged(f"{path} cannot be read ({error}); generate the run again.") from None
    return {row.id: row for row in rows}
