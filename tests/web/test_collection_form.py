"""The form that brings many pictures."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from app.web import collection_form
from app.web.collection_form import add_data_set


class Places:
    """Places for uploads, which note the threads that make and empty them."""

    def __init__(self) -> None:
        self.threads = list[threading.Thread]()

    @contextmanager
    def incoming(self, length: int | None) -> Iterator[str]:
        self.threads.append(threading.current_thread())
        yield f"{length} bytes"
        self.threads.append(threading.current_thread())

    def add(self, incoming: str) -> str:
        return f"a data set of {incoming}"


def test_other_requests_go_on_while_the_files_of_an_upload_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places()

    async def receive(request: object, incoming: str) -> dict[str, str]:
        return {"network": "lenet5"}

    async def wait(result: str) -> str:
        return result

    monkeypatch.setattr(collection_form, "receive_form", receive)
    data_sets = SimpleNamespace(uploads=places, add=places.add)
    request = SimpleNamespace(headers={"content-length": "7"})
    client: Any = SimpleNamespace(request=request, engine=SimpleNamespace(data_sets=data_sets), wait=wait)
    assert asyncio.run(add_data_set(client)) == ("a data set of 7 bytes", {"network": "lenet5"})
    assert len(places.threads) == 2
    assert threading.current_thread() not in places.threads
