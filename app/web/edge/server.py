"""The server: the listening socket, and a shutdown that finishes the requests in flight and exits with 0."""

import asyncio
import math
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.settings import Settings
from app.web.edge.deadlines import Deadlines, protocol_class
from app.web.edge.logs import log_config


class Server(uvicorn.Server):
    """uvicorn, except that after SIGTERM it reports itself as not ready until the requests in flight have finished.

    First it drains: for the time that the settings say, new requests are still accepted. A second signal ends that.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, settings: Settings, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = settings.drain_s
        self._shutdown_s = settings.shutdown_s
        self._closes_at = math.inf
        self._announce = announce

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to shut down. uvicorn itself would raise the signal again and exit with 143."""
        if self._app.state.draining or not self._drain_s:
            self._close(sig)
        else:
            self._app.state.draining = True
            self._closes_at = time.monotonic() + self._drain_s

    async def on_tick(self, counter: int) -> bool:
        """uvicorn's look, some times a second, whether to exit."""
        if time.monotonic() > self._closes_at:
            self._close(signal.SIGTERM)
        return await super().on_tick(counter)

    def _close(self, sig: int) -> None:
        self._closes_at = math.inf
        self._app.state.draining = self._app.state.closing = True
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.closes_by = end = time.monotonic() + self._shutdown_s
        if self.server_state.tasks:
            await asyncio.wait(set(self.server_state.tasks), timeout=self._shutdown_s)
        self.config.timeout_graceful_shutdown = max(1, math.ceil(end - time.monotonic()))
        await super().shutdown(sockets)


def listen(settings: Settings) -> socket.socket:
    """A listening socket; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host.strip("[]"), settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # Naming the protocol matters: without it asyncio leaves Nagle's algorithm on, which costs 40 ms a response.
    listener = socket.socket(family, kind, protocol or socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def create_server(app: FastAPI, settings: Settings, announce: Callable[[], None] = lambda: None) -> Server:
    """A server that runs until SIGTERM or SIGINT; `announce` is called as soon as it answers requests."""
    config = uvicorn.Config(
        app,
        http=protocol_class(Deadlines(settings.header_timeout_s, settings.body_timeout_s, settings.read_timeout_s)),
        ws="none",
        lifespan="on",
        root_path=settings.root_path,
        timeout_keep_alive=math.ceil(settings.header_timeout_s),
        log_config=log_config(settings),
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips="*" if "*" in settings.proxies else list(settings.proxies),
    )
    return Server(config, app, settings, announce)
