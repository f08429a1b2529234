"""The proposed input: what holds when sources contradict each other, and what is proposed where there are none."""

from dataclasses import replace
from functools import partial

import pytest
from onnx import TensorProto

from app.nets.card import Finding, Resize
from app.nets.own.graph_facts import read_graph_facts
from app.nets.own.proposal import DEFAULT_SIDE, SMALL, USUAL_CROP, propose_input, usual_resizing
from app.nets.own.stated_facts import NO_FACTS, Fact, Facts, Rescaling, Resizing, size_facts
from app.nets.preprocessing.usual_inputs import usual_name
from app.nets.reading.inputs.image_input import ImageInput

ALL = ("width", "height", "channels", "scale", "mean", "std", "resize")
OPEN = ImageInput("x", "NCHW", 1, 3, 0, 0, TensorProto.FLOAT)
GREY = ImageInput("x", "NCHW", 1, 1, 28, 28, TensorProto.FLOAT)
SHAPE = "graph: input shape"
propose = partial(propose_input, is_classifier=True)


def test_where_nothing_is_stated_everything_is_assumed() -> None:
    proposal = propose(OPEN, NO_FACTS, NO_FACTS)
    assert proposal.assumed == ALL
    assert proposal.findings == ()
    assert (proposal.spec.width, proposal.spec.resize.to) == (224, 256)
    assert usual_name(proposal.spec, takes_levels=False) == "imagenet"


def test_a_grey_image_is_so_by_its_shape() -> None:
    proposal = propose(GREY, NO_FACTS, size_facts((28, 28), SHAPE))
    assert proposal.assumed == ("scale", "mean", "std", "resize")
    assert Finding(field="channels", value="grey", source=SHAPE) in proposal.findings
    assert proposal.spec.resize == Resize(rule="shorter_side", to=28)


def test_the_size_for_a_sequence_of_an_open_length_is_small_and_assumed() -> None:
    words = ImageInput("x", "NL", 1, 1, 16, 16, TensorProto.INT64)
    proposal = propose(words, NO_FACTS, read_graph_facts(words, None))
    assert (proposal.spec.width, proposal.spec.height) == (16, 16)
    assert {"width", "height"} <= set(proposal.assumed)
    fixed = replace(words, length=250)
    assert {"width", "height"}.isdisjoint(propose(fixed, NO_FACTS, read_graph_facts(fixed, None)).assumed)


def test_the_graph_s_size_holds_against_the_metadata_s_and_that_is_said() -> None:
    proposal = propose(OPEN, size_facts((640, 640), "metadata_props: imgsz"), size_facts((416, 416), SHAPE))
    assert proposal.spec.width == 416
    assert proposal.findings[0] == Finding(
        field="width", value="416", source="graph: input shape; metadata_props: imgsz states 640"
    )


