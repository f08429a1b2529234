"""Where a pull may connect to: HTTPS at public addresses, and what is named as belonging to the lab."""

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from app.errors import PullFailed

PORTS = {"https": 443, "http": 80}
MAX_PORT = 65_535
NAT64 = ip_network("64:ff9b::/96")


class AddressRefused(PullFailed):
    """The address may not be connected to."""


def destinations(url: httpx.URL, lab_hosts: Collection[str], proxied: bool) -> tuple[str, ...]:
    """The IP addresses to connect to for `url`, looked up once: connect to these and to nothing else.

    Empty where a proxy looks the name up. `lab_hosts` holds `name:port` of those that may be private and without TLS.

    Raises:
        AddressRefused: neither HTTPS nor of the lab, or one of its addresses is not public.
        PullFailed: the name is not known.
    """
    port = url.port or PORTS.get(url.scheme, 0)
    of_lab = f"{url.host}:{port}" in lab_hosts
    if url.scheme != "https" and not (of_lab and url.scheme == "http"):
        raise AddressRefused(f"{shown(url)} is not at an https address")
    if port > MAX_PORT:
        raise AddressRefused(f"{shown(url)} has no such port")
    if url.userinfo:
        raise AddressRefused(f"{shown(url)} comes with a name and a password in its address")
    addresses = _literal(url.host) if proxied else _look_up(url.host, port)
    if not of_lab and not all(is_public(ip_address(address)) for address in addresses):
        raise AddressRefused(f"{shown(url)} is at a private address")
    return addresses


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address, and the one it may stand for, is of the Internet at large."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or [None])[0]
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast


def shown(url: httpx.URL) -> str:
    """The host as messages name it."""
    return url.host[:100] or "an address without a host"


def _literal(host: str) -> tuple[str, ...]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return ()


def _look_up(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PullFailed(f"the name {host[:100]} is not known") from error
    return tuple(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in found))
