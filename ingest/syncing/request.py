"""One request to an address that was checked: connected to that very machine, bounded in time and size."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from ingest.syncing.addresses import Checked
from ingest.syncing.bodies import ACCEPTED, Body
from ingest.syncing.errors import FetchFailed, TooLong, Unreachable, Untrusted
from ingest.syncing.pace import Clock

AGENT = "safeguard-sync"
"""The name robots.txt may use for this program."""

USER_AGENT = f"{AGENT}/0.1 (safeguard, an assistant for safeguarding practitioners; fetches official publications)"


@dataclass(frozen=True)
class Limits:
    """Bounds of one fetch, in seconds, bytes and counts."""

    connect_s: float = 10.0
    read_s: float = 30.0
    whole_s: float = 180.0
    largest_bytes: int = 25 * 1024 * 1024
    redirects: int = 5
    attempts: int = 4
    first_wait_s: float = 2.0
    longest_wait_s: float = 120.0
    between_s: float = 1.0


@dataclass(frozen=True)
class Reply:
    """What a server answered. `headers` have names in lower case; `body` is unpacked."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def send(
    target: Checked, headers: Mapping[str, str], limits: Limits, *, clock: Clock, tls: ssl.SSLContext,
    largest: int | None = None,
) -> Reply:  # fmt: skip
    """GET one address, following nothing.

    The connection is made to an address that was looked at, so that a name that resolves to something else a moment
    later changes nothing; the certificate is still checked for the host's name. A connection serves one request: two
    hosts may share a machine, and a connection is proof of one name only. No proxy and no setting of the environment
    is used, which would make a connection of their own.

    Raises: Unreachable, Untrusted, TooLong, FetchFailed.
    """
    last: FetchFailed | None = None
    for address in target.addresses:
        try:
            return _send(target, address, headers, limits, clock, tls, largest or limits.largest_bytes)
        except Unreachable as error:
            last = error  # a machine without IPv6 cannot use the addresses of that kind
    raise last or Unreachable(f"{target.host} has no address; check the network connection and try again.")


def _send(
    target: Checked, address: str, headers: Mapping[str, str], limits: Limits, clock: Clock, tls: ssl.SSLContext,
    largest: int,
) -> Reply:  # fmt: skip
    name, host = str(target.url), target.host
    began = clock()
    timeout = httpx.Timeout(limits.read_s, connect=limits.connect_s)
    once = httpx.Limits(max_connections=1, max_keepalive_connections=0)
    transport = httpx.HTTPTransport(verify=tls, trust_env=False, limits=once)
    with httpx.Client(transport=transport, timeout=timeout, trust_env=False, follow_redirects=False) as client:
        request = client.build_request(
            "GET",
            target.url.copy_with(host=address, fragment=None),
            headers={
                **headers, "Host": target.url.netloc.decode("ascii"), "User-Agent": USER_AGENT,
                "Accept-Encoding": ACCEPTED,
            },
            extensions={} if _is_literal(host) else {"sni_hostname": host},
        )  # fmt: skip
        try:
            response = client.send(request, stream=True)
            try:
                return Reply(
                    name, response.status_code, _names(response), _body(response, name, largest, began, clock, limits)
                )
            finally:
                response.close()
        except httpx.ConnectTimeout:
            raise Unreachable(
                f"{host} did not answer in {limits.connect_s:g} s; check the network connection."
            ) from None
        except httpx.ConnectError as error:
            if _is_tls(error):
                raise Untrusted(
                    f"{host} could not prove that it is {host} ({_why(error)}); nothing was fetched. "
                    "Check the address, and whether this network inspects connections."
                ) from None
            raise Unreachable(f"{host} could not be reached ({_why(error)}); check the network connection.") from None
        except httpx.TimeoutException:
            raise TooLong(f"{name} did not come in {limits.read_s:g} s; try again later.") from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise FetchFailed(f"{name} broke off before its end ({_why(error)}); try again later.") from None


def _body(response: httpx.Response, name: str, largest: int, began: float, clock: Clock, limits: Limits) -> bytes:
    """The answer's bytes, unpacked."""
    body = Body(response.headers.get("content-encoding", ""), largest, name)
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:18]) > largest:
        raise body.too_large()
    for piece in response.iter_raw():
        body.add(piece)
        if clock() - began > limits.whole_s:  # a trickle never meets the time-out of one read
            raise TooLong(f"{name} did not come whole in {limits.whole_s:g} s; try again later.")
    return body.whole()


def _names(response: httpx.Response) -> dict[str, str]:
    return {key.lower(): value for key, value in response.headers.items()}


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _is_tls(error: BaseException) -> bool:
    """Whether TLS stands behind an error: httpx keeps the cause, some layers down."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _why(error: BaseException) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
