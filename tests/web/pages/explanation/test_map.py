"""The map of an explanation on the page, and what stands in its place."""

import numpy as np
import pytest

from app.nets.network import Network
from app.web.links import pinned_id
from app.web.pages.address import Address
from app.web.pages.explanation.map import map_view, pending_view
from tests.web.pages.explanation.conftest import explanation

HERE = Address(model="lenet5", image="cat", why="2")


def test_a_map_has_its_range_and_a_symmetric_scale(network: Network) -> None:
    view = map_view(network, HERE, explanation([[-1.0, 0.0], [0.5, 4.0]], note="A remark."))
    assert (view.min, view.max) == (-1, 4)
    assert (view.legend.lo, view.legend.hi) == (-4, 4)
    assert view.note == "A remark."
    assert not view.beyond


def test_its_png_is_that_of_the_very_file_of_the_network(network: Network) -> None:
    view = map_view(network, HERE, explanation([[1]]), randomised=3)
    assert view.src == f"api/v1/models/{pinned_id(network)}/images/cat/explanations/gradcam.png?target=2&randomised=3"


def test_outliers_are_beyond_the_scale(network: Network) -> None:
    values = np.full((100, 100), 0.5)
    values[0, 0] = -80
    view = map_view(network, HERE, explanation(values))
    assert view.beyond
    assert view.legend.hi == 0.5


def test_the_gap_is_a_share_of_the_change_of_the_score(network: Network) -> None:
    view = map_view(network, HERE, explanation([[1]], sum=3, score_change=4, gap=-1))
    assert view.gap == pytest.approx(0.25)
    assert [figure.name for figure in view.figures] == ["sum", "score_change", "gap"]
    assert map_view(network, HERE, explanation([[1]], windows=9)).gap is None
    assert map_view(network, HERE, explanation([[1]], gap=1, score_change=0)).gap is None


def test_what_is_pending_has_events_and_a_page_that_waits(network: Network) -> None:
    view = pending_view(network, HERE, "faithfulness", "manual")
    assert view.events.endswith("/explanations/gradcam/events?target=2&of=faithfulness")
    assert view.href == "?model=lenet5&image=cat&why=2&wait=1"
    assert view.start == "manual"
