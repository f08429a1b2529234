"""The usual ways to normalise, against what the libraries that they come from compute."""

import numpy as np
import pytest

from app.nets.card import InputSpec, Resize
from app.nets.preprocessing.tensor import tensor_of
from app.nets.preprocessing.usual_inputs import TOLERANCE, Normalisation, UsualName, usual_inputs, usual_name

RGB = np.random.default_rng(3).integers(0, 256, (4, 6, 3), dtype=np.uint8)


def spec_of(channels: str = "RGB", **fields: object) -> InputSpec:
    count = 1 if channels == "grey" else 3
    values = {"width": 6, "height": 4, "channels": channels, "mean": (0.0,) * count, "std": (1.0,) * count}
    return InputSpec.model_validate({**values, "resize": Resize(rule="squash"), **fields})


def by_hand(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(H, W, C) as torchvision and Keras compute it."""
    levels = RGB.astype(np.float64)
    match name:
        case "imagenet":  # ToTensor, Normalize
            return (levels / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
        case "unit":  # ToTensor
            return levels / 255
        case "signed":  # keras.applications, mode "tf"
            return levels / 127.5 - 1
    return levels[..., ::-1] - [103.939, 116.779, 123.68]  # mode "caffe"


@pytest.mark.parametrize("name", ["imagenet", "unit", "signed", "caffe"])
def test_a_colour_input_is_normalised_as_by_its_library(name: UsualName) -> None:
    spec = usual_inputs(spec_of(), takes_levels=False)[name]
    np.testing.assert_allclose(tensor_of(RGB, spec)[0].transpose(1, 2, 0), by_hand(name), atol=1e-4)


def test_a_usual_input_has_the_size_and_the_resizing_of_the_network() -> None:
    own = spec_of(width=32, height=16, resize=Resize(rule="shorter_side", to=40))
    for spec in usual_inputs(own, takes_levels=False).values():
        assert (spec.width, spec.height, spec.resize) == (32, 16, own.resize)


def test_a_grey_input_has_usual_ones_of_one_channel() -> None:
    assert {spec.channels for spec in usual_inputs(spec_of("grey"), takes_levels=False).values()} == {"grey"}


def test_a_file_that_takes_levels_leaves_only_the_order_of_the_channels() -> None:
    usual = usual_inputs(spec_of(), takes_levels=True)
    np.testing.assert_array_equal(tensor_of(RGB, usual["levels"])[0].transpose(1, 2, 0), RGB)
    np.testing.assert_array_equal(tensor_of(RGB, usual["bgr_levels"])[0].transpose(1, 2, 0), RGB[..., ::-1])
    assert len(usual) == 2


def test_the_same_numbers_written_in_levels_are_the_same_usual_input() -> None:
    levels = spec_of(mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375))
    assert usual_name(levels, takes_levels=False) == "imagenet"
    assert usual_name(spec_of(mean=(127.5,) * 3, std=(127.5,) * 3), takes_levels=False) == "signed"


def test_another_order_of_channels_or_another_mean_is_no_usual_input() -> None:
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    assert usual_name(spec_of("BGR", scale=1 / 255, mean=mean, std=std), takes_levels=False) is None
    clip = spec_of(scale=1 / 255, mean=(0.481, 0.458, 0.408), std=(0.269, 0.261, 0.276))
    assert usual_name(clip, takes_levels=False) is None


@pytest.mark.parametrize(("channels", "takes_levels"), [("RGB", False), ("BGR", True), ("grey", False), ("grey", True)])
def test_each_usual_way_is_known_by_its_name(channels: str, takes_levels: bool) -> None:
    usual = usual_inputs(spec_of(channels), takes_levels=takes_levels)
    for name, spec in usual.items():
        assert usual_name(spec, takes_levels=takes_levels) == name
        if not takes_levels:
            other = spec.model_copy(update={"scale": spec.scale * 1.5})
            assert usual_name(other, takes_levels=False) != name
    assert usual_inputs(spec_of(channels), takes_levels=takes_levels).keys() == usual.keys()


@pytest.mark.parametrize("share", [0.5, -1.25, 1.25, -1.75, 1.75])
@pytest.mark.parametrize("channel", range(3))
def test_constants_are_equal_within_a_share_of_the_range_that_they_give(share: float, channel: int) -> None:
    """-1 to 1 is a range of 2; the mean of one channel is moved, and with it what black and white become."""
    own = Normalisation("RGB", 1 / 127.5, (1.0,) * 3, (1.0,) * 3)
    mean = [1.0] * 3
    mean[channel] += share * TOLERANCE * 2
    other = Normalisation("RGB", 1 / 127.5, tuple(mean), (1.0,) * 3)
    assert own.is_equal(other) == (abs(share) * 2 < 2 + 1)  # of the range, and of the numbers themselves
    assert own.is_equal(Normalisation("BGR", 1 / 127.5, (1.0,) * 3, (1.0,) * 3)) is False
    assert Normalisation.of(other.apply_to(spec_of())) == other
