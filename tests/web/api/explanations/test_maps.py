"""The API's routes about explanations."""

import httpx
import numpy as np
import pytest

from app.attribution.registry import METHODS
from tests.web.reading import array_of, pixels

MODEL = "resnet18-imagenette"


@pytest.fixture
def place(image: str) -> str:
    """Where the explanations of the cat's picture are."""
    return f"/models/{MODEL}/images/{image}/explanations"


def test_every_method_is_listed_with_its_paper_and_parameters(client: httpx.Client) -> None:
    listed = client.get("/methods").json()
    assert [method["name"] for method in listed] == list(METHODS)
    assert len(listed) == 17
    assert all(method["paper"]["url"].startswith("https://") and method["paper"]["year"] > 2010 for method in listed)
    steps = next(each for each in listed if each["name"] == "integrated_gradients")["parameters"][0]
    assert (steps["name"], steps["kind"], steps["default"]) == ("steps", "integer", 50)


def test_a_network_says_which_methods_it_allows(client: httpx.Client) -> None:
    lenet, squeezenet, vgg = (client.get(f"/models/{name}/methods").json() for name in ("lenet5", MODEL, "vgg16"))
    refused = {method["name"]: method["reason"] for method in lenet["methods"] if not method["available"]}
    assert list(refused) == ["cam"]
    assert "Grad-CAM" in refused["cam"]
    assert all(method["available"] for method in squeezenet["methods"])
    assert squeezenet["default_layer"] == "conv5_2.relu2"
    assert not any(method["available"] for method in vgg["methods"])


def test_an_explanation_in_figures_is_that_of_its_array(client: httpx.Client, place: str) -> None:
    said = client.get(f"{place}/gradcam.json").json()
    values = array_of(client.get(f"{place}/gradcam.npy"))
    assert values.shape == (said["height"], said["width"]) == (128, 128)
    assert values.dtype == np.float32
    assert (said["min"], said["max"]) == pytest.approx((values.min(), values.max()))
    assert said["layer"] == "conv5_2.relu2"
    assert 0 <= said["faithfulness"]["better_than"] <= 1


def test_faithfulness_begins_and_ends_with_what_the_network_says(client: httpx.Client, place: str) -> None:
    faithful = client.get(f"{place}/gradcam.json").json()["faithfulness"]
    top = client.get(f"{place.removesuffix('/explanations')}/predictions").json()["predictions"][0]
    assert faithful["deletion_curve"][0] == pytest.approx(top["score"], abs=1e-4)
    assert faithful["insertion_curve"][-1] == pytest.approx(top["score"], abs=1e-4)
    for kind in ("deletion", "insertion"):
        curve = faithful[f"{kind}_curve"]
        assert faithful[kind] == pytest.approx(np.trapezoid(curve, dx=1 / (len(curve) - 1)), abs=1e-6)
    assert len(faithful["random"]) > 1


def test_a_class_is_named_by_number_or_name_and_set_against_another(client: httpx.Client, place: str) -> None:
    one, same, versus = (
        client.get(f"{place}/gradcam.npy", params=params)
        for params in ({"target": "4"}, {"target": "church"}, {"target": "church", "against": "0"})
    )
    other = array_of(client.get(f"{place}/gradcam.npy", params={"target": "0"}))
    np.testing.assert_array_equal(array_of(one), array_of(same))
    np.testing.assert_allclose(array_of(versus), array_of(one) - other, atol=1e-5)


def test_a_channel_can_be_the_target(client: httpx.Client, place: str) -> None:
    said = client.get(f"{place}/gradcam.json", params={"target": "conv4_1.relu2:3", "faithfulness": False}).json()
    assert (said["target"], said["target_layer"], said["faithfulness"]) == (3, "conv4_1.relu2", None)


def test_a_png_is_signed_and_its_scale_said(client: httpx.Client, place: str) -> None:
    values = array_of(client.get(f"{place}/gradcam.npy"))
    grey = client.get(f"{place}/gradcam.png")
    bound = np.abs(values).max()
    assert grey.headers["x-scale-signed"] == "1"
    assert float(grey.headers["x-scale-max"]) == pytest.approx(bound)
    levels = pixels(grey).astype(float)
    np.testing.assert_allclose(levels / 255 * 2 * bound - bound, values, atol=bound / 120)
    laid = client.get(f"{place}/gradcam.png", params={"overlay": 0.5, "colormap": "diverging"})
    assert pixels(laid).shape == (128, 128, 3)
    small = client.get(f"{place}/gradcam.png", params={"size": 32, "colormap": "auto"})
    assert pixels(small).shape == (32, 32)


@pytest.mark.parametrize("suffix", ["gradcam.json", "gradcam.npy", "gradcam.png", "gradcam/layers"])
def test_an_answer_that_is_held_is_not_sent_again(client: httpx.Client, place: str, suffix: str) -> None:
    first = client.get(f"{place}/{suffix}")
    again = client.get(f"{place}/{suffix}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("nothing.json", 404, "unknown_method"),
        ("gradcam.json?target=nothing", 400, "invalid_request"),
        ("gradcam.json?target=10", 400, "invalid_request"),
        ("gradcam.json?layer=nothing", 404, "unknown_layer"),
        ("gradcam.json?layer=fc", 400, "invalid_request"),
        ("saliency.json?layer=conv1", 400, "invalid_request"),
        ("gradcam.json?steps=5", 400, "invalid_request"),
        ("integrated_gradients.json?steps=5000", 400, "invalid_request"),
        ("integrated_gradients.json?steps=many", 400, "invalid_request"),
        ("gradcam.json?target=0&against=0", 400, "invalid_request"),
        ("gradcam.json?target=conv1:9999", 404, "unknown_channel"),
        ("gradcam.json?randomised=99", 400, "invalid_request"),
        ("saliency/layers", 400, "invalid_request"),
    ],
)
def test_what_can_not_be_explained_is_refused(
    client: httpx.Client, place: str, asked: str, status: int, code: str
) -> None:
    answer = client.get(f"{place}/{asked}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_layer_that_can_not_show_where_names_those_that_can(client: httpx.Client, place: str) -> None:
    known = client.get(f"{place}/gradcam.json?layer=fc").json()["error"]["details"]["known"]
    assert known == client.get(f"/models/{MODEL}/methods").json()["layers"]


def test_a_sweep_shows_what_each_layer_would(client: httpx.Client, place: str) -> None:
    swept = client.get(f"{place}/layercam/layers").json()["layers"]
    assert [each["layer"] for each in swept] == client.get(f"/models/{MODEL}/methods").json()["layers"]
    for each in (swept[2], swept[-1]):
        values = array_of(client.get(f"{place}/layercam.npy", params={"layer": each["layer"], "sign": "both"}))
        assert (each["min"], each["max"]) == pytest.approx((values.min(), values.max()), abs=1e-5)


def test_destroying_the_weights_changes_gradcam_more_than_guided_backprop(client: httpx.Client, place: str) -> None:
    guided, gradcam = (
        client.get(f"{place}/{method}/randomised").json()["stages"] for method in ("guided_backprop", "gradcam")
    )
    assert guided[0]["layer"] == "fc"
    assert guided[-1]["layer"] == "conv1"
    middle = len(guided) // 2
    assert guided[middle]["correlation"] > 0.5 > abs(gradcam[middle]["correlation"])
    random = array_of(client.get(f"{place}/gradcam.npy", params={"randomised": gradcam[-1]["randomised"]}))
    assert random.max() == pytest.approx(gradcam[-1]["max"], abs=1e-5)
