"""Which addresses may be fetched: https on the public internet, and the connection goes where the check looked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import httpx

from ingest.syncing.errors import AddressRefused, Unreachable

Resolve = Callable[[str, int], list[str]]
"""(host, port) -> its addresses, in the order to try; OSError when there is none."""

# Networks of RFC 6052 that carry an IPv4 address in their last 32 bits, used where a network has IPv6 only.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HTTPS_PORT = 443


@dataclass(frozen=True)
class Checked:
    """An address that may be fetched, and the machines it may be fetched from: one of these, and no other."""

    url: httpx.URL
    addresses: tuple[str, ...]

    @property
    def host(self) -> str:
        """The host name as it goes on the wire."""
        return self.url.raw_host.decode("ascii")

    @property
    def origin(self) -> str:
        """'https://www.gov.uk', with the port where it is not the usual one."""
        return f"{self.url.scheme}://{self.url.netloc.decode('ascii')}"


@dataclass(frozen=True)
class Addresses:
    """The rules. `loopback` lets this machine itself be fetched from, also without TLS: for tests, never set else."""

    resolve: Resolve
    loopback: bool = False

    def check(self, url: str | httpx.URL) -> Checked:
        """The address with the machines it resolves to, every one of them looked at.

        Raises: AddressRefused, Unreachable when the host name does not resolve.
        """
        try:
            parsed = httpx.URL(url)
            host, port = parsed.raw_host.decode("ascii"), parsed.port or (80 if parsed.scheme == "http" else 443)
        except (httpx.InvalidURL, UnicodeError, TypeError):
            raise AddressRefused(f"The address {str(url)[:200]!r} cannot be understood; correct it.") from None
        if parsed.scheme not in ("https", "http") or not host:
            raise AddressRefused(f"The address {_shown(parsed)} is not a web address; give one that begins https://.")
        if parsed.userinfo:
            raise AddressRefused(f"The address of {host} carries a name or password; remove it.")
        if not self.loopback and parsed.scheme != "https":
            raise AddressRefused(f"The address {_shown(parsed)} is not https; find the page's https address.")
        if not self.loopback and port != _HTTPS_PORT:
            raise AddressRefused(f"The address {_shown(parsed)} names port {port}; only the https port is used.")
        addresses = self._resolved(host, port)
        local = self.loopback and all(_parsed(address).is_loopback for address in addresses)
        if parsed.scheme != "https" and not local:
            raise AddressRefused(f"The address {_shown(parsed)} is not https; find the page's https address.")
        if not local and (bad := [address for address in addresses if not is_public(address)]):
            raise AddressRefused(
                f"{host} leads to {bad[0]}, which is not on the public internet; it was not fetched. "
                "Check the address, and this network's name server."
            )
        return Checked(parsed, tuple(addresses))

    def _resolved(self, host: str, port: int) -> list[str]:
        literal = host.strip("[]")
        try:
            return [str(ipaddress.ip_address(literal))]
        except ValueError:
            pass
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise Unreachable(f"{host} could not be found; check the network connection and try again.")
        return list(dict.fromkeys(found))


def is_public(address: str) -> bool:
    """Whether an address is one machine on the public internet.

    Not so: private, loopback, link-local, site-local, multicast, reserved and documentation addresses (is_global by
    IANA's registries), IPv4 in IPv6 notation, and tunnels whose inner IPv4 address is none.
    """
    parsed = _parsed(address)
    if parsed.is_multicast or parsed.is_unspecified or parsed.is_loopback or not parsed.is_global:
        return False
    if isinstance(parsed, IPv4Address):
        return not parsed.is_reserved
    if parsed.ipv4_mapped is not None or parsed.is_site_local or parsed.is_link_local:
        return False
    inner = _inner(parsed)
    if inner is not None:
        return is_public(str(inner))
    return not parsed.is_reserved


def resolved(host: str, port: int) -> list[str]:
    """What this machine's name server says, in the system's order of preference."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a tunnel's address leads to (6to4, Teredo, NAT64)."""
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _parsed(address: str) -> IPv4Address | IPv6Address:
    return ipaddress.ip_address(address.partition("%")[0])


def _shown(url: httpx.URL) -> str:
    return str(url.copy_with(userinfo=b""))[:200]
