"""The download of one file of known length over HTTP. An interrupted one is resumed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import httpx

from app import __version__
from app.errors import PullFailed
from app.nets.weights.client import EgressClient
from app.nets.weights.egress import host_name
from app.nets.weights.store import PartialFile

MIN_BYTES_PER_S = 1024  # a slower transfer counts as stalled


class TransferInterrupted(PullFailed):
    """The transfer ended early. What has arrived is kept, and the next attempt resumes from there."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is: `received` of `total` bytes; `host` sends them."""

    state: Literal["waiting", "pulling", "checking"]
    received: int
    total: int
    host: str = ""


ProgressReport = Callable[[DownloadProgress], None]


@dataclass(frozen=True, slots=True)
class FileDownload:
    """One file and its destination.

    Args:
        address: of the file.
        part: the destination, which may hold the file's first bytes already.
        total: the file's length in bytes.
        stall_s: the transfer is interrupted when fewer than `MIN_BYTES_PER_S` arrive for this long, in seconds.
    """

    address: str
    part: PartialFile
    total: int
    stall_s: float

    async def run(self, client: EgressClient, report: ProgressReport) -> bool:
        """Add the bytes that the partial file lacks.

        Returns:
            Whether one response brought the whole file; otherwise it has been pieced together.

        Raises:
            TransferInterrupted: the connection broke or stalled, or the file has changed since; try again.
            PullFailed: this address does not have the file.
        """
        offset = self.part.size
        try:
            async with client.get(httpx.URL(self.address), self._request_headers(offset)) as response:
                begin = self._check_headers(response, offset)
                await self._receive(response, report)
        except httpx.InvalidURL as error:
            raise PullFailed("the address is not a valid one") from error
        except httpx.ConnectError as error:
            raise PullFailed(f"{self._host} can't be reached") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TransferInterrupted(f"{self._host} stalled") from error
        except httpx.HTTPError as error:
            raise TransferInterrupted(f"the transfer from {self._host} failed") from error
        if self.part.size < self.total:
            raise TransferInterrupted(f"{self._host} sent less than the published {self.total:,} bytes")
        return begin == 0

    @property
    def _host(self) -> str:
        return host_name(httpx.URL(self.address))

    def _request_headers(self, offset: int) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity", "User-Agent": f"ConvScope/{__version__}"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            etag = self.part.etag(self.address)
            if etag is not None:
                headers["If-Range"] = etag
        return headers

    def _check_headers(self, response: httpx.Response, offset: int) -> int:
        """Where in the file the response begins: at `offset`, or at 0 with the part emptied (RFC 9110 section 14)."""
        host, tag = _host_of(response), response.headers.get("ETag")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise PullFailed(f"{host} sends the file compressed")
        if response.status_code == httpx.codes.PARTIAL_CONTENT and offset:
            etag = self.part.etag(self.address)
            is_rest = response.headers.get("Content-Range") == f"bytes {offset}-{self.total - 1}/{self.total}"
            if not is_rest or (etag is not None and tag not in (None, etag)):
                raise self._file_changed(host)
            return offset
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
            raise self._file_changed(host)
        if response.status_code != httpx.codes.OK:
            raise PullFailed(f"{host} answers {response.status_code}")
        if response.headers.get("Content-Length", str(self.total)) != str(self.total):
            raise PullFailed(f"{host} has a file of another length than the published {self.total:,} bytes")
        self.part.begin(self.address, tag if tag and not tag.startswith("W/") else None)  # If-Range: strong tags only
        return 0

    def _file_changed(self, host: str) -> TransferInterrupted:
        self.part.remove()
        return TransferInterrupted(f"{host} has another file than before")

    async def _receive(self, response: httpx.Response, report: ProgressReport) -> None:
        """Append the body to the part; TimeoutError if too little arrives for `stall_s`."""
        received = mark = self.part.size
        host, clock = _host_of(response), asyncio.get_running_loop().time
        with self.part.append() as file:
            async with asyncio.timeout(self.stall_s) as limit:
                async for piece in response.aiter_raw():
                    received += len(piece)
                    if received > self.total:
                        self.part.remove()
                        raise PullFailed(f"{host} sends more than the published {self.total:,} bytes")
                    file.write(piece)
                    report(DownloadProgress("pulling", received, self.total, host))
                    if received - mark >= MIN_BYTES_PER_S * self.stall_s:
                        mark = received
                        limit.reschedule(clock() + self.stall_s)


def _host_of(response: httpx.Response) -> str:
    """The host of the request. The response's own URL has the IP address that was connected to."""
    return str(response.request.headers["Host"])
