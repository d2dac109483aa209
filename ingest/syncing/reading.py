"""What publishers send, read as any strange file is: in a process of its own, with bounded time and memory."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.document import Document
from ingest.readers.bounded import Reader
from ingest.syncing.official import Format


def read_official(data: bytes, name: str, format_: Format) -> Document:
    """A publisher's bytes as a document with its pinpoints. `name` is for messages.

    Raises: CannotRead.
    """
    with TemporaryDirectory() as folder, Reader() as reader:
        file = Path(folder) / f"{Path(name).stem}.{format_}"
        file.write_bytes(data)
        return reader.read(file)
