"""The planes of a colour input, and what each way to fit a photo takes of it."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.web.pages.explorer.gather import PageData
from app.web.pages.explorer.input import InputView, input_view
from app.web.pages.explorer.picture import picture_view
from tests.web.pages.explorer.conftest import Gather


@pytest.fixture(scope="module")
def data(gather: Gather) -> PageData:
    return gather(layer="input", model="squeezenet1_1", temperature="3", top_k="7")


@pytest.fixture(scope="module")
def view(data: PageData) -> InputView:
    assert data.picture is not None
    assert data.scores_by_fit is not None
    return input_view(data.network, data.address, data.picture.pixels, data.scores_by_fit)


def test_each_plane_has_the_numbers_of_its_colour(view: InputView, data: PageData, engine: Engine) -> None:
    """The tensor as `tensor.npy` has it, against the levels that the page's own figures give back."""
    assert [plane.colour for plane in view.planes] == ["blue", "green", "red"], "as OpenCV reads photos"
    spec = data.network.card.input
    assert [(plane.mean, plane.std) for plane in view.planes] == [*zip(spec.mean, spec.std, strict=True)]
    for number, plane in enumerate(view.planes):
        assert (plane.black, plane.white) == pytest.approx(
            (-plane.mean / plane.std, (255 * spec.scale - plane.mean) / plane.std)
        )
        assert plane.black - 1e-4 <= plane.least < plane.average < plane.greatest <= plane.white + 1e-4
        levels = [(each * plane.std + plane.mean) / spec.scale for each in (plane.least, plane.greatest)]
        assert levels == pytest.approx(np.round(levels), abs=1e-3)
        assert urlsplit(plane.src).path.endswith(f"/images/{data.address.image}/tensor/{number}.png")
    greatest = max(max(-plane.least, plane.greatest) for plane in view.planes)
    for plane in view.planes:
        assert (plane.lo, plane.hi) == pytest.approx((-greatest, greatest))
        assert plane.signed


def test_each_fit_has_its_view_its_share_and_whether_it_has_the_same_class(
    view: InputView, data: PageData, engine: Engine
) -> None:
    assert data.picture is not None
    assert data.scores_by_fit is not None
    height, width = data.picture.pixels.shape[:2]
    own = data.scores_by_fit[None].scores.argmax()
    for each in view.fits:
        path, query = urlsplit(each.view)[2:4]
        assert path.endswith(f"/images/{data.address.image}/view.png")
        assert parse_qs(query) == ({} if each.fit is None else {"fit": [each.fit]})
        left, top = max(0, each.crop.left), max(0, each.crop.top)
        right, bottom = (
            min(width, each.crop.left + each.crop.width),
            min(height, each.crop.top + each.crop.height),
        )
        assert each.share == pytest.approx((right - left) * (bottom - top) / (height * width))
        assert each.prediction is not None
        scores = data.scores_by_fit[each.fit].scores
        assert [best.index for best in each.prediction.best] == np.argsort(-scores)[:3].tolist()
        assert each.prediction.best[0].score == pytest.approx(scores.max()), "at a temperature of 1"
        assert each.agrees is bool(scores.argmax() == own)


def test_the_photo_has_its_size_and_the_part_that_becomes_the_input(view: InputView, data: PageData) -> None:
    assert data.picture is not None
    photo = picture_view(data.network, data.address, data.picture)
    assert (photo.height, photo.width) == data.picture.pixels.shape[:2]
    assert photo.crop == view.fits[0].crop
    assert f"/{data.address.image}.png" in photo.src
    assert photo.view == view.fits[0].view
    assert photo.note == data.picture.note
    assert photo.prediction is not None
    assert len(photo.prediction.top.best) == 7


def test_all_fits_of_a_network_for_digits_have_a_run(gather: Gather, inference: Inference) -> None:
    fits = gather(layer="input").scores_by_fit
    assert fits is not None
    assert list(fits) == [None, "crop", "squash", "letterbox"]
    assert gather(layer="conv_c1").scores_by_fit is None
