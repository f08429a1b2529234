"""Colour maps against published values, and their lightness against CIE 1976 L*."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.errors import InvalidRequest
from app.rendering.colormap import CONTROL_POINTS, as_json, colour_table, resolve_colormap

# Every 15th colour of the published tables, from matplotlib 3.11 (diverging: its RdBu_r).
PUBLISHED = {
    "viridis": "440154 481769 472a7a 433d84 3d4e8a 355e8d 2e6d8e 297b8e 23898e "
    "1f978b 21a585 2eb37c 46c06f 65cb5e 89d548 b0dd2f d8e219 fde725",
    "cividis": "00224e 002d68 163770 2e416d 3f4c6c 4e566c 5c616e 696b71 767676 "
    "838179 928c78 a09875 afa471 bfb06b cfbd62 dfca57 f0d846 fee838",
    "magma": "000004 090720 1a1042 311165 4a1079 621980 792282 912b81 aa337d "
    "c23b75 d9466b ec5860 f7725c fc8e64 feaa74 fec68a fde2a3 fcfdbf",
    "diverging": "053061 15508d 276eb0 3b88be 5fa5cd 8dc2dc b3d6e8 d5e7f1 ecf2f5 "
    "f9efe9 fcdecd f9c2a7 f2a17f e17860 ce4f45 b82531 930e26 67001f",
}
SEQUENTIAL = ("viridis", "cividis", "magma", "grey")
FRONT_END = Path(__file__).parents[2] / "static/js/draw/colormaps.js"


def lightness(table: NDArray[Any]) -> NDArray[np.float64]:
    """L* of sRGB colours under D65 (IEC 61966-2-1, CIE 15)."""
    encoded = table / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(luminance > 216 / 24389, 116 * np.cbrt(luminance) - 16, luminance * 24389 / 27)


@pytest.mark.parametrize("name", PUBLISHED)
def test_interpolated_colours_are_the_published_ones(name: str) -> None:
    published = [list(bytes.fromhex(colour)) for colour in PUBLISHED[name].split()]
    difference = colour_table(name)[::15].astype(int) - published
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_lightness_only_rises(name: str) -> None:
    points = CONTROL_POINTS[name]
    colours = np.array([list(bytes.fromhex(colour[1:])) for colour in points.values()])
    unrounded = np.stack([np.interp(np.arange(256), list(points), component) for component in colours.T], axis=1)
    assert (np.diff(lightness(unrounded)) > 0).all()
    # Rounding to 8 bits may undo a step of viridis, as in the published table; a difference of 1 is just visible.
    assert np.diff(lightness(colour_table(name))).min() > -0.1


def test_diverging_is_lightest_and_neutral_in_the_middle_and_falls_alike_on_both_sides() -> None:
    table = colour_table("diverging")
    brightness = lightness(table)
    assert (np.diff(brightness[:128]) > 0).all()
    assert (np.diff(brightness[128:]) < 0).all()
    assert np.abs(brightness - brightness[::-1]).max() < 5
    assert np.ptp(table[127:129].astype(int), axis=1).max() <= 1
    assert table[0, 2] > table[0, 0]
    assert table[255, 0] > table[255, 2]


@pytest.mark.parametrize("name", CONTROL_POINTS)
def test_control_points_span_all_levels_in_order(name: str) -> None:
    levels = list(CONTROL_POINTS[name])
    assert (levels[0], levels[-1]) == (0, 255)
    assert levels == sorted(set(levels))


def test_grey_is_the_level_itself() -> None:
    np.testing.assert_array_equal(colour_table("grey"), np.arange(256)[:, None].repeat(3, axis=1))


def test_an_unknown_map_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidRequest) as caught:
        colour_table("jet")
    assert caught.value.details["known"] == ["viridis", "cividis", "magma", "grey", "diverging"]


@pytest.mark.parametrize(("signed", "automatic"), [(False, "viridis"), (True, "diverging")])
def test_a_named_map_is_itself_and_the_automatic_one_goes_with_the_scale(signed: bool, automatic: str) -> None:
    assert resolve_colormap("auto", signed=signed) == automatic
    assert [resolve_colormap(name, signed=signed) for name in ("magma", "grey")] == ["magma", "grey"]


def test_json_holds_every_point() -> None:
    assert json.loads(json.dumps(as_json()))["grey"] == [[0, "#000000"], [255, "#ffffff"]]


def test_the_pages_colour_with_the_same_points() -> None:
    keys = "|".join(CONTROL_POINTS)
    tokens = re.findall(
        rf"\b({keys})[\"']?\s*:|([\d.]+)\s*[,:]\s*[\"'](#[0-9a-f]{{6}})[\"']", FRONT_END.read_text().lower()
    )
    found: dict[str, list[list[float | str]]] = {}
    for key, level, colour in tokens:
        if key:
            points = found.setdefault(key, [])
        else:
            points.append([float(level), colour])
    assert found == as_json()
