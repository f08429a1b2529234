"""A canvas: shapes with soft edges over an array of colours, light, and the grain that a photo has."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Array = npt.NDArray[np.float64]
Colour = tuple[float, float, float]  # levels from 0 to 255
Points = Sequence[tuple[float, float]]  # x and y from 0 to 1
FINE = 3  # samples of a pixel along each side


class Canvas:
    """A square picture of `side` pixels. `x` and `y` are the places of its samples, from 0 to 1."""

    def __init__(self, side: int, seed: int) -> None:
        self.side = side
        self.random = np.random.default_rng(seed)
        places = (np.arange(side * FINE) + 0.5) / (side * FINE)
        self.x, self.y = np.meshgrid(places, places)
        self.rgb: Array = np.zeros((side * FINE, side * FINE, 3))

    def paint(self, mask: Array, colour: Colour | Array) -> None:
        """Lay a colour, or one for each sample, over the picture where the mask is 1."""
        self.rgb += (np.asarray(colour, dtype=np.float64) - self.rgb) * mask[..., None]

    def shade(self, mask: Array, factor: float | Array) -> None:
        """Multiply the light by a factor where the mask is 1."""
        self.rgb *= 1 + mask[..., None] * (np.broadcast_to(factor, mask.shape)[..., None] - 1)

    def polygon(self, points: Points) -> Array:
        """The mask of a polygon."""
        image = Image.new("L", (self.side * FINE, self.side * FINE))
        ImageDraw.Draw(image).polygon([self._sample(point) for point in points], fill=255)
        return np.asarray(image) / 255

    def line(self, points: Points, width: float) -> Array:
        """The mask of a line with round joints."""
        image = Image.new("L", (self.side * FINE, self.side * FINE))
        draw = ImageDraw.Draw(image)
        samples, thick = [self._sample(point) for point in points], max(1, round(width * self.side * FINE))
        draw.line(samples, fill=255, width=thick, joint="curve")
        for x, y in (samples[0], samples[-1]):
            draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)
        return np.asarray(image) / 255

    def box(self, left: float, top: float, right: float, bottom: float) -> Array:
        """The mask of a rectangle."""
        inside = (self.x >= left) & (self.x < right) & (self.y >= top) & (self.y < bottom)
        return inside.astype(np.float64)

    def ellipse(self, centre: tuple[float, float], radii: tuple[float, float]) -> Array:
        """The mask of an ellipse."""
        inside = ((self.x - centre[0]) / radii[0]) ** 2 + ((self.y - centre[1]) / radii[1]) ** 2 <= 1
        return inside.astype(np.float64)

    def down(self, top: Colour, bottom: Colour) -> Array:
        """A colour for each sample, from `top` to `bottom`."""
        return np.asarray(top) + (np.asarray(bottom) - np.asarray(top)) * self.y[..., None]

    def noise(self, cells: int, stretch: float = 1) -> Array:
        """Smooth noise from 0 to 1, `cells` cells along each side, wider than high by `stretch`."""
        grid = self.random.random((cells, max(2, round(cells / stretch)))) * 255
        size = (self.side * FINE, self.side * FINE)
        smooth = Image.fromarray(grid.astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)
        return np.asarray(smooth) / 255

    def clouds(self) -> Array:
        """Noise of several sizes, from 0 to 1."""
        return sum((self.noise(4 * 2**n, 2) / 2 ** (n + 1) for n in range(5)), np.zeros_like(self.x))

    def picture(self, grain: float = 4) -> Image.Image:
        """The picture, its samples averaged, with the grain of a sensor."""
        means = self.rgb.reshape(self.side, FINE, self.side, FINE, 3).mean((1, 3))
        grainy = means + self.random.normal(0, grain, means.shape)
        return Image.fromarray(np.clip(np.rint(grainy), 0, 255).astype(np.uint8))

    def _sample(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0] * self.side * FINE, point[1] * self.side * FINE
