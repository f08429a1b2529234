"""Machines: a cassette player, a gas pump and a garbage truck."""

import numpy as np
from PIL import Image

from training.drawings.canvas import Canvas, Colour, Points

SIDE = 320
SEGMENTS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgcde", "abc", "abcdefg", "abcdfg")  # of each figure
BARS: dict[str, Points] = {
    "a": ((0, 0), (1, 0)),
    "b": ((1, 0), (1, 1)),
    "c": ((1, 1), (1, 2)),
    "d": ((0, 2), (1, 2)),
    "e": ((0, 1), (0, 2)),
    "f": ((0, 0), (0, 1)),
    "g": ((0, 1), (1, 1)),
}
STEEL, DARK, RUBBER = (176, 178, 182), (38, 40, 46), (26, 26, 30)


def cassette_player() -> Image.Image:
    """A portable player on a table: the cassette behind its window, keys below, a speaker on each side."""
    canvas = Canvas(SIDE, 41)
    canvas.rgb[:] = canvas.down((206, 202, 194), (226, 222, 214)) * (0.96 + 0.06 * canvas.noise(8)[..., None])
    table = canvas.box(0, 0.72, 1, 1)
    canvas.paint(table, np.asarray((150, 104, 64)) * (0.75 + 0.35 * canvas.noise(60, 20)[..., None]))
    canvas.shade(canvas.box(0.05, 0.79, 0.97, 0.84), 0.5)
    canvas.paint(canvas.line(((0.2, 0.27), (0.22, 0.17), (0.78, 0.17), (0.8, 0.27)), 0.026), DARK)
    canvas.paint(canvas.box(0.05, 0.26, 0.95, 0.8), np.asarray(STEEL) * (1.1 - 0.35 * canvas.y[..., None]))
    canvas.paint(canvas.box(0.065, 0.275, 0.935, 0.785), np.asarray((64, 66, 72)) * (1.15 - 0.4 * canvas.y[..., None]))
    for x in (0.185, 0.815):
        _speaker(canvas, (x, 0.54), 0.105)
    canvas.paint(canvas.box(0.31, 0.3, 0.69, 0.37), (206, 200, 176))
    for n in range(24):
        mark = 0.33 + n * 0.0145
        canvas.paint(canvas.line(((mark, 0.31), (mark, 0.325 + 0.012 * (n % 4 == 0))), 0.003), (50, 46, 40))
    canvas.paint(canvas.box(0.47, 0.3, 0.476, 0.37), (196, 40, 34))
    _cassette(canvas)
    for n in range(6):
        left = 0.312 + n * 0.064
        canvas.paint(canvas.box(left, 0.685, left + 0.056, 0.76), np.asarray(STEEL) * (1.75 - canvas.y[..., None]))
        canvas.shade(canvas.box(left, 0.74, left + 0.056, 0.76), 0.7)
    canvas.paint(canvas.ellipse((0.34, 0.722), (0.012, 0.012)), (190, 44, 38))
    return canvas.picture()


def gas_pump() -> Image.Image:
    """A pump at a filling station: two displays, a hose in a loop and a nozzle in its holder."""
    canvas = Canvas(SIDE, 51)
    canvas.rgb[:] = canvas.down((120, 170, 224), (214, 228, 238))
    canvas.paint(np.clip(canvas.clouds() * 2 - 0.9, 0, 1) * 0.6, (250, 250, 252))
    canvas.paint(canvas.box(0, 0.62, 1, 0.76), np.asarray((70, 96, 58)) * (0.6 + 0.8 * canvas.noise(40)[..., None]))
    canvas.paint(canvas.box(0, 0.76, 1, 1), np.asarray((150, 148, 144)) * (0.85 + 0.25 * canvas.noise(90)[..., None]))
    _pump(canvas)
    turn = np.linspace(-0.5 * np.pi, 0.95 * np.pi, 40)
    hose = [(0.76 + 0.1 * np.cos(t), 0.62 + 0.24 * np.sin(t)) for t in turn]
    canvas.paint(canvas.line([(0.68, 0.32), (0.72, 0.34), *hose, (0.68, 0.5)], 0.022), RUBBER)
    canvas.paint(canvas.box(0.665, 0.4, 0.72, 0.56), (66, 68, 74))
    nozzle: Points = (
        (0.675, 0.42),
        (0.72, 0.38),
        (0.79, 0.38),
        (0.8, 0.42),
        (0.735, 0.43),
        (0.715, 0.52),
        (0.68, 0.52),
    )
    canvas.paint(canvas.polygon(nozzle), (34, 36, 40))
    canvas.paint(canvas.line(((0.79, 0.4), (0.85, 0.44)), 0.014), STEEL)
    return canvas.picture()


