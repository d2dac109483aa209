"""`safeguard sync`: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime

import pytest
from publisher_stand_in import official, sends

from assistant.cli import main

ACT = (
    '<Legislation xmlns="http://www.legislation.gov.uk/namespaces/legislation"><Primary><Body><P1group>'
    "<Title>Duty to carry a lantern</Title><P1 id='section-3'><Pnumber>3</Pnumber><P1para>"
    "<P2 id='section-3-1'><Pnumber>1</Pnumber><P2para><Text>A keeper must carry a {}.</Text></P2para></P2>"
    "</P1para></P1></P1group></Body></Primary></Legislation>"
)
ESCAPE = "lamp\u202e"


@pytest.fixture
def run(capsys, tmp_path, monkeypatch, web, publisher):
    """Runs the command on a made-up Act, `a`, and a page that is not there, `b`: code, output, errors."""
    act = official(publisher, "/a", format="xml", title="Lanterns Act 2019, section 3", terms="Keep it to yourself.")
    off = official(publisher, "/off", enabled=False, off_because="It is not ours.", source_id="sar-decision-making")
    entries = [act, off, official(publisher, "/b", source_id="mental-capacity-act-basics")]
    publisher.pages["/a"] = [sends(ACT.format(word).encode(), type_="text/xml") for word in ("lantern", ESCAPE)]
    monkeypatch.setattr("ingest.syncing.official.load_official", lambda: tuple(entries))
    monkeypatch.setattr("ingest.syncing.fetch.open_fetcher", web)

    def run_(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["sync", *arguments, "--data-dir", str(tmp_path / "data")])
        return (code, *capsys.readouterr())

    return run_


def test_the_digest_is_printed_by_clause_and_one_failure_gives_exit_code_one(run, publisher):
    code, out, err = run()
    assert code == 1
    assert "new         Lanterns Act 2019, section 3 (care-act-2014-safeguarding)" in out
    assert "Licence: Test licence. Keep it to yourself." in out and out.endswith("1 new, 1 failed, 1 off.\n")
    assert "It is not ours." in out
    assert "Fetching Lanterns Act 2019, section 3 from official.test. Licence: Test licence." in err
    assert "not synced: b: The publisher says" in err
    code, out, err = run("--only", "care-act-2014-safeguarding")
    assert code == 0
    assert out == (
        "changed     Lanterns Act 2019, section 3 (care-act-2014-safeguarding)\n"
        "            ~ s.3(1)  Duty to carry a lantern\n"
        "                @@ -1,2 +1,2 @@\n"
        "                 Duty to carry a lantern\n"
        "                -A keeper must carry a lantern.\n"
        "                +A keeper must carry a lamp.\n"
        "1 changed.\n"
    )


def test_as_json_it_has_the_keys_of_the_contract(run):
    code, out, err = run("--json")
    report = json.loads(out)
    assert (code, report["dry_run"]) == (1, False)
    assert {name: count for name, count in report["counts"].items() if count} == {"new": 1, "failed": 1, "off": 1}
    act, off, missing = report["sources"]
    assert set(act) == {
        "id", "source_id", "title", "url", "final_url", "licence", "terms", "outcome", "version", "retrieved_at",
        "mark", "says", "newly_marked", "changes", "note", "error",
    }  # fmt: skip
    assert (act["outcome"], act["mark"], act["newly_marked"]) == ("new", "current", False)
    assert datetime.fromisoformat(act["retrieved_at"]).tzinfo is not None
    assert len(act["version"]) == 64 and act["error"] is None
    assert (off["outcome"], off["note"]) == ("off", "It is not ours.")
    assert missing["outcome"] == "failed" and "404" in missing["error"] and missing["version"] is None
    changed = json.loads(run("--json", "--only", "a")[1])["sources"][0]["changes"]
    assert [(change["pinpoint"], change["heading"]) for change in changed["changed"]] == [
        ("s.3(1)", "Duty to carry a lantern")
    ]
    assert changed["added"] == changed["removed"] == []


def test_a_dry_run_lists_every_address_with_its_licence_and_asks_for_nothing(run, publisher):
    code, out, err = run("--dry-run")
    assert (code, err, publisher.asked) == (0, "", [])
    assert (
        f"would fetch Lanterns Act 2019, section 3 (care-act-2014-safeguarding)\n            {publisher.url('/a')}"
        in out
    )
    assert out.endswith("2 would fetch, 1 off.\n")
    report = json.loads(run("--dry-run", "--json")[1])
    assert report["dry_run"] and [entry["outcome"] for entry in report["sources"]] == [
        "would_fetch",
        "off",
        "would_fetch",
    ]


@pytest.mark.parametrize(
    ("only", "says"),
    [("nowhere", "No official text has the source 'nowhere'"), ("off", "switched off (It is not ours)")],
)
def test_a_wrong_only_is_one_line_with_exit_code_two(run, only, says):
    code, out, err = run("--only", only)
    assert (code, out) == (2, "") and err.startswith("error: ") and says in err and len(err.splitlines()) == 1


def test_without_a_network_there_is_one_line_and_exit_code_one(run, publisher):
    publisher.close()
    code, out, err = run("--json")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (
        "error: No publisher could be reached (official.test); check the network connection and try again. "
        "What was kept before is unchanged."
    )


def test_the_projects_own_addresses_are_listed_without_a_heavy_library_or_a_connection(tmp_path):
    code = (
        "import sys; from assistant.cli import main; "
        "assert main(['sync', '--dry-run', '--json', '--data-dir', sys.argv[1]]) == 0; "
        "heavy = {'torch', 'chromadb', 'llama_index', 'streamlit', 'transformers'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "data")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["counts"]["would_fetch"] > 40 and report["counts"]["off"] >= 3
    assert not (tmp_path / "data").exists()
