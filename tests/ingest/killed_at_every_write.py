"""Runs one ingest again and again, each killed (signal 9) at a later change of the disk, and looks at what is left.

    python killed_at_every_write.py DATA COPIES POINTS

Prints a JSON line a point: {"point", "events", "killed", "passages", "vectors"}; `passages` null when the index that is
left cannot be opened. A change of the disk is a file opened for writing, a name changed or removed, a folder made.
The heavy modules are imported once; each run is a fork.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

CHANGES = {
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.truncate",
    "shutil.rmtree",
    "shutil.copytree",
}


def count_changes(kill_at: int | None, report: Path) -> None:
    """Count this process's changes of the disk from now on; end it without warning at one of them."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not writes and event not in CHANGES:
            return
        seen += 1
        if kill_at is None:
            os.write(counter, b".")
        elif seen == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    counter = os.open(report, os.O_CREAT | os.O_WRONLY)
    sys.addaudithook(hook)


def forked(work) -> int:
    """Do something in a process of its own; its exit code, or minus the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(data: Path, copies: Path, points: int) -> None:
    import chromadb  # noqa: F401
    import llama_index.core.ingestion  # noqa: F401
    import llama_index.core.storage.docstore  # noqa: F401
    import llama_index.vector_stores.chroma  # noqa: F401
    import onnxruntime  # noqa: F401

    from ingest import index as store
    from ingest import nodes  # noqa: F401
    from ingest.encoder import find_model
    from ingest.pipeline import ingest

    def run(folder: Path, kill_at: int | None) -> int:
        def work() -> None:
            count_changes(kill_at, folder.with_suffix(".count"))
            ingest(data_dir=folder, model=find_model(), with_starter=False)

        shutil.copytree(data, folder, symlinks=True)
        return forked(work)

    def left(folder: Path) -> dict[str, object]:
        out = folder.with_suffix(".json")

        def work() -> None:
            opened = store.open_index(folder)
            found = {"passages": [passage.text for passage in opened.passages], "vectors": opened.probe()}
            out.write_text(json.dumps(found))

        return json.loads(out.read_text()) if forked(work) == 0 else {"passages": None, "vectors": None}

    whole = copies / "whole"
    assert run(whole, None) == 0
    events = (copies / "whole.count").stat().st_size
    print(json.dumps({"point": None, "events": events, "killed": False, **left(whole)}), flush=True)
    for number in range(points):
        at = 1 + number * (events - 1) // max(points - 1, 1)
        folder = copies / f"at-{at}"
        code = run(folder, at)
        print(json.dumps({"point": at, "events": events, "killed": code == -9, **left(folder)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
