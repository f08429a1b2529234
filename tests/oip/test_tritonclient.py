"""The Open Inference Protocol as Triton's own client speaks it: synchronous, in threads, and with asyncio.

`make oip` runs it, in an environment that has `tritonclient`. What is served is compared with plain onnxruntime, to the
bit, and what is exported for Triton is read with Triton's own description of configurations.
"""

import asyncio
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
import onnxruntime as ort
import pytest

from tests.conftest import COMMAND, ROOT

pytest.importorskip("tritonclient.http", reason="tritonclient is not installed: run `make oip`")

import tritonclient
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from google.protobuf import text_format  # type: ignore[import-untyped]  # it ships no types
from tritonclient.utils import InferenceServerException

MODELS = ("squeezenet1_1", "efficientnet_lite0", "lenet5", "resnet18-imagenette")
Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[Any]:
    with triton.InferenceServerClient(server.removeprefix("http://"), concurrency=4) as client:
        yield client


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model repository with every one of the networks."""
    folder = tmp_path_factory.mktemp("triton")
    for model in MODELS:
        subprocess.run([*COMMAND, "export-triton", model, "-o", str(folder)], cwd=ROOT, check=True)
    return folder


def in_onnxruntime(path: Path, tensor: Floats) -> Mapping[str, Floats]:
    """The outputs of a file in plain onnxruntime, with its default options."""
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {session.get_inputs()[0].name: tensor}), strict=True))


def tensor_for(client: Any, model: str) -> tuple[str, Floats]:
    """The name of the model's input, and random numbers for it."""
    (described,) = client.get_model_metadata(model)["inputs"]
    assert described["datatype"] == "FP32"
    return described["name"], np.random.default_rng(5).standard_normal(described["shape"], dtype=np.float32)


def infer_input(kind: ModuleType, name: str, tensor: Floats, binary: bool = True) -> list[Any]:
    given = kind.InferInput(name, tensor.shape, "FP32")
    given.set_data_from_numpy(tensor, binary_data=binary)
    return [given]


def test_the_server_is_alive_ready_and_described(client: Any) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.get_server_metadata()["extensions"] == ["binary_tensor_data"]
    for model in MODELS:
        (version,) = client.get_model_metadata(model)["versions"]
        assert client.is_model_ready(model)
        assert client.is_model_ready(f"{model}.layers", version)
    assert not client.is_model_ready("vgg16")
    assert not client.is_model_ready("nothing")


@pytest.mark.parametrize("binary", [True, False], ids=["binary", "JSON"])
@pytest.mark.parametrize("model", MODELS)
def test_outputs_are_those_of_the_file_to_the_bit(client: Any, model: str, binary: bool) -> None:
    name, tensor = tensor_for(client, model)
    expected = in_onnxruntime(ROOT / "models" / f"{model}.onnx", tensor)
    outputs = [triton.InferRequestedOutput(each, binary_data=binary) for each in expected]
    result = client.infer(model, infer_input(triton, name, tensor, binary), outputs=outputs, request_id="a 1")
    assert result.get_response()["id"] == "a 1"
    for each, array in expected.items():
        np.testing.assert_array_equal(result.as_numpy(each), array)


@pytest.mark.parametrize("model", MODELS)
def test_every_layer_is_that_of_the_exported_model_to_the_bit(client: Any, repository: Path, model: str) -> None:
    name, tensor = tensor_for(client, model)
    result = client.infer(f"{model}.layers", infer_input(triton, name, tensor))
    expected = in_onnxruntime(repository / f"{model}.layers" / "1" / "model.onnx", tensor)
    assert [each["name"] for each in result.get_response()["outputs"]] == [*expected]
    for each, array in expected.items():
        np.testing.assert_array_equal(result.as_numpy(each), array, each)


def test_requests_in_threads_are_answered_each_with_its_own(client: Any) -> None:
    name, tensor = tensor_for(client, "lenet5")
    tensors = [tensor * factor for factor in range(1, 9)]
    running = [client.async_infer("lenet5", infer_input(triton, name, each)) for each in tensors]
    for each, request in zip(tensors, running, strict=True):
        expected = in_onnxruntime(ROOT / "models" / "lenet5.onnx", each)
        np.testing.assert_array_equal(request.get_result().as_numpy("scores"), next(iter(expected.values())))


