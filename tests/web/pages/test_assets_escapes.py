"""Addresses that try to leave the static folder, or this site, lead nowhere."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

ESCAPES = [
    "/static/../pyproject.toml",
    "/static/%2e%2e/pyproject.toml",
    "/static/..%2f..%2fpyproject.toml",
    "/static/..%5c..%5cpyproject.toml",
    "/static//etc/passwd",
    "/static/%2fetc/passwd",
    "/static/css%00.css",
    "/static/" + "a" * 5_000,
    "/static",
    "/static/",
    "//evil.example",
    "//evil.example/%2e%2e",
    "/%5cevil.example",
    "/healthz/",
    "/docs/",
    "/api/v1/models/%2e%2e%2fpyproject",
    "/api/v1/models/%00",
    "/api/v1/images/..%2f..%2fpyproject.toml.png",
]


@pytest.mark.parametrize("path", ESCAPES, ids=lambda path: path[:40])
def test_nothing_is_there(server: str, path: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=10)  # sends the path as it is
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert 400 <= answer.status < 500, (answer.status, answer.headers.get("location"))
    assert answer.headers.get("location") is None
    assert set(json.loads(body)["error"]) == {"code", "message", "details"}
