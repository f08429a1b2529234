"""The data of the page of a kernel on small photos of random pixels, against windows and sums in NumPy."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.rendering.png import encode_rgb
from app.web.pages.address import Address
from app.web.pages.components import Notice, colour_filters
from app.web.pages.kernel.address import KernelAddress
from app.web.pages.kernel.gather import KernelData, gather_kernel
from app.web.pages.kernel.page import KernelPage, kernel_page
from app.web.pages.presets import PRESETS
from tests.web.pages.conftest import caller_of, result_of

PIXELS = np.random.default_rng(2).integers(0, 256, (20, 30, 3), np.uint8)


@pytest.fixture(scope="module")
def photo(engine: Engine) -> str:
    return engine.pictures.add(lambda: encode_rgb(PIXELS)).result().stored.id


@pytest.fixture(scope="module")
def page(engine: Engine, photo: str) -> Any:
    client = caller_of(engine)

    def page(**query: Any) -> KernelPage:
        return kernel_page(result_of(gather_kernel(client, KernelAddress.model_validate({"image": photo, **query}))))

    return page


def query_of(link: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


@pytest.mark.parametrize("name", PRESETS)
def test_each_choice_changes_the_kernel_or_the_colours_alone(page: Any, photo: str, name: str) -> None:
    here = KernelAddress.model_validate(
        query_of(page(stride="2", bias="0.5", colour="1").presets[[*PRESETS].index(name)].href)
    )
    view = page(**here.model_dump(exclude_none=True))
    assert (here.photo_kernel().rows, here.stride, here.bias, here.colour) == (PRESETS[name], 2, 0.5, True)
    assert [each.value for each in view.presets if each.chosen] == [name]
    assert view.rows == PRESETS[name]
    assert [tuple(map(float, line.split())) for line in view.lines] == [*PRESETS[name]]
    assert [(each.value, each.chosen) for each in view.modes] == [("luma", False), ("colour", True)]
    for each in view.modes:
        there = KernelAddress.model_validate(query_of(each.href))
        assert there == here.model_copy(update={"colour": each.value == "colour"})
    assert f"/{photo}.png" in view.photo


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("kernel", ["1 -2; 0 1; 3 0", "0.5 0.25 0.25"])
def test_the_response_has_the_size_and_the_ends_of_sums_over_windows(page: Any, kernel: str, stride: int) -> None:
    weights = np.array([[float(each) for each in row.split()] for row in kernel.split(";")])
    windows = np.lib.stride_tricks.sliding_window_view(PIXELS @ np.array([0.299, 0.587, 0.114]), weights.shape)
    expected = (windows * weights).sum(axis=(2, 3))[::stride, ::stride] + 4
    view = page(kernel=kernel, stride=stride, bias="4").response
    assert view is not None
    assert (view.size, view.photo_size) == (expected.shape[::-1], (30, 20))
    assert view.scale is not None
    assert view.scale.signed is bool(expected.min() < 0)
    assert view.scale.hi == pytest.approx(np.abs(expected).max(), rel=1e-5)
    assert query_of(view.src) == {
        "kernel": kernel,
        "bias": "4.0",
        "stride": str(stride),
        "colormap": "diverging" if view.scale.signed else "grey",
    }
    coloured = page(kernel=kernel, colour="1").response
    assert coloured is not None
    assert (coloured.scale, query_of(coloured.src)["colour"]) == (None, "1")


def test_a_channel_to_compare_with_has_its_own_range_and_leads_to_its_view(
    page: Any, engine: Engine, photo: str
) -> None:
    run = engine.layers.activations(Inference(engine.network("lenet5"), photo)).result()
    for layer, channel in (("conv_c1", 3), ("conv_c3", 0)):
        own = page(model="lenet5", layer=layer, channel=channel).own
        values = run.layers[layer][channel]
        assert (own.layer, own.channel) == (layer, channel)
        assert (own.scale.lo, own.scale.hi) == (-np.abs(values).max(), np.abs(values).max())
        assert f"/images/{photo}/layers/{layer}/channels/{channel}.png" in own.src
        assert query_of(own.src)["colormap"] == "diverging"
        assert query_of(own.src)["domain"] == "channel"
        assert Address.model_validate(query_of(own.href)) == Address(
            model="lenet5", image=photo, layer=layer, channel=channel
        )
    assert page(model="lenet5", layer="conv_c1").own.channel == 0
    assert [page(**query).own for query in ({"model": "lenet5"}, {"layer": "conv_c1"})] == [None, None]
    assert page(model="lenet5", layer="output").own is None, "a vector"


def test_what_can_not_be_read_stays_as_it_is_typed(page: Any) -> None:
    view = page(kernel="1 2;3")
    assert (view.lines, view.rows, view.response, view.is_kernel_wrong) == (("1 2;3",), (), None, True)
    missing = page(model="lenet5", layer="conv_c1", channel="6")
    assert (missing.is_kernel_wrong, missing.own, missing.response is None) == (False, None, False)
    assert not page().is_kernel_wrong
    assert (view.unsigned, view.signed) == (colour_filters("grey")[0], colour_filters("auto")[1])


def test_a_notice_of_anything_else_is_not_about_the_kernel() -> None:
    for status, is_wrong in ((399, False), (400, True), (401, False), (503, False)):
        data = KernelData(KernelAddress(), None, None, None, Notice("x", "No.", status))
        assert kernel_page(data).is_kernel_wrong is is_wrong
