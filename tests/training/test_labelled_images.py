"""The images of a split as the server is given them, each with its class."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.calibration import write_calibration
from training.familiarity import write_limit
from training.labelled_images import labelled_images


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Eight photos of one class before four of another, each of another red, and 90 digits."""
    (tmp_path / "imagenette").mkdir()
    with tarfile.open(tmp_path / "imagenette" / "train.tar", "w") as tar:
        for number in range(12):
            file = io.BytesIO()
            Image.new("RGB", (8, 8), (10 * number, 0, 0)).save(file, "JPEG")
            entry = tarfile.TarInfo(f"train/{('n02', 'n01')[number // 8]}/{number}.{('jpg', 'JPEG')[number % 2]}")
            entry.size = len(file.getvalue())
            tar.addfile(entry, io.BytesIO(file.getvalue()))
        tar.addfile(tarfile.TarInfo("train/a note.txt"))
    (tmp_path / "mnist").mkdir()
    digits = np.random.default_rng(0).integers(0, 256, (90, 28, 28), np.uint8)
    np.savez(tmp_path / "mnist" / "mnist.npz", x_val=digits, y_val=np.arange(90) % 10)
    return tmp_path


@pytest.mark.parametrize("step", [1, 4, 5])
def test_photos_have_the_class_of_their_folder(data: Path, step: int) -> None:
    images = list(labelled_images("imagenette", "train", data, step))
    assert [label for _, label in images] == ([1] * 8 + [0] * 4)[::step]
    assert [round(int(pixels[0, 0, 0]) / 10) for pixels, _ in images] == [*range(0, 12, step)]


def test_digits_have_a_frame_and_three_equal_channels(data: Path) -> None:
    images = list(labelled_images("digits", "val", data, 30))
    assert [label for _, label in images] == [0, 0, 0]
    assert len(list(labelled_images("digits", "val", data))) == 90
    (first, _), digits = images[0], np.load(data / "mnist" / "mnist.npz")["x_val"]
    assert first.shape == (32, 32, 3)
    assert (first[2:-2, 2:-2] == digits[0, :, :, np.newaxis]).all()
    assert first.sum() == 3 * digits[0].sum(dtype=int)


@pytest.mark.parametrize("write", [write_calibration, write_limit])
def test_nothing_is_measured_on_images_that_a_network_was_not_trained_on(write, data: Path, models: Path) -> None:
    for name in ("squeezenet1_1.onnx", "squeezenet1_1.json", "labels/imagenet1k.json"):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_bytes((models / name).read_bytes())
    with pytest.raises(ValueError, match="imagenet1k"):
        write("squeezenet1_1", data, data)
    assert (data / "squeezenet1_1.json").read_text() == (models / "squeezenet1_1.json").read_text()
