"""A strange file is read in a process of its own, with bounded time and memory, and whatever it does stays there.

Files of PDF, Word, web page, ODT and e-mail come from anybody, and their libraries are large: one that loops, eats
memory or crashes must end as one sentence beside its file. The worker is started once and reads one file after
another; it is ended with its file when that file is too much for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ingest.document import Document
from ingest.errors import CannotRead
from ingest.readers import FORMATS, read_document

Progress = Callable[[int, int], None]
"""(page, pages): how far a file of pages has been read."""

SECONDS = 120.0
"""Longest time one file may take."""
MEMORY_BYTES = 2 * 1024**3
"""Address space of the worker: libraries take about a third of it, the file has the rest."""
_IN_PROCESS = {"markdown", "text"}
_DOCUMENT = TypeAdapter(Document)


class Reader:
    """Reads files by path, one after another; use it in a `with` block, which ends its worker."""

    def __init__(self, *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._seconds, self._memory = seconds, memory_bytes
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def read(self, file: Path, progress: Progress = lambda page, pages: None) -> Document:
        """The document in a file.

        Raises: CannotRead in one sentence, also when reading took too long, too much memory, or ended the worker.
        """
        if FORMATS.get(file.suffix.lower()) in _IN_PROCESS:
            return read_document(file.read_bytes(), file.name)
        worker = self._started()
        expired = threading.Event()

        def end() -> None:
            expired.set()
            worker.kill()

        timer = threading.Timer(self._seconds, end)
        timer.start()
        try:
            return self._asked(worker, file, progress)
        except (OSError, ValueError):
            self.close()
            if expired.is_set():
                raise CannotRead(
                    f"{file.name} took longer than {self._seconds:.0f} seconds to read; split it and add the parts."
                ) from None
            raise CannotRead(
                f"{file.name} could not be read: it needs too much memory or is damaged; save it again, or split it."
            ) from None
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the worker, if there is one."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        for stream in (worker.stdin, worker.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was not sent before it ended
                    continue
        worker.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._worker.poll() is not None:
            self.close()
            root = str(Path(__file__).resolve().parents[2])
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "ingest.readers.bounded", str(self._memory)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))},
            )  # fmt: skip
        return self._worker

    @staticmethod
    def _asked(worker: subprocess.Popen[bytes], file: Path, progress: Progress) -> Document:
        assert worker.stdin is not None and worker.stdout is not None, "both are pipes"
        worker.stdin.write(json.dumps(str(file)).encode() + b"\n")
        worker.stdin.flush()
        while line := worker.stdout.readline():
            kind, _, rest = line.partition(b" ")
            if kind == b"progress":
                page, pages = json.loads(rest)
                progress(page, pages)
            elif kind == b"refused":
                raise CannotRead(json.loads(rest))
            elif kind == b"document":
                return _DOCUMENT.validate_json(rest)
        raise OSError("the worker ended")


def _serve(memory_bytes: int) -> None:
    """The worker: a path a line in, and what became of it out."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not speak for us
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        pass  # a system without such limits: the time is bounded all the same

    def say(kind: bytes, value: Any) -> None:
        out.write(kind + b" " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n")
        out.flush()

    for line in sys.stdin.buffer:
        file = Path(json.loads(line))
        try:
            document = read_document(file.read_bytes(), file.name, lambda page, pages: say(b"progress", [page, pages]))
            say(b"document", _DOCUMENT.dump_json(document))
        except CannotRead as error:
            say(b"refused", str(error))
        except MemoryError:
            say(b"refused", f"{file.name} needs too much memory to be read; split it and add the parts.")
        except RecursionError:
            say(b"refused", f"{file.name} is nested too deeply to be read; save it again, or in another format.")
        except OSError as error:
            say(b"refused", f"{file.name} cannot be opened ({error.strerror}); check that it is there and readable.")
        except Exception as error:  # a library met something it does not know
            say(b"refused", f"{file.name} is damaged or unusual ({type(error).__name__}); save it again, or as text.")


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
