"""The panel of a number: what each kind of operator makes of the numbers that it reads."""

import math

import pytest

from tests.web.pages.number.conftest import Panel, Work


def test_a_convolution_has_its_window_kernel_and_products(work: Work) -> None:
    working = work(layer="conv_c3", channel=3, cell="4,6")
    plane = working.plane
    assert plane is not None
    inputs, kernel, products = plane.grids
    assert {grid.shape for grid in plane.grids} == {(5, 5)}
    for one, weight, product in zip(*(sum(grid.rows, ()) for grid in plane.grids), strict=True):
        assert product.value == pytest.approx(one.value * weight.value)
        assert one.href is not None
        assert (weight.href, product.href) == (None, None)
    assert sum(cell.value for row in products.rows for cell in row) == pytest.approx(plane.value)
    assert (inputs.scale.signed, kernel.scale.lo) == (True, -kernel.scale.hi)
    assert sum(term.value for term in working.terms) == pytest.approx(working.total)
    assert working.total == pytest.approx(working.value, abs=1e-4)


def test_the_first_plane_is_the_largest_and_another_can_be_picked(work: Work) -> None:
    usual = work(layer="conv_c3", channel=3, cell="4,6")
    planes = [term for term in usual.terms if term.plane is not None]
    assert usual.plane is not None
    assert usual.plane.channel == planes[0].plane
    other = work(layer="conv_c3", channel=3, cell="4,6", plane=planes[-1].plane)
    assert other.plane is not None
    assert other.plane.value == planes[-1].value


def test_a_plane_that_is_not_listed_can_be_picked(work: Work) -> None:
    listed = [term.plane for term in work(layer="conv_c3", channel=3, cell="4,6", terms=1).terms]
    missing = next(number for number in range(6) if number not in listed)
    plane = work(layer="conv_c3", channel=3, cell="4,6", terms=1, plane=missing).plane
    assert plane is not None
    assert plane.channel == missing


def test_a_pool_has_its_window_alone(work: Work) -> None:
    working = work(layer="pool_s2", channel=3, cell="4,6")
    assert working.plane is not None
    assert [grid.name for grid in working.plane.grids] == ["inputs"]


def test_padding_leads_nowhere(work: Work) -> None:
    working = work(model="resnet18-imagenette", layer="conv1", channel=3, cell="0,6")
    assert working.plane is not None
    inputs = working.plane.grids[0]
    assert {cell.href is None for row in inputs.rows[:3] for cell in row} == {True}
    assert {cell.is_padding for row in inputs.rows[3:] for cell in row} == {False}


def test_a_fully_connected_number_lists_its_largest_products_and_more_on_request(work: Work) -> None:
    working = work(layer="dense_f6", channel=3)
    assert working.plane is None
    *listed, rest = working.terms
    assert [abs(term.value) for term in listed] == sorted((abs(term.value) for term in listed), reverse=True)
    assert (rest.kind, rest.count) == ("rest", 120 - 16)
    assert rest.href is not None
    assert "terms=64" in rest.href
    assert len(work(layer="dense_f6", channel=3, terms=64).terms) == 64 + 2


def test_an_activation_has_a_single_source(work: Work) -> None:
    working = work(layer="tanh_c1", channel=3, cell="2,2")
    assert working.single is not None
    assert (working.single.layer, working.single.channel, working.single.y) == ("conv_c1", 3, 2)
    assert "trail=tanh_c1%3A3%3A2%3A2" in working.single.href


def test_the_score_of_a_class_has_its_loss(panel: Panel, work: Work) -> None:
    view = panel(layer="softmax", channel=3)
    assert view.loss is not None
    assert view.loss.total == pytest.approx(-math.log(work(layer="softmax", channel=3).total))
    assert panel(layer="output", channel=3).loss is None


def test_softmax_has_the_exponentials_of_all_classes(work: Work) -> None:
    own, whole, maximum = work(layer="softmax", channel=3).terms
    assert own.value / whole.value == pytest.approx(work(layer="softmax", channel=3).total)
    assert sum(term.value for term in whole.terms) == pytest.approx(whole.value)
    assert maximum.link is not None
    assert {term.link.layer for term in whole.terms if term.link} == {"output"}


def test_a_concatenation_says_where_the_number_comes_from(work: Work) -> None:
    single = work(model="squeezenet1_1", layer="fire2.concat", channel=70, cell="4,6").single
    assert single is not None
    assert (single.layer, single.channel) == ("fire2.expand3x3_relu", 6)


def test_an_addition_names_the_skip_and_the_branch(work: Work) -> None:
    working = work(model="resnet18-imagenette", layer="conv2_1.add", channel=3, cell="4,6")
    assert {term.link.layer for term in working.terms if term.link} == {"conv2_1.bn2", "pool1"}
    assert working.is_sum
    assert working.single is None


def test_a_pixel_comes_from_the_picture(work: Work) -> None:
    working = work(model="resnet18-imagenette", layer="input", channel=1, cell="20,36")
    assert working.plane is not None
    assert working.plane.is_picture
    assert working.plane.map is not None
    assert (working.plane.map.width, working.plane.map.height) == (451, 300)
    assert {cell.href for grid in working.plane.grids for row in grid.rows for cell in row} == {None}


def test_the_next_number_follows_the_rows_and_keeps_the_plane(panel: Panel) -> None:
    first = panel(layer="conv_c3", channel=3, cell="0,9", plane=2)
    assert first.next is not None
    assert "cell=1%2C0" in first.next
    assert "plane=2" in first.next
    assert panel(layer="conv_c3", channel=3, cell="0,0").previous is None
    assert panel(layer="conv_c3", channel=3, cell="9,9").next is None
    unit = panel(layer="dense_f6", channel=3)
    assert unit.previous is not None
    assert "channel=2" in unit.previous


def test_the_readers_of_a_number_are_links(work: Work) -> None:
    (reader,) = work(layer="pool_s2", channel=3, cell="4,6").readers
    assert (reader.link.layer, reader.cells, reader.channels) == ("conv_c3", (5, 5), 16)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"layer": "nothing"}, "unknown_layer"),
        ({"layer": "conv_c3", "channel": 99}, "unknown_channel"),
        ({"layer": "softmax", "channel": 10}, "unknown_channel"),
        ({"layer": "conv_c3", "channel": 3, "cell": "99,0"}, "unknown_cell"),
        ({"model": "vgg16", "layer": "conv1_1", "channel": 3, "cell": "4,6"}, "not_available"),
    ],
)
def test_a_number_that_is_not_there_has_a_notice(panel: Panel, query: dict[str, str | int], code: str) -> None:
    view = panel(**query)
    assert view.working is None
    assert view.notice is not None
    assert view.notice.code == code
