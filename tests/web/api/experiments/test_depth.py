"""Depth over HTTP, against the arrays of both pictures' layers."""

import httpx
import numpy as np
import pytest

from tests.web.responses import array


def test_every_layer_is_compared_with_the_picture_before_its_change(client: httpx.Client, image: str) -> None:
    changes = [{"name": "blur", "amounts": [1]}]
    changed = client.post(f"/images/{image}/perturbations", json=changes).json()["id"]
    base = "/models/resnet18-imagenette/images/{}"
    depth = client.get(f"{base.format(changed)}/depth", params={"against_image": image}).json()
    graph = client.get("/models/resnet18-imagenette").json()["layers"]
    assert [each["layer"] for each in depth["layers"]] == [layer["id"] for layer in graph]
    for each in (depth["layers"][0], depth["layers"][20], depth["layers"][-1]):
        path = f"layers/{each['layer']}.npy"
        values, reference = (array(client, f"{base.format(one)}/{path}").ravel() for one in (changed, image))
        norms = np.linalg.norm(values), np.linalg.norm(reference)
        assert each["cosine"] == pytest.approx(float(values @ reference) / float(norms[0] * norms[1]), abs=1e-4)
        assert each["relative"] == pytest.approx(float(np.linalg.norm(values - reference) / norms[1]), rel=1e-3)
    assert depth["farthest"] == min(depth["layers"], key=lambda each: each["cosine"])["layer"]


def test_a_picture_is_alike_to_itself_from_the_first_layer_on(client: httpx.Client, image: str) -> None:
    depth = client.get(f"/models/lenet5/images/{image}/depth", params={"against_image": image}).json()
    assert depth["alike_from"] == depth["layers"][0]["layer"]
    assert {each["relative"] for each in depth["layers"]} == {0}


def test_an_unknown_reference_is_refused(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/lenet5/images/{image}/depth", params={"against_image": "0" * 32})
    assert answer.status_code == 404
