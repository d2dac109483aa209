import json
from pathlib import Path

import pytest
from eval_stand_ins import FOUR_CASES, TinyAssistant


@pytest.fixture
def suites_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "tiny.jsonl").write_text("".join(json.dumps(case) + "\n" for case in FOUR_CASES), encoding="utf-8")
    return folder


@pytest.fixture
def good_assistant() -> TinyAssistant:
    return TinyAssistant(
        {
            "ring": [
                ("elsewhere", "p. 4", "Say what you have seen."),
                ("council", "p. 2", "Ring 01952 385385 from 9am to 5pm."),
            ],
            "meals": [("local", "p. 9", "Follow the **care plan**.")],
        },
        danger=["choking"],
    )
