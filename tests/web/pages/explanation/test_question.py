"""From an address of the page to the request, and to the API's addresses that answer it."""

import pytest

from app.errors import InvalidRequest, UnknownMethod
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.explanation.question import channel_question, explanation_path, read_request


def address(**query: str) -> Address:
    return Address.model_validate({"model": "lenet5", "image": "cat", "why": "2", **query})


def test_an_address_is_read_as_a_request(network: Network) -> None:
    request = read_request(network, address(against="7", method="rise", masks="12"))
    assert (request.method.name, request.target.index, request.target.against) == ("rise", 2, 7)
    assert dict(request.options)["masks"] == 12


def test_a_layer_and_parameters_of_another_method_are_ignored(network: Network) -> None:
    request = read_request(network, address(method="saliency", at="conv_c1", masks="12"))
    assert request.layer is None
    assert "masks" not in dict(request.options)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"why": "unicorn"}, InvalidRequest),
        ({"method": "nothing"}, UnknownMethod),
        ({"at": "dense_f6"}, InvalidRequest),
    ],
)
def test_what_can_not_be_explained_is_refused(network: Network, query: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        read_request(network, address(**query))


def test_the_path_of_the_api_asks_for_the_same(network: Network) -> None:
    path = explanation_path("lenet5", address(method="layercam", at="conv_c1", sign="both", masks="12"), ".npy")
    assert path == "api/v1/models/lenet5/images/cat/explanations/layercam.npy?target=2&layer=conv_c1&sign=both"


def test_changes_replace_parameters_of_the_path_or_add_some() -> None:
    path = explanation_path("lenet5", address(against="7"), ".png", against=None, randomised=2)
    assert path == "api/v1/models/lenet5/images/cat/explanations/gradcam.png?target=2&randomised=2"


def test_a_channel_is_explained_from_the_maps_before_it_or_from_the_pixels(network: Network) -> None:
    here = Address(model="lenet5", image="cat")
    first, later = network.layer("conv_c1"), network.layer("conv_c3")
    assert channel_question(network, first, 3, here) == "?model=lenet5&image=cat&why=conv_c1%3A3&method=saliency"
    assert channel_question(network, later, 3, here) == "?model=lenet5&image=cat&why=conv_c3%3A3"
