"""The server's shutdown: it reports itself as not ready, finishes the requests in flight, and exits with 0."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from app.engine.engine import Engine
from app.main import create_app
from app.settings import read_settings
from app.web.edge.server import listen
from tests.conftest import Serving, wait_until
from tests.conftest import start as start_server
from tests.web.responses import events

pytestmark = pytest.mark.slow

WAIT_S = 60
ROOT = Path(__file__).resolve().parents[3]
APP = """
import asyncio, sys
from app.main import create_app
from app.settings import read_settings
from app.web.edge.server import listen, create_server

shutdown_s, drain_s = map(float, sys.argv[2:])
settings = read_settings(port=0, data_dir=sys.argv[1], shutdown_s=shutdown_s, drain_s=drain_s, log_format="json")
app = create_app(settings)

@app.get("/slow")
async def slow() -> str:
    print("begun", flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.readline()
    return "finished"

listener = listen(settings)
create_server(app, settings, lambda: print(listener.getsockname()[1], flush=True)).run([listener])
"""


class Process:
    """The app above in a process of its own; `answers` gets what /slow answers, which waits for `release`."""

    def __init__(self, folder: Path, shutdown_s: float, drain_s: float = 0) -> None:
        arguments = [sys.executable, "-c", APP, str(folder), str(shutdown_s), str(drain_s)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(arguments, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self.address = f"http://127.0.0.1:{self.line()}"
        self.answers: list[httpx.Response | httpx.TransportError] = []
        self.asker = threading.Thread()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def ask_slowly(self) -> None:
        def ask() -> None:
            try:
                self.answers.append(httpx.get(f"{self.address}/slow", timeout=WAIT_S))
            except httpx.TransportError as error:
                self.answers.append(error)

        self.asker = threading.Thread(target=ask)
        self.asker.start()
        assert self.line() == "begun"

    def release(self) -> None:
        assert self.process.stdin is not None
        print(file=self.process.stdin, flush=True)

    def end(self) -> int:
        code = self.process.wait(60)
        self.asker.join(60)
        return code


@pytest.fixture
def start(tmp_path: Path) -> Iterator[list[Process]]:
    processes: list[Process] = []
    yield processes
    for started in processes:
        if started.process.poll() is None:
            started.process.kill()
        started.process.communicate()


def test_requests_in_flight_finish_while_new_ones_are_refused(start: list[Process], tmp_path: Path) -> None:
    start.append(app := Process(tmp_path, shutdown_s=60))
    app.ask_slowly()
    app.process.send_signal(signal.SIGTERM)
    while httpx.get(f"{app.address}/readyz", timeout=WAIT_S).status_code != 503:
        time.sleep(0.01)
    assert httpx.get(f"{app.address}/healthz", timeout=WAIT_S).status_code == 200
    refused = httpx.get(f"{app.address}/api/v1/models", timeout=WAIT_S)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    app.release()
    assert app.end() == 0
    [answer] = app.answers
    assert isinstance(answer, httpx.Response)
    assert answer.json() == "finished"


def test_while_it_drains_it_accepts_requests_though_it_is_not_ready(start: list[Process], tmp_path: Path) -> None:
    start.append(app := Process(tmp_path, shutdown_s=60, drain_s=600))
    app.process.terminate()
    wait_until(lambda: httpx.get(f"{app.address}/readyz", timeout=WAIT_S).status_code == 503, "it is not ready")
    assert httpx.get(f"{app.address}/api/v1/models", timeout=WAIT_S).status_code == 200
    app.process.terminate()  # a second signal ends the draining
    assert app.process.wait(60) == 0


@pytest.mark.parametrize(("proxies", "client"), [((), "127.0.0.1"), (("127.0.0.0/8",), "203.0.113.7")])
def test_only_a_known_proxy_says_who_the_client_is(
    serve: Serving, tmp_path: Path, proxies: tuple[str, ...], client: str
) -> None:
    settings = read_settings(port=0, data_dir=tmp_path, proxies=proxies)
    app = create_app(settings)
    app.add_route("/client", lambda request: PlainTextResponse(request.scope["client"][0]))
    address = f"http://127.0.0.1:{serve(app, settings)}"
    said = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}  # the first is what the client claims
    assert httpx.get(f"{address}/client", headers=said).text == client


def test_a_request_that_takes_too_long_is_cut_off(start: list[Process], tmp_path: Path) -> None:
    start.append(app := Process(tmp_path, shutdown_s=0.5))
    app.ask_slowly()
    app.process.terminate()
    assert app.end() == 0
    [answer] = app.answers
    assert not isinstance(answer, httpx.Response) or answer.status_code >= 500


def test_what_runs_in_the_engine_has_the_time_that_the_requests_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, close = [], Engine.close

    def note_time(engine: Engine, timeout_s: float) -> None:
        given.append(timeout_s)
        close(engine, 0)

    async def run(app: FastAPI, server_closes_in_s: float | None = None) -> None:
        async with app.router.lifespan_context(app):
            if server_closes_in_s is not None:
                app.state.closes_by = time.monotonic() + server_closes_in_s

    monkeypatch.setattr(Engine, "close", note_time)
    app = create_app(read_settings(data_dir=tmp_path, shutdown_s=500))
    for server_closes_in_s in (None, 1000, 300, 0):
        asyncio.run(run(app, server_closes_in_s))
    assert given == [500, 500, pytest.approx(300, abs=99), 0]


def test_an_event_stream_ends_with_an_error_and_no_process_stays(tmp_path: Path, cat: bytes) -> None:
    process, address = start_server(tmp_path)
    with httpx.Client(base_url=address, timeout=WAIT_S) as client:
        image = client.post("/api/v1/images", files={"file": cat}).json()["id"]
        place = f"/api/v1/models/resnet18-imagenette/images/{image}/explanations/rise/events?masks=8000"
        with client.stream("GET", place) as answer:
            told = events(answer)
            assert next(told)[0] == "progress"
            children = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            *_, (last, data) = told
    assert (last, data["error"]["code"]) == ("error", "overloaded")
    assert process.wait(30) == 0
    assert not [child for child in children if child.is_running()]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_it_listens_on_the_given_host_without_nagles_delay(host: str) -> None:
    with listen(read_settings(host=host, port=0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP  # what asyncio looks at before it sets TCP_NODELAY
        socket.create_connection(listener.getsockname()[:2], timeout=5).close()


def test_a_taken_port_is_an_error() -> None:
    with listen(read_settings(port=0)) as listener, pytest.raises(OSError, match="in use"):
        listen(read_settings(port=listener.getsockname()[1]))


def test_the_log_of_a_library_has_the_same_format(start: list[Process], tmp_path: Path) -> None:
    start.append(app := Process(tmp_path, shutdown_s=5))
    form = {"Content-Type": "multipart/form-data; boundary=B"}
    assert httpx.post(f"{app.address}/api/v1/images", content=b"no boundary", headers=form).status_code == 400
    app.process.terminate()
    _, said = app.process.communicate(timeout=WAIT_S)
    loggers = {json.loads(line)["logger"].partition(".")[0] for line in said.splitlines()}
    assert {"uvicorn", "python_multipart"} <= loggers
