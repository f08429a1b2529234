"""A figure in the state of an address: the links keep what others have, and lead to the state that they name."""

from typing import Any
from urllib.parse import parse_qsl

from hypothesis import given, settings
from hypothesis import strategies as st

from app.lessons.lesson import FigureSpec
from app.web.pages.lessons.figure import FigurePlace, LessonParameters, LiveFigure, figure_view
from tests.web.pages.conftest import result_of

BEGIN = {"stride": 2, "bias": 0.5}
STEPS = ({"row": 1}, {"row": 0, "bias": 1.0})


def view(address: dict[str, str], name: str = "one") -> LiveFigure:
    """A convolution of a lesson, which asks no network."""
    place = FigurePlace(FigureSpec(name, "convolution", BEGIN, STEPS), "lesson/figures/one", "A caption.")
    nobody: Any = None
    return result_of(figure_view(nobody, place, LessonParameters(address)))


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(link.removeprefix("?")))


def test_a_figure_begins_with_the_values_of_its_lesson() -> None:
    figure = view({})
    assert (figure.values["stride"], figure.values["bias"], figure.values["padding"]) == (2, 0.5, 0)
    assert (figure.query, figure.page_query, figure.notice) == ({}, {}, None)
    assert figure.drawn is not None
    assert figure.steps == ("one.row=1", "one.row=0&one.bias=1")


def test_its_links_change_one_value_and_keep_the_others() -> None:
    figure = view({"one.padding": "1", "two.bias": "3", "image": "photo", "one.stride": "2"})
    assert figure.query == {"one.padding": "1"}  # the stride is that of the beginning
    assert figure.page_query == {"two.bias": "3", "image": "photo"}
    link = query_of(figure.link(row=2, bias=1.0))
    assert link == {"two.bias": "3", "image": "photo", "one.padding": "1", "one.row": "2", "one.bias": "1"}
    again = view(link)
    assert (again.values["row"], again.values["bias"], again.values["padding"]) == (2, 1, 1)


def test_a_figure_by_itself_has_no_prefix() -> None:
    figure = view({"padding": "1"}, name="")
    assert figure.prefix == ""
    assert (figure.query, figure.page_query) == ({"padding": "1"}, {})
    assert query_of(figure.link(row=1)) == {"padding": "1", "row": "1"}
    assert figure.steps[0] == "row=1"


@given(st.floats(-1000, 1000))
@settings(max_examples=30)
def test_a_figure_that_is_embedded_has_the_very_numbers_of_the_page(bias: float) -> None:
    figure = view({"one.bias": repr(bias)})
    embedded = dict(parse_qsl(figure.embedding))
    assert float(embedded["bias"]) == figure.values["bias"] == bias
    assert embedded["stride"] == "2"


def test_what_can_not_be_read_stays_as_it_is_typed_beside_the_defaults() -> None:
    figure = view({"one.stride": "many", "one.padding": "1"})
    assert figure.notice is not None
    assert figure.drawn is None
    assert (figure.values["stride"], figure.values["padding"], figure.values["bias"]) == ("many", "1", 0.5)
    assert figure.values["dilation"] == 1
    assert figure.query == {"one.stride": "many", "one.padding": "1"}


def test_rows_of_a_text_field_are_lines() -> None:
    assert view({"one.kernel": "1 0\r\n0 1"}).values["kernel"] == "1 0; 0 1"
