"""Saved cases: only when asked, for their owner only, until their date, and never a word of them in an error."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import sqlite_file
from assistant.sar import store
from assistant.sar.interview import Case, answer
from assistant.sar.rules import State
from assistant.sar.store import (
    CaseExpired,
    Cases,
    CasesDamaged,
    CasesUnusable,
    CaseUnreadable,
    UnknownCase,
)
from assistant.settings import Settings, settings
from ingest.errors import BadRequest, SafeguardError

TODAY = date(2026, 11, 26)
WORDS = "Zyxwv lived alone"  # stands for anything a case could say
CASE = answer(Case(started_on=TODAY, narrative=f"{WORDS}."), "died", State.YES, note="told by the warden")


def cases(data: Path, on: date = TODAY, days: int | None = 90) -> Cases:
    return Cases(data, days=days, today=lambda: on)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write anywhere, so it steps down for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_saved_case_comes_back_whole(tmp_path):
    saved = cases(tmp_path).save(CASE)
    assert cases(tmp_path).load(saved.reference) == CASE
    assert (saved.saved_on, saved.kept_until) == (TODAY, TODAY + timedelta(days=90))


def test_nothing_is_made_before_a_case_is_saved(tmp_path):
    data = tmp_path / "data"
    assert cases(data).all() == ()
    for act in (cases(data).load, cases(data).delete):
        with pytest.raises(UnknownCase, match="no saved case 7F3A-9K2M"):
            act("7F3A-9K2M")
    assert not data.exists()


def test_the_file_is_its_owners_only(tmp_path):
    cases(tmp_path / "data").save(CASE)
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["cases.db"]
    assert (tmp_path / "data" / "cases.db").stat().st_mode & 0o777 == 0o600


def test_a_reference_can_be_copied_and_typed_in_any_way(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "new_symbols", lambda: "7F01A9K2")
    saved = cases(tmp_path).save(CASE)
    assert saved.reference == "7F01-A9K2"
    for typed in ("7F01-A9K2", "7f01a9k2", " 7fo1 - a9k2\n", "7FOL-A9K2", "7foia9k2"):
        assert cases(tmp_path).load(typed) == CASE


@pytest.mark.parametrize("typed", ["", "7F3A", "7F3A-9K2M-1", "7F3A-9K2U", "7F3A-9K2\u0662", "'; drop table cases"])
def test_what_cannot_be_a_reference_is_said_to_be_none(tmp_path, typed):
    cases(tmp_path).save(CASE)
    for act in (cases(tmp_path).load, cases(tmp_path).delete, lambda text: cases(tmp_path).save(CASE, text)):
        with pytest.raises(UnknownCase, match="no case reference; it has eight letters and digits"):
            act(typed)
    assert len(cases(tmp_path).all()) == 1


def test_references_are_forty_bits_of_chance_without_letters_that_look_alike():
    made = [store.new_symbols() for _ in range(500)]
    assert len(set(made)) == 500
    assert set("".join(made)) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert all(re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", store.written(symbols)) for symbols in made)


def test_a_reference_that_is_taken_is_not_given_twice(tmp_path, monkeypatch):
    drawn = iter(["AAAAAAAA", "AAAAAAAA", "BBBBBBBB"])
    monkeypatch.setattr(store, "new_symbols", lambda: next(drawn))
    other = answer(CASE, "died", State.NO)
    assert cases(tmp_path).save(CASE).reference == "AAAA-AAAA"
    assert cases(tmp_path).save(other).reference == "BBBB-BBBB"
    assert cases(tmp_path).load("AAAA-AAAA") == CASE


def test_saving_again_replaces_the_case_and_keeps_it_longer(tmp_path):
    first = cases(tmp_path).save(CASE)
    later = TODAY + timedelta(days=10)
    changed = answer(CASE, "in_area", State.UNKNOWN)
    again = cases(tmp_path, later).save(changed, first.reference.lower())
    assert again.reference == first.reference and again.kept_until == later + timedelta(days=90)
    assert cases(tmp_path, later).load(first.reference) == changed
    assert cases(tmp_path, later).all() == (again,)
    assert cases(tmp_path, later).find(first.reference.lower()) == again
    with pytest.raises(UnknownCase, match="no saved case 7F3A-9K2M"):
        cases(tmp_path, later).find("7F3A-9K2M")


def test_a_deleted_case_is_gone_from_the_file_too(tmp_path):
    kept, gone = cases(tmp_path).save(Case(started_on=TODAY)), cases(tmp_path).save(CASE)
    assert WORDS.encode() in (tmp_path / "cases.db").read_bytes()
    cases(tmp_path).delete(gone.reference.lower())
    assert [saved.reference for saved in cases(tmp_path).all()] == [kept.reference]
    with pytest.raises(UnknownCase, match=gone.reference):
        cases(tmp_path).load(gone.reference)
    with pytest.raises(UnknownCase, match=gone.reference):
        cases(tmp_path).delete(gone.reference)
    assert all(WORDS.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_a_case_is_kept_up_to_its_date_and_then_erased_and_said_to_be(tmp_path):
    saved = cases(tmp_path, days=3).save(CASE)
    assert cases(tmp_path, TODAY + timedelta(days=3)).load(saved.reference) == CASE
    after = TODAY + timedelta(days=4)
    assert cases(tmp_path, after).all() == ()
    assert WORDS.encode() not in (tmp_path / "cases.db").read_bytes()
    for _ in range(2):
        with pytest.raises(CaseExpired, match=f"{saved.reference} was kept until 29 November 2026 and has been erased"):
            cases(tmp_path, after).load(saved.reference)
    with pytest.raises(UnknownCase):
        cases(tmp_path, after + timedelta(days=365)).load(saved.reference)


def test_an_expired_case_is_erased_when_another_is_saved(tmp_path):
    cases(tmp_path, days=3).save(CASE)
    cases(tmp_path, TODAY + timedelta(days=9)).save(Case(started_on=TODAY))
    assert WORDS.encode() not in (tmp_path / "cases.db").read_bytes()


def test_how_long_a_case_is_kept_is_a_setting(tmp_path, monkeypatch):
    assert Settings().case_days == 90
    settings.cache_clear()
    monkeypatch.setenv("SAFEGUARD_CASE_DAYS", "7")
    try:
        assert cases(tmp_path, days=None).save(CASE).kept_until == TODAY + timedelta(days=7)
        settings.cache_clear()
        monkeypatch.setenv("SAFEGUARD_CASE_DAYS", "for ever")
        with pytest.raises(BadRequest, match="setting SAFEGUARD_CASE_DAYS cannot be used .* change it or unset it"):
            cases(tmp_path, days=None).save(CASE)
    finally:
        settings.cache_clear()
    with pytest.raises(ValidationError):
        Settings(case_days=0)


def damage(file: Path, how: str) -> None:
    if how == "not a database":
        file.write_bytes(WORDS.encode() * 200)
    elif how == "cut short":
        file.write_bytes(file.read_bytes()[:5000])
    else:
        with sqlite3.connect(file) as connection:
            connection.execute("DROP TABLE cases")
            connection.execute("CREATE TABLE cases (reference TEXT, words TEXT)")


@pytest.mark.parametrize("how", ["not a database", "cut short", "another program's table"])
def test_a_damaged_file_is_named_in_one_sentence_and_left_as_it_is(tmp_path, how):
    saved = cases(tmp_path).save(CASE)
    damage(tmp_path / "cases.db", how)
    before = (tmp_path / "cases.db").read_bytes()
    store_ = cases(tmp_path)
    for act in (store_.all, lambda: store_.load(saved.reference), lambda: store_.save(CASE)):
        with pytest.raises(CasesDamaged, match=r"cases\.db are damaged; restore that file, or remove it\.$"):
            act()
    assert (tmp_path / "cases.db").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    ["content = '{'", "content = replace(content, 'narrative', 'story')", "version = 2"],
    ids=["broken", "unknown field", "another version"],
)
def test_a_case_that_cannot_be_read_is_an_error_without_its_words_and_harms_no_other(tmp_path, change):
    saved, other = cases(tmp_path).save(CASE), cases(tmp_path).save(CASE)
    with sqlite3.connect(tmp_path / "cases.db") as connection:
        symbols = saved.reference.replace("-", "")
        connection.execute(f"UPDATE cases SET {change} WHERE reference = '{symbols}'")
    with pytest.raises(CaseUnreadable, match=f"Case {saved.reference} .* start again, or delete it") as raised:
        cases(tmp_path).load(saved.reference)
    assert WORDS not in "".join(traceback.format_exception(raised.value))
    assert cases(tmp_path).load(other.reference) == CASE
    cases(tmp_path).delete(saved.reference)


def test_a_folder_that_cannot_be_one_says_to_choose_another(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CasesUnusable, match="choose a folder you can write with --data-dir"):
        cases(tmp_path / "file" / "data").save(CASE)
    (tmp_path / "data" / "cases.db").mkdir(parents=True)
    for act in (cases(tmp_path / "data").all, lambda: cases(tmp_path / "data").save(CASE)):
        with pytest.raises(CasesUnusable, match="cannot be opened or written"):
            act()


def test_a_folder_that_may_only_be_read_is_named_and_no_word_leaks():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        saved = cases(folder).save(CASE)
        (folder / "cases.db").chmod(0o444)
        folder.chmod(0o555)
        with ordinary_user():
            for act in (lambda: cases(folder).save(CASE), lambda: cases(folder).delete(saved.reference)):
                with pytest.raises(CasesUnusable, match="cannot be opened or written") as raised:
                    act()
                assert WORDS not in "".join(traceback.format_exception(raised.value))
        folder.chmod(0o755)
        assert cases(folder).load(saved.reference) == CASE


def test_a_file_another_program_holds_is_waited_for_and_then_named(tmp_path, monkeypatch):
    cases(tmp_path).save(CASE)
    monkeypatch.setattr(sqlite_file, "WAIT_S", 0)
    with sqlite3.connect(tmp_path / "cases.db") as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CasesUnusable, match=r"\(busy\)"):
            cases(tmp_path).save(CASE)
    holder.close()


def test_every_error_of_the_store_is_an_error_of_the_project():
    for kind in (UnknownCase, CaseExpired, CaseUnreadable, CasesDamaged, CasesUnusable):
        assert issubclass(kind, SafeguardError)


def test_processes_that_save_at_the_same_time_all_succeed(tmp_path):
    """Four processes on a folder that has no file yet, ten cases each."""
    code = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from assistant.sar.interview import Case; from assistant.sar.store import Cases;"
        "sys.stdin.readline();"
        "[print(Cases(Path(sys.argv[1])).save(Case(started_on=date(2026, 11, 26))).reference) for _ in range(10)]"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "data")], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]  # fmt: skip
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = [process.communicate() for process in started]
    assert [error for _, error in printed] == [""] * 4
    references = [line for out, _ in printed for line in out.split()]
    assert len(set(references)) == 40
    assert {saved.reference for saved in Cases(tmp_path / "data").all()} == set(references)
