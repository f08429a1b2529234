"""`convscope open` with a stand-in of the server: what is sent, what is said, and which page is opened."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli import own_networks
from tests.cli.conftest import Run
from tests.nets.own.networks import classifier, with_external_data

ADDRESS = "http://127.0.0.1:8123/"
OPENED = {"id": "own-1", "remarks": ["It is odd."], "assumed": ["scale", "mean"]}


class Server:
    """Answers at one address, and notes what it was sent."""

    def __init__(self) -> None:
        self.ready: Any = httpx.Response(200, json={"models_ready": 3})
        self.answer: Any = httpx.Response(200, json=OPENED)
        self.address = ADDRESS
        self.sent: list[tuple[list[tuple[str, bytes]], Mapping[str, str]]] = []

    def get(self, url: str, **_: object) -> httpx.Response:
        assert url == f"{self.address}readyz"
        return self._given(self.ready)

    def post(self, url: str, files: Any, data: Mapping[str, str], **_: object) -> httpx.Response:
        assert url == f"{self.address}api/v1/models"
        self.sent.append(([(name, file.read()) for _, (name, file) in files], data))
        return self._given(self.answer)

    def _given(self, answer: Any) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        response: httpx.Response = answer
        return response


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(httpx, "get", server.get)
    monkeypatch.setattr(httpx, "post", server.post)
    monkeypatch.setenv("CONVSCOPE_PORT", "8123")
    return server


@pytest.fixture
def net(tmp_path: Path) -> Path:
    model, data = with_external_data(classifier(), "net.data")
    (tmp_path / "net.data").write_bytes(data)
    (tmp_path / "net.onnx").write_bytes(model)
    return tmp_path / "net.onnx"


def test_the_page_is_printed_and_what_is_assumed_said(run: Run, server: Server, net: Path) -> None:
    code, page, words = run("open", str(net), "--no-browser")
    assert (code, page) == (0, f"{ADDRESS}?model=own-1\n")
    assert words.splitlines() == [
        "It is odd.",
        f"Assumed: scale, mean. Choose: {ADDRESS}networks/own-1/input",
    ]
    ((files, fields),) = server.sent
    assert files == [("net.onnx", net.read_bytes()), ("net.data", (net.parent / "net.data").read_bytes())]
    assert fields == {"card": "{}", "labels": ""}


def test_where_nothing_is_assumed_nothing_is_said(
    run: Run, server: Server, net: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = httpx.Response(200, json={"id": "own-1", "remarks": [], "assumed": []})
    server.address = "http://localhost:8123/"
    monkeypatch.setenv("CONVSCOPE_HOST", "0.0.0.0")
    assert run("open", str(net), "--no-browser") == (0, "http://localhost:8123/?model=own-1\n", "")


@pytest.mark.parametrize(("opens", "printed"), [(True, ""), (False, f"{ADDRESS}?model=own-1\n")])
def test_the_page_is_printed_where_no_browser_opens(
    run: Run, server: Server, net: Path, monkeypatch: pytest.MonkeyPatch, opens: bool, printed: str
) -> None:
    pages: list[str] = []

    def open_page(page: str) -> bool:
        pages.append(page)
        return opens

    monkeypatch.setattr("webbrowser.open", open_page)
    assert run("open", str(net))[:2] == (0, printed)
    assert pages == [f"{ADDRESS}?model=own-1"]


def test_card_size_and_labels_are_sent_along(run: Run, server: Server, net: Path, tmp_path: Path) -> None:
    card = {"name": "Mine", "input": {"scale": 1, "width": 5}}
    (tmp_path / "card.json").write_text(json.dumps(card))
    (tmp_path / "labels.txt").write_bytes("Hündin\n".encode() + b"\xff")
    options = ("--card", str(tmp_path / "card.json"), "--labels", str(tmp_path / "labels.txt"), "--no-browser")
    assert run("open", str(net), *options)[0] == 0
    assert run("open", str(net), *options, "--size", "64x32")[0] == 0
    cards = [json.loads(fields["card"]) for _, fields in server.sent]
    assert cards == [card, {"name": "Mine", "input": {"scale": 1, "width": 64, "height": 32}}]
    assert server.sent[0][1]["labels"] == "Hündin\n\ufffd"
    assert run("open", str(net), "--size", "6x7", "--no-browser")[0] == 0
    assert json.loads(server.sent[2][1]["card"]) == {"input": {"width": 6, "height": 7}}


@pytest.mark.parametrize("card", ["[]", "{", '{"input": 5}', "[" * 100_000])
def test_a_card_that_is_none_is_refused(run: Run, server: Server, net: Path, tmp_path: Path, card: str) -> None:
    (tmp_path / "card.json").write_text(card)
    code, _, words = run("open", str(net), "--card", str(tmp_path / "card.json"), "--size", "8x8")
    assert (code, "a card is a JSON object" in words, server.sent) == (2, True, [])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (httpx.Response(400, json={"error": {"message": "It is too large."}}), "It is too large."),
        (httpx.Response(502, text="Bad gateway"), "The server's response can't be read."),
        (httpx.ReadTimeout("late"), f"The server at {ADDRESS} does not answer."),
    ],
)
def test_what_the_server_refuses_ends_in_its_words(
    run: Run, server: Server, net: Path, answer: object, words: str
) -> None:
    server.answer = answer
    assert run("open", str(net), "--no-browser") == (1, "", f"{words}\n")


@pytest.mark.parametrize(
    "ready", [httpx.Response(200, json=["x"]), httpx.Response(200, text="hello"), httpx.ReadTimeout("late")]
)
def test_another_program_at_the_address_is_not_sent_anything(
    run: Run, server: Server, net: Path, ready: object
) -> None:
    server.ready = ready
    code, _, words = run("open", str(net))
    assert (code, words) == (1, f"{ADDRESS} is not ConvScope. Set CONVSCOPE_PORT to another port.\n")
    assert server.sent == []


@pytest.mark.parametrize("refusal", [None, "It is too large."])
def test_without_a_server_one_starts_and_ends_if_it_refuses(
    run: Run, server: Server, net: Path, monkeypatch: pytest.MonkeyPatch, refusal: str | None
) -> None:
    server.ready = httpx.ConnectError("refused")
    if refusal:
        server.answer = httpx.Response(400, json={"error": {"message": refusal}})
    stops: list[str] = []

    class Thread:
        """Runs at once."""

        def __init__(self, target: Any, args: Any, daemon: bool) -> None:
            target(*args)

        def start(self) -> None:
            pass

    monkeypatch.setattr("threading.Thread", Thread)
    monkeypatch.setattr(own_networks, "run_server", lambda _, greet: greet(ADDRESS, lambda: stops.append("stop")))
    code, page, words = run("open", str(net), "--no-browser")
    if refusal:
        assert (code, page, words, stops) == (1, "", f"{refusal}\n", ["stop"])
    else:
        assert (code, page, stops) == (0, f"{ADDRESS}?model=own-1\n", [])
