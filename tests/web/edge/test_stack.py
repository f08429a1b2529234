"""The order of the middlewares: what an inner one refuses, the outer ones still treat like any response."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from app.settings import read_settings
from app.web.edge.stack import install_edge
from tests.conftest import Serving

SITE = "https://lab.example"


@pytest.fixture(scope="module")
def client(serve: Serving) -> Iterator[httpx.Client]:
    app = FastAPI()

    @app.get("/failing")
    async def failing() -> int:
        return 1 // 0

    settings = read_settings(port=0, max_upload_bytes=10, cors_origins=(SITE,))
    install_edge(app, settings)
    with httpx.Client(base_url=f"http://localhost:{serve(app, settings)}") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/failing", {}, 500),
        ("GET", "/nothing", {}, 404),
        ("GET", "/healthz", {"headers": {"Host": "evil.example", "Origin": SITE}}, 400),
        ("POST", "/nothing", {"content": bytes(11), "headers": {"Content-Type": "a/b"}}, 413),
        ("HEAD", "/nothing", {}, 404),
    ],
    ids=["failure", "no route", "host", "body", "HEAD"],
)
def test_every_refusal_has_the_headers_of_a_response(
    client: httpx.Client, method: str, path: str, options: dict[str, object], status: int
) -> None:
    answer = client.request(method, path, **options)  # type: ignore[arg-type]  # each case sets other arguments
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_allowed_origin_can_read_refusals(client: httpx.Client) -> None:
    answer = client.get("/nothing", headers={"Origin": SITE})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, SITE)


@pytest.mark.parametrize(("header", "is_allowed"), [("content-type", True), ("authorization", False)])
def test_a_page_of_an_allowed_origin_may_send_json_and_no_token(
    client: httpx.Client, header: str, is_allowed: bool
) -> None:
    asked = {"Origin": SITE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": header}
    answer = client.options("/nothing", headers=asked)
    assert answer.is_success == is_allowed
    assert (header in answer.headers["access-control-allow-headers"].lower()) == is_allowed
