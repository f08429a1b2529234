"""Shared by the tests of the panel of a number: the panel of one of its numbers on the photo of the cat."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Request

from app.engine.engine import Engine
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.explorer.gather import gather_page
from app.web.pages.number.panel import NumberView, NumberWorkingView, number_view
from tests.web.pages.conftest import result_of

Panel = Callable[..., NumberView]
Work = Callable[..., NumberWorkingView]


@pytest.fixture(scope="module")
def image(engine: Engine, cat: bytes) -> str:
    return engine.pictures.add(lambda: cat).result().stored.id


@pytest.fixture(scope="module")
def panel(engine: Engine, image: str) -> Panel:
    """The panel at an address of LeNet-5 and the photo; `query` changes the address."""

    def panel(**query: Any) -> NumberView:
        async def receive() -> Any:
            await asyncio.Event().wait()

        client = Client(Request({"type": "http"}, receive), engine)
        address = Address.model_validate({"model": "lenet5", "image": image, "view": "number", **query})
        data = result_of(gather_page(client, address, "inspector"))
        assert data.number is not None
        return number_view(data.network, address, data.number, data.run)

    return panel


@pytest.fixture(scope="module")
def work(panel: Panel) -> Work:
    """How the number at an address is computed."""

    def work(**query: Any) -> NumberWorkingView:
        working = panel(**query).working
        assert working is not None
        return working

    return work