def test_asyncio_is_answered_as_well(server: str, client: Any) -> None:
    name, tensor = tensor_for(client, "lenet5")

    async def ask() -> list[Floats]:
        async with triton_aio.InferenceServerClient(server.removeprefix("http://")) as aio:
            assert await aio.is_server_ready()
            assert (await aio.get_model_metadata("lenet5"))["name"] == "lenet5"
            results = await asyncio.gather(
                *(aio.infer("lenet5", infer_input(triton_aio, name, tensor * factor)) for factor in range(1, 9))
            )
            with pytest.raises(InferenceServerException, match="There is no network"):
                await aio.get_model_metadata("nothing")
            return [result.as_numpy("scores") for result in results]

    for factor, scores in enumerate(asyncio.run(ask()), 1):
        expected = in_onnxruntime(ROOT / "models" / "lenet5.onnx", tensor * factor)
        np.testing.assert_array_equal(scores, next(iter(expected.values())))


@pytest.mark.parametrize(
    ("ask", "status", "words"),
    [
        (lambda client, given: client.infer("nothing", given), "404", "There is no network"),
        (lambda client, given: client.infer("lenet5", given, model_version="7"), "404", "there is no other"),
        (lambda client, given: client.infer("vgg16", given), "409", "convscope pull vgg16"),
        (lambda client, given: client.infer("squeezenet1_1", given), "400", "The shape of the input input is"),
        (lambda client, given: client.infer("lenet5", given, sequence_id=4), "400", "sequence_id"),
        (
            lambda client, given: client.infer("lenet5", given, outputs=[triton.InferRequestedOutput("x")]),
            "400",
            "no output x",
        ),
        (
            lambda client, given: client.infer(
                "lenet5", given, outputs=[triton.InferRequestedOutput("scores", class_count=3)]
            ),
            "400",
            "classification",
        ),
        (
            lambda client, given: client.infer("lenet5", given, request_compression_algorithm="gzip"),
            "415",
            "Compressed",
        ),
        (lambda client, given: client.get_model_repository_index(), "404", "no extension"),
        (lambda client, given: client.register_system_shared_memory("r", "/r", 16), "404", "no extension"),
        (lambda client, given: client.get_inference_statistics("lenet5"), "404", "no extension"),
        (lambda client, given: client.get_trace_settings(), "404", "no extension"),
    ],
)
def test_the_client_raises_the_words_of_every_error(client: Any, ask: Any, status: str, words: str) -> None:
    name, tensor = tensor_for(client, "lenet5")
    with pytest.raises(InferenceServerException, match=words) as caught:
        ask(client, infer_input(triton, name, tensor))
    assert caught.value.status() == status


@pytest.mark.parametrize("ending", ["", ".layers"])
@pytest.mark.parametrize("model", MODELS)
def test_triton_reads_the_configuration_as_what_is_served_here(
    client: Any, repository: Path, model: str, ending: str
) -> None:
    description = model_config_description()
    config = description.ModelConfig()
    text_format.Parse((repository / f"{model}{ending}" / "config.pbtxt").read_text(), config)
    served = client.get_model_metadata(f"{model}{ending}")
    virtual = () if ending else ("logits", "scores")
    assert (config.name, config.backend, config.max_batch_size) == (served["name"], "onnxruntime", 0)
    for parts, described in ((config.input, served["inputs"]), (config.output, served["outputs"])):
        assert [
            {"name": each.name, "datatype": description.DataType.Name(each.data_type)[5:], "shape": [*each.dims]}
            for each in parts
        ] == [each for each in described if each["name"] not in virtual]
    labelled = [each for each in config.output if each.label_filename]
    assert labelled
    for each in labelled:
        labels = (repository / config.name / each.label_filename).read_text().splitlines()
        assert len(labels) == np.prod(each.dims)


def example(server: str, language: str) -> str:
    """The first example of the document in this language that asks a server, with this server's address."""
    text = (ROOT / "docs" / "inference-protocol.md").read_text("utf-8")
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if "127.0.0.1" in block).replace("127.0.0.1:8000", server[len("http://") :])


def test_the_python_example_of_the_document_gives_what_classify_gives(server: str, cat: bytes) -> None:
    command = [sys.executable, "-c", example(server, "python")]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    best = httpx.post(f"{server}/api/v1/models/squeezenet1_1/classify", files={"file": cat}).json()["predictions"][0]
    assert output.startswith(f"class {best['index']} score {best['score']:.3f}"[:-1])
    assert output.endswith("layer (1, 16, 56, 56)\n")


def test_the_shell_example_of_the_document_runs(server: str) -> None:
    command = ["bash", "-euo", "pipefail", "-c", example(server, "sh")]
    output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    answer = json.loads(output[output.index('{"model_name"') :])
    assert (answer["id"], answer["outputs"][0]["shape"]) == ("my first", [1, 10])


def model_config_description() -> Any:
    """Triton's description of a configuration: the module alone, as its package needs gRPC."""
    path = Path(tritonclient.__file__).parent / "grpc" / "model_config_pb2.py"
    spec = importlib.util.spec_from_file_location("model_config_pb2", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
