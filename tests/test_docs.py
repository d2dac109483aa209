"""The pages say what is there: commands, options, settings, links; and nothing names a machine or a registry."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from assistant.cli import app
from assistant.settings import Answering, Settings

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
_MAKE = re.compile(r"\bmake ([a-z]+)\b(?! (?:it|that|them|a|an|the|sure)\b)")

# A path of somebody's machine: of a root folder, a home or a place for temporary files.
_MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|root|tmp|home/[\w.-]+|Users/[\w.-]+|var/folders)/")
_REGISTRY = re.compile(
    r"\bpypi\.(?:org|python\.org)|\bfiles\.pythonhosted\.org|\bregistry\.npmjs\.org|\bdownload\.pytorch\.org|"
    r"\b[\w.-]+/(?:simple|pypi/simple)/?(?=\s|$)|--(?:extra-)?index-url[ =]https?://|\bartifactory\b|\bnexus\.[a-z-]+\.",
    re.IGNORECASE,
)
THE_ONE_INDEX = "TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu"
LOCKS = {"constraints.txt"}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name: ("safeguard eval run", command)."""

    def below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
            return
        for child, one in inner.items():
            yield from below(f"{name} {child}", one)

    yield from below("safeguard", typer.main.get_command(app))


def section_of(page: str, heading: str) -> str:
    """The text under a second-level heading; empty when there is none."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def tracked_files() -> list[Path]:
    """Every file of the repository that git tracks and that is there."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [file for name in listed.stdout.split("\0") if name and (file := ROOT / name).is_file()]


def code_of(page: str) -> str:
    """The indented blocks and the code spans of a page: what a reader would type."""
    blocks = [line for line in page.splitlines() if line.startswith("    ")]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", page)])


def test_the_make_commands_of_the_readme_are_in_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(_MAKE.findall(code_of(README.read_text("utf-8"))))
    assert {"run", "test"} <= named
    assert named <= targets, f"not in the Makefile: {named - targets}"


def test_the_safeguard_commands_of_the_readme_exist():
    known = {name.split()[1] for name, _ in commands()}
    named = set(re.findall(r"\bsafeguard ([a-z]+)\b", code_of(README.read_text("utf-8"))))
    assert named and named <= known, f"no such command: {named - known}"


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_stands_in_the_contracts(name: str, command: Any):
    section = section_of((ROOT / "docs" / "contracts.md").read_text("utf-8"), name)
    assert section, f"docs/contracts.md has no section '## {name}'"
    options = {
        option
        for parameter in command.params
        for option in [*parameter.opts, *parameter.secondary_opts]
        if option.startswith("--") and option != "--help"
    }
    missing = {option for option in options if not re.search(rf"{re.escape(option)}(?![\w-])", section)}
    assert not missing, f"{name}: not in its section of docs/contracts.md: {sorted(missing)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_of_the_repository_leads_somewhere(page: Path):
    text = page.read_text("utf-8")
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{page.name} links to {target}"


def test_every_picture_says_what_it_shows():
    for page in PAGES:
        for words in re.findall(r"!\[([^\]]*)\]\(", page.read_text("utf-8")):
            assert len(words.split()) > 3, f"{page.name}: a picture without words"


def test_every_setting_is_documented():
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    for name in Settings.model_fields:
        assert f"`SAFEGUARD_{name.upper()}`" in pages, f"setting {name} is in no page"
    architecture = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for group, field in Answering.model_fields.items():
        table = re.search(rf"^\| `{group}` \|.*?(?=^\s*$)", architecture, re.MULTILINE | re.DOTALL)
        assert table, f"docs/architecture.md has no table of '{group}'"
        for name in field.annotation.model_fields:  # type: ignore[union-attr]
            assert f"`{name}`" in table[0], f"{group}.{name} is not in docs/architecture.md"


def test_the_defaults_in_the_readme_are_the_settings_own():
    text = README.read_text("utf-8")
    for name, field in Settings.model_fields.items():
        row = re.search(rf"^\| `SAFEGUARD_{name.upper()}` \| `([^`]+)` \|", text, re.MULTILINE)
        assert row and row[1] == str(field.default), name


def test_every_decision_is_numbered_dated_and_has_its_figures_or_reasons():
    for page in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} "), page.name
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}\.", text, re.MULTILINE), page.name
        assert "## Decided" in text and "## Consequences" in text, page.name
        assert "## Figures" in text or "## Why" in text, page.name


def test_the_settings_file_is_the_one_documented():
    given = yaml.safe_load((ROOT / "assistant" / "answering.yaml").read_text("utf-8"))
    assert set(given) == set(Answering.model_fields)


def test_no_file_names_a_machine_path_or_a_package_registry():
    found = []
    for file in tracked_files():
        name = str(file.relative_to(ROOT))
        if name in LOCKS or file == Path(__file__).resolve():
            continue
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if name == "Makefile":
            assert text.count(THE_ONE_INDEX) == 1
            text = text.replace(THE_ONE_INDEX, "")
        for number, line in enumerate(text.splitlines(), start=1):
            if _MACHINE_PATH.search(line) or _REGISTRY.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [f"see /{folder}/main" for folder in ("work", "tmp", "root", "home")] + ["https://" + "pypi" + ".org/simple"],
)
def test_the_check_finds_what_it_is_for(line: str):
    assert _MACHINE_PATH.search(f"{line}/") or _REGISTRY.search(line)


@pytest.mark.parametrize(
    "line", ["docs/tmp/x.md", "https://example.org/work/1", "index/CURRENT", "in simple words", "s.44/root causes"]
)
def test_the_check_leaves_other_lines_alone(line: str):
    assert not _MACHINE_PATH.search(line) and not _REGISTRY.search(line)
