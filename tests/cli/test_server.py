"""The address that the command `serve` prints."""

import pytest

from app.cli.server import address_of, listens_everywhere


@pytest.mark.parametrize(
    ("host", "bound", "address"),
    [
        ("0.0.0.0", "0.0.0.0", "http://localhost:8000/"),
        ("::", "::", "http://localhost:8000/"),
        ("lab.example", "10.0.0.7", "http://lab.example:8000/"),
        ("[::1]", "::1", "http://[::1]:8000/"),
    ],
)
def test_the_address_can_be_opened(host: str, bound: str, address: str) -> None:
    assert address_of(host, (bound, 8000)) == address


@pytest.mark.parametrize(
    ("host", "everywhere"),
    [("0.0.0.0", True), ("::", True), ("[::]", True), ("127.0.0.1", False), ("localhost", False), ("", False)],
)
def test_only_the_unspecified_address_listens_everywhere(host: str, everywhere: bool) -> None:
    assert listens_everywhere(host) is everywhere
