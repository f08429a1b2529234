"""What the tests of the engine share: an engine, and photos that it has not seen."""

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.settings import read_settings

Rotated = Callable[[int], bytes]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(read_settings(data_dir=tmp_path_factory.mktemp("data")))
    yield engine
    engine.close(5)


@pytest.fixture
def inference(engine: Engine, cat: bytes) -> Inference:
    """SqueezeNet on the photo of the cat."""
    image = engine.pictures.add(lambda: cat).result().stored.id
    return Inference(engine.network("squeezenet1_1"), image)


@pytest.fixture(scope="session")
def rotated(cat: bytes) -> Rotated:
    """The cat's photo, rotated by some quarters of a turn, as PNG."""

    def rotate(quarters: int) -> bytes:
        file = io.BytesIO()
        Image.open(io.BytesIO(cat)).rotate(90 * quarters, expand=True).save(file, "PNG")
        return file.getvalue()

    return rotate
