"""Networks whose numbers are no probabilities of classes that exclude one another."""

from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import serving
from tests.nets.heads import Form, place_form

RARE = Form("ten = Constant <value = float {10.0}> ()  s = Sub (z, ten)  y = Sigmoid (s)", "sigmoid")
FEATURES = Form("y = MaxPool <kernel_shape = [2, 2], strides = [2, 2]> (r)", "vector")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    models = tmp_path_factory.mktemp("models")
    place_form(models, "labels", RARE)
    place_form(models, "features", FEATURES, [])
    with serving(tmp_path_factory.mktemp("data"), models) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize("kind", ["confidence", "variations", "input-gradient"])
def test_a_network_without_classes_predicts_none(site: httpx.Client, kind: str) -> None:
    refused = site.get(f"/figures/{kind}?model=features")
    assert refused.status_code == 409
    assert "features predicts no classes." in refused.text


def test_its_maps_change_with_a_shift_as_others_do(site: httpx.Client) -> None:
    page = site.get("/figures/photo-shift?model=features").raise_for_status().text
    assert "Photo</strong></figcaption>" in page
    assert "MaxPool" in page


def test_labels_that_do_not_exclude_one_another_leave_no_rest(site: httpx.Client) -> None:
    assert "All other classes" not in site.get("/figures/confidence?model=labels").raise_for_status().text
