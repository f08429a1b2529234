"""The explanation methods in the API."""

import httpx
import pytest

from app.attribution.registry import METHODS, PARAMETERS
from app.web.api.explanations.question import EXPLANATION
from tests.web.api.explanations.conftest import MODEL


def test_every_method_is_listed_with_its_paper_and_parameters(client: httpx.Client) -> None:
    listed = client.get("/methods").json()
    assert [method["name"] for method in listed] == list(METHODS)
    assert len(listed) == 17
    assert all(method["paper"]["url"].startswith("https://") and method["paper"]["year"] > 2010 for method in listed)
    steps = next(each for each in listed if each["name"] == "integrated_gradients")["parameters"][0]
    assert (steps["name"], steps["kind"], steps["default"]) == ("steps", "integer", 50)


def test_a_network_lists_the_methods_that_can_explain_it(client: httpx.Client) -> None:
    lenet, resnet, vgg = (client.get(f"/models/{name}/methods").json() for name in ("lenet5", MODEL, "vgg16"))
    refused = {method["name"]: method["reason"] for method in lenet["methods"] if not method["available"]}
    assert list(refused) == ["cam"]
    assert "Grad-CAM" in refused["cam"]
    assert all(method["available"] for method in resnet["methods"])
    assert resnet["default_layer"] == "conv5_2.relu2"
    assert not any(method["available"] for method in vgg["methods"])


@pytest.mark.parametrize("suffix", [".json", ".npy", ".png", "/layers", "/randomised", "/events"])
def test_openapi_describes_the_parameters_of_all_methods(site: httpx.Client, suffix: str) -> None:
    operation = site.get("/openapi.json").json()["paths"][f"/api/v1{EXPLANATION}{suffix}"]["get"]
    described = {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}
    assert described.keys() >= PARAMETERS.keys()
    assert described["masks"]["description"].endswith("For rise.")
    for name, parameter in PARAMETERS.items():
        schema = described[name]["schema"]
        if parameter.kind == "choice":
            assert schema["enum"] == list(parameter.choices)
        else:
            assert (schema["minimum"], schema["maximum"]) == (parameter.low, parameter.high)
