"""Handwritten digits as people bring them, drawn at random: on paper, a pad or a blackboard, slanted, in any light.

Everything is drawn from NumPy and Pillow with a generator of random numbers, so a seed names a scene.
"""

from io import BytesIO

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Grey = npt.NDArray[np.uint8]  # (H, W), white on black
Plane = npt.NDArray[np.float64]
Scene = npt.NDArray[np.uint8]  # (H, W, 3)
Random = np.random.Generator

INKS = ((25, 25, 30), (70, 70, 75), (30, 45, 140), (165, 35, 45), (20, 95, 55), (95, 50, 120))
CHALKS = ((235, 235, 230), (235, 220, 130), (235, 170, 190), (150, 200, 235))
BOARDS = ((38, 62, 50), (45, 45, 48), (30, 40, 62))
GROUNDS = ("plain", "ruled", "squared", "crumpled", "pad", "board")
OVERSIZE = 4  # the digit is slanted at this many times its pixels


def scene(digit: Grey, random: Random) -> Scene:
    """A picture of a digit on a ground, in some light, through some camera.

    Args:
        digit: (28, 28), white on black, as in MNIST.
        random: decides.

    Returns:
        (H, W, 3) uint8, 240 to 640 pixels on the longer side.
    """
    longer, shape = int(random.integers(240, 641)), random.uniform(0.6, 1.0)
    size = (longer, round(longer * shape)) if random.random() < 0.5 else (round(longer * shape), longer)
    ground = str(random.choice(GROUNDS))
    covered = _placed(_stroke(digit, random), size, random)
    if ground == "board":
        covered = covered * _grain(size, 2, 0.45, random).clip(0, 1)
    paper, ink = _colours(ground, random)
    levels = paper * _pattern(ground, size, random)[..., None]
    levels = levels * (1 - covered[..., None]) + ink * covered[..., None]
    if ground != "pad":
        levels = levels * _light(size, random)[..., None]
    return _taken(levels, ground == "pad", random)


def _stroke(digit: Grey, random: Random) -> Plane:
    """How much ink lies where, 0 to 1, (112, 112): turned, slanted, stretched, thinner or thicker."""
    angle, slant = np.radians(random.uniform(-15, 15)), random.uniform(-0.35, 0.35)
    stretch = np.exp(random.uniform(-0.2, 0.2))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    back = np.linalg.inv(turn @ np.array([[stretch, slant], [0, 1 / stretch]]) * 0.72)  # nothing leaves the square
    side = OVERSIZE * len(digit)
    middle = np.full(2, side / 2)
    start = middle - back @ middle
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    coefficients = (back[0, 0], back[0, 1], start[0], back[1, 0], back[1, 1], start[1])
    turned = large.transform((side, side), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC)
    level, softness = random.uniform(0.3, 0.6), random.uniform(0.05, 0.15)  # of the edge: this makes a pen of a grey
    edge = 1 / (1 + np.exp((level - np.asarray(turned) / 255) / softness))
    return (edge - edge.min()) / (1 - edge.min())


def _placed(stroke: Plane, size: tuple[int, int], random: Random) -> Plane:
    """The stroke anywhere on a picture of this size, whole."""
    rows, columns = (np.flatnonzero((stroke > 0.5).any(axis=axis)) for axis in (1, 0))
    edge = OVERSIZE
    box = stroke[max(0, rows[0] - edge) : rows[-1] + 1 + edge, max(0, columns[0] - edge) : columns[-1] + 1 + edge]
    height = random.uniform(0.25, 0.75) * min(size)
    scale = min(height / box.shape[0], 0.9 * size[1] / box.shape[1])
    shape = tuple(max(8, round(scale * length)) for length in box.shape)
    drawn = np.asarray(Image.fromarray(box.astype(np.float32)).resize(shape[::-1], Image.Resampling.BICUBIC))
    page = np.zeros(size)
    margin = round(0.04 * min(size))
    top, left = (
        int(random.integers(margin, max(margin + 1, size[axis] - shape[axis] - margin + 1))) for axis in (0, 1)
    )
    page[top : top + shape[0], left : left + shape[1]] = drawn.clip(0, 1)
    return page


def _colours(ground: str, random: Random) -> tuple[Plane, Plane]:
    """The colours of the ground and of the ink, (3,)."""
    if ground == "board":
        return np.array(random.choice(BOARDS), float), np.array(random.choice(CHALKS), float)
    paper = np.full(3, 255.0) if ground == "pad" else random.uniform(185, 250) + random.uniform(-8, 8, 3)
    return paper.clip(0, 255), np.array(random.choice(INKS), float)


def _pattern(ground: str, size: tuple[int, int], random: Random) -> Plane:
    """By what the ground's colour is multiplied at each pixel."""
    pattern = np.ones(size)
    if ground in ("ruled", "squared"):
        step, width = (
            int(random.integers(max(12, min(size) // 14), max(16, min(size) // 6))),
            int(random.integers(1, 3)),
        )
        faint = random.uniform(0.78, 0.93)
        for offset in range(width):
            pattern[int(step / 2) + offset :: step] = faint
            if ground == "squared":
                pattern[:, int(step / 3) + offset :: step] = faint
    if ground == "crumpled":
        pattern *= 1 + 0.06 * (_grain(size, 24, 1.0, random) - 1)
    if ground == "board":
        pattern *= 1 + 0.25 * (_grain(size, 40, 1.0, random) - 1)
    return pattern


def _grain(size: tuple[int, int], pixels: int, strength: float, random: Random) -> Plane:
    """Irregularities of about so many pixels, with mean 1 and this standard deviation."""
    coarse = random.normal(1, strength, (size[0] // pixels + 2, size[1] // pixels + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize(size[::-1], Image.Resampling.BICUBIC), float)


def _light(size: tuple[int, int], random: Random) -> Plane:
    """Light from one side, darker corners, and often a shadow with a straight edge."""
    down, across = np.meshgrid(*(np.linspace(-1, 1, length) for length in size), indexing="ij")
    slope = random.uniform(-0.18, 0.18, 2)
    light = (0.85 + slope[0] * down + slope[1] * across) * (1 - random.uniform(0, 0.15) * (down**2 + across**2))
    if random.random() < 0.5:
        angle, softness = random.uniform(0, 2 * np.pi), random.uniform(0.01, 0.2)
        side = np.cos(angle) * down + np.sin(angle) * across - random.uniform(-0.5, 0.5)
        light = light * (1 - random.uniform(0.15, 0.45) / (1 + np.exp(-side / softness)))
    return np.asarray(light)


def _taken(levels: Plane, is_screen: bool, random: Random) -> Scene:
    """What a camera makes of it: out of focus, coloured by the lamp, noisy, compressed. A screen is copied."""
    if is_screen:
        return levels.clip(0, 255).astype(np.uint8)
    levels = levels * random.uniform(0.94, 1.06, 3)
    levels = levels + random.normal(0, random.uniform(1, 6), levels.shape)
    image = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(random.uniform(0, 1.2)))
    file = BytesIO()
    image.save(file, "JPEG", quality=int(random.integers(55, 96)))
    return np.asarray(Image.open(file).convert("RGB"))
