"""Files that are zip archives (Word, OpenDocument): opened within limits, before a library sees them."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib

from ingest.errors import CannotRead

MOST_PARTS = 4_000
MOST_BYTES = 200 * 1024**2
"""Unpacked, of all parts together: a policy with many photographs has less than half."""
MOST_XML_BYTES = 60 * 1024**2
"""Unpacked, of one XML part: a thousand pages of text have about 20 MB."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parts_of(data: bytes, name: str, program: str) -> dict[str, bytes]:
    """Every part of an archive by its name, unpacked. `program` names what the file should come from, for messages.

    Raises: CannotRead for what is no whole archive, has too many or too large parts, repeats a name, or holds XML that
    declares entities of its own.
    """
    if data.startswith(_OLE):
        raise CannotRead(
            f"{name} is locked with a password or is in an older format of {program}; "
            "open it, save a copy in the present format without a password, and add that."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _unpacked(archive, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ):
        raise CannotRead(f"{name} is damaged or not a file of {program}; save or download it again.") from None


def _unpacked(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    too_much = CannotRead(f"{name} unpacks to more than this program reads; split it and add the parts.")
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise too_much
    parts: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        if entry.filename in parts:
            raise CannotRead(f"{name} holds two parts of one name; save it again and add it.")
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        most = min(left, MOST_XML_BYTES if is_xml else left)
        with archive.open(entry) as stream:  # the sizes in the archive's list are only what it says of itself
            part = stream.read(most + 1)
        if len(part) > most:
            raise too_much
        if is_xml and _ENTITIES.search(part.replace(b"\x00", b"")):  # UTF-16 is XML too
            raise CannotRead(f"{name} declares entities of its own, which a document does not need; it was not read.")
        parts[entry.filename] = part
        left -= len(part)
    return parts
