"""What outputs name first: the classes of the best boxes, of the largest areas, and of the places of a sequence."""

from dataclasses import replace
from functools import cache

from app.analysis.detections import Detection, Detections
from app.analysis.leading_classes import leading_classes, main_classes
from app.analysis.output_reading import OutputReading, SequencePlace
from app.analysis.segmentation import MaskClass, MaskSummary
from app.nets.graph import read_graph
from app.nets.graph_outputs.output import GraphOutput, OutputKind
from app.nets.graph_outputs.recognition import recognise_outputs
from tests.nets.onnx_text import parse_network

NAMES = ("cat", "dog", "hen")


@cache
def output(kind: OutputKind, index: int = 0) -> GraphOutput:
    (any_output,) = recognise_outputs(read_graph(parse_network("y = Tanh (x)")), 0, {})
    return replace(any_output, kind=kind, index=index, classes=3)


def boxes(*found: tuple[int, float], skipped: int = 0) -> OutputReading:
    all_boxes = tuple(Detection(0, 0, 1, 1, index, score, row) for row, (index, score) in enumerate(found))
    return OutputReading(output("boxes"), 0, 1, detections=Detections(all_boxes, 9, 3, "pixels", skipped))


def test_boxes_name_their_classes_with_their_scores() -> None:
    leading = leading_classes([boxes((2, 0.9), (0, 0.5))], NAMES) or ()
    assert [(each.label, each.value) for each in leading] == [("hen", 0.9), ("cat", 0.5)]
    assert main_classes(leading) == ((0, 2),)


def test_a_class_without_a_label_is_called_by_its_index() -> None:
    (leading,) = leading_classes([boxes((2, 0.9))], ()) or ()
    assert leading.label == "2"


def test_a_mask_names_its_largest_classes() -> None:
    mask = MaskSummary(4, 4, (MaskClass(1, 0.75), MaskClass(0, 0.25)), 0, None)
    leading = leading_classes([OutputReading(output("mask"), 0, 1, mask=mask)], NAMES) or ()
    assert [(each.label, each.value) for each in leading] == [("dog", 0.75), ("cat", 0.25)]


def test_a_sequence_names_a_class_in_a_row_once_and_all_of_it_counts() -> None:
    places = tuple(SequencePlace(index, 1.0) for index in (0, 0, 2, 2, 0, 1))
    leading = leading_classes([OutputReading(output("sequence"), 0, 1, sequence=places)], NAMES) or ()
    assert [each.index for each in leading] == [0, 2, 0, 1]
    assert main_classes(leading) == ((0, 0), (0, 2), (0, 0), (0, 1))


def test_a_blank_parts_the_same_characters_and_is_none_itself() -> None:
    places = tuple(SequencePlace(index, 1.0) for index in (1, 1, 0, 1, 2))
    leading = leading_classes([OutputReading(output("sequence"), 0, 1, sequence=places)], ("blank", "l", "o")) or ()
    assert "".join(each.label for each in leading) == "llo"


def test_a_detector_without_boxes_names_nothing_and_numbers_name_no_classes() -> None:
    assert leading_classes([boxes()], NAMES) == ()
    assert leading_classes([OutputReading(output("vector"), 0, 1)], NAMES) is None


def test_every_output_has_its_main_class() -> None:
    mask = MaskSummary(4, 4, (MaskClass(1, 1.0),), 0, None)
    readings = [boxes((2, 0.9), (1, 0.8)), OutputReading(output("mask", 1), 0, 1, mask=mask)]
    assert main_classes(leading_classes(readings, NAMES) or ()) == ((0, 2), (1, 1))
