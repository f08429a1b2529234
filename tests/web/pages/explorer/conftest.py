"""Shared by the tests of the Explorer's parts: LeNet-5 on the photo of the cat, and what a view gathers for it."""

from collections.abc import Callable
from typing import Any

import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.nets.network import Network
from app.web.pages.address import Address, Part
from app.web.pages.explorer.gather import PageData, gather_page
from tests.web.pages.conftest import caller_of, result_of

Gather = Callable[..., PageData]


@pytest.fixture(scope="module")
def inference(engine: Engine, network: Network, cat: bytes) -> Inference:
    return Inference(network, engine.pictures.add(lambda: cat).result().stored.id)


@pytest.fixture(scope="module")
def gather(engine: Engine, inference: Inference) -> Gather:
    """What a view of LeNet-5 and the photo gathers; `query` changes the address."""

    def gather(part: Part = "page", **query: Any) -> PageData:
        address = Address.model_validate({"model": "lenet5", "image": inference.image, **query})
        return result_of(gather_page(caller_of(engine), address, part))

    return gather
