"""The training of probes: which images, what of each layer, and accuracy on others than it was trained on."""

from pathlib import Path

import numpy as np
import pytest

from app.nets.catalog import Catalog
from app.nets.runtime import start_runtime
from app.resources import MODELS
from training.labelled_images import labelled_images
from training.probes import STEP, pool_layers, train_probes


def test_digits_are_pooled_layer_by_layer_and_probes_are_measured_on_others(tmp_path: Path) -> None:
    digits = np.random.default_rng(0).integers(0, 256, (STEP["digits"] * 20, 28, 28)).astype(np.uint8)
    (tmp_path / "mnist").mkdir()
    np.savez(tmp_path / "mnist" / "mnist.npz", x_train=digits, y_train=np.arange(len(digits)) // STEP["digits"] % 10)
    lenet = Catalog(MODELS, start_runtime("cpu", 1), open_limit=1).get("lenet5")
    rows, labels = pool_layers(lenet, labelled_images("digits", "train", tmp_path, STEP["digits"]))
    assert labels.tolist() == [*range(10), *range(10)]
    assert {layer: each.shape for layer, each in rows.items()} == {
        "tanh_c1": (20, 6),
        "tanh_c3": (20, 16),
        "tanh_c5": (20, 120),
        "tanh_f6": (20, 84),
        "output": (20, 10),
    }
    swapped = (labels + 1) % 10
    probes = train_probes(lenet, (rows, labels), (rows, swapped))
    assert (probes.trained, probes.held_out, probes.network) == (20, 20, lenet.card.sha256)
    right = [
        (probe.linear_scores(rows[layer]).argmax(axis=1) == swapped).mean() for layer, probe in probes.layers.items()
    ]
    assert [probe.linear_accuracy for probe in probes.layers.values()] == pytest.approx(right)
