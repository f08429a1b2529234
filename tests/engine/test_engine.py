"""The engine: wired from the settings, and closed in order."""

from pathlib import Path

import numpy as np
import pytest

from app.engine.engine import Engine
from app.errors import UnknownModel
from app.settings import read_settings


def test_a_picture_survives_a_restart(cat: bytes, tmp_path: Path) -> None:
    first = Engine(read_settings(data_dir=tmp_path))
    stored = first.pictures.add(lambda: cat).result().stored
    pixels = first.pictures.get(stored.id)
    first.close(5)
    second = Engine(read_settings(data_dir=tmp_path))
    np.testing.assert_array_equal(second.pictures.get(stored.id), pixels)
    second.close(5)


def test_an_unknown_network_is_an_error(tmp_path: Path) -> None:
    engine = Engine(read_settings(data_dir=tmp_path))
    with pytest.raises(UnknownModel):
        engine.network("nothing")
    engine.close(5)


def test_the_status_counts_what_is_computed_and_what_is_drawn_apart(tmp_path: Path) -> None:
    engine = Engine(read_settings(data_dir=tmp_path))
    status = engine.status()
    assert set(status.queues) == {"runs", "explaining", "drawing", "opening", "jobs"}
    assert set(status.caches) == {"activations", "pictures"}
    assert status.models_ready > 0
    engine.close(5)
