"""A suite's file: one JSON object a line, each a case of one model; what is wrong is named with its line and field."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ingest.errors import SafeguardError

_Case = TypeVar("_Case", bound=BaseModel)


class SuiteInvalid(SafeguardError):
    """A suite is missing, or one of its lines does not say what it must."""


def load_cases(path: Path, model: type[_Case]) -> list[_Case]:
    """The cases of one suite, in the order of the file; each has an `id`, and no two the same.

    Raises: SuiteInvalid naming the file, the line (counted from 1) and the field that is wrong.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # a case's text may hold other ends of line
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteInvalid(f"{path.name} cannot be read as UTF-8 text ({error}); mend or restore the file.") from None
    cases = [_read(line, model, f"{path.name} line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise SuiteInvalid(f"{path.name} holds no cases; add one JSON object a line.")
    refuse_repeated(path, "id", [str(getattr(case, "id")) for case in cases])  # noqa: B009 - of any model with an id
    return cases


def refuse_repeated(path: Path, field: str, values: list[str]) -> None:
    """Raises: SuiteInvalid naming the first of `values` that stands twice."""
    if repeated := next((value for value in values if values.count(value) > 1), None):
        raise SuiteInvalid(f"{path.name}, {field}: {repeated} is used twice; give each case its own {field}.")


def _read(line: str, model: type[_Case], where: str) -> _Case:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        if any(fault["loc"] == ("status",) and fault["input"] == "draft" for fault in error.errors()):
            raise SuiteInvalid(
                f"{where} is a draft made from feedback; complete its facts and gold as evals/suites/README.md says, "
                "then take the draft's own fields out."
            ) from None
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the case"
        raise SuiteInvalid(f"{where}, {field}: {first['msg']}; mend the line and run again.") from None
