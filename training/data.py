"""The photos and digits that the networks learn from, and how they are varied while training."""

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

Pixels = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pictures:
    """One split: pixels (N, C, H, W) uint8, labels (N,) int64."""

    pixels: Pixels
    labels: Labels


def imagenette_classes(folder: Path) -> dict[str, str]:
    """Each class's name by its WordNet id, in the order of the labels."""
    classes = json.loads((folder / "imagenette" / "classes.json").read_text())
    return {wnid: classes[wnid]["name"] for wnid in sorted(classes)}


def imagenette(folder: Path, split: str, cache: Path) -> Pictures:
    """Imagenette, ten classes of squashed 160x160 photos, (N, 3, 160, 160) RGB.

    Decoded once: the pixels stay in `cache` and are mapped into memory from there.

    Args:
        folder: with `imagenette/{train,val}.tar`, photos in a folder per WordNet id, and `imagenette/classes.json`.
        split: "train" or "val".
        cache: a folder for the decoded pixels, some 900 MB for both splits.
    """
    pixels, labels = cache / f"imagenette-{split}-pixels.npy", cache / f"imagenette-{split}-labels.npy"
    if not (pixels.exists() and labels.exists()):
        cache.mkdir(parents=True, exist_ok=True)
        found = list(_decoded(folder / "imagenette" / f"{split}.tar", [*imagenette_classes(folder)]))
        _save(pixels, np.stack([picture for picture, _ in found]))
        _save(labels, np.array([label for _, label in found]))
    return Pictures(np.load(pixels, mmap_mode="r"), np.load(labels))


def _decoded(archive: Path, wnids: list[str]) -> Iterator[tuple[Pixels, int]]:
    with tarfile.open(archive) as photos:
        for member in photos:
            content = photos.extractfile(member) if member.name.endswith(".jpg") else None
            if content is not None:
                photo = Image.open(io.BytesIO(content.read())).convert("RGB")
                yield np.asarray(photo).transpose(2, 0, 1), wnids.index(Path(member.name).parent.name)


def _save(path: Path, array: npt.NDArray[np.generic]) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.part")  # two runs may begin at the same time
    with unfinished.open("wb") as file:
        np.save(file, array)
    unfinished.replace(path)


def mnist(folder: Path, split: str, cache: Path) -> Pictures:
    """MNIST, white digits on black with a frame of two pixels around them, (N, 1, 32, 32).

    Args:
        folder: with `mnist/mnist.npz`, arrays `x_train`, `y_train`, `x_val`, `y_val`.
        split: "train" or "val".
        cache: not needed.
    """
    with np.load(folder / "mnist" / "mnist.npz") as arrays:
        digits, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
    return Pictures(np.pad(digits, ((0, 0), (2, 2), (2, 2)))[:, None], labels.astype(np.int64))


READERS: dict[str, Callable[[Path, str, Path], Pictures]] = {"imagenette": imagenette, "mnist": mnist}


def resized(pixels: Tensor, size: int) -> Tensor:
    """Pictures (N, C, H, W) uint8 at (N, C, size, size) uint8, bilinear over all pixels as Pillow does it."""
    if pixels.shape[-2:] == (size, size):
        return pixels
    return functional.interpolate(pixels, (size, size), mode="bilinear", antialias=True)


def photos_varied(pixels: Pixels, size: int, random: np.random.Generator) -> Tensor:
    """Photos as they might have been taken: a random crop, mirrored or not, in a little other light.

    The crop has 0.4 to 1 of the area and sides of 3:4 to 4:3, and is squashed to a square as every photo here is.

    Args:
        pixels: (N, C, H, W) uint8.
        size: rows and columns of the result.
        random: decides.

    Returns:
        (N, C, size, size) float32, 0 to 255.
    """
    count, _, height, width = pixels.shape
    share = np.sqrt(random.uniform(0.4, 1, count))
    ratio = np.sqrt(np.exp(random.uniform(np.log(3 / 4), np.log(4 / 3), count)))
    rows = np.minimum(height, np.rint(height * share / ratio)).astype(int)
    columns = np.minimum(width, np.rint(width * share * ratio)).astype(int)
    tops = random.integers(0, height - rows + 1)
    lefts = random.integers(0, width - columns + 1)
    crops = torch.empty(count, pixels.shape[1], size, size, dtype=torch.uint8)
    for i in range(count):
        crop = pixels[i : i + 1, :, tops[i] : tops[i] + rows[i], lefts[i] : lefts[i] + columns[i]]
        crops[i] = resized(torch.from_numpy(np.array(crop)), size)[0]
    mirrored = torch.from_numpy(random.random(count) < 0.5)[:, None, None, None]
    return _relit(torch.where(mirrored, crops.flip(3), crops).float(), random)


