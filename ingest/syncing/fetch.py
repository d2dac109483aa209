"""One publication from its publisher: every hop checked, robots obeyed, paced, retried where that can help."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx

from ingest.syncing.addresses import Addresses, Checked, resolved
from ingest.syncing.errors import FetchFailed, NotThere, TooLong
from ingest.syncing.formats import require_format
from ingest.syncing.official import Format
from ingest.syncing.pace import Clock, Pace, Sleep, backoff, retry_after
from ingest.syncing.request import Limits, Reply, send
from ingest.syncing.robots import LARGEST_BYTES, Robots

_REDIRECTS = {301, 302, 303, 307, 308}
_OK, _NOT_MODIFIED, _TOO_MANY, _FAULT = 200, 304, 429, 500
_GONE = {404, 410}


class Fetcher:
    """Fetches one page at a time. What it waits with, resolves with and draws its chances from is handed in."""

    def __init__(
        self,
        addresses: Addresses,
        *,
        limits: Limits | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = time.sleep,
        jitter: Callable[[], float] = random.random,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._addresses, self._limits = addresses, limits or Limits()
        self._clock, self._sleep, self._jitter, self._now = clock, sleep, jitter, now
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._pace = Pace(self._limits.between_s, clock=clock, sleep=sleep)
        self._robots = Robots(self._robots_txt, self._pace.slow_down)

    def get(self, url: str, format_: Format, validators: Mapping[str, str] | None = None) -> Reply | None:
        """The page as it is now; None when it has not changed since the version the validators came with.

        `validators`: the kept version's `etag` and `last-modified`, {} or None to fetch it whatever it is.

        Raises: AddressRefused, RobotsRefused, NotThere (404, 410), Unreachable, Untrusted, FetchFailed.
        """
        headers = _conditions(validators or {})
        reply = self._follow(url, headers, self._limits.largest_bytes, self._robots.require)
        if reply.status == _NOT_MODIFIED and headers:
            return None
        if reply.status in _GONE:
            says = "gone" if reply.status == 410 else "not there"
            raise NotThere(
                f"The publisher says {reply.url} is {says} ({reply.status}); look for its new address.", reply.status
            )
        if reply.status != _OK:
            raise FetchFailed(f"{reply.url} answered {reply.status}; open it in a browser, and try again later.")
        require_format(reply, format_)
        return reply

    def _robots_txt(self, url: str) -> Reply:
        """A robots.txt; one that redirects without end counts as not there."""
        try:
            return self._follow(url, {}, LARGEST_BYTES, lambda target: None)
        except _EndlessRedirect:
            return Reply(url, 404, {}, b"")

    def _follow(self, url: str, headers: Mapping[str, str], largest: int, allowed: Callable[[Checked], None]) -> Reply:
        """Follows redirects by hand: each hop is checked as the first was."""
        seen: set[str] = set()
        at = url
        for _ in range(self._limits.redirects + 1):
            target = self._addresses.check(at)
            allowed(target)
            reply = self._patiently(target, headers, largest)
            if reply.status not in _REDIRECTS:
                return reply
            seen.add(str(target.url))
            try:
                at = str(target.url.join(reply.headers["location"]).copy_with(fragment=None))
            except (KeyError, httpx.InvalidURL):
                raise FetchFailed(f"{at} leads on to nothing; open it in a browser to find its address.") from None
            if at in seen:
                raise _EndlessRedirect(f"{url} leads round in a circle; open it in a browser to find its address.")
        raise _EndlessRedirect(
            f"{url} leads on more than {self._limits.redirects} times; open it in a browser to find its address."
        )

    def _patiently(self, target: Checked, headers: Mapping[str, str], largest: int) -> Reply:
        """Asks again after a time-out, a 429 or a fault of the server (5xx), and after nothing else."""
        for attempt in range(1, self._limits.attempts + 1):
            wanted: float | None = None
            last = attempt == self._limits.attempts
            try:
                reply = self._once(target, headers, largest)
            except TooLong:
                if last:
                    raise
            else:
                if last or not (reply.status == _TOO_MANY or reply.status >= _FAULT):
                    return reply
                wanted = retry_after(reply.headers.get("retry-after"), self._now())
                if wanted is not None and wanted > self._limits.longest_wait_s:
                    raise FetchFailed(
                        f"{target.host} answered {reply.status} and asks to be left alone for {wanted / 60:.0f} "
                        "minutes; try again after that."
                    )
            usual = backoff(attempt, self._limits.first_wait_s, self._limits.longest_wait_s, self._jitter())
            self._sleep(usual if wanted is None else wanted + self._jitter())
        raise AssertionError("the last attempt returns or raises")

    def _once(self, target: Checked, headers: Mapping[str, str], largest: int) -> Reply:
        self._pace.wait(target.host)
        try:
            return send(target, headers, self._limits, clock=self._clock, tls=self._tls, largest=largest)
        finally:
            self._pace.done(target.host)


class _EndlessRedirect(FetchFailed):
    """More redirects than are followed, or a circle of them."""


def open_fetcher() -> Fetcher:
    """The fetcher of this machine: the public internet, over https."""
    return Fetcher(Addresses(resolved))


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    """RFC 9110, 13.1: ask only for what is not this version."""
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {names[key]: value for key, value in validators.items() if key in names and value}
