"""How often images get the warning of being unlike those of the training, and how well the energy tells them apart."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.nets.catalog import Catalog
from app.nets.runtime import start_runtime
from app.resources import MODELS, STATIC
from training.warning_rates import area, row


def test_the_area_is_how_often_an_unknown_image_has_more_energy() -> None:
    random = np.random.default_rng(0)
    known, unknown = random.integers(0, 9, 40).astype(float), random.integers(3, 12, 25).astype(float)
    pairs = np.sign(unknown[:, np.newaxis] - known)
    assert area(known, unknown) == pytest.approx((pairs.mean() + 1) / 2)
    assert area(known, known) == 0.5


def test_a_row_has_the_known_images_and_each_folder(tmp_path: Path) -> None:
    (tmp_path / "mnist").mkdir()
    digit = np.asarray(Image.open(STATIC / "samples" / "digits" / "3.jpg").convert("L").resize((28, 28)))
    np.savez(tmp_path / "mnist" / "mnist.npz", x_val=255 - digit[np.newaxis], y_val=[3])
    (tmp_path / "others").mkdir()
    Image.effect_noise((64, 64), 90).save(tmp_path / "others" / "noise.png")
    lenet = Catalog(MODELS, start_runtime("cpu", 1), open_limit=1).get("lenet5")
    name, warned, right, ranked, share = row(lenet, tmp_path, [tmp_path / "others"]).split(" | ")
    assert (name, warned, right) == ("LeNet-5", "0.0%", "none")
    assert ranked in {"0.000", "1.000"}
    assert share in {"0.0%", "100.0%"}
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="empty has no pictures"):
        row(lenet, tmp_path, [tmp_path / "empty"])