def test_what_the_graph_normalises_is_not_normalised_again() -> None:
    stated = Facts(rescaling=Fact(Rescaling(1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)), "config.json"))
    graph = Facts(rescaling=Fact(Rescaling(1.0, (0.0,), (1.0,)), "graph: Sub, Div"))
    spec = propose(OPEN, stated, graph).spec
    assert (spec.scale, spec.mean, spec.std) == (1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_an_order_of_channels_alone_proposes_what_goes_with_it() -> None:
    bgr = propose(OPEN, Facts(channels=Fact("BGR", "metadata_props: Image.BitmapPixelFormat")), NO_FACTS)
    assert usual_name(bgr.spec, takes_levels=False) == "caffe"
    assert "channels" not in bgr.assumed
    assert "mean" in bgr.assumed


def test_a_normalisation_of_three_channels_is_not_that_of_one() -> None:
    stated = Facts(rescaling=Fact(Rescaling(1.0, (1.0, 2.0, 3.0), (1.0,)), "config.json"))
    assert "mean" in propose(GREY, stated, NO_FACTS).assumed


@pytest.mark.parametrize(
    ("resizing", "size", "value"),
    [
        (Resizing("letterbox", margin=114), (416, 416), "letterbox, bilinear, margin 114"),
        (Resizing("shorter_side", 0.875, "bicubic"), (299, 299), "shorter_side, 341, bicubic"),
    ],
)
def test_a_resizing_is_that_of_the_size_that_holds(resizing: Resizing, size: tuple[int, int], value: str) -> None:
    proposal = propose(OPEN, Facts(resizing=Fact(resizing, "config.json")), size_facts(size, SHAPE))
    assert Finding(field="resize", value=value, source="config.json") in proposal.findings


def test_numbers_are_said_as_people_write_them() -> None:
    stated = Facts(rescaling=Fact(Rescaling(0.00392156862745098, (0.485, 0.456, 0.406), (0.5,)), "config.json"))
    values = {finding.field: finding.value for finding in propose(OPEN, stated, NO_FACTS).findings}
    assert values == {"scale": "1/255", "mean": "0.485, 0.456, 0.406", "std": "0.5, 0.5, 0.5"}


def test_what_has_places_in_its_output_gets_all_of_the_picture() -> None:
    assert propose_input(OPEN, NO_FACTS, NO_FACTS, is_classifier=False).spec.resize == Resize(rule="letterbox")


@pytest.mark.parametrize(("height", "width"), [(0, 48), (48, 0), (0, 512), (512, 0), (48, 64), (0, 0)])
def test_a_side_that_is_open_is_a_usual_one_and_not_shorter_than_the_other(height: int, width: int) -> None:
    image = replace(OPEN, height=height, width=width)
    spec = propose(image, NO_FACTS, NO_FACTS).spec
    assert spec.size == (height or max(DEFAULT_SIDE, width), width or max(DEFAULT_SIDE, height))


@pytest.mark.parametrize(
    ("graph", "stated", "side", "source"),
    [
        (None, None, DEFAULT_SIDE, None),
        (Fact(64, "g"), None, 64, "g"),
        (None, Fact(64, "s"), 64, "s"),
        (Fact(64, "g"), Fact(64, "s"), 64, "g"),
        (Fact(64, "g"), Fact(63, "s"), 64, "g; s states 63"),
        (Fact(63, "g"), Fact(64, "s"), 63, "g; s states 64"),
    ],
)
@pytest.mark.parametrize("name", ["width", "height"])
def test_each_side_is_the_graph_s_or_the_file_s(
    name: str, graph: Fact[int] | None, stated: Fact[int] | None, side: int, source: str | None
) -> None:
    facts, of_graph = ({name: fact} for fact in (stated, graph))
    proposal = propose(OPEN, Facts(**facts), Facts(**of_graph))  # type: ignore[arg-type]  # a field by its name
    assert getattr(proposal.spec, name) == side
    assert [each for each in proposal.findings if each.field == name] == [
        Finding(field=name, value=str(side), source=source) for source in [source] if source
    ]
    assert (name in proposal.assumed) == (source is None)


@pytest.mark.parametrize(
    ("graph", "stated", "scale", "source"),
    [
        (None, Fact(Rescaling(0.5, (0.0,), (1.0,)), "s"), 0.5, "s"),
        (Fact(Rescaling(0.25, (0.0,), (1.0,)), "g"), None, 0.25, "g"),
        (
            Fact(Rescaling(0.25, (0.0,), (1.0,)), "g"),
            Fact(Rescaling(0.5, (0.0,), (1.0,)), "s"),
            0.25,
            "g; what s states is not applied again",
        ),
        (Fact(Rescaling(0.25, (0.0,) * 2, (1.0,)), "g"), Fact(Rescaling(0.5, (0.0,), (1.0,)), "s"), 0.5, "s"),
    ],
)
def test_the_levels_are_the_graph_s_or_the_file_s(
    graph: Fact[Rescaling] | None, stated: Fact[Rescaling] | None, scale: float, source: str
) -> None:
    proposal = propose(OPEN, Facts(rescaling=stated), Facts(rescaling=graph))
    assert proposal.spec.scale == scale
    assert [(each.field, each.source) for each in proposal.findings] == [
        ("scale", source),
        ("mean", source),
        ("std", source),
    ]


def test_the_order_of_channels_is_the_file_s_or_the_graph_s() -> None:
    rgb, bgr = Facts(channels=Fact("RGB", "rgb")), Facts(channels=Fact("BGR", "bgr"))
    for stated, graph, channels in ((rgb, bgr, "RGB"), (bgr, rgb, "BGR"), (NO_FACTS, bgr, "BGR")):
        proposal = propose(OPEN, stated, graph)
        assert proposal.spec.channels == channels
        assert proposal.findings == (Finding(field="channels", value=channels, source=channels.lower()),)
    assert propose(GREY, bgr, NO_FACTS).spec.channels == "grey"
    assert usual_name(propose(GREY, NO_FACTS, NO_FACTS).spec, takes_levels=False) == "unit"


def test_a_square_input_gets_the_centre_of_the_picture_and_a_small_one_all_of_its_shorter_side() -> None:
    assert usual_resizing(SMALL + 1, SMALL + 1) == Resizing("shorter_side", USUAL_CROP)
    assert usual_resizing(SMALL, SMALL) == Resizing("shorter_side")
    assert usual_resizing(SMALL + 1, SMALL) == usual_resizing(SMALL, SMALL + 1) == Resizing("squash")
