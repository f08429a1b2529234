"""The views that a report can hold, by their addresses."""

import pytest

from app.errors import InvalidRequest
from app.web.pages.experiments.report.views import ViewAddress, read_view_address

EXPERIMENTS = ("fool", "sweep")


@pytest.mark.parametrize(
    ("address", "page", "link"),
    [
        ("?model=lenet5&image=a", "explore", "?model=lenet5&image=a"),
        ("http://lab.example/convscope/?model=lenet5", "explore", "?model=lenet5"),
        ("https://lab.example/experiments/fool?image=a#result", "fool", "experiments/fool?image=a"),
        ("experiments/sweep?change=a&change=b", "sweep", "experiments/sweep?change=a&change=b"),
    ],
)
def test_an_address_names_a_page_and_its_parameters(address: str, page: str, link: str) -> None:
    view = read_view_address(address, EXPERIMENTS)
    assert (view.page, view.link) == (page, link)


@pytest.mark.parametrize(
    "address", ["networks", "experiments/unknown?image=a", "api/v1/models", "../../etc/passwd", "http://[?image=a"]
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(InvalidRequest):
        read_view_address(address, EXPERIMENTS)


def test_parameters_are_encoded_in_a_link() -> None:
    assert ViewAddress("explore", (("why", "a&b=<c>"),)).link == "?why=a%26b%3D%3Cc%3E"