def garbage_truck() -> Image.Image:
    """A truck from its side: white cab, green body with ribs, and the hopper behind."""
    canvas = Canvas(SIDE, 61)
    canvas.rgb[:] = canvas.down((150, 190, 228), (222, 230, 236))
    canvas.paint(
        canvas.box(0, 0.36, 1, 0.7), np.asarray((158, 122, 100)) * (0.8 + 0.3 * canvas.noise(50, 3)[..., None])
    )
    for n in range(6):
        canvas.paint(canvas.box(0.03 + n * 0.17, 0.4, 0.12 + n * 0.17, 0.55), (70, 84, 100))
    canvas.paint(canvas.box(0, 0.7, 1, 1), np.asarray((104, 104, 106)) * (0.8 + 0.3 * canvas.noise(90)[..., None]))
    canvas.shade(canvas.box(0.06, 0.83, 0.95, 0.89), 0.45)
    canvas.paint(canvas.box(0.08, 0.7, 0.94, 0.76), DARK)
    _truck_body(canvas)
    _cab(canvas)
    for x in (0.2, 0.33, 0.8):
        canvas.paint(canvas.ellipse((x, 0.79), (0.068, 0.068)), RUBBER)
        canvas.paint(canvas.ellipse((x, 0.79), (0.034, 0.034)), STEEL)
        canvas.paint(canvas.ellipse((x, 0.79), (0.014, 0.014)), DARK)
    return canvas.picture()


def _pump(canvas: Canvas) -> None:
    """The pump on its foot, with two displays and two plates."""
    canvas.shade(canvas.box(0.24, 0.9, 0.86, 0.95), 0.6)
    canvas.paint(canvas.box(0.26, 0.88, 0.74, 0.93), (186, 184, 178))
    body = np.asarray((206, 38, 36)) * (1.12 - 0.3 * canvas.x[..., None])
    canvas.paint(canvas.box(0.3, 0.12, 0.68, 0.9), body)
    canvas.shade(canvas.box(0.63, 0.12, 0.68, 0.9), 0.72)
    canvas.paint(canvas.box(0.29, 0.09, 0.69, 0.13), (236, 236, 232))
    canvas.paint(canvas.box(0.335, 0.17, 0.615, 0.43), (232, 232, 226))
    for top, figures in ((0.195, (3, 8, 0, 5, 2)), (0.315, (2, 4, 1, 7, 9))):
        canvas.paint(canvas.box(0.36, top, 0.59, top + 0.085), (34, 40, 38))
        for n in range(len(figures)):
            _number(canvas, (0.385 + n * 0.041, top + 0.016), figures[n])
    canvas.paint(canvas.box(0.335, 0.47, 0.615, 0.52), (246, 214, 70))
    canvas.paint(canvas.box(0.335, 0.55, 0.615, 0.85), np.asarray((232, 230, 224)) * (1 - 0.15 * canvas.y[..., None]))


def _speaker(canvas: Canvas, centre: tuple[float, float], radius: float) -> None:
    canvas.paint(canvas.ellipse(centre, (radius, radius)), STEEL)
    canvas.paint(canvas.ellipse(centre, (radius * 0.9, radius * 0.9)), DARK)
    dots = (np.sin(canvas.x * 420) > 0.2) & (np.sin(canvas.y * 420) > 0.2)
    canvas.paint(canvas.ellipse(centre, (radius * 0.86, radius * 0.86)) * dots, (110, 112, 118))
    canvas.paint(canvas.ellipse(centre, (radius * 0.3, radius * 0.3)), (84, 86, 92))


