"""What can go wrong in a sync. Everything under SyncFailed is about one publication: the others go on."""

from __future__ import annotations

from ingest.errors import SafeguardError


class SyncFailed(SafeguardError):
    """One publication could not be fetched or kept. What was kept before stays as it was."""

    exit_code = 1


class AddressRefused(SyncFailed):
    """The address, or one it leads to, may not be fetched: not https, or not on the public internet."""


class RobotsRefused(SyncFailed):
    """The publisher's robots.txt asks programs not to fetch this page, or could not be read."""


class FetchFailed(SyncFailed):
    """The publisher's server answered with something that cannot be kept, or not in time."""


class TooLong(FetchFailed):
    """No answer, or not the whole of it, in the time allowed. Worth another try."""


class NotThere(FetchFailed):
    """The publisher says the page is not there (404) or gone for good (410)."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


class Unreachable(FetchFailed):
    """No connection could be made: the name does not resolve, or nothing listens there."""


class Untrusted(FetchFailed):
    """The server could not prove by its certificate that it is the host it was taken for."""


class Offline(SafeguardError):
    """No publisher at all could be reached."""

    exit_code = 1


class SyncBusy(SafeguardError):
    """Another sync holds the data folder's lock."""
