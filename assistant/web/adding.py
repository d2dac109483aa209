"""Add documents: files are given, checked, read and indexed, each with what became of it beside its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from assistant.web import frame, service
from assistant.web.marked import as_label
from assistant.web.words import count
from ingest.errors import SafeguardError

T = TypeVar("T")
MOST_MB = 25
WHAT = f"PDF, Word, web page, Markdown or text. Up to {MOST_MB} MB each. Do not add case records."
_STEP = re.compile(r"(\d+) of (\d+)")


def section(said: frame.SaidLine) -> None:
    """The uploader, what became of the files given last, and the files that were added before."""
    st.header("Add documents", anchor=False)
    state = st.session_state
    place = st.container(key="add-documents")
    with place:
        given = st.file_uploader(
            WHAT, accept_multiple_files=True, type=[suffix[1:] for suffix in service.accepted_suffixes()],
            max_upload_size=MOST_MB, key=f"uploader-{state.get('uploads-made', 0)}",
        )  # fmt: skip
        if given and st.button("Add to the library", type="primary", key="add-files"):
            files = [(file.name, file.getvalue()) for file in given]
            state["uploads-said"] = _run(said, lambda step: service.add_documents(files, step))
            state["uploads-made"] = state.get("uploads-made", 0) + 1
            st.rerun()
    _results(said)
    _added_before(said)


def _run(said: frame.SaidLine, work: Callable[[Callable[[str], None]], T]) -> T | str:
    """Do the work under a progress bar; the sentence that says why when it stopped."""
    said.say("Reading the files.")
    bar = st.progress(0.0, text="Reading the files.")

    def step(message: str) -> None:
        found = _STEP.search(message)
        share = int(found[1]) / max(int(found[2]), 1) if found else 0.0
        bar.progress(min(1.0, share), text=as_label(message))

    try:
        return work(step)
    except SafeguardError as error:
        return str(error)
    except Exception as error:
        frame.note(error)
        return "The files were not added. The library is as it was; try again."


def _results(said: frame.SaidLine) -> None:
    """What became of the files given last."""
    results = st.session_state.pop("uploads-said", None)
    if results is None:
        return
    with st.container(key="upload-results"):
        if isinstance(results, str):
            said.say(results)
            st.error(as_label(results))
            return
        good = [result for result in results if not result.error]
        used = " Answers use them at once." if good else " The library is as it was."
        said.say(f"{len(good)} of {count(len(results), 'file')} added.{used}")
        for result in results:
            name = as_label(result.name)
            if result.error:
                st.error(f"**{name}** Not added: {as_label(result.error)}")
            else:
                st.success(f"**{name}** Added: {count(result.passages, 'passage')}.")


def _added_before(said: frame.SaidLine) -> None:
    """Files added here, each to be taken away again; and one button to read all of them again."""
    state = st.session_state
    if done := state.pop("uploads-done", None):
        said.say(done)
    files = service.uploaded()
    if not files:
        return
    st.subheader("Added here", anchor=False)
    for source_id, name, passages in files:
        with st.container(key=f"added-{source_id}", gap="xsmall"):
            st.markdown(f"**{as_label(name)}** {count(passages, 'passage')}.")
            if state.get("uploads-asked") == source_id:
                _confirm(said, source_id, name)
            elif st.button(f"Remove {as_label(name)}", key=f"remove-{source_id}"):
                state["uploads-asked"] = source_id
                st.rerun()
    if st.button("Read them again", key="read-again"):
        report = _run(said, service.read_again)
        if isinstance(report, str):
            state["uploads-done"] = report
        else:
            changed = report.updated + report.added + report.removed
            state["uploads-done"] = f"{count(changed, 'document')} changed." if changed else "Nothing has changed."
        st.rerun()


def _confirm(said: frame.SaidLine, source_id: str, name: str) -> None:
    st.warning(f"Remove {as_label(name)}? Answers stop using it at once.")
    with st.container(horizontal=True):
        if st.button("Remove", key=f"sure-{source_id}", type="primary"):
            done = _run(said, lambda step: service.remove_document(source_id, step))
            st.session_state["uploads-done"] = f"{name} was removed." if done == name else str(done)
            st.session_state.pop("uploads-asked", None)
            st.rerun()
        if st.button("Keep", key=f"keep-{source_id}"):
            st.session_state.pop("uploads-asked", None)
            st.rerun()
