"""Runs over photos: the numbers are those of onnxruntime and NumPy, and the same however they are divided."""

import math
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from app.jobs.photo_runs import WORKING_BYTES, PhotoRuns, concurrent_photos, photo_bytes
from app.jobs.result import JobResult
from app.jobs.result_file import DamagedResult, decode_result, encode_result
from app.nets.card import read_card
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.resources import MODELS
from app.work.stop import Stop
from tests.jobs.conftest import PHOTOS
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network

ALL = range(len(PHOTOS) + 1)


@pytest.fixture(scope="module")
def result(runs: PhotoRuns) -> JobResult:
    result = JobResult.empty(runs.network.graph, 3)
    assert list(runs.run(ALL, result, Stop(), 2)) == list(ALL)
    return result


def plain_maps(runs: PhotoRuns, value: str) -> np.ndarray:
    """The maps of one value for every photo, (photos, channels, height, width), by onnxruntime alone."""
    model = onnx.load(MODELS / "squeezenet1_1.onnx")
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(value))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    spec = runs.network.card.input
    maps = []
    for photo in range(len(PHOTOS)):
        view = runs.view(photo, Stop())[..., ::-1].astype(np.float32) * spec.scale  # its card says BGR
        tensor = ((view - spec.mean) / spec.std).astype(np.float32).transpose(2, 0, 1)[np.newaxis]
        maps.append(session.run([value], {session.get_inputs()[0].name: tensor})[0][0])
    return np.stack(maps)


@pytest.mark.parametrize("place", [0, 10, 40])
def test_the_strongest_cells_are_those_of_numpy(runs: PhotoRuns, result: JobResult, place: int) -> None:
    layer = runs.network.graph.layers[place]
    maps = plain_maps(runs, layer.output)
    for channel in range(0, layer.channels, 7):
        flat = maps[:, channel].reshape(len(PHOTOS), -1)
        best = np.argsort(-flat.max(axis=1), kind="stable")[:3]
        strongest = result.strongest(layer, channel)
        assert [each.photo for each in strongest] == best.tolist()
        assert [each.value for each in strongest] == pytest.approx(flat.max(axis=1)[best], rel=1e-4, abs=1e-4)
        for each in strongest:
            assert maps[each.photo, channel, each.y, each.x] == pytest.approx(each.value, rel=1e-4, abs=1e-4)


def test_blocks_in_another_order_make_the_same_file(runs: PhotoRuns, result: JobResult) -> None:
    blocks = [runs.block(photos, 3, Stop()) for photos in ([4, 5], [0], [1, 2, 3])]
    merged = JobResult.empty(runs.network.graph, 3)
    for block in blocks:
        merged.merge(block)
    assert encode_result(merged) == encode_result(result)


def test_accuracy_counts_the_photos_whose_folder_names_a_class(runs: PhotoRuns, result: JobResult) -> None:
    folders = ["tabby", "church", "", "golf_ball", "parachute", "church"]
    evaluation = result.evaluation(runs.network.labels, folders, is_exclusive=True)
    assert evaluation.judged == 4  # one folder has no name, one photo can't be read
    assert [each.problem for each in evaluation.results] == [None] * len(PHOTOS) + ["It is cut off."]
    assert [each.is_right for each in evaluation.results[3:5]] == [True, True]


def test_photos_that_are_not_run_yet_count_for_nothing(runs: PhotoRuns) -> None:
    evaluation = JobResult.empty(runs.network.graph, 3).evaluation(runs.network.labels, ["church"], is_exclusive=True)
    assert (evaluation.judged, evaluation.top1, evaluation.results[0].problem) == (0, None, None)


def test_a_file_gives_the_same_result(runs: PhotoRuns, result: JobResult) -> None:
    again = decode_result(encode_result(result))
    layer = runs.network.graph.layers[10]
    assert again.strongest(layer, 3) == result.strongest(layer, 3)
    assert again.predictions == result.predictions


@pytest.mark.parametrize("cut", [0, 1000])
def test_a_damaged_file_is_no_result(result: JobResult, cut: int) -> None:
    with pytest.raises(DamagedResult):
        decode_result(encode_result(result)[:cut])


def test_fewer_photos_are_run_in_parallel_where_memory_is_short(network: Network) -> None:
    assert concurrent_photos(network, 400_000_000) == 2
    assert concurrent_photos(network, 300_000_000) == 1


def test_a_cell_that_is_no_number_is_less_than_any(tmp_path: Path) -> None:
    model = parse_network("l = Log(x) g = GlobalAveragePool(l) y = Flatten(g)")
    path = place(tmp_path, "logarithm", model, ["a", "b", "c"])
    network = Network(read_card(path.with_suffix(".json")), path, ("a", "b", "c"), Runtime("cpu", "cpu", threads=1))
    view = np.random.default_rng(2).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    result = PhotoRuns(network, lambda photo, stop: view).block([4], 1, Stop())
    logarithms = network.activations(view, Stop()).layers[network.graph.layers[0].id]
    assert np.isnan(logarithms).any(axis=(1, 2)).all()
    for channel, cells in enumerate(logarithms):
        (cell,) = result.strongest(network.graph.layers[0], channel)
        assert cell.value == cells[cell.y, cell.x] == np.nanmax(cells)
    assert result.predictions[4].best == ()
    assert result.predictions[4].problem


def test_as_many_photos_are_under_way_as_the_memory_has_room_for(network: Network) -> None:
    floats = sum(math.prod(layer.shape) for layer in network.graph.layers)
    assert photo_bytes(network) == 2 * 4 * floats
    assert network.max_concurrent_runs == 2
    for photos, expected in ((0, 1), (1, 1), (2, 2), (5, 2)):
        room = WORKING_BYTES + photos * photo_bytes(network)
        assert concurrent_photos(network, room) == expected
    assert concurrent_photos(network, WORKING_BYTES + 2 * photo_bytes(network) - 1) == 1
    assert concurrent_photos(network, 0) == 1
