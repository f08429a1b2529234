"""Shared by the tests of experiments: LeNet-5."""

import pytest

from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.runtime import start_runtime
from app.resources import MODELS


@pytest.fixture(scope="session")
def lenet() -> Network:
    return Catalog(MODELS, start_runtime("cpu", 1), open_limit=1).get("lenet5")
