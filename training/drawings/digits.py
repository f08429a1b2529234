"""Digits as a person writes them: strokes with jitter and pressure, in ink on paper."""

import numpy as np
from PIL import Image

from training.drawings.canvas import Array, Canvas

SIDE = 160
INKS = ((28, 36, 92), (30, 30, 34), (24, 60, 130))
STROKES = {  # of each digit: the points that the pen passes, x and y in per cent
    0: ("54,16 34,24 25,52 36,82 56,84 72,60 68,28 52,15",),
    1: ("38,32 54,16 51,50 49,86",),
    2: ("30,34 38,19 58,18 66,36 52,58 29,82 50,79 73,83",),
    3: ("32,22 52,15 67,28 58,44 44,48", "44,48 64,54 70,70 54,85 31,79"),
    4: ("42,16 35,38 29,57 50,56 75,54", "62,30 59,60 57,87"),
    5: ("38,18 36,34 34,48 54,44 68,60 60,80 32,82", "38,18 70,17"),
    6: ("60,14 42,32 30,60 40,84 60,82 66,64 50,54 34,66",),
    7: ("28,22 50,20 72,19", "72,19 58,48 46,86"),
    8: ("60,24 44,16 34,30 50,47 68,66 54,85 36,74", "36,74 40,58 56,44 66,30 60,22"),
    9: ("66,30 52,16 35,26 38,46 54,47 66,30", "66,30 62,58 54,87"),
}


def written_digit(digit: int) -> Image.Image:
    """The digit on a sheet of paper, from a hand that trembles a little and presses harder on the way down."""
    canvas = Canvas(SIDE, 100 + digit)
    canvas.rgb[:] = np.asarray((240, 236, 226)) * (0.97 + 0.05 * canvas.noise(20)[..., None])
    canvas.shade(np.ones_like(canvas.x), 1.03 - 0.1 * canvas.x)
    slant, size = canvas.random.normal(0.06, 0.05), canvas.random.uniform(0.86, 0.96)
    ink = np.zeros_like(canvas.x)
    for stroke in STROKES[digit]:
        points = np.asarray([[int(place) / 100 for place in point.split(",")] for point in stroke.split()])
        path = _curve(points + canvas.random.normal(0, 0.011, points.shape))
        places = 0.5 + size * (path - 0.5)
        places[:, 0] += slant * (0.5 - places[:, 1])
        _press(canvas, ink, places)
    canvas.paint(np.clip(ink, 0, 1) * (0.9 + 0.1 * canvas.noise(70)), INKS[digit % len(INKS)])
    return canvas.picture(grain=2.5)


def _curve(points: Array) -> Array:
    """A smooth path through the points: Catmull-Rom, with the hand's tremor."""
    ends = np.concatenate((points[:1], points, points[-1:]))
    share = np.linspace(0, 1, 40, endpoint=False)[:, None]
    pieces = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        linear, square = end - before, 2 * before - 5 * start + 4 * end - after
        cube = 3 * start - before - 3 * end + after
        pieces.append(0.5 * (2 * start + linear * share + square * share**2 + cube * share**3))
    path = np.concatenate((*pieces, points[-1:]))
    along = np.linspace(0, 3 * np.pi, len(path))
    return path + 0.0035 * np.stack((np.sin(along * 1.7), np.cos(along * 2.3)), axis=1)


def _press(canvas: Canvas, ink: Array, path: Array) -> None:
    """Lay ink along a path: wider where the pen goes down, thinner where it starts and leaves the paper."""
    step = np.gradient(path[:, 1])
    along = np.linspace(0, 1, len(path))
    ease = np.clip(np.minimum(along, 1 - along) * 12, 0.35, 1)
    widths = (0.021 + 0.5 * np.clip(step, -0.008, 0.012)) * (0.65 + 0.35 * ease)
    for (x, y), width in zip(path, widths, strict=True):
        distance = np.hypot(canvas.x - x, canvas.y - y)
        np.maximum(ink, np.clip((width - distance) / 0.006 + 0.5, 0, 1), out=ink)
