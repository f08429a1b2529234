"""The shipped probes: each is for the file of its network, and better than chance where it should be."""

import pytest

from app.experiments.probe import probe_layers
from app.experiments.probe_file import read_probes
from app.nets.catalog import Catalog
from app.nets.runtime import start_runtime
from app.resources import MODELS

SHIPPED = sorted(path.stem for path in (MODELS / "probes").glob("*.npz"))


@pytest.mark.parametrize("model", SHIPPED)
def test_shipped_probes_fit_their_network_and_improve_with_depth(model: str) -> None:
    network = Catalog(MODELS, start_runtime("cpu", 1), open_limit=1).get(model)
    probes = read_probes(MODELS / "probes" / f"{model}.npz", network)
    assert list(probes.layers) == [layer.id for layer in probe_layers(network.graph)]
    first, *_, last = probes.layers.values()
    measured = max(accuracy.top1 for accuracy in network.card.accuracy) / 100
    assert first.linear_accuracy < 0.6 < last.linear_accuracy
    assert last.linear_accuracy == pytest.approx(measured, abs=0.03)  # the logits have what the network answers
