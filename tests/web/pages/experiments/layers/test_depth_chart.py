"""The geometry of accuracy over depth, by hand."""

import pytest

from app.web.pages.charts.axis import Tick
from app.web.pages.experiments.layers.depth_chart import DepthPoint, depth_chart


def test_each_layer_has_a_share_of_the_width_and_the_heights_of_its_probes() -> None:
    chart = depth_chart({"first": (0.5, 0.25), "last": (1, 0)}, 0.25, "last", "?layer={}".format)
    assert chart.points == (
        DepthPoint("first", (0.5, 0.25), 238, 142, 205, 64, 348, "?layer=first", False),
        DepthPoint("last", (1, 0), 586, 16, 268, 412, 348, "?layer=last", True),
    )
    assert (chart.linear, chart.nearest) == ("M238.0 142.0L586.0 16.0", "M238.0 205.0L586.0 268.0")
    assert (chart.linear_name, chart.nearest_name, chart.chance) == (16, 268, 205)
    assert chart.up == (Tick(268, 0), Tick(205, 0.25), Tick(142, 0.5), Tick(79, 0.75), Tick(16, 1))
    assert (chart.left, chart.right, chart.top, chart.floor) == (64, 760, 16, 268)
    assert (chart.width, chart.height) == (960, 300)


@pytest.mark.parametrize(("linear", "nearest"), [(0.5, 0.5), (0.5, 0.52), (0.52, 0.5)])
def test_names_of_lines_that_end_together_are_apart(linear: float, nearest: float) -> None:
    chart = depth_chart({"only": (linear, nearest)}, 0.1, "", str)
    assert chart.nearest_name - chart.linear_name == 18
    last = chart.points[-1]
    assert (chart.linear_name + chart.nearest_name) / 2 == pytest.approx((last.linear + last.nearest) / 2)
