"""What an SVG path of the ribbon goes through."""

import re

COMMAND = re.compile(r"([MHVQC])([^A-Za-z]*)")
Point = tuple[float, float]


def points_of(path: str) -> list[Point]:
    """The points of a path one after another, with those that pull its curves."""
    points: list[Point] = []
    for command, text in COMMAND.findall(path):
        numbers = [float(number) for number in text.split()]
        match command:
            case "H":
                points.append((numbers[0], points[-1][1]))
            case "V":
                points.append((points[-1][0], numbers[0]))
            case _:
                points += zip(numbers[::2], numbers[1::2], strict=True)
    return points


def is_forward(path: str) -> bool:
    """Whether a path never goes back to the left."""
    across = [x for x, _ in points_of(path)]
    return across == sorted(across)
