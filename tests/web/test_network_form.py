"""The form that brings a network."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from app.web import network_form
from app.web.network_form import open_network


class Places:
    """Places for uploads, which note the threads that make and empty them."""

    def __init__(self) -> None:
        self.threads = list[threading.Thread]()

    @contextmanager
    def incoming(self, length: int | None) -> Iterator[str]:
        self.threads.append(threading.current_thread())
        yield f"{length} bytes"
        self.threads.append(threading.current_thread())

    def add(self, incoming: str, description: object) -> str:
        return f"a network of {incoming}"

    def require_runtime(self) -> None:
        """Nothing is needed."""


def test_other_requests_go_on_while_the_files_of_an_upload_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places()

    async def receive(request: object, incoming: str) -> dict[str, str]:
        return {"labels": "cat"}

    async def wait(result: str) -> str:
        return result

    monkeypatch.setattr(network_form, "receive_form", receive)
    request, engine = SimpleNamespace(headers={"content-length": "7"}), SimpleNamespace(own_networks=places)
    client: Any = SimpleNamespace(request=request, engine=engine, wait=wait)
    network, fields = asyncio.run(open_network(client))
    assert (str(network), fields) == ("a network of 7 bytes", {"labels": "cat"})
    assert len(places.threads) == 2
    assert threading.current_thread() not in places.threads
