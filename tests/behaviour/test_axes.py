"""Every value of every layer is that of plain onnxruntime, whatever the rank and the order of a layer's axes."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

import httpx
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper

from app.nets.graph import read_graph
from app.nets.layer import Layer
from app.nets.taps import expose_outputs
from tests.conftest import serving
from tests.mirrors import LIGHT
from tests.nets.models_folder import place
from tests.nets.onnx_text import parse_network
from tests.web.responses import array, pixels

pytestmark = pytest.mark.slow

Floats = npt.NDArray[np.float32]
SIDE, STEP = 16, 0.003
CONV = "c = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (x, w) "
HEAD = " pool = GlobalAveragePool (last) flat = Flatten (pool) y = Gemm <transB = 1> (flat, fc)"
# The nodes, the version of ONNX, and constants that are lists of whole numbers.
BODIES: dict[str, tuple[str, int, dict[str, list[int]]]] = {
    "group-norm": (
        CONV + "r = Reshape (c, groups) n = InstanceNormalization (r, scale, bias) m = Reshape (n, whole) "
        "k = Mul (m, gain) last = Add (k, gain)" + HEAD,
        17,
        {"groups": [0, 2, -1], "whole": [1, 8, SIDE, SIDE]},
    ),
    "group-norm-operator": (
        CONV + "last = GroupNormalization <num_groups = 2> (c, scales, scales)" + HEAD, 21, {},
    ),
    "channel-shuffle": (
        CONV + "r = Reshape (c, groups) t = Transpose <perm = [0, 2, 1, 3, 4]> (r) last = Reshape (t, whole)" + HEAD,
        17,
        {"groups": [1, 2, 4, SIDE, SIDE], "whole": [1, 8, SIDE, SIDE]},
    ),
    "channel-attention": (
        CONV + "p = GlobalAveragePool (c) q = Squeeze (p, three) t = Transpose <perm = [0, 2, 1]> (q) "
        "k = Conv <kernel_shape = [3], pads = [1, 1]> (t, w1) u = Transpose <perm = [0, 2, 1]> (k) "
        "s = Sigmoid (u) v = Unsqueeze (s, three) last = Mul (c, v)" + HEAD,
        17,
        {"three": [3]},
    ),
    "space-to-batch": (
        CONV + "a = Transpose <perm = [1, 0, 2, 3]> (c) b = SpaceToDepth <blocksize = 2> (a) "
        "d = Transpose <perm = [1, 0, 2, 3]> (b) e = Conv <kernel_shape = [3, 3], pads = [1, 1, 1, 1]> (d, w2) "
        "h = Transpose <perm = [1, 0, 2, 3]> (e) i = DepthToSpace <blocksize = 2> (h) "
        "last = Transpose <perm = [1, 0, 2, 3]> (i)" + HEAD,
        17,
        {},
    ),
    "squeezed-scores": (
        CONV + "last = Relu (c)" + HEAD.replace("y =", "z =") + " y = Squeeze (z, zero)", 17, {"zero": [0]},
    ),
    "attention": (
        "c = Conv <kernel_shape = [4, 4], strides = [4, 4]> (x, patches) r = Reshape (c, tokens) "
        "t = Transpose <perm = [0, 2, 1]> (r) n = LayerNormalization (t, scales, scales) q = MatMul (n, square) "
        "h = Reshape (q, heads) a = Transpose <perm = [0, 2, 1, 3]> (h) b = Transpose <perm = [0, 2, 3, 1]> (h) "
        "s = MatMul (a, b) p = Softmax <axis = -1> (s) m = MatMul (p, a) u = Transpose <perm = [0, 2, 1, 3]> (m) "
        "v = Reshape (u, joined) g = Gelu (v) mean = ReduceMean <keepdims = 0> (g, one) "
        "y = Gemm <transB = 1> (mean, fc)",
        20,
        {"tokens": [1, 8, 16], "heads": [1, 16, 2, 4], "joined": [1, 16, 8], "one": [1]},
    ),
}  # fmt: skip
SHAPES = {
    "w": (8, 3, 3, 3), "w1": (1, 1, 3), "w2": (8, 8, 3, 3), "fc": (3, 8), "gain": (8, 1, 1), "scale": (2,),
    "bias": (2,), "scales": (8,), "patches": (8, 3, 4, 4), "square": (8, 8),
}  # fmt: skip
SHUFFLENET = "shufflenet"


@cache
def network(name: str) -> onnx.ModelProto:
    if name == SHUFFLENET:
        return _shufflenet()
    body, opset, lists = BODIES[name]
    model = parse_network(body, opset, f"float[1, 3, {SIDE}, {SIDE}]")
    read = {value for node in model.graph.node for value in node.input}
    random = np.random.default_rng(7)
    arrays = {
        key: (random.standard_normal(shape) / 3).astype(np.float32) for key, shape in SHAPES.items() if key in read
    }
    arrays |= {key: np.array(values) for key, values in lists.items()}
    model.graph.initializer.extend(numpy_helper.from_array(array, key) for key, array in arrays.items())
    return model


def _shufflenet() -> onnx.ModelProto:
    """The light ShuffleNet of the onnx wheel, with random weights."""
    model, random = onnx.load(LIGHT / "light_shufflenet.onnx"), np.random.default_rng(7)
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in [node for node in model.graph.node if node.op_type == "ConstantOfShape"]:
        shape = tuple(stored[node.input[0]].tolist())
        drawn = (
            random.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))
            if shape[1:]
            else random.uniform(0.5, 2, shape)
        )
        model.graph.initializer.append(numpy_helper.from_array(drawn.astype(np.float32), node.output[0]))
        model.graph.node.remove(node)
    return model


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    models = tmp_path_factory.mktemp("models")
    for name in BODIES:
        place(models, name, network(name), ["a", "b", "c"], width=SIDE, height=SIDE)
    place(models, SHUFFLENET, network(SHUFFLENET), [f"class {number}" for number in range(1000)], width=224, height=224)
    with (
        serving(tmp_path_factory.mktemp("data"), models) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def picture(site: httpx.Client, cat: bytes) -> str:
    return str(site.post("/api/v1/images", files={"file": cat}).json()["id"])


@cache
def session_of(name: str) -> ort.InferenceSession:
    """The network in plain onnxruntime, with the output of every layer in their order."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    content = expose_outputs(network(name), [layer.output for layer in layers_of(name)]).SerializeToString()
    return ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])


