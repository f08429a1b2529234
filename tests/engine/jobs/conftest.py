"""Shared by the tests of jobs: engines of one folder, and a data set of sample photos."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.engine.engine import Engine
from app.resources import STATIC
from app.settings import read_settings

PHOTOS = {"church/church.jpg": "church", "golf_ball/1.jpg": "golf-ball", "x/cat.jpg": "cat"}
Start = Callable[[], Engine]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts engines of one data folder; they are closed at the end."""
    with ExitStack() as stack:

        def start() -> Engine:
            engine = Engine(read_settings(data_dir=tmp_path))
            stack.callback(engine.close, 5)
            return engine

        yield start


@pytest.fixture
def engine(start: Start) -> Engine:
    return start()


def add_photos(engine: Engine, repeat: int = 1) -> str:
    """The id of a data set of three photos, each `repeat` times, and one file that is no photo."""
    with engine.data_sets.uploads.incoming(None) as incoming:
        for number in range(repeat):
            for path, sample in PHOTOS.items():
                with incoming.create(f"{number:03d}/{path}") as file:
                    file.write((STATIC / "samples" / f"{sample}.jpg").read_bytes())
        with incoming.create("x/notes.jpg") as file:
            file.write(b"no photo")
        return engine.data_sets.add(incoming).result()
