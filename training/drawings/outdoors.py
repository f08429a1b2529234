"""Pictures under the sky: a golf ball on grass, a parachute and a church."""

import numpy as np
from PIL import Image

from training.drawings.canvas import Array, Canvas, Colour, Points

SIDE = 320


def golf_ball() -> Image.Image:
    """A dimpled ball on the lawn, lit from the upper left."""
    canvas = Canvas(SIDE, 11)
    canvas.rgb[:] = canvas.down((190, 215, 240), (226, 236, 240))
    canvas.paint(canvas.box(0, 0.2, 1, 0.36), np.asarray((58, 92, 50)) * (0.6 + 0.8 * canvas.clouds()[..., None]))
    _grass(canvas, 0.33, 900)
    centre, radius = (0.5, 0.56), 0.27
    canvas.shade(canvas.ellipse((0.56, 0.82), (0.33, 0.06)), 0.45)
    _ball(canvas, centre, radius)
    for x in np.linspace(centre[0] - radius, centre[0] + radius, 46):
        foot = centre[1] + radius * 0.98 + 0.02 * canvas.random.random()
        tip = foot - canvas.random.uniform(0.02, 0.09)
        _blade(canvas, ((x, foot + 0.03), (x + canvas.random.normal(0, 0.01), tip)), (96, 150, 58))
    return canvas.picture()


def parachute() -> Image.Image:
    """A round canopy of gores in the sky, with its lines and a person."""
    canvas = Canvas(SIDE, 21)
    canvas.rgb[:] = canvas.down((72, 130, 205), (160, 198, 232))
    cloud = np.clip(canvas.clouds() * 2.4 - 1.1, 0, 1) * (0.25 + 0.5 * canvas.y)
    canvas.paint(cloud, (246, 248, 250))
    person = (0.5, 0.86)
    _canopy(canvas, person)
    _jumper(canvas, person)
    return canvas.picture()


def church() -> Image.Image:
    """A white church with a steeple and a cross."""
    canvas = Canvas(SIDE, 31)
    canvas.rgb[:] = canvas.down((86, 142, 214), (196, 218, 240))
    canvas.paint(np.clip(canvas.clouds() * 2.2 - 0.9, 0, 1) * 0.7, (250, 250, 252))
    trees = 0.7 + 0.05 * canvas.noise(12)
    canvas.paint((canvas.y > trees).astype(float), np.asarray((44, 74, 38)) * (0.5 + canvas.noise(50)[..., None]))
    _grass(canvas, 0.84, 500)
    wall, roof = (232, 230, 224), (88, 88, 96)
    _nave(canvas, wall, roof)
    _tower(canvas, wall, roof)
    return canvas.picture()


def _grass(canvas: Canvas, horizon: float, blades: int) -> None:
    """Short grass below the horizon, its blades longer where they are nearer."""
    light = 0.7 + 0.5 * canvas.noise(60) * canvas.noise(9)
    canvas.paint(canvas.box(0, horizon, 1, 1), np.asarray((86, 138, 52)) * light[..., None])
    for depth in np.sort(canvas.random.random(blades)):
        x, y = canvas.random.random(), horizon + (1 - horizon) * depth
        height, lean = (0.015 + 0.05 * depth) * (0.6 + canvas.random.random()), canvas.random.normal(0, 0.012)
        green = np.asarray((96, 156, 58)) * canvas.random.uniform(0.6, 1.35)
        _blade(canvas, ((x, y), (x + lean, y - height)), green)


def _blade(canvas: Canvas, points: Points, colour: Colour | Array) -> None:
    """A blade of grass: only the samples of the canvas around it are touched."""
    (x0, y0), (x1, y1) = points
    size = len(canvas.rgb)
    for share in np.linspace(0, 1, max(2, int(abs(y1 - y0) * size))):
        column, row = int((x0 + (x1 - x0) * share) * size), int((y0 + (y1 - y0) * share) * size)
        if 0 <= row < size and 0 <= column < size:
            wide = max(1, round(4 * (1 - share)))
            canvas.rgb[row, column : column + wide] = np.asarray(colour) * (0.75 + 0.4 * share)


def _ball(canvas: Canvas, centre: tuple[float, float], radius: float) -> None:
    """A sphere; each dimple is a hollow around a direction of a spiral that covers it evenly."""
    x, y = (canvas.x - centre[0]) / radius, (canvas.y - centre[1]) / radius
    z = np.sqrt(np.clip(1 - x**2 - y**2, 0, 1))
    normal = np.stack((x, y, z), axis=-1)
    count = 336
    turn = np.arange(count) + 0.5
    tilt, angle = np.arccos(1 - 2 * turn / count), np.pi * (1 + 5**0.5) * turn
    dimples = np.stack((np.cos(angle) * np.sin(tilt), np.cos(tilt), np.sin(angle) * np.sin(tilt)), axis=-1)
    inside = x**2 + y**2 <= 1
    nearest = dimples[np.argmax(normal[inside] @ dimples.T, axis=1)]
    away = normal[inside] - nearest
    distance = np.linalg.norm(away, axis=1, keepdims=True)
    bent = normal[inside] - 5.5 * away * np.clip(1 - (distance / 0.088) ** 4, 0, 1) * (distance < 0.088)
    bent /= np.linalg.norm(bent, axis=1, keepdims=True)
    light = np.asarray((-0.5, -0.72, 0.55)) / np.linalg.norm((-0.5, -0.72, 0.55))
    diffuse = np.clip(bent @ light, 0, 1)
    level = np.zeros_like(canvas.x)
    level[inside] = 92 + 150 * diffuse + 40 * diffuse**20
    grass_light = np.clip(y, 0, 1)[..., None] * np.asarray((6, 26, -6))
    canvas.paint(inside.astype(float), np.minimum(level[..., None] + grass_light, 255))


