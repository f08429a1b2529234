"""One file over HTTP, of known length, into a part: goes on where it was cut, takes nothing that is not asked for."""

import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

import httpx

from app import __version__
from app.errors import PullFailed
from app.nets.weights.egress import destinations, shown
from app.nets.weights.store import PartialFile
from app.work.stop import Stop

MAX_REDIRECTS = 5
LEAST_RATE = 1024  # bytes a second; what is slower counts as stalled
POLL_S = 0.1


class TransferInterrupted(PullFailed):
    """The transfer ended early. What has come is kept; asking again goes on from there."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a pull is: `received` of `total` bytes, now or lately from `host`."""

    state: Literal["waiting", "pulling", "checking"]
    received: int
    total: int
    host: str = ""


ProgressReport = Callable[[DownloadProgress], None]


class Downloader:
    """Fetches files; connections are kept while it is open, in a `with` statement."""

    def __init__(self, lab_hosts: Collection[str], stall_s: float) -> None:
        self._lab_hosts = lab_hosts
        self._stall_s = stall_s
        self._clients: dict[str | None, httpx.Client] = {}
        self._open = ExitStack()

    def __enter__(self) -> "Downloader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def download(self, address: str, part: PartialFile, total: int, report: ProgressReport, stop: Stop) -> bool:
        """Bring the bytes that `part` still lacks of the `total` at `address`.

        Returns:
            Whether the part is one answer from its beginning to its end; else it is pieced together.

        Raises:
            TransferInterrupted: the connection broke, stalled, or what lies at the address has changed; try again.
            PullFailed: nothing to be had at this address.
            ConvScopeError: the reason of `stop`.
        """
        offset, etag = part.size, part.etag(address)
        try:
            with self._answer(httpx.URL(address), _asking(offset, etag), stop) as answer:
                offset = _accept(answer, part, offset, etag, total, address)
                self._receive(answer, part, total, report, stop)
        except httpx.InvalidURL as error:
            raise PullFailed("the address is not a valid one") from error
        except httpx.ConnectError as error:
            raise PullFailed(f"{_host(address)} can't be reached") from error
        except httpx.TimeoutException as error:
            raise TransferInterrupted(f"{_host(address)} stalled") from error
        except httpx.HTTPError as error:
            raise TransferInterrupted(f"{_host(address)} broke off") from error
        if part.size < total:
            raise TransferInterrupted(f"{_host(address)} sent less than the published {total:,} bytes")
        return offset == 0

    @contextmanager
    def _answer(self, url: httpx.URL, headers: dict[str, str], stop: Stop) -> Iterator[httpx.Response]:
        """The answer to a request, redirects followed as long as each is as acceptable as the first address."""
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send(url, headers, stop)
            try:
                if not answer.has_redirect_location:
                    yield answer
                    return
                following = url.join(answer.headers["Location"])
            finally:
                answer.close()
            if following.scheme != url.scheme:
                raise PullFailed(f"{shown(url)} leads from {url.scheme} to {following.scheme[:20]}")
            url = following
        raise PullFailed(f"{shown(url)} leads on and on")

    def _send(self, url: httpx.URL, headers: dict[str, str], stop: Stop) -> httpx.Response:
        """Connects to an address that was checked, not to a name that may mean another address the next time."""
        proxy = _proxy_for(url)
        client = self._client(proxy)
        addresses = destinations(url, self._lab_hosts, proxied=proxy is not None)
        if proxy is not None:
            return self._begun(client, client.build_request("GET", url, headers=headers), stop)
        headers = {**headers, "Host": url.netloc.decode("ascii")}
        failure: httpx.TransportError | None = None
        for address in addresses:
            pinned = url.copy_with(host=address)
            request = client.build_request("GET", pinned, headers=headers, extensions={"sni_hostname": url.host})
            try:
                return self._begun(client, request, stop)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or PullFailed(f"the name {shown(url)} has no address")

    def _begun(self, client: httpx.Client, request: httpx.Request, stop: Stop) -> httpx.Response:
        """The answer once its headers are here. The client's own limits hold for each byte; this one for all of them.

        A connection that lets them drip in is left to a thread of its own, and closed with the client.
        """
        begun = Future[httpx.Response]()

        def send() -> None:
            try:
                begun.set_result(client.send(request, stream=True))
            except Exception as error:
                begun.set_exception(error)

        threading.Thread(target=send, name="pull-send", daemon=True).start()
        due = time.monotonic() + 2 * self._stall_s  # to connect, and to answer
        while not _ended(begun):
            stop.check()
            if time.monotonic() > due:
                raise httpx.ReadTimeout("the headers take too long", request=request)
        return begun.result()

    def _client(self, proxy: str | None) -> httpx.Client:
        if proxy not in self._clients:
            try:
                # The environment may name the lab's own certificates; netrc is no business of a public file.
                tls = httpx.create_ssl_context(trust_env=True)
                client = httpx.Client(proxy=proxy, verify=tls, timeout=self._stall_s, trust_env=False)
            except (ImportError, OSError, ValueError) as error:
                raise PullFailed("the proxy or the certificates that the environment names can't be used") from error
            self._clients[proxy] = self._open.enter_context(client)
        return self._clients[proxy]

    def _receive(
        self, answer: httpx.Response, part: PartialFile, total: int, report: ProgressReport, stop: Stop
    ) -> None:
        received = part.size
        host = _host_of(answer)
        mark, due = received, time.monotonic() + self._stall_s
        stop.on_set(lambda: _hang_up(answer))
        with part.append() as file:
            for piece in answer.iter_raw():
                stop.check()
                received += len(piece)
                if received > total:
                    part.remove()
                    raise PullFailed(f"{host} sends more than the published {total:,} bytes")
                file.write(piece)
                report(DownloadProgress("pulling", received, total, host))
                if time.monotonic() > due:
                    if received - mark < LEAST_RATE * self._stall_s:
                        raise TransferInterrupted(f"{host} stalled")
                    mark, due = received, time.monotonic() + self._stall_s


