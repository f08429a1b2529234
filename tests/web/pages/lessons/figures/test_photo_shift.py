"""A moved photo: the changes of the maps, against the arrays of the API."""

import io
import re

import httpx
import numpy as np
import numpy.typing as npt
import pytest


def test_the_changes_are_those_of_the_layers_arrays(site: httpx.Client) -> None:
    page = site.get("/figures/photo-shift?columns=3").raise_for_status().text
    own, moved = re.findall(r"images/(\w+)\.png", page)[:2]
    (layer, shown) = re.findall(
        r'layer=([^"]+)">[^<]*</a></th>.*?<td>[^<]*</td><td>([\d.]+)\s*%</td>', page, re.DOTALL
    )[0]

    def values(image: str) -> npt.NDArray[np.float32]:
        path = f"/api/v1/models/vgg16-imagenette/images/{image}/layers/{layer}.npy"
        array: npt.NDArray[np.float32] = np.load(io.BytesIO(site.get(path).raise_for_status().content))
        return array

    before, after = values(own), values(moved)
    assert float(shown) == pytest.approx(100 * np.linalg.norm(after - before) / np.linalg.norm(before), abs=0.06)


def test_without_a_shift_nothing_changes(site: httpx.Client) -> None:
    page = site.get("/figures/photo-shift?columns=0").raise_for_status().text
    shares = re.findall(r"<td>([\d.]+)\s*%</td>", page)
    assert shares
    assert set(map(float, shares)) == {0}


def test_what_the_lesson_says_of_the_church_holds(site: httpx.Client) -> None:
    page = site.get("/figures/photo-shift?columns=2").raise_for_status().text
    changes = [tuple(map(float, pair)) for pair in re.findall(r"<td>([\d.]+)\s*%</td><td>([\d.]+)\s*%</td>", page)]
    assert len(changes) == 5
    assert all(0 < after < before for before, after in changes)
    assert changes[-1][0] < changes[0][0] / 3
