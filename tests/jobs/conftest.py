"""Shared by the tests of jobs: a network, and the sample photos as it receives them."""

import numpy as np
import pytest
from PIL import Image

from app.errors import BrokenPicture
from app.jobs.photo_runs import PhotoRuns
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.preprocessing.fit import RGB
from app.nets.preprocessing.view import view_of
from app.nets.runtime import start_runtime
from app.resources import MODELS, STATIC
from app.work.stop import Stop

PHOTOS = ("cat", "church", "coffee", "golf-ball", "parachute")


@pytest.fixture(scope="session")
def network() -> Network:
    return Catalog(MODELS, start_runtime("cpu", 2), open_limit=1).get("squeezenet1_1")


@pytest.fixture(scope="session")
def runs(network: Network) -> PhotoRuns:
    """SqueezeNet on five photos, and a sixth that can't be read."""

    def view(photo: int, stop: Stop) -> RGB:
        if photo == len(PHOTOS):
            raise BrokenPicture("It is cut off.")
        return view_of(np.asarray(Image.open(STATIC / "samples" / f"{PHOTOS[photo]}.jpg")), network.card.input)

    return PhotoRuns(network, view)
