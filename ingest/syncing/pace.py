"""How long to wait: between two requests to one host, and before asking again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

Clock = Callable[[], float]
Sleep = Callable[[float], None]


class Pace:
    """One request at a time, and so many seconds between the end of one and the start of the next to one host."""

    def __init__(self, seconds: float, *, clock: Clock, sleep: Sleep) -> None:
        self._seconds, self._clock, self._sleep = seconds, clock, sleep
        self._asked: dict[str, float] = {}
        self._last: dict[str, float] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """A host asks for a longer pause than usual."""
        self._asked[host] = max(seconds, self._asked.get(host, 0.0))

    def wait(self, host: str) -> None:
        """Sleeps until the host may be asked again."""
        if host in self._last:
            pause = max(self._seconds, self._asked.get(host, 0.0))
            if (left := self._last[host] + pause - self._clock()) > 0:
                self._sleep(left)

    def done(self, host: str) -> None:
        """A request to the host has just ended."""
        self._last[host] = self._clock()


def backoff(attempt: int, first: float, longest: float, jitter: float) -> float:
    """Seconds before try number `attempt` + 1, attempts counted from 1: doubling, less up to half of it by chance.

    `jitter` is a number from 0 to 1. Many programs that failed together must not come back together.

    >>> [backoff(n, 1, 60, 0.0) for n in (1, 2, 3)]
    [1.0, 2.0, 4.0]
    """
    return min(longest, first * 2 ** (attempt - 1)) * (1 - jitter / 2)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None where it says nothing usable.

    Source: RFC 9110, 10.2.3.
    """
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
