"""The arithmetic behind a layer's size and counts: the lecture's numbers, and every layer of the networks that ship."""

import re
from math import ceil, floor

from app.engine.engine import Engine
from app.nets.layer import Layer
from app.nets.network import Network
from app.web.pages.explorer.formulas import FormulasView, formulas_of


def formulas(network: Network, layer: Layer) -> FormulasView:
    return formulas_of(network, layer)


def plain(text: str | None) -> str:
    return re.sub(r"[\u00a0\u202f]", "", text or "")


def result_of(formula: str) -> tuple[float, float]:
    """Both sides of a formula, the left one computed."""
    left, right = plain(formula).split("=")
    for sign, word in (("×", "*"), ("−", "-"), ("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")")):
        left = left.replace(sign, word)
    return eval(left, {"__builtins__": {}, "floor": floor, "ceil": ceil}), int(right)  # noqa: S307  # our own text


def test_a_convolution_of_the_lecture(network: Network) -> None:
    conv = next(layer for layer in network.graph.layers if layer.op == "Conv")
    found = formulas(network, conv)
    assert [plain(text) for text in found.sizes] == ["(32−5)/1+1=28"]
    assert plain(found.parameters) == "(5×5×1+1)×6=156"
    assert plain(found.macs) == "6×28×28×5×5×1=117600"


def test_a_pool_has_a_size_and_no_parameters(network: Network) -> None:
    pool = next(layer for layer in network.graph.layers if "Pool" in layer.op)
    found = formulas(network, pool)
    assert ([plain(text) for text in found.sizes], found.parameters) == (["(28−2)/2+1=14"], None)


def test_a_receptive_field_grows_by_the_stride_of_what_is_read(network: Network) -> None:
    assert [plain(text) for text in formulas(network, network.layer("conv_c1")).fields] == ["1+(5−1)×1=5"]
    assert [plain(text) for text in formulas(network, network.layer("conv_c3")).fields] == ["6+(5−1)×2=14"]


def test_a_concatenation_and_a_flattened_map_have_their_counts(engine: Engine) -> None:
    googlenet, vgg = engine.network("googlenet"), engine.network("alexnet")
    concat = next(layer for layer in googlenet.graph.layers if layer.op == "Concat")
    assert plain(formulas(googlenet, concat).count).replace(" ", "") == "64+128+32+32=256"
    assert plain(formulas(vgg, vgg.layer("flatten")).count) == "256×6×6=9216"


def test_a_normalisation_has_two_parameters_a_channel(engine: Engine) -> None:
    resnet = engine.network("resnet18")
    batch = next(layer for layer in resnet.graph.layers if layer.op == "BatchNormalization")
    assert plain(formulas(resnet, batch).parameters) == "2×64=128"


def test_both_sides_are_equal_in_every_network(engine: Engine) -> None:
    for network in engine.catalog:
        for layer in network.graph.layers:
            found = formulas(network, layer)
            for formula in (*found.sizes, *found.fields, *filter(None, (found.count, found.parameters, found.macs))):
                left, right = result_of(formula)
                assert left == right, (network.id, layer.id)


def test_every_convolution_and_fully_connected_layer_has_its_formulas(engine: Engine) -> None:
    for network in engine.catalog:
        for layer in network.graph.layers:
            if layer.op in ("Conv", "Gemm"):
                found = formulas(network, layer)
                is_complete = found.parameters and found.macs and (found.sizes or layer.op == "Gemm")
                assert is_complete, (network.id, layer.id)