def _relit(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """Each picture's contrast and brightness, up to 20 % more or less, and each channel's up to 5 % more."""
    count, channels = pictures.shape[:2]
    contrast = torch.from_numpy(random.uniform(0.8, 1.2, (count, 1, 1, 1)).astype(np.float32))
    light = random.uniform(0.8, 1.2, (count, 1, 1, 1)) * random.uniform(0.95, 1.05, (count, channels, 1, 1))
    mean = pictures.mean(dim=(1, 2, 3), keepdim=True)
    varied = (pictures - mean) * contrast + mean * torch.from_numpy(light.astype(np.float32))
    return varied.clamp_(0, 255)


def digits_varied(pixels: Pixels, size: int, random: np.random.Generator) -> Tensor:
    """Digits as another hand might have written them: turned by up to 15 degrees, slanted, smaller or larger, moved.

    Half of them are written with another pen, thinner or thicker, of one grey.

    Args:
        pixels: (N, 1, H, W) uint8.
        size: rows and columns of the result.
        random: decides.

    Returns:
        (N, 1, size, size) float32, 0 to 255.
    """
    count = len(pixels)
    angle = np.deg2rad(random.uniform(-15, 15, count))
    slant = random.uniform(-0.35, 0.35, count)
    scale = random.uniform(0.88, 1.15, (count, 2))
    shift = random.uniform(-0.12, 0.12, (count, 2))
    cosine, sine = np.cos(angle), np.sin(angle)
    affine = np.stack(
        [
            np.stack([cosine * scale[:, 0], (slant - sine) * scale[:, 0], shift[:, 0]], axis=1),
            np.stack([sine * scale[:, 1], cosine * scale[:, 1], shift[:, 1]], axis=1),
        ],
        axis=1,
    )
    theta = torch.from_numpy(affine.astype(np.float32))
    grid = functional.affine_grid(theta, [count, 1, size, size], align_corners=False)
    digits = functional.grid_sample(torch.from_numpy(pixels).float(), grid, align_corners=False)
    return torch.where(_column(random.random(count) < 0.5), _with_another_pen(digits, random), digits)


def _with_another_pen(digits: Tensor, random: np.random.Generator) -> Tensor:
    """Strokes whose edges lie where the old ones pass a random level."""
    level = _column(random.uniform(0.25, 0.65, len(digits)).astype(np.float32))
    softness = _column(random.uniform(0.06, 0.15, len(digits)).astype(np.float32))
    ink = torch.sigmoid((digits / 255 - level) / softness)
    paper = torch.sigmoid(-level / softness)
    return 255 * (ink - paper) / (1 - paper)


def _column(values: npt.NDArray[np.generic]) -> Tensor:
    """One value for each picture, (N, 1, 1, 1)."""
    return torch.from_numpy(values.reshape(-1, 1, 1, 1))


VARIATIONS: dict[str, Callable[[Pixels, int, np.random.Generator], Tensor]] = {
    "imagenette": photos_varied,
    "mnist": digits_varied,
}


def normalized(pictures: Tensor, mean: tuple[float, ...], std: tuple[float, ...]) -> Tensor:
    """Pictures (N, C, H, W) from 0 to 255 as the network is fed them, channels last in memory."""
    shape = (1, -1, 1, 1)
    scaled = (pictures.float() - torch.tensor(mean).view(shape)) / torch.tensor(std).view(shape)
    return scaled.contiguous(memory_format=torch.channels_last)
