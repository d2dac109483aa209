"""Documents that a person adds from the Library page: checked, kept in the data folder, indexed.

    <data>/uploads/      the files, under names made safe; `safeguard ingest` knows the folder like any other

A file is checked by what it holds and not by what it is called. One that is refused or cannot be read is not kept.
"""

from __future__ import annotations

import hashlib
import io
import re
import time
import unicodedata
import uuid
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from ingest.encoder import Model
from ingest.errors import BadRequest, DataFolderUnusable, IngestBusy, SafeguardError
from ingest.index import Indexed, current_generation, read_record
from ingest.locate import LARGEST_BYTES
from ingest.pipeline import Report, ingest
from ingest.readers import FORMATS
from ingest.readers.text import clean

FOLDER = "uploads"
ACCEPTED = tuple(sorted({suffix for suffix, format_ in FORMATS.items() if format_ != "xml"}))
WAIT_S = 300.0
"""How long one waits for another person's ingest."""
BUSY = "Another person is adding documents. Yours will follow."
_LONGEST_NAME = 80
_ODT = b"application/vnd.oasis.opendocument.text"
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Upload:
    """A file as it was given: the name it had, which may be anything, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Added:
    """What became of one file: how many passages of it are indexed, or the sentence that says why it was not added."""

    name: str
    passages: int = 0
    error: str = ""


def add(
    files: Sequence[Upload], data_dir: Path, model: Model, *, progress: Progress = lambda message: None,
    sleep: Callable[[float], object] = time.sleep, wait_s: float = WAIT_S,
) -> list[Added]:  # fmt: skip
    """Check, keep and index files; one result each, in their order. One that fails never stops the rest.

    Raises: DataFolderUnusable, IngestBusy after `wait_s`, EncoderUnavailable; nothing is kept then.
    """
    folder = data_dir / FOLDER
    results: dict[int, Added] = {}
    kept: dict[int, Path] = {}
    try:
        for number, upload in enumerate(files):
            progress(f"Checking file {number + 1} of {len(files)}.")
            try:
                kept[number] = _keep(upload, folder)
            except BadRequest as error:
                results[number] = Added(safe_name(upload.name), error=str(error))
        report = _level(data_dir, model, progress, sleep, wait_s) if kept else None
    except BaseException:
        for file in kept.values():
            file.unlink(missing_ok=True)
        raise
    if report is not None:
        failed = {Path(failure.path).name: failure.error for failure in report.failures}
        passages = {Path(entry.file).name: entry.passages for entry in uploaded(data_dir)}
        for number, file in kept.items():
            if file.name in passages:
                results[number] = Added(file.name, passages[file.name])
                continue
            file.unlink(missing_ok=True)
            results[number] = Added(file.name, error=failed.get(file.name, f"{file.name} was not added; try again."))
    return [results[number] for number in range(len(files))]


def remove(
    source_id: str, data_dir: Path, model: Model, *, progress: Progress = lambda message: None,
    sleep: Callable[[float], object] = time.sleep, wait_s: float = WAIT_S,
) -> str:  # fmt: skip
    """Take an uploaded file out of the index and delete it; returns its name.

    Raises: BadRequest when no such file was uploaded, and as `add`; the file stays then, and so does what answers.
    """
    entry = next((entry for entry in uploaded(data_dir) if entry.source.id == source_id), None)
    if entry is None:
        raise BadRequest("That document was not added here, or is gone already; look at the list again.")
    file = Path(entry.file)
    aside = file.with_name(f".{file.name}.removed")  # hidden files are passed over by an ingest
    if file.is_file():
        file.replace(aside)
    try:
        _level(data_dir, model, progress, sleep, wait_s)
    except BaseException:
        if aside.is_file():
            aside.replace(file)
        raise
    aside.unlink(missing_ok=True)
    return file.name


def read_again(
    data_dir: Path, model: Model, *, progress: Progress = lambda message: None,
    sleep: Callable[[float], object] = time.sleep, wait_s: float = WAIT_S,
) -> Report:  # fmt: skip
    """Bring the index level with every file as it is now. Raises: as `add`."""
    return _level(data_dir, model, progress, sleep, wait_s)


def uploaded(data_dir: Path) -> list[Indexed]:
    """The documents of the index that were added here, by name; empty where there is no index."""
    try:
        name = current_generation(data_dir)
        documents = read_record(data_dir / "index" / name)[1] if name else []
    except SafeguardError:
        return []
    folder = (data_dir / FOLDER).resolve()
    own = [entry for entry in documents if Path(entry.file).resolve().parent == folder]
    return sorted(own, key=lambda entry: Path(entry.file).name.lower())


def safe_name(name: str) -> str:
    r"""A file name without folders, controls, hidden marks or characters that a system gives a meaning; never empty.

    >>> safe_name("../../etc/pass\u202ewd.pdf"), safe_name("C:\\x\\con.txt"), safe_name(".htaccess.md")
    ('passwd.pdf', 'con file.txt', 'htaccess.md')
    """
    last = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    text = unicodedata.normalize("NFC", clean(last))
    text = " ".join(re.sub(r'[<>:"/\\|?*\n\t]', " ", text).split()).strip(". ")
    stem, dot, suffix = text.rpartition(".")
    if not dot:
        stem, suffix = text, ""
    stem = stem.strip(". ") or "document"
    if _RESERVED.match(stem):
        stem = f"{stem} file"
    suffix = f".{suffix}" if suffix else ""
    while len(f"{stem}{suffix}".encode()) > _LONGEST_NAME and len(stem) > 1:
        stem = stem[:-1]
    return f"{stem.strip()}{suffix}"


def _keep(upload: Upload, folder: Path) -> Path:
    """Write a file that passes the checks; one in place or none at all."""
    name = safe_name(upload.name)
    suffix = Path(name).suffix.lower()
    if suffix not in ACCEPTED:
        raise BadRequest(f"{name} is not of a kind that can be read; add PDF, Word, web pages, Markdown or text.")
    if len(upload.data) > LARGEST_BYTES:
        raise BadRequest(f"{name} is over {LARGEST_BYTES // 2**20} MB; split it and add the parts.")
    if not upload.data.strip():
        raise BadRequest(f"{name} is empty; save it again and add it.")
    if wrong := _not_what_it_says(upload.data, FORMATS[suffix]):
        raise BadRequest(f"{name} {wrong}, whatever its name says; save it in the right format and add it again.")
    digest = hashlib.sha256(upload.data).digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            same_size = file.is_file() and file.stat().st_size == len(upload.data)
            if same_size and hashlib.sha256(file.read_bytes()).digest() == digest:
                raise BadRequest(f"{name} is here already, as {file.name}; nothing was added.")
        target = _free(folder, name)
        draft = folder / f".{target.name}.{uuid.uuid4().hex[:8]}.part"
        draft.write_bytes(upload.data)
        draft.replace(target)
    except OSError as error:
        raise DataFolderUnusable(
            f"{name} could not be kept ({error.strerror or error}); check that the disk is not full and the data "
            "folder can be written."
        ) from error
    return target


def _free(folder: Path, name: str) -> Path:
    """The name, or the name with the first number that is not taken."""
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    return target


def _not_what_it_says(data: bytes, format_: str) -> str:
    """What is wrong with a file's content for its format; empty when nothing is."""
    if format_ == "pdf":
        return "" if b"%PDF-" in data[:1024] else "is not a PDF file"
    if format_ in ("docx", "odt"):
        return (
            ""
            if data[:8].startswith(b"\xd0\xcf\x11\xe0") or _is_package(data, format_)
            else ("is not a Word file" if format_ == "docx" else "is not an OpenDocument file")
        )
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\x7fELF", b"MZ\x90", b"\x89PNG", b"\xff\xd8\xff")):
        return "is not a file of text"
    plain = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in data[:65536]
    return "" if plain else "is not a file of text"


def _is_package(data: bytes, format_: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if format_ == "odt":
                return "mimetype" in names and archive.read("mimetype").startswith(_ODT)
            return "[Content_Types].xml" in names and any(re.match(r"word/document\d*\.xml$", name) for name in names)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, zlib.error):
        return False


def _level(data_dir: Path, model: Model, progress: Progress, sleep: Callable[[float], object], wait_s: float) -> Report:
    """One ingest of what is known and of the uploads; waits while another one runs."""
    folder = data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    waited = 0.0
    while True:
        try:
            return ingest(
                [folder], data_dir=data_dir, model=model, with_starter=_has_starter(data_dir), progress=progress
            )
        except IngestBusy:
            if waited >= wait_s:
                raise
            progress(BUSY)
            sleep(2.0)
            waited += 2.0


def _has_starter(data_dir: Path) -> bool:
    """Whether the library in force holds the starter's digests: adding a file must not bring them in, or drop them."""
    try:
        name = current_generation(data_dir)
        return name is None or any(entry.source.digest for entry in read_record(data_dir / "index" / name)[1])
    except SafeguardError:
        return True
