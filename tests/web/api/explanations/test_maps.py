"""One explanation in the API: its figures, its array and its PNG."""

import httpx
import numpy as np
import pytest
from onnx import numpy_helper

from app.attribution.target import Target
from app.engine.products import ExplanationKey
from app.web.api.explanations.maps import ExplanationDrawingKey, ExplanationStyle
from app.web.api.params import MapStyle
from tests.nets.onnx_text import parse_network
from tests.web.responses import array_of, pixels


def test_the_figures_are_those_of_the_array(client: httpx.Client, explanations: str) -> None:
    info = client.get(f"{explanations}/gradcam.json").json()
    values = array_of(client.get(f"{explanations}/gradcam.npy"))
    assert values.shape == (info["height"], info["width"]) == (160, 160)
    assert values.dtype == np.float32
    assert (info["min"], info["max"]) == pytest.approx((values.min(), values.max()))
    assert info["layer"] == "conv5_2.relu2"
    assert 0 <= info["faithfulness"]["better_than"] <= 1


def test_the_curves_begin_and_end_with_the_prediction(client: httpx.Client, explanations: str) -> None:
    faithful = client.get(f"{explanations}/gradcam.json").json()["faithfulness"]
    top = client.get(f"{explanations.removesuffix('/explanations')}/predictions").json()["predictions"][0]
    assert faithful["deletion_curve"][0] == pytest.approx(top["score"], abs=1e-4)
    assert faithful["insertion_curve"][-1] == pytest.approx(top["score"], abs=1e-4)
    for kind in ("deletion", "insertion"):
        curve = faithful[f"{kind}_curve"]
        assert faithful[kind] == pytest.approx(np.trapezoid(curve, dx=1 / (len(curve) - 1)), abs=1e-6)
    assert len(faithful["random"]) > 1


def test_a_png_is_signed_and_has_its_scale_in_the_headers(client: httpx.Client, explanations: str) -> None:
    values = array_of(client.get(f"{explanations}/gradcam.npy"))
    grey = client.get(f"{explanations}/gradcam.png")
    bound = np.abs(values).max()
    assert grey.headers["x-scale-signed"] == "1"
    assert float(grey.headers["x-scale-max"]) == pytest.approx(bound)
    levels = pixels(grey).astype(float)
    np.testing.assert_allclose(levels / 255 * 2 * bound - bound, values, atol=bound / 120)
    laid = client.get(f"{explanations}/gradcam.png", params={"overlay": 0.5, "colormap": "diverging"})
    assert pixels(laid).shape == (160, 160, 3)
    small = client.get(f"{explanations}/gradcam.png", params={"size": 32, "colormap": "auto"})
    assert pixels(small).shape == (32, 32)


@pytest.mark.parametrize("suffix", ["gradcam.json", "gradcam.npy", "gradcam.png", "gradcam/layers"])
def test_a_cached_response_is_not_sent_again(client: httpx.Client, explanations: str, suffix: str) -> None:
    first = client.get(f"{explanations}/{suffix}")
    again = client.get(f"{explanations}/{suffix}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_map_whose_faithfulness_overflows_has_its_figures(client: httpx.Client, image: str) -> None:
    """Of an input whose pixels are all removed, the network's output is infinite."""
    network = parse_network(
        "c = Conv<pads = [1, 1, 1, 1]>(x, w) r = Relu(c) g = GlobalAveragePool(r) q = Reciprocal(g) y = Flatten(q)"
    )
    weights = np.random.default_rng(7).normal(size=(3, 3, 3, 3)).astype(np.float32)
    network.graph.initializer.append(numpy_helper.from_array(weights, "w"))
    files = {"file": ("inverse.onnx", network.SerializeToString())}
    model = client.post("/models", files=files).raise_for_status().json()["id"]
    info = client.get(f"/models/{model}/images/{image}/explanations/gradcam.json").raise_for_status().json()
    assert info["min"] < info["max"]
    assert info["faithfulness"] is None
    assert "faithfulness can't be measured" in info["note"]


def test_what_is_drawn_of_an_explanation_is_forgotten_with_its_picture() -> None:
    explanation = ExplanationKey("network", "a" * 32, "saliency", Target(0), None, (), 0)
    assert ExplanationDrawingKey(explanation, ExplanationStyle(0.5, MapStyle(None, None))).pictures == ("a" * 32,)
