"""Pictures that stand in a page itself are as large as the page says, and lead to the layer that they show."""

from base64 import b64decode
from io import BytesIO
from math import ceil, sqrt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image

from app.analysis.operator_kind import operator_kind
from app.engine.inference import Inference
from app.images.perturbations.change import Change, read_change
from app.images.perturbations.registry import PERTURBATIONS
from app.web.deps import Client
from app.web.pages.address import Address
from app.web.pages.experiments.digit.address import DigitAddress
from app.web.pages.experiments.digit.gather import gather_digit
from app.web.pages.experiments.digit.page import DigitPage, digit_page
from app.web.pages.experiments.live_sheet import LiveSheetView
from app.web.pages.experiments.picture.address import PictureAddress
from app.web.pages.experiments.picture.gather import gather_picture
from app.web.pages.experiments.picture.page import PicturePage, picture_page
from app.web.pages.experiments.webcam.address import WebcamAddress
from app.web.pages.experiments.webcam.gather import gather_webcam
from app.web.pages.experiments.webcam.page import WebcamPage, webcam_page
from app.web.pages.site import Site
from tests.web.pages.conftest import result_of

LAYERS = ("conv_c1", "pool_s2", "conv_c3", "dense_f6")


def size_of(src: str | None) -> tuple[int, int]:
    kind, _, content = (src or "").partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(BytesIO(b64decode(content))).size


def query_of(link: str) -> dict[str, Any]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query, keep_blank_values=True).items()}


def webcam(site: Site, caller: Client, **query: str) -> WebcamPage:
    address = WebcamAddress(**query)
    return webcam_page(site, caller.engine, address, result_of(gather_webcam(caller, address)), None)


def digit(site: Site, caller: Client, **query: str) -> DigitPage:
    address = DigitAddress.model_validate(query)
    return digit_page(site, caller.engine, address, result_of(gather_digit(caller, address)), None)


def picture(site: Site, caller: Client, **query: Any) -> PicturePage:
    address = PictureAddress(**query)
    return picture_page(site, caller.engine, result_of(gather_picture(caller, address)), None)


def check_sheet(sheet: LiveSheetView, model: str, photo: str) -> None:
    assert size_of(sheet.src) == (sheet.width, sheet.height)
    assert sheet.kind == operator_kind(sheet.layer.op)
    assert Address.model_validate(query_of(sheet.href)) == Address(model=model, image=photo, layer=sheet.layer.id)
    assert sheet.short_name in sheet.layer.name


@pytest.mark.parametrize("layer", LAYERS)
def test_the_page_of_a_camera_begins_with_a_photo(english: Site, caller: Client, photo: str, layer: str) -> None:
    page = webcam(english, caller, model="lenet5", image=photo, layer=layer)
    check_sheet(page.sheet, "lenet5", photo)
    assert (page.sheet.layer.id, page.layer.id, page.model, page.image) == (layer, layer, "lenet5", photo)
    assert size_of(page.view) == page.input_size == (32, 32)
    assert page.side >= max(256, *page.input_size)
    assert page.live == "api/v1/models/lenet5/live"
    asked = parse_qs(page.query)
    assert (asked["layer"], asked["top_k"], asked["colormap"]) == ([layer], ["5"], ["auto"])
    side, columns = int(asked["size"][0]), ceil(sqrt(page.layer.channels))
    assert side * columns <= 560
    assert side == 112 or (side + 1) * columns > 560
    assert query_of(page.explore) == {"model": "lenet5", "layer": layer, "image": ""}
    assert page.layers == caller.engine.network("lenet5").graph.layers
    assert f"/{photo}.png" in page.picture
    assert page.notice is None


def test_without_a_layer_that_there_is_the_first_one_with_maps_is_in_view(
    english: Site, caller: Client, photo: str
) -> None:
    assert webcam(english, caller, model="lenet5", image=photo).layer.id == "conv_c1"
    page = webcam(english, caller, model="lenet5", image=photo, layer="nothing")
    assert page.notice is not None
    assert (page.layer.id, page.notice.code) == ("conv_c1", "unknown_layer")


def test_the_page_of_a_digit_has_every_layer(english: Site, caller: Client, photo: str) -> None:
    page = digit(english, caller, image=photo, centring="off")
    for sheet in page.sheets:
        check_sheet(sheet, "lenet5", photo)
    assert [sheet.layer.id for sheet in page.sheets] == parse_qs(page.query)["layer"]
    assert (size_of(page.view), page.input_size) == ((32, 32), (32, 32))
    assert page.live == "api/v1/models/lenet5/live"
    assert page.stored == f"api/v1/models/lenet5/images/{photo}/live"
    assert parse_qs(page.query)["top_k"] == ["10"]
    assert query_of(page.explore) == {"model": "lenet5", "image": photo}
    assert (page.image, page.notice) == (photo, None)
    wrong = digit(english, caller, image=photo, rotation="much")
    assert wrong.notice is not None
    assert wrong.notice.status == 400


@pytest.mark.parametrize("layer", LAYERS)
def test_both_sides_of_a_changed_photo_are_of_one_size(english: Site, caller: Client, photo: str, layer: str) -> None:
    page = picture(english, caller, model="lenet5", image=photo, layer=layer, change=["rotation:38"])
    assert size_of(page.after.sheet) == page.sheet_size
    assert size_of(page.after.view) == (page.input.width, page.input.height)
    assert page.before.view.endswith(f"/images/{photo}/view.png")
    assert f"/images/{photo}/layers/{layer}.png" in (page.before.sheet or "")
    asked = query_of(page.before.sheet or "")
    assert ("size" in asked, asked["domain"]) == (page.layer.has_maps, "layer")
    if page.layer.has_maps:
        side, columns = int(asked["size"]), ceil(sqrt(page.layer.channels))
        assert side * columns <= 460 < (side + 1) * columns or side == 224
    values = caller.engine.layers.activations(Inference(caller.engine.network("lenet5"), photo)).result().layers[layer]
    assert page.legend is not None
    assert page.legend.signed is bool(values.min() < 0)
    assert np.quantile(np.abs(values), 0.9) <= page.legend.hi <= np.abs(values).max()
    assert (page.kind, page.layer.id) == (operator_kind(page.layer.op), layer)
    assert page.layers == caller.engine.network("lenet5").graph.layers


def test_the_list_of_changes_is_that_of_the_address(english: Site, caller: Client, photo: str) -> None:
    texts = [str(Change(name, perturbation.example)) for name, perturbation in PERTURBATIONS.items()][:8]
    page = picture(english, caller, model="lenet5", image=photo, change=texts)
    assert [str(each.change) for each in page.changes] == texts
    for place, each in enumerate(page.changes):
        assert tuple(amount.amount for amount in each.amounts) == each.change.amounts
        names = [parameter.name for parameter in PERTURBATIONS[each.change.name].parameters]
        assert [amount.id for amount in each.amounts] == [f"change-{place}-{name}" for name in names]
        assert [amount.parameter.name for amount in each.amounts] == names
        assert each.is_part is ("left" in names and "top" in names)
    for query in (page.query, urlsplit(page.store).query):
        again = parse_qs(query)
        assert (again["model"], again["image"], again["change"]) == (["lenet5"], [photo], texts)
    assert urlsplit(page.store).path == "experiments/picture/stored"
    samples = picture(english, caller, model="lenet5", image=photo).samples
    for sample in samples:
        change = read_change(query_of(sample.src)["change"])
        assert (change.name, change.amounts) == (sample.name, PERTURBATIONS[sample.name].example)
        assert not change.is_neutral
        assert f"/{photo}.png" in sample.src
