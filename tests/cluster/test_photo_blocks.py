"""A job on Ray Data has the result of the same job in one process, to the bit."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from app.cluster.node import RayNode
from app.cluster.photo_blocks import photo_runs, result_of_blocks
from app.jobs.photo_runs import BLOCK
from app.settings import read_settings
from app.work.stop import Stop
from tests.cluster.conftest import Cluster
from tests.conftest import SAMPLES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.filterwarnings("ignore")]  # of Ray
COUNT = 2 * BLOCK + 3


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """More than two blocks of photos, which differ, and one that can't be read."""
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*.jpg"))]
    for number in range(COUNT - 1):
        (tmp_path / f"{number:03}.jpg").write_bytes(samples[number % len(samples)])
    (tmp_path / f"{COUNT:03}.jpg").write_bytes(samples[0][:500])
    return tmp_path


def test_two_actors_compute_what_one_process_computes(cluster: Cluster, photos: Path) -> None:
    settings = read_settings(data_dir=Path(cluster.environment["CONVSCOPE_DATA_DIR"]))
    make_runs = partial(photo_runs, settings, "lenet5", photos)
    here = make_runs().block(range(COUNT), 9, Stop())
    node = RayNode.running(settings)
    assert node is not None
    with node.connected():
        there = result_of_blocks(make_runs, COUNT, 9, actors=2)
    assert there.predictions == here.predictions
    assert len(here.predictions) == COUNT
    for name in ("values", "photos", "places"):
        np.testing.assert_array_equal(getattr(there.cells, name), getattr(here.cells, name))
