"""A convolution and the batch normalisation after it, as one step and as two, on a page."""

import pytest

from tests.web.pages.number.conftest import Panel

BOTH = {"model": "resnet18-imagenette", "channel": 3, "cell": "4,6"}


def test_a_normalisation_becomes_one_step_and_two_again(panel: Panel) -> None:
    two = panel(**BOTH, layer="conv2_1.bn1").folding
    assert two is not None
    assert (two.convolution, two.normalisation, two.figures) == ("conv2_1/conv1", "conv2_1/bn1", None)
    assert "folded=1" in two.href
    view = panel(**BOTH, layer="conv2_1.bn1", folded=True)
    assert view.folding is not None
    assert view.folding.figures is not None
    assert "folded" not in view.folding.href


def test_one_step_has_the_window_of_the_convolution_and_the_value_of_the_normalisation(panel: Panel) -> None:
    one = panel(**BOTH, layer="conv2_1.bn1", folded=True)
    two = panel(**BOTH, layer="conv2_1.bn1")
    before = panel(**BOTH, layer="conv2_1.conv1")
    assert one.working is not None
    assert two.working is not None
    assert before.working is not None
    assert one.working.value == two.working.value
    assert one.working.plane is not None
    plane = next(term for term in before.working.terms if term.plane == one.working.plane.channel)
    assert one.folding is not None
    assert one.folding.figures is not None
    assert one.working.plane.value == pytest.approx(plane.value * one.folding.figures.factor)


def test_the_number_beside_is_folded_too(panel: Panel) -> None:
    view = panel(**BOTH, layer="conv2_1.bn1", folded=True)
    assert view.next is not None
    assert "folded=1" in view.next


def test_a_convolution_leads_to_the_normalisation_after_it(panel: Panel) -> None:
    folding = panel(**BOTH, layer="conv2_1.conv1").folding
    assert folding is not None
    assert folding.figures is None
    assert "layer=conv2_1.bn1" in folding.href
    assert "folded=1" in folding.href


def test_where_nothing_is_folded_nothing_is_offered_and_an_address_says_why(panel: Panel) -> None:
    assert panel(layer="conv_c3", channel=3, cell="4,6").folding is None
    assert panel(**BOTH, layer="conv2_1.relu1").folding is None
    refused = panel(layer="conv_c3", channel=3, cell="4,6", folded=True)
    assert refused.notice is not None
    assert refused.notice.code == "no_working"