def _hang_up(answer: httpx.Response) -> None:
    """End the answer here and now, also for a thread that waits for its next bytes."""
    with suppress(OSError):  # it has ended by itself
        answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def _ended(future: Future[httpx.Response]) -> bool:
    return bool(wait([future], POLL_S).done)


def _asking(offset: int, etag: str | None) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity", "User-Agent": f"ConvScope/{__version__}"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
        if etag is not None:
            headers["If-Range"] = etag
    return headers


def _accept(answer: httpx.Response, part: PartialFile, offset: int, etag: str | None, total: int, address: str) -> int:
    """Where in the file the answer begins: at `offset`, or at 0 with the part emptied (RFC 9110 section 14)."""
    host, tag = _host_of(answer), answer.headers.get("ETag")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise PullFailed(f"{host} sends the file compressed")
    if answer.status_code == httpx.codes.PARTIAL_CONTENT and offset:
        goes_on = answer.headers.get("Content-Range") == f"bytes {offset}-{total - 1}/{total}"
        if not goes_on or (etag is not None and tag not in (None, etag)):
            part.remove()
            raise TransferInterrupted(f"{host} has another file than before")
        return offset
    if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
        part.remove()
        raise TransferInterrupted(f"{host} has another file than before")
    if answer.status_code != httpx.codes.OK:
        raise PullFailed(f"{host} answers {answer.status_code}")
    if answer.headers.get("Content-Length", str(total)) != str(total):
        raise PullFailed(f"{host} has a file of another length than the published {total:,} bytes")
    part.begin(address, tag if tag and not tag.startswith("W/") else None)  # If-Range takes strong tags alone
    return 0


def _proxy_for(url: httpx.URL) -> str | None:
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return None if proxy is None or urllib.request.proxy_bypass(url.host) else proxy


def _host(address: str) -> str:
    return shown(httpx.URL(address))


def _host_of(answer: httpx.Response) -> str:
    return str(answer.request.headers["Host"])  # the answer's own address is the one that was looked up
