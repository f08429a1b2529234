"""Everything that a view waits for, and what becomes a notice instead."""

import pytest

from app.errors import UnknownModel
from tests.web.pages.explorer.conftest import Gather


def test_a_view_of_a_photo_has_its_run_and_nothing_else(gather: Gather) -> None:
    data = gather()
    assert data.picture is not None
    assert data.picture.pixels.shape == (300, 451, 3)
    assert data.run is not None
    assert (data.scores_by_fit, data.explanation, data.notice) == (None, None, None)
    assert data.layer.statistics is None


def test_a_network_without_weights_has_the_photo_and_no_run(gather: Gather) -> None:
    data = gather(model="vgg16")
    assert data.picture is not None
    assert data.run is None


def test_the_network_with_the_most_classes_is_the_default(gather: Gather) -> None:
    assert len(gather(model=None, image=None).network.labels) == 1000


def test_the_input_has_the_scores_of_every_fit(gather: Gather) -> None:
    scores = gather(layer="input").scores_by_fit
    assert scores is not None
    assert scores.keys() == {None, "crop", "squash", "letterbox"}


def test_a_layer_has_its_statistics_and_a_channel_its_analysis(gather: Gather) -> None:
    layer = gather(layer="conv_c1").layer
    assert layer.statistics is not None
    assert layer.channel is None
    assert gather(layer="conv_c1", channel=2).layer.channel is not None


def test_a_pinned_cell_has_its_effective_field(gather: Gather) -> None:
    layer = gather(layer="pool_s2", channel=3, cell="4,6").layer
    assert layer.pinned_cell is not None
    assert (layer.pinned_cell.y, layer.pinned_cell.x) == (4, 6)
    assert layer.effective_field is not None


@pytest.mark.parametrize("query", [{"cell": "14,0"}, {"cell": "0,14"}, {"layer": "dense_f6", "cell": "0,0"}])
def test_a_cell_outside_the_maps_is_not_pinned(gather: Gather, query: dict[str, str]) -> None:
    assert gather(**{"layer": "pool_s2", "channel": 3, **query}).layer.pinned_cell is None


def test_filters_are_compared_on_request(gather: Gather) -> None:
    assert gather(layer="conv_c3").layer.filters is None
    assert gather(layer="conv_c3", alike=True).layer.filters is not None


def test_an_explanation_is_gathered_with_its_question(gather: Gather) -> None:
    explanation = gather(why="2").explanation
    assert explanation is not None
    assert explanation.explanation is not None


def test_a_missing_photo_becomes_a_notice(gather: Gather) -> None:
    data = gather(image="0" * 32)
    assert data.picture is None
    assert data.notice is not None
    assert data.notice.code == "unknown_image"


def test_an_unknown_network_is_an_error(gather: Gather) -> None:
    with pytest.raises(UnknownModel):
        gather(model="lenet99")


def test_a_layer_with_a_negative_value_is_signed(gather: Gather) -> None:
    layer = gather(layer="conv_c1").layer
    assert layer.is_signed("conv_c1")
    assert not layer.is_signed("softmax")
    assert not layer.is_signed("input")
