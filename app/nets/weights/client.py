"""An HTTP client that connects to allowed addresses only."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType

import httpx

from app.errors import PullFailed
from app.nets.weights.egress import allowed_addresses, host_name, proxy_for

MAX_REDIRECTS = 5


class EgressClient:
    """Sends GET requests, each to an address that was checked. Open it with `async with`; it keeps connections."""

    def __init__(self, lab_hosts: Collection[str], stall_s: float) -> None:
        """`stall_s` is the limit to connect, and once more until the headers are here; see `allowed_addresses`."""
        self._lab_hosts = lab_hosts
        self._stall_s = stall_s
        self._clients: dict[str | None, httpx.AsyncClient] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "EgressClient":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @asynccontextmanager
    async def get(self, url: httpx.URL, headers: dict[str, str]) -> AsyncIterator[httpx.Response]:
        """The response, of which nothing but the headers has been read. Redirects are followed within one scheme.

        Raises:
            PullFailed: an address on the way is refused, or there are too many redirects.
            httpx.HTTPError: the connection failed.
            TimeoutError: the headers took too long.
        """
        for _ in range(MAX_REDIRECTS + 1):
            async with asyncio.timeout(2 * self._stall_s):
                response = await self._send(url, headers)
            try:
                if not response.has_redirect_location:
                    yield response
                    return
                target = url.join(response.headers["Location"])
            finally:
                await response.aclose()
            if target.scheme != url.scheme:
                raise PullFailed(f"{host_name(url)} redirects from {url.scheme} to {target.scheme[:20]}")
            url = target
        raise PullFailed(f"{host_name(url)} redirects too often")

    async def _send(self, url: httpx.URL, headers: dict[str, str]) -> httpx.Response:
        """Connect to an address that was checked, not to a name: its next look-up may give another address."""
        proxy = proxy_for(url)
        client = await self._client(proxy)
        addresses = await asyncio.to_thread(allowed_addresses, url, self._lab_hosts, has_proxy=proxy is not None)
        if proxy is not None:
            return await client.send(client.build_request("GET", url, headers=headers), stream=True)
        headers = {**headers, "Host": url.netloc.decode("ascii")}
        failure: httpx.TransportError | None = None
        for address in addresses:
            pinned = url.copy_with(host=address)
            request = client.build_request("GET", pinned, headers=headers, extensions={"sni_hostname": url.host})
            try:
                return await client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure or PullFailed(f"the name {host_name(url)} has no address")

    async def _client(self, proxy: str | None) -> httpx.AsyncClient:
        if proxy not in self._clients:
            timeout = httpx.Timeout(None, connect=self._stall_s)  # reading has the limits of `get` and of its caller
            try:
                # The environment may name the lab's own certificates. A public file needs no password from .netrc.
                tls = httpx.create_ssl_context(trust_env=True)
                client = httpx.AsyncClient(proxy=proxy, verify=tls, timeout=timeout, trust_env=False)
            except (ImportError, OSError, ValueError) as error:
                raise PullFailed("the proxy or the certificates that the environment names can't be used") from error
            self._clients[proxy] = await self._stack.enter_async_context(client)
        return self._clients[proxy]
