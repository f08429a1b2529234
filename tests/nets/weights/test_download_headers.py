"""One file from a server whose answer, and whose time, a test says: what is asked for, accepted and kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from app import __version__
from app.errors import PullFailed
from app.nets.weights.download import MIN_BYTES_PER_S, DownloadProgress, FileDownload, TransferInterrupted
from app.nets.weights.store import PartialFile

ADDRESS, HOST = "https://mirror.example/vgg16.onnx", "mirror.example"
CONTENT = bytes(range(200))
TOTAL, HALF = len(CONTENT), len(CONTENT) // 2
PART = {"Content-Range": f"bytes {HALF}-{TOTAL - 1}/{TOTAL}"}
STALL_S = 2.0


class Clock(asyncio.SelectorEventLoop):
    """A loop whose time goes on only when a test says so."""

    seconds = 0.0

    def time(self) -> float:
        return self.seconds


@dataclass
class Server:
    """Answers with a status, headers and pieces of a body, each so many seconds after the one before."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[tuple[float, bytes]] = ((0, CONTENT),)
    asked: list[dict[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def get(self, url: httpx.URL, headers: dict[str, str]) -> AsyncIterator[Any]:
        assert str(url) == ADDRESS
        self.asked.append(headers)
        request = SimpleNamespace(headers={"Host": HOST})
        yield SimpleNamespace(
            status_code=self.status, headers=httpx.Headers(self.headers), request=request, aiter_raw=self._body
        )

    async def _body(self) -> AsyncIterator[bytes]:
        loop: Any = asyncio.get_running_loop()
        for seconds, piece in self.pieces:
            loop.seconds += seconds
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            yield piece


def download(server: Any, part: PartialFile, total: int = TOTAL) -> tuple[bool, list[DownloadProgress]]:
    """Whether it came in one piece, and the reports."""
    reports: list[DownloadProgress] = []
    loop = Clock()
    try:
        whole = loop.run_until_complete(FileDownload(ADDRESS, part, total, STALL_S).run(server, reports.append))
    finally:
        loop.close()
    return whole, reports


@pytest.fixture
def part(tmp_path: Path) -> PartialFile:
    return PartialFile(tmp_path / "x.part")


@pytest.fixture
def half(part: PartialFile) -> PartialFile:
    """The first half, of a file whose entity tag is "one"."""
    part.begin(ADDRESS, '"one"')
    part.path.write_bytes(CONTENT[:HALF])
    return part


def test_a_whole_file_is_asked_for_as_it_is_and_each_piece_reported(part: PartialFile) -> None:
    server = Server(
        headers={"ETag": '"one"', "Content-Length": str(TOTAL)}, pieces=[(0, CONTENT[:50]), (0, CONTENT[50:])]
    )
    whole, reports = download(server, part)
    assert whole
    assert server.asked == [{"Accept-Encoding": "identity", "User-Agent": f"ConvScope/{__version__}"}]
    assert reports == [DownloadProgress("pulling", count, TOTAL, HOST) for count in (50, TOTAL)]
    assert (part.path.read_bytes(), part.etag(ADDRESS)) == (CONTENT, '"one"')


@pytest.mark.parametrize("tag", [None, 'W/"weak"', ""])
def test_a_tag_that_is_not_strong_is_none(part: PartialFile, tag: str | None) -> None:
    download(Server(headers={} if tag is None else {"ETag": tag}), part)
    assert part.etag(ADDRESS) is None


@pytest.mark.parametrize("tag", [None, '"one"'])
def test_the_rest_is_asked_for_if_the_file_is_the_same(half: PartialFile, tag: str | None) -> None:
    server = Server(206, PART | ({} if tag is None else {"ETag": tag}), [(0, CONTENT[HALF:])])
    whole, reports = download(server, half)
    assert not whole
    assert (server.asked[0]["Range"], server.asked[0]["If-Range"]) == (f"bytes={HALF}-", '"one"')
    assert (half.path.read_bytes(), reports[0].received) == (CONTENT, TOTAL)


def test_a_rest_of_a_file_without_a_tag_is_taken_whatever_tag_it_has(half: PartialFile) -> None:
    half.begin(ADDRESS, None)
    half.path.write_bytes(CONTENT[:HALF])
    server = Server(206, PART | {"ETag": '"two"'}, [(0, CONTENT[HALF:])])
    assert not download(server, half)[0]
    assert "If-Range" not in server.asked[0]
    assert half.path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, PART | {"ETag": '"two"'}),
        (206, {"Content-Range": f"bytes {HALF + 1}-{TOTAL - 1}/{TOTAL}"}),
        (206, {"Content-Range": f"bytes {HALF}-{TOTAL}/{TOTAL + 1}"}),
        (206, {}),
        (416, {}),
    ],
)
def test_what_has_arrived_of_another_file_is_forgotten(half: PartialFile, status: int, headers: dict[str, str]) -> None:
    with pytest.raises(TransferInterrupted, match=f"^{HOST} has another file than before$"):
        download(Server(status, headers), half)
    assert (half.size, half.etag(ADDRESS)) == (0, None)


