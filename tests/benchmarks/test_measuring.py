"""What benchmarks share: figures against their bars, photos that differ, durations, failures that are no answers."""

import socket
import time
from collections.abc import Iterator
from threading import Thread

import httpx
import pytest

from benchmarks import timing
from benchmarks.campus.replicas import classify_some, get
from benchmarks.figures import Figure, print_figures
from benchmarks.photos import photos
from benchmarks.timing import medians


@pytest.fixture
def address() -> Iterator[str]:
    """A server that begins an answer to the first request and closes the connection."""

    def serve() -> None:
        connection, _ = listener.accept()
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_a_server_that_closes_the_connection_ends_the_measurement(address: str) -> None:
    with pytest.raises(ConnectionError, match="200 OK"):
        classify_some(address, [b"a request"])


def test_an_error_is_not_measured_as_an_answer() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(503 if "sheet" in request.url.path else 304))
    with httpx.Client(base_url="http://server", transport=transport) as client:
        get(client, "/etag", {}, 304)
        with pytest.raises(ValueError, match="503"):
            get(client, "/sheet", {}, 200)


def test_one_figure_beyond_its_bar_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_figures([Figure("time", 1, 1), Figure("speed", 2, 1, at_least=True)]) == 0
    assert print_figures([Figure("time", 1.01, 1), Figure("time", 1, 1)]) == 1
    assert print_figures([Figure("speed", 0.99, 1, at_least=True)]) == 1
    assert print_figures([Figure("not a number", float("nan"), 1)]) == 1
    verdicts = " ".join(line.split()[0] for line in capsys.readouterr().out.splitlines())
    assert verdicts == "met met MISS met MISS MISS"


def test_every_photo_is_another_one_and_a_number_has_the_same_one() -> None:
    first, later = photos((64, 48), 6), photos((64, 48), 3, first=4)
    assert len({*first, *later}) == 7
    assert first[4:] == later[:2]


def test_the_first_turn_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    durations, seconds = iter([100.0, 100.0, 1.0, 2.0, 4.0, 8.0]), [0.0]

    def work() -> None:
        seconds[0] += next(durations)

    monkeypatch.setattr(timing, "REST_S", 0)
    monkeypatch.setattr(time, "perf_counter", lambda: seconds[0])
    assert medians({"work": work}, turns=2, tries=2) == {"work": 3.0}
