"""From the text of an address to the request of an explanation."""

import pytest

from app.attribution.registry import METHODS
from app.engine.engine import Engine
from app.engine.question import RequestText, parse_request
from app.errors import ConvScopeError, InvalidRequest, NotAvailable, UnknownChannel, UnknownLayer, UnknownMethod
from app.nets.network import Network


@pytest.fixture
def lenet(engine: Engine) -> Network:
    return engine.network("lenet5")


def test_an_empty_text_stands_for_the_defaults(lenet: Network) -> None:
    first = parse_request(lenet, RequestText("gradcam"))
    assert first == parse_request(lenet, RequestText("gradcam"), best=0)
    request = parse_request(lenet, RequestText("gradcam"), best=3)
    assert request.method is METHODS["gradcam"]
    assert (request.target.index, request.target.against, request.target.channel_of) == (3, None, None)
    assert request.layer is not None
    assert dict(request.options) == {each.name: each.default for each in METHODS["gradcam"].parameters}
    assert request.random == 0


def test_every_part_of_the_text_is_read(lenet: Network) -> None:
    text = RequestText("layercam", target="2", against="7", layer="conv_c1", options={"sign": "both"}, random=2)
    request = parse_request(lenet, text)
    assert (request.target.index, request.target.against) == (2, 7)
    assert request.layer is lenet.layer("conv_c1")
    assert dict(request.options)["sign"] == "both"
    assert request.random == 2


def test_the_target_may_be_a_channel(lenet: Network) -> None:
    target = parse_request(lenet, RequestText("gradcam", target="conv_c3:5")).target
    assert (target.channel_of, target.index) == ("conv_c3", 5)


def test_numbers_are_read_as_numbers_in_the_order_of_the_method(lenet: Network) -> None:
    request = parse_request(lenet, RequestText("rise", options={"seed": "4", "masks": "100"}))
    assert [name for name, _ in request.options] == [each.name for each in METHODS["rise"].parameters]
    assert dict(request.options)["masks"] == 100
    assert dict(request.options)["seed"] == 4


def test_equal_texts_make_equal_requests(lenet: Network) -> None:
    named, default = RequestText("rise", options={"seed": "0"}), RequestText("rise")
    assert parse_request(lenet, named) == parse_request(lenet, default)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (RequestText("nothing"), UnknownMethod, "no method of this name"),
        (RequestText("gradcam", target="unicorn"), InvalidRequest, "unicorn"),
        (RequestText("gradcam", target="10"), InvalidRequest, "10"),
        (RequestText("gradcam", target="2", against="2"), InvalidRequest, "itself"),
        (RequestText("gradcam", target="conv_c3:0", against="2"), InvalidRequest, "channel"),
        (RequestText("gradcam", target="conv_c3:99"), UnknownChannel, "99|0 to 15"),
        (RequestText("gradcam", layer="nothing"), UnknownLayer, "nothing|layer"),
        (RequestText("saliency", layer="conv_c1"), InvalidRequest, "takes no layer"),
        (RequestText("gradcam", options={"steps": "5"}), InvalidRequest, "no parameter `steps`"),
        (RequestText("rise", options={"mask": "5"}), InvalidRequest, "Did you mean `masks`"),
        (RequestText("rise", options={"masks": "many"}), InvalidRequest, "`masks` is a whole number"),
        (RequestText("rise", options={"masks": "1000000"}), InvalidRequest, "`masks` is a whole number"),
        (RequestText("layercam", options={"sign": "none"}), InvalidRequest, "`sign` is one of"),
        (RequestText("gradcam", random=6), InvalidRequest, "layers with weights is 5"),
    ],
    ids=lambda value: value.method if isinstance(value, RequestText) else "",
)
def test_what_does_not_exist_or_does_not_go_together_is_refused(
    lenet: Network, text: RequestText, error: type[ConvScopeError], message: str
) -> None:
    with pytest.raises(error, match=message):
        parse_request(lenet, text)


def test_a_network_without_weights_explains_nothing(engine: Engine) -> None:
    with pytest.raises(NotAvailable):
        parse_request(engine.network("vgg16"), RequestText("gradcam"))
