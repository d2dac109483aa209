"""How much the parts of a PDF unpack to, found out without keeping any of it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"stream\r?\n")
_STEP = 1024 * 1024
_NESTED = 2
"""Packings inside packings that are looked into."""


def largest_stream(data: bytes, enough: int) -> int:
    """Bytes of the largest deflated stream, unpacked; stops counting beyond `enough`."""
    largest = 0
    for match in _STREAM.finditer(data):
        start = match.end()
        # zlib's first byte, and its check sum over the first two
        if data[start : start + 1] != b"\x78" or int.from_bytes(data[start : start + 2], "big") % 31:
            continue
        end = data.find(b"endstream", start)
        packed = memoryview(data)[start : end if end > 0 else len(data)]
        if len(packed) * 1032 <= largest:  # no deflated byte unpacks to more
            continue
        largest = max(largest, _unpacked(iter([packed]), enough, _NESTED))
        if largest > enough:
            return largest
    return largest


def _unpacked(parts: Iterator[bytes | memoryview], enough: int, depth: int) -> int:
    total = 0
    first = b""
    inner = None
    for part in _inflate(parts):
        if not first:
            first = part[:2]
            if depth > 1 and len(first) == 2 and first[0] == 0x78 and not int.from_bytes(first, "big") % 31:
                inner = zlib.decompressobj()
        total += len(part)
        if inner is not None:
            try:
                waiting: bytes = part
                while waiting:
                    total += len(inner.decompress(waiting, _STEP))
                    waiting = inner.unconsumed_tail
                    if total > enough:
                        return total
            except zlib.error:
                inner = None
        if total > enough:
            break
    return total


def _inflate(parts: Iterator[bytes | memoryview]) -> Iterator[bytes]:
    """What the parts unpack to, a step at a time; ends quietly where they are damaged."""
    inflater = zlib.decompressobj()
    for part in parts:
        for start in range(0, len(part), _STEP):
            waiting = bytes(part[start : start + _STEP])
            while waiting:
                try:
                    out = inflater.decompress(waiting, _STEP)
                except zlib.error:
                    return
                if out:
                    yield out
                waiting = inflater.unconsumed_tail
                if inflater.eof:
                    return