@cache
def layers_of(name: str) -> tuple[Layer, ...]:
    return read_graph(network(name)).layers


def in_onnxruntime(name: str, x: Floats) -> list[tuple[Layer, Floats]]:
    """Every layer, and its output as onnxruntime computes it from the input tensor (C, H, W)."""
    session = session_of(name)
    return list(zip(layers_of(name), session.run(None, {session.get_inputs()[0].name: x[np.newaxis]}), strict=True))


def close(found: Floats, expected: Floats) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * float(np.abs(expected).max()))


def ends(value: Floats) -> tuple[object, ...]:
    """The least and the greatest value, to compare with rounded ones."""
    margin = 1e-5 * float(np.abs(value).max())
    return tuple(pytest.approx(float(end), rel=1e-4, abs=margin) for end in (value.min(), value.max()))


@pytest.mark.parametrize("name", [*BODIES, SHUFFLENET])
def test_the_layers_are_those_of_onnxruntime(site: httpx.Client, picture: str, name: str) -> None:
    base = f"/api/v1/models/{name}/images/{picture}"
    statistics = {layer["id"]: layer for layer in site.get(f"{base}/layers").raise_for_status().json()["layers"]}
    for layer, value in in_onnxruntime(name, array(site, f"{base}/tensor.npy")):
        found = array(site, f"{base}/layers/{layer.id}.npy")
        assert found.size == value.size
        assert found.shape in {
            value.shape,
            *(value.shape[:axis] + value.shape[axis + 1 :] for axis in range(value.ndim)),
        }
        close(found, value.reshape(found.shape))
        own = statistics[layer.id]
        assert own["shape"] == list(found.shape)
        assert (own["min"], own["max"]) == ends(value)
        mean, margin = float(value.mean(dtype=np.float64)), 1e-5 * float(np.abs(value).max())
        assert own["mean"] == pytest.approx(mean, rel=1e-4, abs=margin)
        pixels(site.get(f"{base}/layers/{layer.id}.png"))


