"""The address of the page of a kernel: what its form sends, and what a link keeps."""

from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from app.web.pages.kernel.address import KernelAddress

ADDRESSES = st.builds(
    KernelAddress,
    image=st.sampled_from(["", "cat"]),
    bias=st.floats(-1e6, 1e6),
    stride=st.integers(1, 16),
    colour=st.booleans(),
    model=st.sampled_from([None, "lenet5"]),
    layer=st.sampled_from([None, "conv_c1"]),
    channel=st.sampled_from([None, 0, 3]),
)


@given(ADDRESSES)
def test_a_link_to_a_view_is_that_view(address: KernelAddress) -> None:
    path, query = urlsplit(address.link())[2:4]
    assert path == "kernel"
    assert KernelAddress.model_validate(dict(parse_qsl(query))) == address


@given(ADDRESSES)
def test_a_form_sends_the_same_view_again(address: KernelAddress) -> None:
    typed = {"kernel": address.kernel, "bias": address.typed_bias, "stride": str(address.stride)}
    assert KernelAddress.model_validate(address.hidden_form_fields() | typed) == address


def test_a_number_that_was_cleared_in_the_form_has_its_default() -> None:
    cleared = KernelAddress.model_validate({"image": "cat", "kernel": "1 2", "bias": "", "stride": ""})
    assert (cleared.kernel, cleared.bias, cleared.stride) == ("1 2", 0, 1)
    assert cleared.typed_bias == "0"
    typed = KernelAddress.model_validate({"image": "cat", "bias": "2.5", "stride": "3"})
    assert (typed.bias, typed.stride, typed.typed_bias) == (2.5, 3, "2.5")
