"""robots.txt of each publisher, asked once a run and obeyed.

Source: RFC 9309, 2.3.1: what answers 400 to 499 has no rules (2.3.1.3); what cannot be read, by a fault of the server
or of the network, must be taken to disallow everything (2.3.1.4); after five redirects it counts as not there
(2.3.1.2). 429 asks to go away and is taken as a fault.
"""

from __future__ import annotations

from collections.abc import Callable

from protego import Protego

from ingest.syncing.addresses import Checked
from ingest.syncing.errors import AddressRefused, FetchFailed, RobotsRefused, Unreachable, Untrusted
from ingest.syncing.request import AGENT, Reply

LARGEST_BYTES = 512 * 1024
"""RFC 9309, 2.5: at least 500 kibibytes must be read."""

LONGEST_DELAY_S = 30.0
"""A Crawl-delay is honoured up to here: it is no part of the standard, and some files hold nonsense."""

_TOO_MANY_REQUESTS = 429


class Robots:
    """The rules of every origin met in this run. `get` fetches one robots.txt, redirects followed."""

    def __init__(self, get: Callable[[str], Reply], slow_down: Callable[[str, float], None]) -> None:
        self._get, self._slow_down = get, slow_down
        self._rules: dict[str, Protego | str] = {}

    def require(self, target: Checked) -> None:
        """Raises: RobotsRefused when the page may not be fetched, Unreachable or Untrusted."""
        if target.origin not in self._rules:
            self._rules[target.origin] = self._read(target)
        rules = self._rules[target.origin]
        if isinstance(rules, str):
            raise RobotsRefused(
                f"The robots.txt of {target.host} could not be read ({rules}), so nothing is fetched from there; "
                "try again later."
            )
        if not rules.can_fetch(str(target.url), AGENT):
            raise RobotsRefused(
                f"The robots.txt of {target.host} asks programs not to fetch {target.url.path}; "
                "open it in a browser, or ask the publisher."
            )

    def _read(self, target: Checked) -> Protego | str:
        """The rules, or why they could not be read."""
        try:
            reply = self._get(f"{target.origin}/robots.txt")
        except (Unreachable, Untrusted):
            raise
        except AddressRefused as error:
            return f"it leads elsewhere: {error}"
        except FetchFailed as error:
            return str(error).split(";")[0]
        if reply.status == _TOO_MANY_REQUESTS or reply.status >= 500:
            return f"it answered {reply.status}"
        rules = Protego.parse(reply.body.decode("utf-8", "replace") if reply.status == 200 else "")
        delay = rules.crawl_delay(AGENT)
        if delay:
            self._slow_down(target.host, min(float(delay), LONGEST_DELAY_S))
        return rules