@pytest.mark.parametrize("name", BODIES)
def test_the_channels_hold_every_value_once(site: httpx.Client, picture: str, name: str) -> None:
    base = f"/api/v1/models/{name}/images/{picture}"
    for layer, value in in_onnxruntime(name, array(site, f"{base}/tensor.npy")):
        channels = [f"{base}/layers/{layer.id}/channels/{index}" for index in range(layer.channels)]
        parts = [array(site, f"{channel}.npy") for channel in channels]
        close(np.sort(np.concatenate([part.reshape(-1) for part in parts])), np.sort(value.reshape(-1)))
        for channel, part in zip(channels, parts, strict=True):
            figures = site.get(channel).raise_for_status().json()
            assert (figures["min"], figures["max"]) == ends(part)
            pixels(site.get(f"{channel}.png"))


@pytest.mark.parametrize("name", [*BODIES, SHUFFLENET])
def test_every_kind_of_layer_has_a_page(site: httpx.Client, picture: str, name: str) -> None:
    kinds = {(layer.op, layer.shape): layer for layer in layers_of(name) if not layer.is_channels_first}
    for layer, channel in product(kinds.values(), ("", "first", "last")):
        number = {"": {}, "first": {"channel": "0"}, "last": {"channel": str(layer.channels - 1)}}[channel]
        page = site.get("/", params={"model": name, "image": picture, "layer": layer.id} | number)
        assert page.status_code == 200, f"{layer.id} {channel}"


@pytest.mark.parametrize("name", BODIES)
def test_the_filters_of_every_layer_with_weights_are_drawn(site: httpx.Client, picture: str, name: str) -> None:
    base = f"/api/v1/models/{name}"
    for layer in (layer for layer in layers_of(name) if layer.op in ("Conv", "Gemm", "MatMul") and layer.weights):
        for path in ("filters.png", "filters/0.png", "filters/0.png?colour=1"):
            pixels(site.get(f"{base}/layers/{layer.id}/{path}"))
        for channel in (0, layer.channels - 1):
            pixels(site.get(f"{base}/images/{picture}/layers/{layer.id}/channels/{channel}/planes.png"))


def test_a_page_names_the_axes_of_tokens(site: httpx.Client, picture: str) -> None:
    softmax = next(layer.id for layer in layers_of("attention") if layer.op == "Softmax")
    page = site.get("/", params={"model": "attention", "image": picture, "layer": softmax}).text
    assert "groups × tokens × tokens" in page


def differences(name: str, x: Floats, cells: Mapping[str, tuple[int, int, int]]) -> dict[str, Floats]:
    """How each pixel moves a cell of each layer: central differences in onnxruntime, magnitudes summed over RGB."""
    fields = {layer: np.zeros(x.size) for layer in cells}
    for pixel in range(x.size):
        step = np.zeros(x.size, np.float32)
        step[pixel] = STEP
        ends = [in_onnxruntime(name, x + sign * step.reshape(x.shape)) for sign in (1, -1)]
        for (layer, above), (_, below) in zip(*ends, strict=True):
            slope = layer.maps_of(layer.without_batch((above - below) / (2 * STEP))).reshape(layer.map_shape)
            fields[layer.id][pixel] = slope[cells[layer.id]]
    return {layer: np.abs(field.reshape(x.shape)).sum(axis=0) for layer, field in fields.items()}


@pytest.mark.parametrize("name", BODIES)
def test_the_effective_field_of_every_layer_is_the_gradient(site: httpx.Client, picture: str, name: str) -> None:
    base = f"/api/v1/models/{name}/images/{picture}"
    cells = {
        layer.id: (layer.channels - 1, layer.map_size[0] // 2, layer.map_size[1] // 3) for layer in layers_of(name)
    }
    expected = differences(name, array(site, f"{base}/tensor.npy"), cells)
    for layer, (channel, y, x) in cells.items():
        field = array(site, f"{base}/layers/{layer}/cells/{channel}/{y}/{x}/effective.npy")
        np.testing.assert_allclose(field, expected[layer], rtol=0.05, atol=0.02 * float(field.max()), err_msg=layer)


@pytest.mark.parametrize("name", BODIES)
def test_an_explanation_is_made_or_refused_in_words(site: httpx.Client, picture: str, name: str) -> None:
    base = f"/api/v1/models/{name}/images/{picture}/explanations"
    for method in ("saliency", "occlusion"):
        assert site.get(f"{base}/{method}.json", params={"faithfulness": False}).status_code == 200
    assert site.get(f"{base}/gradcam.json", params={"faithfulness": False}).status_code in (200, 422)
