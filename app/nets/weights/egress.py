"""Egress: the addresses that a download may connect to, which are HTTPS at public addresses and the lab's own hosts."""

import socket
import urllib.request
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from app.errors import PullFailed

PORTS = {"https": 443, "http": 80}
MAX_PORT = 65_535
NAT64 = ip_network("64:ff9b::/96")


class AddressRefused(PullFailed):
    """A download may not connect to this address."""


def allowed_addresses(url: httpx.URL, lab_hosts: Collection[str], has_proxy: bool) -> tuple[str, ...]:
    """The IP addresses to connect to for `url`, from one look-up of its name: connect to these and to no other.

    There are none where a proxy looks the name up. `lab_hosts` holds `name:port` of the hosts that may have private
    addresses and no TLS.

    Raises:
        AddressRefused: the URL is neither HTTPS nor of the lab, or one of its addresses is not public.
        PullFailed: the name is unknown.
    """
    port = url.port or PORTS.get(url.scheme, 0)
    is_lab_host = f"{url.host}:{port}" in lab_hosts
    if url.scheme != "https" and not (is_lab_host and url.scheme == "http"):
        raise AddressRefused(f"{host_name(url)} is not at an https address")
    if port > MAX_PORT:
        raise AddressRefused(f"{host_name(url)} has no such port")
    if url.userinfo:
        raise AddressRefused(f"{host_name(url)} has a name and a password in its address")
    addresses = _literal(url.host) if has_proxy else _look_up(url.host, port)
    if not is_lab_host and not all(is_public(ip_address(address)) for address in addresses):
        raise AddressRefused(f"{host_name(url)} is at a private address")
    return addresses


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address, and the IPv4 address that it may contain, belong to the public Internet."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or [None])[0]
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast


def proxy_for(url: httpx.URL) -> str | None:
    """The proxy that the environment names for `url`, if it does."""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return None if proxy is None or urllib.request.proxy_bypass(url.host) else proxy


def host_name(url: httpx.URL) -> str:
    """The host as messages name it."""
    return url.host[:100] or "an address without a host"


def _literal(host: str) -> tuple[str, ...]:
    try:
        return (str(ip_address(host)),)
    except ValueError:
        return ()


def _look_up(host: str, port: int) -> tuple[str, ...]:
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PullFailed(f"the name {host[:100]} is unknown") from error
    return tuple(dict.fromkeys(str(address[0]).partition("%")[0] for *_, address in entries))
