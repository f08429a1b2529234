"""The camera's page: the layer in view, and how large frames and maps are."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from app.engine.engine import Engine
from app.web.deps import Client
from app.web.pages.experiments.webcam.address import WebcamAddress
from app.web.pages.experiments.webcam.gather import gather_webcam
from app.web.pages.experiments.webcam.page import webcam_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of


@pytest.fixture(scope="module")
def pages(english: Site, caller: Client, photo: str) -> Any:
    def page(**query: Any) -> Any:
        address = WebcamAddress.model_validate({"model": "lenet5", "image": photo, **query})
        data = result_of(gather_webcam(caller, address))
        return SimpleNamespace(data=data, page=webcam_page(english, caller.engine, address, data, None))

    return page


@pytest.mark.parametrize(
    ("layer", "shown", "side"),
    [(None, "conv_c1", 112), ("conv_c3", "conv_c3", 112), ("conv_c5", "conv_c5", 50), ("nowhere", "conv_c1", 112)],
)
def test_the_layer_in_view_is_the_one_that_is_named_or_the_first(
    pages: Any, photo: str, layer: str | None, shown: str, side: int
) -> None:
    found = pages(layer=layer)
    page = found.page
    assert (page.layer.id, page.notice is not None) == (shown, layer == "nowhere")
    query = dict(parse_qsl(page.query))
    assert (query["layer"], query["size"], query["top_k"]) == (shown, str(side), "5")
    assert parse_qs(urlsplit(page.sheet.href).query) == {"model": ["lenet5"], "layer": [shown], "image": [photo]}
    assert page.explore.endswith("&image=")
    assert len(page.scores.rows) == 5
    assert page.scores.rows[0].logit == found.data.frame.scores.logits.max()


@pytest.mark.parametrize(("model", "side"), [("lenet5", 256), ("alexnet-imagenette", 256), ("efficientnet_lite0", 256)])
def test_a_frame_is_no_smaller_than_what_the_network_resizes_it_to(
    pages: Any, engine: Engine, model: str, side: int
) -> None:
    page, spec = pages(model=model).page, engine.network(model).card.input
    assert page.side >= max(side, spec.width, spec.height, spec.resize.to or 0)
    assert page.side in (side, spec.width, spec.height, spec.resize.to)
    assert page.input_size == (spec.width, spec.height)
