"""Every error has the same body."""

import logging
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.requests import ClientDisconnect

from app.errors import Overloaded, UnknownLayer
from app.settings import read_settings
from app.web.edge.errors import Failure, failure_of
from app.web.edge.stack import install_edge
from tests.conftest import Serving


@pytest.fixture(scope="module")
def client(serve: Serving) -> Iterator[httpx.Client]:
    app = FastAPI()

    @app.get("/api/number/{number}")
    async def number(number: int) -> int:
        if number == 1:
            raise UnknownLayer("There is no layer `x`.", known=["conv1"])
        if number == 2:
            raise Overloaded("All places are taken.", retry_after_s=3)
        return 10 // number

    @app.post("/api/numbers")
    async def numbers(numbers: list[int]) -> int:
        return sum(numbers)

    @app.get("/page")
    async def page() -> None:
        raise UnknownLayer("There is no layer `x`.")

    def error_page(request: Request, failure: Failure) -> Response:
        return HTMLResponse(f"<h1>{failure.message}</h1>", failure.status)

    settings = read_settings(port=0)
    install_edge(app, settings)
    app.state.error_page = error_page
    with httpx.Client(base_url=f"http://localhost:{serve(app, settings)}") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/number/1", 404, "unknown_layer"),
        ("GET", "/api/number/2", 503, "overloaded"),
        ("GET", "/api/number/many", 422, "invalid_request"),
        ("GET", "/api/number/0", 500, "internal"),
        ("GET", "/api/nothing", 404, "not_found"),
        ("POST", "/api/number/1", 405, "method_not_allowed"),
    ],
)
def test_every_failure_has_the_same_form(client: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    answer = client.request(method, path)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert set(error) == {"code", "message", "details"}
    assert answer.headers["content-type"] == "application/json"


def test_details_and_headers_are_sent(client: httpx.Client) -> None:
    assert client.get("/api/number/1").json()["error"]["details"] == {"known": ["conv1"]}
    assert client.get("/api/number/2").headers["retry-after"] == "3"
    assert client.post("/api/number/1").headers["allow"] == "GET"
    assert client.get("/api/number/many").json()["error"]["details"]["faults"][0]["where"] == "path.number"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'["\xff"]'], ids=["nested too deep", "not UTF-8"])
def test_json_that_no_parser_reads_is_named(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/numbers", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("The JSON of the request can't be read")


def test_an_unexpected_error_is_logged_and_the_client_gets_its_reference() -> None:
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign, assignment]  # the shortest handler there is
    logging.getLogger("convscope").addHandler(handler)
    try:
        failure = failure_of(ZeroDivisionError("/home/someone/secret at 0x7f1234567890"))
    finally:
        logging.getLogger("convscope").removeHandler(handler)
    assert "secret" not in failure.message
    assert failure.details["reference"] in records[0].getMessage()
    assert records[0].exc_info


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/page", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("/page", "*/*", "application/json"),
        ("/page", "application/json, text/html;q=0.1", "application/json"),
        ("/api/number/1", "text/html", "application/json"),
    ],
)
def test_browsers_get_an_error_page_outside_the_api(client: httpx.Client, path: str, accept: str, kind: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith(kind)


def test_a_client_that_goes_away_is_no_error_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert failure_of(ClientDisconnect()).status == 400
    assert not caplog.records
