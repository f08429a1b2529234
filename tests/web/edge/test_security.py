"""Security: host names, cross-site requests, and the security headers."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from app.settings import Settings, read_settings
from app.web.edge.stack import install_edge
from tests.conftest import Serving

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


def probe(settings: Settings) -> FastAPI:
    app = FastAPI()

    @app.api_route("/thing", methods=["GET", *UNSAFE])
    async def thing() -> str:
        return "done"

    install_edge(app, settings)
    return app


@pytest.fixture(scope="module")
def client(serve: Serving) -> Iterator[httpx.Client]:
    settings = read_settings(port=0)
    port = serve(probe(settings), settings)
    with httpx.Client(base_url=f"http://localhost:{port}") as client:
        yield client


@pytest.mark.parametrize("method", UNSAFE)
def test_changes_from_other_sites_are_refused(client: httpx.Client, method: str) -> None:
    own = str(client.base_url).rstrip("/")
    refused = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": own},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": own + "0"},
        {"Origin": "http://localhost"},
    )
    for headers in refused:
        answer = client.request(method, "/thing", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "cross_site"), headers


@pytest.mark.parametrize("method", UNSAFE)
def test_own_pages_and_programs_may_send_changes(client: httpx.Client, method: str) -> None:
    own = str(client.base_url).rstrip("/")
    welcome: tuple[dict[str, str], ...] = (
        {},
        {"Origin": own},
        {"Sec-Fetch-Site": "same-origin", "Origin": own},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},  # a form of a page without referrer
        {"Sec-Fetch-Site": "none"},
    )
    for headers in welcome:
        assert client.request(method, "/thing", headers=headers).status_code == 200, headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", *UNSAFE])
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "localhost:x", "a@localhost", "[::2]"])
def test_unknown_hosts_are_refused_on_every_method(client: httpx.Client, method: str, host: str) -> None:
    assert client.request(method, "/thing", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000", "localhost."])
def test_names_of_this_machine_are_accepted(client: httpx.Client, host: str) -> None:
    assert client.get("/thing", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", UNSAFE)
def test_a_body_needs_a_content_type(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/thing", content=b'{"a": 1}').status_code == 400


def test_every_response_has_the_headers(client: httpx.Client) -> None:
    answers = (
        client.get("/thing"),
        client.get("/nothing"),
        client.put("/healthz"),
        client.get("/", headers={"Host": "x"}),
    )
    for answer in answers:
        policy = answer.headers["content-security-policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in answer.headers
        assert "access-control-allow-origin" not in answer.headers


def test_origins_that_are_set_may_use_the_api(serve: Serving) -> None:
    settings = read_settings(port=0, cors_origins="http://slides.example", allowed_hosts="*.lab.example")
    address = f"http://localhost:{serve(probe(settings), settings)}/thing"
    page = {"Origin": "http://slides.example", "Sec-Fetch-Site": "cross-site", "Host": "a.lab.example"}
    answer = httpx.post(address, headers=page)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "http://slides.example")
    assert httpx.post(address, headers=page | {"Origin": "http://other.example"}).status_code == 403
    assert httpx.get(address, headers={"Host": "lab.example"}).status_code == 400


def test_beyond_this_machine_any_ip_address_is_accepted_and_no_name(serve: Serving) -> None:
    settings = read_settings(port=0, host="0.0.0.0")
    address = f"http://localhost:{serve(probe(settings), settings)}/thing"
    assert httpx.get(address, headers={"Host": "192.0.2.7:8000"}).status_code == 200
    assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 400
