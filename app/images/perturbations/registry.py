"""All perturbations by name, with the ranges of their parameters."""

from app.images.perturbations.detail import UNCOMPRESSED, add_noise, blur, compress, pixelate
from app.images.perturbations.geometry import flip, rotate, scale, shear, shift_by_percent, tilt
from app.images.perturbations.light import brighten, contrast, correct_gamma, grey, saturate, turn_hue
from app.images.perturbations.parts import RGB, Area, cover, move_part
from app.images.perturbations.perturbation import Perturbation, PerturbationParameter
from app.images.perturbations.strokes import thicken


def _cover(rgb: RGB, *amounts: float) -> RGB:
    return cover(rgb, Area(*amounts))


def _move(rgb: RGB, *amounts: float) -> RGB:
    return move_part(rgb, Area(*amounts[:4]), *amounts[4:])


_FACTOR = PerturbationParameter("factor", 0, 4, 1, 0.05, "×")
_AREA = tuple(PerturbationParameter(name, 0, 100, 0, 1, "%") for name in Area._fields)
_RIGHT, _DOWN = (PerturbationParameter(name, -100, 100, 0, 1, "%") for name in ("right", "down"))

PERTURBATIONS = {
    "brightness": Perturbation(brighten, (_FACTOR,), (0.3,)),
    "contrast": Perturbation(contrast, (_FACTOR,), (0.3,)),
    "gamma": Perturbation(correct_gamma, (PerturbationParameter("exponent", 0.1, 5, 1, 0.05),), (2.5,)),
    "hue": Perturbation(turn_hue, (PerturbationParameter("angle", -180, 180, 0, 1, "°"),), (120,)),
    "saturation": Perturbation(saturate, (_FACTOR,), (2.5,)),
    "greyscale": Perturbation(grey, (PerturbationParameter("share", 0, 100, 0, 1, "%"),), (100,)),
    "rotation": Perturbation(rotate, (PerturbationParameter("angle", -180, 180, 0, 1, "°"),), (30,)),
    "scale": Perturbation(scale, (PerturbationParameter("factor", 0.1, 4, 1, 0.05, "×"),), (0.5,)),
    "shift": Perturbation(shift_by_percent, (_RIGHT, _DOWN), (20, 0)),
    "flip": Perturbation(
        flip,
        (PerturbationParameter("left_right", 0, 1, 0, 1), PerturbationParameter("upside_down", 0, 1, 0, 1)),
        (1, 0),
    ),
    "shear": Perturbation(shear, (PerturbationParameter("angle", -75, 75, 0, 1, "°"),), (25,)),
    "perspective": Perturbation(
        tilt,
        (PerturbationParameter("turn", -90, 90, 0, 1, "%"), PerturbationParameter("lean", -90, 90, 0, 1, "%")),
        (50, 0),
    ),
    "blur": Perturbation(blur, (PerturbationParameter("deviation", 0, 20, 0, 0.1, "%"),), (2,)),
    "noise": Perturbation(
        add_noise,
        (PerturbationParameter("deviation", 0, 128, 0, 1), PerturbationParameter("seed", 0, 9999, 0, 1)),
        (40, 0),
    ),
    "jpeg": Perturbation(
        compress, (PerturbationParameter("quality", 1, UNCOMPRESSED, UNCOMPRESSED, 1),), (5,)
    ),  # at 100 there is no compression at all
    "pixelation": Perturbation(pixelate, (PerturbationParameter("block", 0, 50, 0, 0.5, "%"),), (6,)),
    "thickness": Perturbation(thicken, (PerturbationParameter("width", -4, 8, 0, 0.5, "%"),), (2,)),
    "box": Perturbation(_cover, _AREA, (35, 35, 30, 30)),
    "patch": Perturbation(_move, (*_AREA, _RIGHT, _DOWN), (35, 35, 30, 30, 30, 30)),
}
