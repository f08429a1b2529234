"""The time of each layer: read from a profile, and for every layer of a real network."""

from pathlib import Path

import pytest

from app.errors import TimedOut
from app.nets.catalog import Catalog
from app.nets.profile import RUNS, read_profile, time_layers
from app.nets.runtime import Runtime
from app.work.stop import Stop

MODELS = Path(__file__).parents[2] / "models"


def event(name: str, microseconds: float, category: str = "Node") -> dict[str, object]:
    return {"cat": category, "name": f"{name}_kernel_time", "dur": microseconds}


def test_the_time_of_a_layer_is_the_median_of_its_runs_without_the_first() -> None:
    events = [event("#0", duration) for duration in (900, 10, 30, 20)]
    times = read_profile(events, {"x": "conv1", "#0": "conv1"})
    assert times.layers == {"conv1": pytest.approx(20e-6)}
    assert times.runs == 3


def test_nodes_are_identified_by_number_or_by_the_value_that_they_compute() -> None:
    nodes = ("#0", "a/b_nchwc", "bn1_bn_nchwc_token_7", "ReorderOutput_token_3")
    events = [event(node, duration) for duration in (0, 1, 1) for node in nodes]
    layer_of = {"#0": "relu1", "a/b": "a.b", "bn1": "bn1", "drop": "drop"}
    times = read_profile(events, layer_of)
    second = pytest.approx(1e-6)
    assert times.layers == {"relu1": second, "a.b": second, "bn1": second, "drop": None}
    assert times.elsewhere == second
    assert times.run == pytest.approx(4e-6)


def test_events_that_are_not_nodes_are_ignored() -> None:
    events = [event("#0", 1), event("#0", 1), event("#0", 1e9, "Session")]
    assert read_profile(events, {"#0": "relu1"}).run == pytest.approx(1e-6)


def test_a_profile_of_nothing_has_no_times() -> None:
    times = read_profile([], {"x": "conv1"})
    assert (dict(times.layers), times.elsewhere, times.run, times.runs) == ({"conv1": None}, 0, 0, 0)


@pytest.mark.parametrize("model", ["lenet5", "resnet18-imagenette", "squeezenet1_1"])
def test_every_layer_of_a_network_has_a_time(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    network = Catalog(MODELS, Runtime("cpu", "cpu", threads=1), open_limit=1).get(model)
    times = time_layers(network, Stop())
    assert times.runs == RUNS
    assert list(times.layers) == [layer.id for layer in network.graph.layers]
    assert all(seconds is not None and seconds >= 0 for seconds in times.layers.values())
    assert list(tmp_path.iterdir()) == []


def test_a_measurement_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    network = Catalog(MODELS, Runtime("cpu", "cpu", threads=1), open_limit=1).get("lenet5")
    stop = Stop()
    stop.set(TimedOut("time is up"))
    with pytest.raises(TimedOut):
        time_layers(network, stop)
    assert list(tmp_path.iterdir()) == []
