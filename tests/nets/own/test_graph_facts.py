"""What the beginning of a graph states about the numbers that it takes, for the normalisations that networks have."""

import numpy as np
import pytest
from onnx import TensorProto

from app.nets.own.graph_facts import read_graph_facts
from app.nets.own.input_normalisation import InputNormalisation
from app.nets.reading.inputs.image_input import ImageInput

IMAGE = ImageInput("x", "NCHW", 1, 3, 32, 24, TensorProto.FLOAT)


def normalisation(mean: object, std: object) -> InputNormalisation:
    three = np.ones(3)
    return InputNormalisation(three * np.asarray(mean), three * np.asarray(std), ("Sub", "Div"))


@pytest.mark.parametrize(
    ("mean", "std", "white", "order"),
    [
        ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225], 1, "RGB"),  # torchvision's, in the file
        ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375], 255, "RGB"),
        ([103.939, 116.779, 123.68], 1, 255, "BGR"),  # Caffe's
        (127.5, 127.5, 255, None),  # Keras: x / 127.5 - 1
        (0, 255, 255, None),  # Keras: Rescaling(1 / 255)
        (0.5, 0.5, 1, None),
        *((mean, std, 255, None) for mean in (50, 200) for std in (0.5, 300)),
        *((mean, std, 255, None) for mean in (-1, 1) for std in (30, 300)),
        *((mean, std, 1, None) for mean in (0.2, 0.8) for std in (0.05, 1.01)),
        ([110, 108, 104], [60, 61, 62], 255, None),  # a batch normalisation of levels; means nearly equal
    ],
)
def test_the_mean_tells_what_white_is_in_the_input(mean: object, std: object, white: int, order: str | None) -> None:
    facts = read_graph_facts(IMAGE, normalisation(mean, std))
    assert facts.rescaling
    assert 255 * facts.rescaling.value.scale == pytest.approx(white)
    assert (facts.rescaling.value.mean, facts.rescaling.value.std) == ((0.0,), (1.0,))
    assert (facts.channels.value if facts.channels else None) == order


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        (0, 1),
        (0.03, 0.9),
        ([0.0655] * 3, [2.18] * 3),  # torchvision's Inception: of an input that is normalised already
        (1e6, 1),
        *((mean, 100) for mean in (-1.1, 1.1, 49, 201)),
        *((100, std) for std in (0.4, 301)),
        *((0, std) for std in (29, 301)),
        *((mean, 0.5) for mean in (0.19, 0.81)),
        *((0.5, std) for std in (0.04, 1.02)),
    ],
)
def test_numbers_of_no_known_range_state_nothing(mean: object, std: object) -> None:
    facts = read_graph_facts(IMAGE, normalisation(mean, std))
    assert (facts.rescaling, facts.channels) == (None, None)


def test_whole_numbers_are_levels() -> None:
    image = ImageInput("x", "NHWC", 1, 3, 32, 24, TensorProto.UINT8)
    facts = read_graph_facts(image, None)
    assert facts.rescaling
    assert (facts.rescaling.value.scale, facts.rescaling.source) == (1.0, "graph: input type uint8")


def test_a_fixed_side_is_stated_and_an_open_one_is_not() -> None:
    facts = read_graph_facts(ImageInput("x", "NCHW", 1, 3, 48, 0, TensorProto.FLOAT), None)
    assert facts.height
    assert (facts.height.value, facts.width) == (48, None)


@pytest.mark.parametrize(
    ("kind", "takes_levels"),
    [
        (TensorProto.UINT8, True),
        (TensorProto.INT16, True),
        (TensorProto.INT64, True),
        (TensorProto.INT8, False),
        (TensorProto.FLOAT16, False),
        (TensorProto.DOUBLE, False),
    ],
)
def test_a_type_that_has_255_and_no_fractions_takes_levels(kind: int, takes_levels: bool) -> None:
    facts = read_graph_facts(ImageInput("x", "NHWC", 1, 3, 32, 24, kind), None)
    assert bool(facts.rescaling) == takes_levels


@pytest.mark.parametrize(("height", "width"), [(48, 64), (48, 0), (0, 64), (0, 0)])
def test_sides_are_stated_where_they_are_fixed(height: int, width: int) -> None:
    facts = read_graph_facts(ImageInput("x", "NCHW", 1, 3, height, width, TensorProto.FLOAT), None)
    sides = [fact.value if fact else 0 for fact in (facts.height, facts.width)]
    assert sides == [height, width]
    assert {fact.source for fact in (facts.height, facts.width) if fact} <= {"graph: input shape"}


@pytest.mark.parametrize(
    ("mean", "order"),
    [
        ([100, 98, 90], None),
        ([100, 97, 94.5], "RGB"),
        ([94.5, 97, 100], "BGR"),
        ([100, 90, 88.5], None),
        ([-94.5, -97, -100], "RGB"),
        ([0, 0, 0], None),
    ],
)
def test_means_that_rise_or_fall_by_more_than_a_fiftieth_tell_the_order(mean: list[float], order: str | None) -> None:
    """With a deviation of 255 a mean of any sign may be one of levels, if it is small enough."""
    few = [each / 100 for each in mean] if mean[0] <= 0 else mean
    facts = read_graph_facts(IMAGE, normalisation(few, 255))
    assert facts.rescaling
    assert (facts.channels.value if facts.channels else None) == order
    assert facts.rescaling.source == "graph: Sub, Div"
