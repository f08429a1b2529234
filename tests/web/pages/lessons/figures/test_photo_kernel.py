"""A kernel on a photo."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest

from app.engine.engine import Engine
from app.rendering.png import encode_rgb
from app.web.pages.kernel.address import KernelAddress
from app.web.pages.presets import PRESETS
from tests.web.pages.lessons.figures.conftest import GatherFigure


def test_the_response_is_an_image_and_its_scale_stands_beside_it(site: httpx.Client) -> None:
    page = site.get("/figures/photo-kernel").raise_for_status().text
    (address,) = re.findall(r'src="\.\./(api/[^"]+kernel\.png[^"]*)"', page)
    assert site.get(f"/{address.replace('&amp;', '&')}").headers["Content-Type"] == "image/png"
    assert 'class="legend"' in page


def test_a_text_that_is_no_kernel_is_named_and_stays(site: httpx.Client) -> None:
    answer = site.get("/figures/photo-kernel?kernel=1 x")
    assert answer.status_code == 400
    assert ">1 x</textarea>" in answer.text


@pytest.mark.parametrize("name", PRESETS)
def test_its_links_have_the_kernel_and_its_scale_the_ends_of_the_response(
    gather_figure: GatherFigure, engine: Engine, name: str
) -> None:
    rows = PRESETS[name]
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    image = engine.pictures.add(lambda: encode_rgb(pixels)).result().stored.id
    text = "; ".join(" ".join(f"{weight:g}" for weight in row) for row in rows)
    figure = gather_figure("photo-kernel", image=image, kernel=text)
    there = KernelAddress.model_validate({key: values[0] for key, values in parse_qs(urlsplit(figure.href)[3]).items()})
    assert (there.image, there.photo_kernel().rows, figure.rows) == (image, rows, rows)
    assert [each.name for each in figure.presets if each.is_chosen] == [name]
    luma = pixels @ np.array([0.299, 0.587, 0.114])
    windows = np.lib.stride_tricks.sliding_window_view(luma, np.shape(rows))
    response = (windows * rows).sum(axis=(2, 3))
    assert figure.size == response.shape[::-1]
    assert figure.scale.signed is bool(response.min() < 0)
    assert figure.scale.hi == pytest.approx(np.abs(response).max(), rel=1e-5)
    assert parse_qs(urlsplit(figure.response)[3])["colormap"] == ["diverging" if figure.scale.signed else "grey"]