def _cassette(canvas: Canvas) -> None:
    """The compact cassette in its window: a label, and two reels."""
    canvas.paint(canvas.box(0.31, 0.4, 0.69, 0.66), (22, 22, 26))
    canvas.paint(canvas.box(0.335, 0.42, 0.665, 0.64), (224, 216, 200))
    canvas.paint(canvas.box(0.335, 0.455, 0.665, 0.475), (206, 74, 44))
    canvas.paint(canvas.box(0.385, 0.495, 0.615, 0.6), (52, 40, 34))
    canvas.paint(canvas.box(0.455, 0.51, 0.545, 0.585), (96, 76, 62))
    for x in (0.425, 0.575):
        canvas.paint(canvas.ellipse((x, 0.547), (0.036, 0.036)), (240, 238, 232))
        canvas.paint(canvas.ellipse((x, 0.547), (0.022, 0.022)), (34, 32, 32))
        for turn in np.arange(6) * np.pi / 3:
            tooth = (x + 0.022 * np.cos(turn), 0.547 + 0.022 * np.sin(turn))
            canvas.paint(
                canvas.line(((x + 0.014 * np.cos(turn), 0.547 + 0.014 * np.sin(turn)), tooth), 0.007), (240, 238, 232)
            )
    glare = canvas.polygon(((0.31, 0.4), (0.45, 0.4), (0.37, 0.66), (0.31, 0.66)))
    canvas.paint(glare * 0.13, (255, 255, 255))


def _number(canvas: Canvas, place: tuple[float, float], digit: int) -> None:
    """A figure of seven segments."""
    for bar in SEGMENTS[digit]:
        points = [(place[0] + 0.022 * x, place[1] + 0.026 * y) for x, y in BARS[bar]]
        canvas.paint(canvas.line(points, 0.006), (176, 232, 150))


def _truck_body(canvas: Canvas) -> None:
    green: Colour = (52, 132, 70)
    body: Points = ((0.23, 0.3), (0.66, 0.3), (0.66, 0.71), (0.23, 0.71))
    canvas.paint(canvas.polygon(body), np.asarray(green) * (1.35 - 0.6 * canvas.y[..., None]))
    for n in range(6):
        x = 0.25 + n * 0.075
        canvas.paint(canvas.box(x, 0.3, x + 0.016, 0.71), np.asarray(green) * 1.3)
        canvas.shade(canvas.box(x + 0.016, 0.3, x + 0.024, 0.71), 0.6)
    hopper: Points = ((0.23, 0.28), (0.23, 0.74), (0.1, 0.76), (0.06, 0.62), (0.1, 0.52), (0.13, 0.34))
    canvas.paint(canvas.polygon(hopper), np.asarray(green) * (1.2 - 0.5 * canvas.y[..., None]))
    canvas.paint(canvas.polygon(((0.09, 0.6), (0.12, 0.5), (0.16, 0.5), (0.15, 0.66), (0.1, 0.68))), (26, 34, 28))
    canvas.paint(canvas.line(((0.2, 0.34), (0.14, 0.6)), 0.02), STEEL)
    canvas.paint(canvas.box(0.08, 0.71, 0.16, 0.735), (226, 186, 40))
    canvas.paint(canvas.box(0.23, 0.66, 0.66, 0.68), (232, 232, 226))


def _cab(canvas: Canvas) -> None:
    cab: Points = ((0.69, 0.36), (0.87, 0.36), (0.93, 0.54), (0.94, 0.76), (0.69, 0.76))
    canvas.paint(canvas.polygon(cab), np.asarray((240, 240, 238)) * (1.16 - 0.3 * canvas.y[..., None]))
    canvas.paint(canvas.polygon(((0.73, 0.4), (0.85, 0.4), (0.9, 0.54), (0.73, 0.54))), (62, 78, 94))
    canvas.paint(canvas.line(((0.8, 0.4), (0.8, 0.74)), 0.006), (150, 152, 156))
    canvas.paint(canvas.box(0.9, 0.64, 0.945, 0.67), (246, 226, 140))
    canvas.paint(canvas.box(0.76, 0.335, 0.82, 0.36), (238, 150, 36))
    canvas.paint(canvas.box(0.72, 0.72, 0.945, 0.77), (70, 72, 78))
