"""Allowed addresses: a name is looked up once, and each of its addresses must be public or of the lab."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import httpx
import pytest

from app.errors import PullFailed
from app.nets.weights.client import EgressClient
from app.nets.weights.download import FileDownload
from app.nets.weights.egress import AddressRefused, allowed_addresses, is_public
from app.nets.weights.store import PartialFile
from tests.mirrors import Mirror, Server, whole

PUBLIC = "93.184.215.14"
Names = Callable[..., None]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Give every name these addresses, as a test has no name server."""

    def mean(*addresses: str) -> None:
        def found(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", found)

    return mean


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
    ],
)
def test_addresses_of_a_machine_or_a_local_network_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


def test_a_public_name_gives_the_addresses_to_connect_to(names: Names) -> None:
    names(PUBLIC, PUBLIC, "8.8.8.8")
    assert allowed_addresses(httpx.URL("https://mirror.example/x"), (), has_proxy=False) == (PUBLIC, "8.8.8.8")


@pytest.mark.parametrize("also", [(), (PUBLIC,)])
def test_a_name_with_one_private_address_is_refused(names: Names, also: tuple[str, ...]) -> None:
    names(*also, "10.0.0.5")
    with pytest.raises(AddressRefused, match="private"):
        allowed_addresses(httpx.URL("https://mirror.example/x"), (), has_proxy=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "localhost"])
def test_this_machine_is_refused_in_every_notation(host: str) -> None:
    with pytest.raises(PullFailed):
        allowed_addresses(httpx.URL(f"https://{host}/x"), (), has_proxy=False)


@pytest.mark.parametrize("number", [0, 1, 0x7F000001, 0x0A000001, 0xC0A80101, 0x08080808, 0x5DB8D70E, 0xFFFFFFFF])
def test_an_address_that_contains_another_is_as_public_as_that(number: int) -> None:
    inner = IPv4Address(number)
    holding = [0xFFFF << 32 | number, (0x64FF9B << 96) | number, 0x2002 << 112 | number << 80]
    for address in map(IPv6Address, holding):
        assert is_public(inner) or not is_public(address)
    assert is_public(IPv6Address(holding[0])) == is_public(IPv6Address(holding[1])) == is_public(inner)


@pytest.mark.parametrize(("port", "is_allowed"), [(1, True), (65_535, True), (65_536, False)])
def test_a_port_has_sixteen_bits(names: Names, port: int, is_allowed: bool) -> None:
    names(PUBLIC)
    url = httpx.URL(f"https://mirror.example:{port}/x")
    if is_allowed:
        assert allowed_addresses(url, (), has_proxy=False) == (PUBLIC,)
    else:
        with pytest.raises(AddressRefused, match=r"^mirror.example has no such port$"):
            allowed_addresses(url, (), has_proxy=False)


@pytest.mark.parametrize("address", ["https://mirror.example:99999/x", "https://me:word@mirror.example/x"])
def test_invalid_addresses_are_refused(names: Names, address: str) -> None:
    names(PUBLIC)
    with pytest.raises(PullFailed):
        allowed_addresses(httpx.URL(address), (), has_proxy=False)


def test_a_lab_host_is_named_with_its_port() -> None:
    lab = ["127.0.0.1:8080"]
    assert allowed_addresses(httpx.URL("http://127.0.0.1:8080/x"), lab, has_proxy=False) == ("127.0.0.1",)
    for other in ("http://127.0.0.1:8081/x", "http://127.0.0.1/x", "ftp://127.0.0.1:8080/x", "https://127.0.0.1/x"):
        with pytest.raises(AddressRefused):
            allowed_addresses(httpx.URL(other), lab, has_proxy=False)


def test_a_proxy_looks_names_up_but_private_addresses_stay_refused() -> None:
    assert allowed_addresses(httpx.URL("https://mirror.example/x"), (), has_proxy=True) == ()
    with pytest.raises(AddressRefused, match="private"):
        allowed_addresses(httpx.URL("https://10.0.0.1/x"), (), has_proxy=True)


def test_an_unknown_name_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PullFailed, match=r"mirror\.example is unknown"):
        allowed_addresses(httpx.URL("https://mirror.example/x"), (), has_proxy=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for the name `mirror.example`, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate and is not installed")
    path = tmp_path / "mirror.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mirror"
    subprocess.run(
        [*command.split(), "-addext", "subjectAltName=DNS:mirror.example", "-keyout", path, "-out", tmp_path / "crt"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + (tmp_path / "crt").read_bytes())
    return path


@pytest.mark.parametrize(("name", "accepted"), [("mirror.example", True), ("other.example", False)])
def test_the_certificate_must_have_the_host_name_although_the_connection_is_to_an_address(
    name: str, accepted: bool, certificate: Path, names: Names, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Server(Mirror(b"weights", [whole()]))
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", os.fspath(certificate))
    names("127.0.0.1")
    part = PartialFile(tmp_path / "x.part")
    host = f"{name}:{server.server_port}"

    async def download() -> bool:
        async with EgressClient([host], stall_s=5) as client:
            return await FileDownload(f"https://{host}/x", part, 7, stall_s=5).run(client, lambda _: None)

    try:
        if accepted:
            assert asyncio.run(download())
            assert part.path.read_bytes() == b"weights"
        else:
            with pytest.raises(PullFailed, match="can't be reached"):
                asyncio.run(download())
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
