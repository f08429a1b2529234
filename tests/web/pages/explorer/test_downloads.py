"""The programs that a page offers for its view, run as they stand against the server that offers them."""

import json
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.explorer.downloads import view_files
from tests.nets.heads import FORMS, open_form

GONE = "0" * 32
STATES = {
    "a network": ("?model=lenet5", {"lenet5.json"}),
    "an architecture": ("?model=vgg16&image={image}&layer=conv1_1", {"vgg16.json"}),
    "a prediction": (
        "?model=squeezenet1_1&image={image}&temperature=2&top_k=3&target=Egyptian+cat",
        {"predictions.json", "scores.npy", "view.png"},
    ),
    "the input": (
        "?model=lenet5&image={image}&layer=input",
        {"predictions.json", "scores.npy", "view.png", "tensor.npy"},
    ),
    "a layer": (
        "?model=squeezenet1_1&image={image}&layer=conv1&order=max&domain=layer&colormap=cividis",
        {"conv1.png", "conv1.npy", "conv1.json", "conv1-filters.npy"},
    ),
    "a channel": (
        "?model=squeezenet1_1&image={image}&layer=fire2.concat&channel=3&overlay=0.6",
        {"fire2.concat-3.png", "fire2.concat-3.npy", "fire2.concat-3.json"},
    ),
    "a unit of a vector": (
        "?model=lenet5&image={image}&layer=dense_f6&channel=7",
        {"dense_f6.png", "dense_f6-7.npy", "dense_f6-7.json", "dense_f6-filters.npy"},
    ),
    "a number": (
        "?model=lenet5&image={image}&layer=conv_c3&channel=3&cell=4,6&view=number",
        {"conv_c3-3-4-6.json", "conv_c3-3-4-6-numpy.py", "conv_c3-3-4-6-pytorch.py"},
    ),
    "a number without a cell in its address": (
        "?model=lenet5&image={image}&layer=dense_f6&channel=7&view=number",
        {"dense_f6-7-0-0.json", "dense_f6-7-0-0-numpy.py", "dense_f6-7-0-0-pytorch.py"},
    ),
    "a number of the input, which no script computes": (
        "?model=lenet5&image={image}&layer=input&cell=4,6&view=number",
        {"input-0-4-6.json"},
    ),
    "a number that is not there": (
        "?model=lenet5&image={image}&layer=dense_f6&channel=7&cell=99,0&view=number",
        {"dense_f6.png", "dense_f6-7.npy", "dense_f6-7.json", "dense_f6-filters.npy"},
    ),
    "the largest contribution": (
        "?model=lenet5&image={image}&layer=softmax&channel=6&cell=0,0&view=number&path=1",
        {f"softmax-6-0-0{what}" for what in (".json", "-path.json", "-numpy.py", "-pytorch.py")},
    ),
    "a folded normalisation": (
        "?model=resnet18-imagenette&image={image}&layer=bn1&channel=3&cell=4,6&view=number&folded=1",
        {f"bn1-3-4-6{what}" for what in (".json", "-numpy.py", "-pytorch.py")},
    ),
    "a kept cell": (
        "?model=lenet5&image={image}&layer=pool_s2&channel=3&cell=4,6",
        {f"pool_s2-3{what}.{kind}" for what in ("", "-4-6-effective") for kind in ("png", "npy", "json")},
    ),
}


def programs(server: str, address: str) -> dict[str, str]:
    page = httpx.get(f"{server}/{address}", headers={"Accept": "text/html"}, timeout=60).text
    return {
        name: unescape(page.partition(f'<code id="as-{name}">')[2].partition("</code>")[0])
        for name in ("curl", "python")
    }


@pytest.mark.parametrize("state", STATES)
def test_curl_brings_the_files_of_the_view(server: str, image: str, tmp_path: Path, state: str) -> None:
    address, files = STATES[state]
    subprocess.run(
        ["sh", "-e"], input=programs(server, address.format(image=image))["curl"].encode(), cwd=tmp_path, check=True
    )
    assert {path.name for path in tmp_path.iterdir()} == files
    for path in tmp_path.iterdir():
        match path.suffix:
            case ".json":
                assert "error" not in json.loads(path.read_text())
            case ".npy":
                assert np.load(path).size
            case ".png":
                Image.open(path).verify()


@pytest.mark.parametrize("state", ["a network", "a prediction", "a kept cell"])
def test_python_reads_them(server: str, image: str, tmp_path: Path, state: str) -> None:
    address, files = STATES[state]
    program = programs(server, address.format(image=image))["python"]
    result = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert result.stdout
    assert {path.name for path in tmp_path.iterdir()} == {name for name in files if name.endswith(".png")}


def test_what_is_brought_is_what_is_seen(server: str, image: str, tmp_path: Path) -> None:
    address, _ = STATES["a prediction"]
    subprocess.run(
        ["sh", "-e"], input=programs(server, address.format(image=image))["curl"].encode(), cwd=tmp_path, check=True
    )
    answer = json.loads((tmp_path / "predictions.json").read_text())
    assert answer["temperature"] == 2
    assert len(answer["predictions"]) == 3
    assert [target["label"] for target in answer["targets"]] == ["Egyptian cat"]
    _, scores = np.load(tmp_path / "scores.npy")
    assert scores.max() == pytest.approx(answer["predictions"][0]["score"], abs=1e-6)


@pytest.mark.parametrize("state", ["a prediction", "a layer", "a channel"])
def test_a_part_of_the_page_offers_the_same_programs(server: str, image: str, state: str) -> None:
    address = STATES[state][0].format(image=image)
    assert programs(server, f"{address}&part=inspector") == programs(server, address)


def test_only_scripts_that_can_be_written_are_offered(tmp_path: Path) -> None:
    network = open_form(tmp_path, FORMS["unit length"])
    offered = {
        layer.op: [file.name for file in view_files(network, Address(image=GONE, layer=layer.id, view="number"))]
        for layer in network.graph.layers
    }
    assert offered["MatMul"][:3] == ["working", "numpy", "pytorch"]
    assert offered["ReduceL2"] == ["working"]


def test_a_number_that_a_report_names_and_that_is_not_there_has_no_script(network: Network) -> None:
    for place in ({"layer": "nothing"}, {"layer": "conv_c3", "channel": 16}, {"layer": "conv_c3", "cell": "10,0"}):
        address = Address.model_validate({"image": GONE, "view": "number", **place})
        assert "numpy" not in [file.name for file in view_files(network, address)]
