"""The command open, as a user runs it: with a server and without one."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Run
from tests.conftest import COMMAND, ROOT, free_port, start
from tests.nets.own.networks import classifier, unusable, with_external_data

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    process, address = start(tmp_path_factory.mktemp("data"))
    yield address
    process.terminate()
    assert process.wait(30) == 0


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "my net.onnx"
    path.write_bytes(classifier().SerializeToString())
    return path


@pytest.fixture
def run_at(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `convscope open` in this process, for the server of an address."""

    def call(address: str, *arguments: object) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setenv("http_proxy", "http://127.0.0.1:9")
            patch.setenv("CONVSCOPE_PORT", address.rpartition(":")[2])
            code, output, messages = run("open", *map(str, arguments))
        return code, output.strip(), messages

    return call


def command(address: str, *arguments: object, **variables: str) -> tuple[list[str], Mapping[str, str]]:
    """The command `convscope open` for the server of this address, and its environment."""
    port = address.rpartition(":")[2]
    return [*COMMAND, "open", *map(str, arguments)], os.environ | {"CONVSCOPE_PORT": port} | variables


def own_of(page: str) -> dict[str, object]:
    """What the server knows of the network of a page."""
    server, _, model = page.partition("?model=")
    assert httpx.get(page, timeout=60).status_code == 200
    info: dict[str, object] = httpx.get(f"{server}api/v1/models/{model}/own").json()
    return info


def test_the_running_server_opens_the_file(run_at: Run, address: str, net: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("Katze\nHündin\nHenne\n", "utf-8")
    (tmp_path / "card.json").write_text('{"name": "Mine", "input": {"scale": 1}}')
    options = ("--labels", tmp_path / "labels.txt", "--card", tmp_path / "card.json", "--size", "8x8")
    code, page, messages = run_at(address, net, "--no-browser", *options)
    assert (code, page.startswith(f"{address}/?model=own-")) == (0, True), messages
    assert "Assumed: " in messages
    info = own_of(page)
    assert (info["name"], info["labels"]) == ("Mine", ["Katze", "Hündin", "Henne"])
    assert not {"scale", "width", "height"} & {*json.loads(json.dumps(info["assumed"]))}


def test_external_data_is_sent_along(run_at: Run, address: str, tmp_path: Path) -> None:
    model, data = with_external_data(classifier(), "net.data")
    (tmp_path / "net.onnx").write_bytes(model)
    (tmp_path / "net.data").write_bytes(data)
    for files in (["net.onnx"], ["net.onnx", "net.data"]):
        code, page, messages = run_at(address, *(tmp_path / name for name in files), "--no-browser")
        assert code == 0, messages
        assert own_of(page)["name"] == "net"


def test_the_browser_is_opened(address: str, net: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{tmp_path}/visited"\n')
    browser.chmod(0o755)
    words, environment = command(address, net, BROWSER=f"{browser} %s")
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (tmp_path / "visited").read_text().startswith(f"{address}/?model=own-")


def test_without_a_server_it_starts_one(net: Path, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    words, environment = command(address, net, "--no-browser", CONVSCOPE_DATA_DIR=str(tmp_path / "data"))
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert own_of(process.stdout.readline().strip())["name"] == "my net"
        finally:
            process.terminate()
        assert process.wait(30) == 0


def check_refusal(code: int, output: str, messages: str) -> None:
    assert (code, output) == (1, "")
    assert "does not take numbers" in messages
    assert "Traceback" not in messages


def test_a_file_that_can_t_be_used_ends_in_the_reason(run_at: Run, address: str, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(unusable().SerializeToString())
    check_refusal(*run_at(address, path, "--no-browser"))


def test_a_file_that_can_t_be_used_ends_the_server_that_was_started_for_it(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(unusable().SerializeToString())
    words, environment = command(f":{free_port()}", path, "--no-browser", CONVSCOPE_DATA_DIR=str(tmp_path / "data"))
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100)
    check_refusal(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing.onnx"], 1, "missing"),
        ([str(ROOT / "pyproject.toml")], 1, "ONNX"),
        ([], 2, "FILE.onnx"),
        (["NET", "--size", "big"], 2, "two numbers of pixels"),
        (["NET", "--card", str(ROOT / "pyproject.toml")], 2, "a card is a JSON object"),
        (["NET", "no-such.json"], 1, "no-such.json: No such file"),
        (["NET", "--labels", "no-such.txt"], 1, "no-such.txt: No such file"),
    ],
)
def test_what_can_t_be_sent_is_named(run_at: Run, net: Path, arguments: list[str], code: int, words: str) -> None:
    ended, output, messages = run_at(":1", *(net if each == "NET" else each for each in arguments), "--no-browser")
    assert (ended, output) == (code, "")
    assert words in messages
    assert "Traceback" not in messages


class Other(BaseHTTPRequestHandler):
    """A program that is not ConvScope."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *words: object) -> None:
        pass


def test_another_program_at_the_address_is_left_alone(run_at: Run, net: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        code, output, messages = run_at(f":{server.server_port}", net, "--no-browser")
        server.shutdown()
    assert (code, output) == (1, "")
    assert "is not ConvScope" in messages


def test_a_program_that_speaks_no_http_is_left_alone(run_at: Run, net: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def say_hello() -> None:
            with server.accept()[0] as connection:
                connection.sendall(b"220 hello\r\n")

        threading.Thread(target=say_hello, daemon=True).start()
        code, _, messages = run_at(f":{server.getsockname()[1]}", net, "--no-browser")
    assert code == 1
    assert "is not ConvScope" in messages
