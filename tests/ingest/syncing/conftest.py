"""A publisher on this machine, and fetchers that reach nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from publisher_stand_in import NOW, QUICK, Publisher, Time, look_up

from ingest.syncing.addresses import Addresses
from ingest.syncing.fetch import Fetcher


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    yield server
    server.close()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def web(time: Time) -> Callable[..., Fetcher]:
    """Makes a fetcher that may fetch from this machine, with a clock of its own and chances that are always nil."""

    def made(**settings: object) -> Fetcher:
        given = {"clock": time.clock, "sleep": time.sleep, "jitter": lambda: 0.0, "now": lambda: NOW, "limits": QUICK}
        return Fetcher(Addresses(look_up, loopback=True), **{**given, **settings})  # type: ignore[arg-type]

    return made
