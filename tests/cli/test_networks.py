"""`convscope models` and `convscope inspect` print what the API answers, as a table or as JSON."""

import json
import re
from pathlib import Path

import onnx
import pytest

from tests.cli.conftest import Run
from tests.nets.models_folder import REASONS, place_broken_networks
from tests.nets.onnx_text import parse_network

ROOT = Path(__file__).resolve().parents[2]


def test_models_as_a_table_and_as_json(run: Run) -> None:
    code, table, _ = run("models")
    assert code == 0
    assert table.splitlines()[0].split()[:3] == ["id", "name", "year"]
    code, text, _ = run("models", "--json")
    listed = {model["id"]: model for model in json.loads(text)}
    assert {"squeezenet1_1", "efficientnet_lite0"} <= set(listed)
    assert all(model in table for model in listed)


def test_inspect_a_network_by_id_and_by_file(run: Run) -> None:
    code, by_id, _ = run("inspect", "squeezenet1_1", "--json")
    assert code == 0
    assert run("inspect", str(ROOT / "models" / "squeezenet1_1.onnx"), "--json")[1] == by_id
    first = json.loads(by_id)["layers"][0]
    assert (first["op"], first["output_shape"], first["params"]) == ("Conv", [64, 113, 113], 64 * (3 * 3 * 3 + 1))
    code, table, summary = run("inspect", "squeezenet1_1")
    assert "64 x 113 x 113" in table
    assert re.search(r"fire2\.concat +Concat +fire2 +128 x 56 x 56", table)
    assert "1,235,496 parameters" in summary
    (output,) = json.loads(by_id)["outputs"]
    assert (output["kind"], output["shape"], output["layer"]) == ("classes", [1000], "softmax")
    assert re.search(r"1000 +classes +certain", table)


def test_networks_that_can_not_be_used_are_listed_with_their_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    place_broken_networks(tmp_path)
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(tmp_path))
    code, table, reasons = run("models")
    assert code == 0
    assert all(re.search(rf"^{name} .*broken", table, re.MULTILINE) for name in REASONS)
    assert all(reason in reasons for reason in REASONS.values())
    listed = {model["id"]: model for model in json.loads(run("models", "--json")[1])}
    assert all(reason in listed[name]["problem"] for name, reason in REASONS.items())
    code, _, reason = run("inspect", "missing")
    assert code == 1
    assert REASONS["missing"] in reason


ANY_SIZE = "a = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(x) g = GlobalAveragePool(a) y = Flatten(g)"


def test_inspect_takes_the_size_that_a_file_leaves_open_or_guesses_it(tmp_path: Path, run: Run) -> None:
    path = str(tmp_path / "any-size.onnx")
    onnx.save(parse_network(ANY_SIZE, x="float[N, 3, H, W]"), path)
    code, text, message = run("inspect", path, "--json")
    assert code == 0
    assert json.loads(text)["layers"][0]["output_shape"] == [3, 112, 112]
    assert "224x224" in message
    code, text, message = run("inspect", path, "--size", "64x32", "--json")
    assert code == 0
    assert json.loads(text)["layers"][0]["output_shape"] == [3, 16, 32]
    assert message == ""


def test_inspect_takes_the_size_in_the_metadata_of_a_file(tmp_path: Path, run: Run) -> None:
    model = parse_network(ANY_SIZE, x="float[N, 3, H, W]")
    onnx.helper.set_model_props(model, {"imgsz": "[96, 64]"})
    path = tmp_path / "any-size.onnx"
    onnx.save(model, path)
    _, text, message = run("inspect", str(path), "--json")
    assert json.loads(text)["layers"][0]["output_shape"] == [3, 48, 32]
    assert "64x96" in message


def test_inspect_says_what_is_not_as_one_would_think(tmp_path: Path, run: Run) -> None:
    path = str(tmp_path / "several.onnx")
    model = parse_network("m = Mul(x, mask) y = Relu(m)", x="float[N, 4, 8, 8]")
    model.graph.input.append(onnx.helper.make_tensor_value_info("mask", onnx.TensorProto.FLOAT, ["N", 1, 8, 8]))
    onnx.save(model, path)
    code, _, message = run("inspect", path)
    assert code == 0
    assert "The input mask is filled with ones." in message
    assert "The input x takes 4 channels" in message
    assert json.loads(run("inspect", path, "--json")[1])["remarks"] == message.splitlines()[1:]


def test_inspect_refuses_a_size_that_is_none_or_contradicts_the_file(tmp_path: Path, run: Run) -> None:
    path = str(tmp_path / "fixed.onnx")
    onnx.save(parse_network(ANY_SIZE), path)
    code, _, message = run("inspect", path, "--size", "64")
    assert code == 2
    assert "224x224" in message
    code, _, message = run("inspect", path, "--size", "64x32")
    assert code == 1
    assert "8 x 8 pixels, not 64 x 32" in message
    code, _, message = run("inspect", "squeezenet1_1", "--size", "64x32")
    assert code == 1
    assert "pixels, not 64 x 32" in message


def test_inspect_tells_files_from_networks(tmp_path: Path, run: Run) -> None:
    (tmp_path / "lenet").write_bytes((ROOT / "models" / "lenet5.onnx").read_bytes())
    assert run("inspect", str(tmp_path / "lenet"))[0] == 0
    code, _, message = run("inspect", str(tmp_path / "nothing.onnx"))
    assert (code, message) == (1, "The file nothing.onnx is missing.\n")
