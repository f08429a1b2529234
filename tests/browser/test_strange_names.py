"""A network whose names are attacks and whose values are infinite: names are escaped, and no script runs."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import SAMPLES, Watch
from tests.conftest import serving

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "'><iframe src=javascript:alert(4)>",
    "</title><script>alert(5)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    "${alert(6)}`${alert(7)}`",
    "javascript:alert(8)",
    "<style>*{display:none}</style>",
    "</textarea></option></select><b>9</b>",
]
OPERATORS = ["Conv", "Relu", "Log", "GlobalAveragePool", "Flatten", "Softmax"]


def strange_model() -> onnx.ModelProto:
    """Convolution, ReLU, logarithm (which makes infinities of zeros), pooling, softmax: each named by a payload."""
    nodes, value = [], "picture"
    for operator, name in zip(OPERATORS, PAYLOADS, strict=False):
        inputs = [value, "weight"] if operator == "Conv" else [value]
        value = f"value of {name}"
        nodes.append(helper.make_node(operator, inputs, [value], name))
    kernels = np.random.default_rng(0).normal(size=(10, 3, 3, 3)).astype(np.float32)
    graph = helper.make_graph(
        nodes,
        PAYLOADS[0],
        [helper.make_tensor_value_info("picture", onnx.TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info(value, onnx.TensorProto.FLOAT, [1, 10])],
        [numpy_helper.from_array(kernels, "weight")],
    )
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose one network is the strange one."""
    models = tmp_path_factory.mktemp("models")
    data = strange_model().SerializeToString()
    (models / "strange.onnx").write_bytes(data)
    (models / "labels").mkdir()
    (models / "labels" / "payloads.json").write_text(json.dumps(PAYLOADS))
    card = {
        "id": "strange",
        "name": PAYLOADS[1],
        "family": PAYLOADS[2],
        "year": 2026,
        "paper": {"title": PAYLOADS[3], "authors": PAYLOADS[4], "url": PAYLOADS[7]},
        "idea": PAYLOADS[5],
        "drawback": PAYLOADS[6],
        "trained_on": PAYLOADS[8],
        "input": {
            "width": 32,
            "height": 32,
            "channels": "RGB",
            "scale": 0.01,
            "mean": [0.5, 0.5, 0.5],
            "std": [1.0, 1.0, 1.0],
            "resize": {"rule": "squash", "interpolation": "bilinear"},
        },
        "labels": "payloads",
        "licence": PAYLOADS[9],
        "source": PAYLOADS[0],
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "notes": PAYLOADS,
    }
    (models / "strange.json").write_text(json.dumps(card))
    with serving(tmp_path_factory.mktemp("data"), models) as address:
        yield address


def test_names_are_escaped_and_no_script_runs(context: BrowserContext, strange: str, tmp_path: Path) -> None:
    watch = Watch(context.new_page(), strange)
    page = watch.open("?model=")
    expect(page.locator("#inspector h2")).to_contain_text(PAYLOADS[1])
    named = tmp_path / "<img src=x onerror=alert(0)>.jpg"
    named.write_bytes((SAMPLES / "cat.jpg").read_bytes())
    page.set_input_files("#file", named)
    expect(page.locator(".seen")).to_be_visible()
    for row, name in enumerate(PAYLOADS[: len(OPERATORS)]):
        page.locator("#ribbon .node").nth(1 + row).click()  # after the input
        expect(page.locator("#inspector h2")).to_have_text(name)
        assert name in (page.locator("#ribbon .node").nth(1 + row).get_attribute("aria-label") or "")
    assert watch.wrong == []


def test_infinite_values_are_reported_and_other_layers_stay_usable(context: BrowserContext, strange: str) -> None:
    watch = Watch(context.new_page(), strange)
    page = watch.open("?model=")
    page.keyboard.press("1")
    expect(page.locator("#picture").get_by_role("alert")).to_contain_text("no prediction")
    page.locator("#ribbon .node").nth(2).click()
    expect(page.locator("#sheet img")).to_be_visible()
    page.locator("#ribbon .node").nth(3).click()
    expect(page.locator("#inspector").get_by_role("alert")).to_contain_text("infinite")
    assert watch.wrong == []
