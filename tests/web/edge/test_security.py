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
        {"Origin": "null", "Referer": own + "/"},  # a sandboxed frame
        {"Origin": ""},
        {"Referer": "http://evil.example/page"},  # an old browser
        {"Referer": own + "0/page"},
        {"Referer": own.replace("://", "://x@")},
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
        {"Referer": own + "/compare?networks=a"},
        {"Referer": own},
    )
    for headers in welcome:
        assert client.request(method, "/thing", headers=headers).status_code == 200, headers


# What a browser sends from ConvScope's own page over plain HTTP, and what the proxy in front makes of it.
BEHIND_PROXIES = {
    "by name": {"Origin": "http://lab.example:8902", "Host": "lab.example:8902"},
    "by address": {"Origin": "http://192.0.2.7:8902", "Host": "192.0.2.7:8902"},
    "by IPv6 address": {"Origin": "http://[2001:db8::7]:8902", "Host": "[2001:db8::7]:8902"},
    "default port": {"Origin": "http://lab.example", "Host": "lab.example:80"},
    "TLS ends at the proxy": {"Origin": "https://lab.example", "Host": "lab.example"},
    "TLS at its default port": {"Origin": "https://lab.example", "Host": "lab.example:443"},
    "the proxy sends its own Host": {
        "Origin": "http://lab.example:8080",
        "Host": "127.0.0.1:8000",
        "X-Forwarded-Host": "lab.example:8080",
    },
    "the proxy drops the port": {
        "Origin": "http://lab.example:8080",
        "Host": "lab.example",
        "X-Forwarded-Port": "8080",
    },
    "two proxies": {
        "Origin": "https://lab.example",
        "Host": "127.0.0.1:8000",
        "X-Forwarded-Host": "lab.example, inner.example",
        "X-Forwarded-Port": "443",
    },
}


@pytest.fixture(scope="module")
def lab(serve: Serving) -> Iterator[httpx.Client]:
    settings = read_settings(port=0, host="0.0.0.0", allowed_hosts="localhost,lab.example")
    with httpx.Client(base_url=f"http://localhost:{serve(probe(settings), settings)}") as client:
        yield client


@pytest.mark.parametrize("headers", BEHIND_PROXIES.values(), ids=BEHIND_PROXIES)
def test_a_browser_without_fetch_metadata_may_send_changes_from_our_own_page(
    lab: httpx.Client, headers: dict[str, str]
) -> None:
    assert lab.post("/thing", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", BEHIND_PROXIES.values(), ids=BEHIND_PROXIES)
@pytest.mark.parametrize("origin", ["null", "http://evil.example", "http://lab.example:1", "http://lab.example.evil"])
def test_the_same_browser_on_another_site_is_refused(lab: httpx.Client, headers: dict[str, str], origin: str) -> None:
    assert lab.post("/thing", headers=headers | {"Origin": origin}).status_code == 403


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
        assert answer.headers["referrer-policy"] == "same-origin"
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
