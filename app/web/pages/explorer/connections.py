"""The lines from layer to layer on the ribbon, as SVG paths."""

End = tuple[float, float]

BEND = 32  # pixels in which a line changes its height
ROUND = 10  # the radius of a corner


def bent_path(start: End, end: End) -> str:
    """Straight on, and to the other height in the last piece before the end."""
    (x1, y1), (x2, y2) = start, end
    turn = max(x1, x2 - BEND)
    middle = (turn + x2) / 2
    return f"M{x1:g} {y1:g}H{turn:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"


def arc_path(start: End, corner: End, top: float) -> str:
    """From a layer above those that follow it, to the upper left corner of a later one."""
    (x1, y1), (x2, y2) = start, corner
    up = f"C{x1 + 16:g} {top:g} {x1 + 16:g} {top:g} {x1 + 40:g} {top:g}"
    return f"M{x1:g} {y1:g}{up}H{x2 - 32:g}Q{x2 - 8:g} {top:g} {x2:g} {y2:g}"


def leaving_path(corner: End, top: float, end: End) -> str:
    """From the upper right corner of a layer above those that follow it, to the right end of its station."""
    (x1, y1), (x2, y2) = corner, end
    return f"M{x1:g} {y1:g}Q{x1 + 4:g} {top:g} {x1 + 16:g} {top:g}H{x2 - 24:g}Q{x2 - 8:g} {top:g} {x2:g} {y2:g}"


def lane_path(x1: float, x2: float, y: float, top: float) -> str:
    """Up, along a lane above the stations, and down again."""
    up = f"V{top + ROUND:g}Q{x1:g} {top:g} {x1 + ROUND:g} {top:g}"
    down = f"Q{x2:g} {top:g} {x2:g} {top + ROUND:g}V{y:g}"
    return f"M{x1:g} {y:g}{up}H{x2 - ROUND:g}{down}"
