"""What the record's exports are tried with: synthetic records, and words that are hard to print."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "sar"))
from record_cases import DAY, FACTS, SECRETS, synthetic, with_secrets

from assistant.sar import interview
from assistant.sar.record import Record, build_record

__all__ = ["FACTS", "HOSTILE", "SECRETS", "everything", "hostile", "joined", "masked_record", "synthetic_record"]

HOSTILE = {
    "html": '<script>alert("x")</script><img src=x onerror=alert(1)> <b>bold</b> &lt;i&gt; &#x202e;',
    "markdown": "# Heading\n- [link](https://evil.example/a) ![pic](http://evil.example/b.png)\n1. *one*\n```\nx\n```",
    "addresses": "https://evil.example/c www.evil.example mailto:a@evil.example javascript:alert(1) <ftp://evil.test>",
    "typst": '#panic("no") #include "x.typ" $x^2$ @ref _em_ *strong* = #link("https://evil.example")[x] \\u{41} `raw`',
    "word": '</w:t></w:r><w:p>{{ field }} {HYPERLINK "https://evil.example"} =cmd|calc ]]> <!-- -->',
    "rules": "---\n***\n===\n| a | b |\n|---|---|\n> quoted\n+ plus\n2) two\n    indented code\n\ttabbed",
    "unseen": "a\x00b\x07c\x1bd\x7fe\u202efghi\u202cj\u2066k\u2069l\ufeffm\ufffen",
    "scripts": (
        "\u0a2a\u0a70\u0a1c\u0a3e\u0a2c\u0a40 \u0627\u0631\u062f\u0648 \u0141\u00f3d\u017a \u0395\u03bb\u03bb "
        "\u4e2d\u6587 \U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301"
    ),
    "wide": "W" * 400 + " " + "https://example.org/" + "x" * 300,
}


def synthetic_record(outcome: str) -> Record:
    case = synthetic(outcome)
    return build_record(case, interview.assessed(case), DAY, mask_details=False)


def masked_record() -> Record:
    """A record of a case with personal details, which are masked."""
    case = with_secrets()
    return build_record(case, interview.assessed(case), DAY)


def hostile(words: str, mask_details: bool = False) -> Record:
    """A record with these words in every place a practitioner can write in."""
    case = synthetic("insufficient_information", narrative=words[:20_000], note=words)
    given = case.given[0].model_copy(update={"quote": words[:200], "start": 0, "end": len(words[:200])})
    details = dict.fromkeys([*case.details, "what_happened", "panel_recommendation", "unheard_of"], words)
    case = case.model_copy(update={"given": (given, *case.given[1:]), "details": details})
    return build_record(case, interview.assessed(case), DAY, mask_details=mask_details)


def everything(record: Record) -> list[str]:
    """Each text that has to be read in every export."""
    texts = [record.title, record.mark, record.statement, "26 November 2026", "1 April 2015", "care-act-2014-s44"]
    for section in record.sections:
        texts.append(section.title)
        for entry in section.entries:
            texts += [entry.label, entry.shown]
        for limb in section.limbs:
            texts += [limb.part, limb.name, limb.state, limb.words, limb.reason, limb.path, limb.note, limb.quote]
    for cited in record.citations:
        texts += [f"[{cited.n}]", cited.pinpoint, cited.quote, cited.publisher, cited.title]
        texts.append(f"Checked {cited.checked_on.day} {cited.checked_on:%B %Y}")
        texts.append(cited.url or "")
    return [text for text in texts if text]


def joined(text: str) -> str:
    """Text without white space and without the places to break a long word: how lines were broken does not matter."""
    return re.sub(r"[\s\u200b]+", "", text)
