"""Every error a user can cause or meet, each saying what happened and what to do.

The command line prints `error: <message>` and exits with the error's `exit_code`.
"""


class SafeguardError(Exception):
    """What happened; what to do. Exit code 2: the request cannot be served as it stands."""

    exit_code = 2


class RegisterInvalid(SafeguardError):
    """corpus/sources.yaml, or a data file beside it, does not say what it must."""


class CannotRead(SafeguardError):
    """A document cannot be read (not UTF-8, broken front matter, unknown format). The other documents go on."""

    exit_code = 1


class NoIndex(SafeguardError):
    """Nothing has been indexed in this data folder yet."""


class IndexDamaged(SafeguardError):
    """The published index cannot be opened or does not match its own record."""


class OtherEncoder(SafeguardError):
    """The index was made with another embedding model than the one set now."""


class EncoderUnavailable(SafeguardError):
    """The embedding model's weights are missing, or are not the pinned ones."""


class DataFolderUnusable(SafeguardError):
    """The data folder cannot be created or written."""


class IngestBusy(SafeguardError):
    """Another ingest holds the data folder's lock."""


class BadRequest(SafeguardError):
    """The question, file or argument cannot be used as given."""
