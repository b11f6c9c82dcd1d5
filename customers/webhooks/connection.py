"""Requests to addresses that users chose: never into the private network, never further than the first answer.

The name is looked up once, every address that it has is checked, and the connection goes to the one that was checked:
a name that changes its mind between check and use gains nothing. Redirects are not followed.
"""

import socket
from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

import httpcore
import httpx
from django.conf import settings

TIMEOUT_SECONDS = 30
KEPT_BYTES = 2_000
# IPv6 addresses that a gateway turns into the IPv4 address in their last four bytes (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")

Header = tuple[bytes, bytes]
# What the network, and a nonsensical address or certificate, can cause.
FAILURES = (
    *(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.UnsupportedProtocol),
    *(httpx.InvalidURL, OSError, ValueError),
)


class Unreachable(Exception):
    """There was no answer; says why."""


class AddressRefused(httpcore.ConnectError):
    """The name leads to an address that is not public."""


class Answer(NamedTuple):
    """``text`` is the beginning of the body."""

    status: int
    text: str


class PublicAddresses(httpcore.SyncBackend):
    """Connects to public addresses only."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return super().connect_tcp(checked_address(host, port), port, timeout, local_address, socket_options)


def post(url: str, body: bytes, headers: Iterable[Header]) -> Answer:
    """The answer of ``url``, whatever its status. Raises ``Unreachable`` with a sentence for the operator."""
    limits = dict.fromkeys(("connect", "read", "write", "pool"), float(TIMEOUT_SECONDS))
    try:
        with _pool(settings.WEBHOOKS_TO_PRIVATE_ADDRESSES).stream(
            "POST", target_of(url), headers=list(headers), content=body, extensions={"timeout": limits}
        ) as response:
            return Answer(response.status, _beginning(response).decode("utf-8", "replace").replace("\0", ""))
    except FAILURES as failure:
        raise Unreachable(f"{type(failure).__name__}: {failure}".replace("\0", "")) from failure


def target_of(url: str) -> httpcore.URL:
    """As it goes over the line: ASCII only. Raises ``httpx.InvalidURL`` or ``UnicodeError``."""
    parsed = httpx.URL(url)
    return httpcore.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)


def checked_address(host: str, port: int) -> str:
    """An address of ``host``, all of whose addresses are public. Raises ``AddressRefused``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(sockaddr[0]) for *_, sockaddr in found]
    refused = [address for address in addresses if not is_public(address)]
    if refused or not addresses:
        raise AddressRefused(f"{host} leads to {', '.join(refused) or 'nowhere'}, which is not a public address.")
    return addresses[0]


def is_public(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    inner = _embedded(parsed) if isinstance(parsed, IPv6Address) else None
    return all(each.is_global and not each.is_multicast for each in (parsed, inner) if each is not None)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that packets end up at."""
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


def _beginning(response: httpcore.Response) -> bytes:
    kept = b""
    for chunk in response.iter_stream():
        kept += chunk
        if len(kept) >= KEPT_BYTES:
            break
    return kept[:KEPT_BYTES]


@cache
def _pool(to_private: bool) -> httpcore.ConnectionPool:
    backend = httpcore.SyncBackend() if to_private else PublicAddresses()
    return httpcore.ConnectionPool(max_connections=100, keepalive_expiry=5, network_backend=backend)
