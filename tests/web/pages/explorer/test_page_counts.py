"""Counts of one: the words beside them are singular."""

import re

import httpx
import numpy as np
import pytest
from onnx import numpy_helper

from tests.nets.onnx_text import parse_network

ONE = r"\b1(?:\s|</?(?:span|a)\b[^>]*>)+"
SEVERAL = {  # a colon ends the name of a value
    "en": rf"{ONE}(?:channels|layers|filters|values|parameters|cells|units|planes|weights)\b(?!:)",
    "de": rf"{ONE}(?:Kanäle|Schichten|Werte|Zellen|Einheiten|Ebenen|Gewichte)\b(?!:)",
}


@pytest.fixture(scope="module")
def single(server: str) -> str:
    """The id of a network whose layers have one channel, with an activation of one parameter."""
    network = parse_network(
        "c = Conv<pads = [1, 1, 1, 1]>(x, w) p = PRelu(c, s) "
        "g = GlobalAveragePool(p) f = Flatten(g) y = Concat<axis = 1>(f, f, f)"
    )
    weights = {"w": np.ones((1, 3, 3, 3)), "s": np.full((1, 1, 1), 0.25)}
    for name, values in weights.items():
        network.graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), name))
    files = {"file": ("single.onnx", network.SerializeToString())}
    answer = httpx.post(f"{server}/api/v1/models", files=files, timeout=60).raise_for_status()
    identity: str = answer.json()["id"]
    return identity


@pytest.mark.parametrize("language", SEVERAL)
@pytest.mark.parametrize("layer", ["", "&layer={0}", "&layer={1}", "&layer={3}"])
@pytest.mark.parametrize("channel", ["", "&channel=0"])
def test_one_thing_is_called_by_a_singular(
    site: httpx.Client, image: str, single: str, layer: str, channel: str, language: str
) -> None:
    layers = [each["id"] for each in site.get(f"/api/v1/models/{single}").json()["layers"]]
    address = f"/?model={single}&image={image}{layer.format(*layers)}{channel}"
    page = site.get(address, headers={"Accept-Language": language}).raise_for_status().text
    assert re.findall(SEVERAL[language], page) == []