@pytest.mark.parametrize("status", [206, 416, 404, 204, 500])
def test_another_answer_than_the_file_is_refused_with_its_number(part: PartialFile, status: int) -> None:
    with pytest.raises(PullFailed, match=f"^{HOST} answers {status}$"):
        download(Server(status, PART), part)
    assert part.size == 0


@pytest.mark.parametrize(
    ("server", "message", "left"),
    [
        (Server(headers={"Content-Encoding": "gzip"}), "sends the file compressed", 0),
        (Server(headers={"Content-Length": "201"}), "has a file of another length than the published 200 bytes", 0),
        (Server(pieces=[(0, CONTENT), (0, b"x")]), "sends more than the published 200 bytes", 0),
        (Server(pieces=[(0, CONTENT[:-1])]), "sent less than the published 200 bytes", TOTAL - 1),
        (Server(pieces=[(0, CONTENT[:7]), (STALL_S + 0.1, CONTENT[7:])]), "stalled", 7),
    ],
)
def test_what_is_wrong_is_said_and_what_is_right_kept(
    part: PartialFile, server: Server, message: str, left: int
) -> None:
    with pytest.raises(PullFailed, match=f"^{HOST} {message}$"):
        download(server, part)
    assert part.size == left


@pytest.mark.parametrize(
    ("shares", "stalls"),
    [
        ([1, 1, 1, 1], False),
        ([1, 0.5, 0.5, 1, 1], True),
        ([2, 1, 1], False),
        ([3, 0.9, 0.1], True),
    ],
)
def test_a_transfer_goes_on_as_long_as_enough_arrives_in_time(
    part: PartialFile, shares: list[float], stalls: bool
) -> None:
    """What comes at once is no credit for later."""
    enough = int(MIN_BYTES_PER_S * STALL_S)
    pieces = [(0.9 * STALL_S, bytes(int(share * enough))) for share in shares]
    total = 4 * enough
    if stalls:
        with pytest.raises(TransferInterrupted, match="stalled"):
            download(Server(pieces=pieces), part, total)
    else:
        assert download(Server(pieces=pieces), part, total)[0]
    assert (part.size == total) is not stalls


@pytest.mark.parametrize("error", [httpx.ReadError("reset"), httpx.RemoteProtocolError("odd")])
def test_a_transfer_that_fails_can_go_on(part: PartialFile, error: httpx.HTTPError) -> None:
    class Failing:
        @asynccontextmanager
        async def get(self, *_: object) -> AsyncIterator[None]:
            raise error
            yield

    with pytest.raises(TransferInterrupted, match=f"^the transfer from {HOST} failed$"):
        download(Failing(), part)


def test_an_address_that_is_none_is_said_to_be_none(part: PartialFile) -> None:
    server: Any = Server()
    with pytest.raises(PullFailed, match=r"^the address is not a valid one$"):
        asyncio.run(FileDownload("https://mirror:port/", part, 1, 1).run(server, print))
