"""Running the app: the listening socket, logging, and a shutdown that finishes what is in flight and exits with 0."""

import asyncio
import json
import logging
import math
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import LOGGING_CONFIG

from app.settings import Settings
from app.web.deadlines import Deadlines, protocol_with


class Server(uvicorn.Server):
    """uvicorn, except that after SIGTERM it still answers, as not ready, until what is in flight has finished."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, shutdown_s: float, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._shutdown_s = shutdown_s
        self._announce = announce

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to close. The signal is dealt with here: uvicorn would raise it again and exit with 143."""
        self._app.state.closing = True
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        begin = time.monotonic()
        if self.server_state.tasks:
            await asyncio.wait(set(self.server_state.tasks), timeout=self._shutdown_s)
        left = self._shutdown_s - (time.monotonic() - begin)
        self.config.timeout_graceful_shutdown = max(1, math.ceil(left))
        await super().shutdown(sockets)


def listen(settings: Settings) -> socket.socket:
    """A listening socket; raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host.strip("[]"), settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # Naming the protocol matters: for sockets without one asyncio leaves Nagle's algorithm on, 40 ms an answer.
    listener = socket.socket(family, kind, protocol or socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def server_for(app: FastAPI, settings: Settings, announce: Callable[[], None] = lambda: None) -> Server:
    """A server that runs until SIGTERM or SIGINT; `announce` is called once requests are answered."""
    config = uvicorn.Config(
        app,
        http=protocol_with(Deadlines(settings.header_timeout_s, settings.body_timeout_s, settings.read_timeout_s)),
        ws="none",
        lifespan="on",
        root_path=settings.root_path,
        timeout_keep_alive=math.ceil(settings.header_timeout_s),
        log_config=log_config(settings),
        server_header=False,
        proxy_headers=False,
    )
    return Server(config, app, settings.shutdown_s, announce)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message and, if there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_config(settings: Settings) -> dict[str, Any]:
    """The configuration of `logging`: all that anyone logs goes to stderr, in the form that the settings ask for."""
    formatters: dict[str, Any] = dict(LOGGING_CONFIG["formatters"])
    if settings.log_format == "json":
        formatters = {name: {"()": JsonFormatter} for name in formatters}
    handlers = {
        name: {"class": "logging.StreamHandler", "formatter": name, "stream": sys.stderr} for name in formatters
    }
    loggers = {
        "convscope": {"handlers": ["default"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["default"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": formatters,
        "handlers": handlers,
        "loggers": loggers,
        "root": {"handlers": ["default"], "level": "WARNING"},
    }
