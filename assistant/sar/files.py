"""What other programs hand over, facts or a narrative, and the JSON they get back (docs/contracts.md)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from assistant.sar.interview import LONGEST, NarrativeTooLong
from assistant.sar.result import Result, result, result_json
from assistant.sar.rules import FactsInvalid, Rules, State, load_criteria
from assistant.sar.suggest import Suggestion
from ingest.errors import BadRequest, SafeguardError

STANDARD_INPUT = "-"


class Assessed(BaseModel):
    """A result, with what a narrative seemed to say where there was one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    result: Result
    given: dict[str, State]
    suggested: tuple[Suggestion, ...] | None

    def as_json(self) -> dict[str, Any]:
        """The result's JSON; `facts` too where there was a narrative. A fact without words has no quote."""
        found = result_json(self.result)
        if self.suggested is None:
            return found
        said = {suggestion.fact: suggestion for suggestion in self.suggested}
        facts: dict[str, Any] = {}
        for limb in self.result.limbs:
            words = None if limb.id in self.given else said.get(limb.id)
            facts[limb.id] = {
                "value": limb.status.value,
                "quote": words.quote if words else None,
                "confidence": words.confidence if words else None,
            }
        return {**found, "facts": facts}


def assessed(facts: Mapping[str, object] | None, narrative: str | None, on: date) -> Assessed:
    """Assess facts, a narrative as suggested, or both: a fact that is given wins over what the words suggest.

    Raises: FactsInvalid, NoRuleInForce, BadRequest and NarrativeTooLong.
    """
    rules = load_criteria().in_force(on)
    given = read_facts(facts or {}, rules)
    suggested = None if narrative is None else suggestions(narrative)
    values: dict[str, object] = {suggestion.fact: suggestion.value for suggestion in suggested or ()}
    return Assessed(result=result({**values, **given}, on), given=given, suggested=suggested)


def read_facts(facts: Mapping[str, object], rules: Rules) -> dict[str, State]:
    """The facts that are given, as states. Raises: FactsInvalid."""
    known = rules.read_facts(facts)
    return {name: known[name] for name in facts}


def suggestions(narrative: str) -> tuple[Suggestion, ...]:
    """What a narrative seems to say. Raises: BadRequest for one without words, NarrativeTooLong."""
    from assistant.sar.suggest import suggest

    require_usable(narrative)
    return tuple(suggest(narrative))


def require_usable(narrative: str) -> None:
    """Raises: BadRequest for a narrative without a letter or digit, NarrativeTooLong for one over LONGEST."""
    if not any(char.isalnum() for char in narrative):
        raise BadRequest("The narrative is empty; describe the case, or answer the questions without describing it.")
    if len(narrative) > LONGEST:
        raise NarrativeTooLong(narrative)


def facts_file(name: str) -> dict[str, Any]:
    """The object in a file, or on standard input for "-". Raises: BadRequest, FactsInvalid for a fact said twice."""
    try:
        facts = json.loads(text_file(name), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise BadRequest(f"{_shown(name)} is not JSON; write one object of facts.") from None
    if not isinstance(facts, dict):
        raise BadRequest(f'{_shown(name)} holds no JSON object; write facts like {{"died": "yes"}}.')
    return facts


def text_file(name: str) -> str:
    """UTF-8 text of a file, or of standard input for "-", with its line ends as they are. Raises: BadRequest."""
    try:
        data = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise BadRequest(f"{name} cannot be read ({error.strerror or 'not readable'}); check the name.") from None
    except ValueError:  # not UTF-8, or a name no file can have
        raise BadRequest(f"{_shown(name)} cannot be read as UTF-8 text; save it as UTF-8.") from None


def batch_rows(name: Path, on: date) -> tuple[int, Iterator[dict[str, Any]]]:
    """How many lines a batch has, and a row for each: its assessment, or {"id", "error"} where it cannot be used.

    Raises: BadRequest when the file cannot be read, NoRuleInForce for a day before the first rules.
    """
    load_criteria().in_force(on)
    lines = [(n, line) for n, line in enumerate(text_file(str(name)).split("\n"), start=1) if line.strip()]
    return len(lines), (_assessed_line(line, n, on) for n, line in lines)


def _assessed_line(line: str, number: int, on: date) -> dict[str, Any]:
    id_: object = None
    try:
        row = _row(line, number)
        id_ = row["id"]
        facts, narrative = _case(row)
        return {"id": id_, **assessed(facts, narrative, on).as_json()}
    except SafeguardError as error:
        return {"id": id_, "error": str(error)}


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line, object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise BadRequest(f"Line {number} is not JSON; write one object a line.") from None
    if not isinstance(row, dict) or not isinstance(row.get("id"), str | int | float):
        raise BadRequest(f"Line {number} has no 'id' that is a text or a number; add it.")
    return row


def _case(row: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """Facts and narrative of a row; a blank narrative beside facts is none. Raises: BadRequest."""
    facts, narrative = row.get("facts"), row.get("narrative")
    if facts is not None and not isinstance(facts, dict):
        raise BadRequest('\'facts\' must be an object like {"died": "yes"}; change it.')
    if narrative is not None and not isinstance(narrative, str):
        raise BadRequest("'narrative' must be a text; change it.")
    if facts is None and narrative is None:
        raise BadRequest("There are neither 'facts' nor a 'narrative'; add one of them.")
    return facts, narrative if facts is None or (narrative and narrative.strip()) else None


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no key stands twice: of two answers to one question neither may be dropped unseen."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FactsInvalid(f"'{twice}' is given twice; leave one of them.")
    return made


def _shown(name: str) -> str:
    return "Standard input" if name == STANDARD_INPUT else name
