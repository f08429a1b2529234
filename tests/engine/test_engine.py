"""The engine: wired from the settings, and closed in order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.jobs.runner import JobRunner
from app.errors import UnknownModel
from app.settings import read_settings
from app.work import deadline
from app.work.runner import Runner
from tests.work.clock import Clock


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


def test_parts_that_are_all_busy_share_the_time_to_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, waited = Clock(), []

    def be_busy(close: Callable[[Any, float], None]) -> Callable[[Any, float], None]:
        """As if what runs there went on for ever."""

        def close_late(part: Any, timeout_s: float) -> None:
            waited.append(timeout_s)
            clock.seconds += timeout_s
            close(part, timeout_s)

        return close_late

    engine = Engine(read_settings(data_dir=tmp_path))
    monkeypatch.setattr(deadline, "time", clock)
    for part in (Runner, JobRunner):
        monkeypatch.setattr(part, "close", be_busy(part.close))
    engine.close(30)
    assert len(waited) > 4
    assert sum(waited) == 30


def test_the_status_counts_what_is_computed_and_what_is_drawn_apart(tmp_path: Path) -> None:
    engine = Engine(read_settings(data_dir=tmp_path))
    status = engine.status()
    assert set(status.queues) == {"runs", "explaining", "drawing", "opening", "jobs"}
    assert set(status.caches) == {"activations", "pictures"}
    assert status.models_ready > 0
    engine.close(5)