def _canopy(canvas: Canvas, person: tuple[float, float]) -> None:
    """Half an ellipsoid of red and white gores, scalloped at its hem."""
    centre, width, height, gores = (0.5, 0.42), 0.38, 0.33, 9
    x, up = (canvas.x - centre[0]) / width, (centre[1] - canvas.y) / height
    scallop = 0.07 * np.abs(np.cos(np.arcsin(np.clip(x, -1, 1)) * gores))
    across = np.clip(x / np.sqrt(np.clip(1 - np.clip(up, 0, 0.999) ** 2, 1e-6, 1)), -1, 1)
    inside = (up > scallop - 0.1) & (x**2 + np.clip(up, 0, 2) ** 2 <= 1)
    angle = np.arcsin(across)
    gore = np.floor((angle / np.pi + 0.5) * gores)
    bulge = 0.72 + 0.28 * np.abs(np.sin((angle / np.pi + 0.5) * gores * np.pi)) ** 0.5
    light = bulge * (1.02 - 0.28 * x) * (0.8 + 0.25 * up)
    for n in range(gores + 1):
        hem = centre[0] + width * np.sin(((n / gores) - 0.5) * np.pi)
        canvas.paint(canvas.line(((hem, centre[1] + 0.01), (person[0], person[1] - 0.05)), 0.0035), (70, 72, 80))
    colours = np.where((gore % 2 == 0)[..., None], np.asarray((214, 48, 44)), np.asarray((244, 240, 232)))
    canvas.paint(inside.astype(float), np.clip(colours * light[..., None], 0, 255))


def _jumper(canvas: Canvas, person: tuple[float, float]) -> None:
    x, y = person
    canvas.paint(canvas.line(((x, y - 0.03), (x, y + 0.03)), 0.04), (44, 48, 62))
    for side in (-1, 1):
        canvas.paint(canvas.line(((x, y + 0.02), (x + side * 0.02, y + 0.09)), 0.016), (44, 48, 62))
        canvas.paint(canvas.line(((x, y - 0.02), (x + side * 0.03, y - 0.07)), 0.012), (44, 48, 62))
    canvas.paint(canvas.ellipse((x, y - 0.06), (0.018, 0.02)), (226, 60, 50))


def _nave(canvas: Canvas, wall: Colour, roof: Colour) -> None:
    """The long side of the church, its windows arched, under a steep roof."""
    canvas.paint(canvas.box(0.42, 0.6, 0.9, 0.88), np.asarray(wall) * (0.78 + 0.1 * canvas.noise(70, 6)[..., None]))
    slope = canvas.polygon(((0.38, 0.61), (0.46, 0.42), (0.87, 0.42), (0.94, 0.61)))
    canvas.paint(slope, np.asarray(roof) * (0.7 + 0.5 * canvas.noise(110, 3)[..., None]))
    for x in (0.55, 0.66, 0.77):
        _window(canvas, (x, 0.68), (0.022, 0.13))


def _tower(canvas: Canvas, wall: Colour, roof: Colour) -> None:
    """The tower with its door, a round window, the belfry, the spire and the cross."""
    lit = np.asarray(wall) * (0.92 + 0.12 * canvas.noise(80, 5)[..., None])
    canvas.paint(canvas.box(0.22, 0.36, 0.44, 0.89), lit)
    canvas.shade(canvas.box(0.41, 0.36, 0.44, 0.89), 0.78)
    canvas.paint(canvas.box(0.205, 0.35, 0.455, 0.37), np.asarray(wall) * 0.7)
    spire: Points = ((0.2, 0.355), (0.33, 0.08), (0.46, 0.355))
    canvas.paint(canvas.polygon(spire), np.asarray(roof) * (0.8 + 0.4 * canvas.noise(90, 4)[..., None]))
    canvas.shade(canvas.polygon(((0.33, 0.08), (0.46, 0.355), (0.36, 0.355))), 0.7)
    canvas.paint(canvas.line(((0.33, 0.085), (0.33, 0.02)), 0.008), (60, 56, 50))
    canvas.paint(canvas.line(((0.307, 0.04), (0.353, 0.04)), 0.008), (60, 56, 50))
    _window(canvas, (0.33, 0.44), (0.03, 0.1))
    canvas.paint(canvas.ellipse((0.33, 0.62), (0.034, 0.034)), (60, 70, 92))
    _window(canvas, (0.33, 0.77), (0.045, 0.12), (96, 52, 34))


def _window(canvas: Canvas, top: tuple[float, float], size: tuple[float, float], colour: Colour = (52, 62, 84)) -> None:
    """An arch: half as wide as `size`, with a stone frame."""
    (x, y), (half, height) = top, size
    for edge, tone in ((0.008, (214, 206, 192)), (0.0, colour)):
        canvas.paint(canvas.ellipse((x, y), (half + edge, half * 1.3 + edge)), tone)
        canvas.paint(canvas.box(x - half - edge, y, x + half + edge, y + height), tone)
    canvas.paint(canvas.box(x - 0.003, y - half, x + 0.003, y + height), (30, 30, 36))
