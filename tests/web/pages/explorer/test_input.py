"""The input tensor as the page shows it: its planes, and other ways to fit the photo."""

import pytest

from app.web.pages.explorer.input import InputView, input_view
from tests.web.pages.explorer.conftest import Gather


@pytest.fixture(scope="module")
def view(gather: Gather) -> InputView:
    data = gather(layer="input")
    assert data.picture is not None
    assert data.scores_by_fit is not None
    return input_view(data.network, data.address, data.picture.pixels, data.scores_by_fit)


def test_a_plane_has_what_black_and_white_become(view: InputView) -> None:
    (plane,) = view.planes
    assert plane.colour == "grey"
    assert plane.black == pytest.approx((0 - plane.mean) / plane.std)
    assert plane.least == pytest.approx(plane.black)
    assert plane.least < plane.average < plane.greatest <= plane.white


def test_the_network_s_own_fit_comes_first(view: InputView) -> None:
    assert [fit.fit for fit in view.fits] == [None, "crop", "squash", "letterbox"]
    assert view.fits[0].agrees


def test_a_fit_shows_a_share_of_the_photo(view: InputView) -> None:
    shares = {fit.fit: fit.share for fit in view.fits}
    assert shares["squash"] == 1
    assert shares["crop"] == pytest.approx(300 / 451, abs=0.01)


def test_each_fit_has_its_best_three_classes(view: InputView) -> None:
    assert [len(fit.prediction.best) for fit in view.fits if fit.prediction] == [3, 3, 3, 3]
