"""Compressed bytes → plain bytes, never more of them than allowed at any moment."""

from __future__ import annotations

import zlib

from ingest.syncing.errors import FetchFailed

ACCEPTED = "gzip, deflate"
"""What a request says it takes. Anything else, and one packing inside another, is refused."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_PIECE = 64 * 1024


class Body:
    """Collects one answer piece by piece, unpacked, up to `largest` bytes.

    Python's own streaming decoders unpack a whole piece at once, and a piece may hold a thousand times its size.
    """

    def __init__(self, encoding: str, largest: int, name: str) -> None:
        packing = encoding.strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchFailed(f"{name} came packed as '{packing[:40]}', which was not asked for; try again later.")
        self._unpack = None if packing in ("", "identity") else zlib.decompressobj(_GZIP_OR_ZLIB)
        self._largest, self._name = largest, name
        self._pieces: list[bytes] = []
        self._size = self._received = 0

    def add(self, piece: bytes) -> None:
        """One piece as it came. Raises: FetchFailed when the whole is now too large, or is not what it says."""
        self._received += len(piece)
        if self._received > self._largest:
            raise self.too_large()
        if self._unpack is None:
            self._keep(piece)
            return
        try:
            while piece and not self._unpack.eof:
                self._keep(self._unpack.decompress(piece, _PIECE))
                piece = self._unpack.unconsumed_tail
        except zlib.error:
            raise FetchFailed(f"{self._name} came damaged (it cannot be unpacked); try again later.") from None

    def whole(self) -> bytes:
        """All of it. Raises: FetchFailed when it broke off."""
        if self._unpack is not None:
            while not self._unpack.eof and (more := self._unpack.decompress(b"", _PIECE)):
                self._keep(more)
            if self._received and not self._unpack.eof:
                raise FetchFailed(f"{self._name} broke off before its end; try again later.")
        return b"".join(self._pieces)

    def too_large(self) -> FetchFailed:
        """The error for an answer over the limit."""
        return FetchFailed(f"{self._name} is over {self._largest / 2**20:g} MB, packed or unpacked; it was not kept.")

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._largest:
            raise self.too_large()
        self._pieces.append(piece)
