"""The branches of an Inception block."""

import re

import httpx
import pytest

from tests.web.pages.lessons.figures.conftest import GatherFigure


@pytest.mark.parametrize("model", ["googlenet-imagenette", "inception_v3-imagenette", "googlenet"])
def test_the_channels_of_the_branches_add_up_to_those_of_the_block(site: httpx.Client, model: str) -> None:
    page = site.get(f"/figures/branches?model={model}").raise_for_status().text
    (sum_of_channels,) = re.findall(r'<p class="shape">([\d +]+ = \d+)</p>', page)
    parts, whole = sum_of_channels.split(" = ")
    assert sum(map(int, parts.split(" + "))) == int(whole)


def test_the_first_block_of_googlenet_has_the_paper_s_shapes(site: httpx.Client) -> None:
    page = site.get("/figures/branches?model=googlenet").raise_for_status().text
    assert "64 + 128 + 32 + 32 = 256" in page


def test_a_network_without_such_a_block_is_named(site: httpx.Client) -> None:
    assert "VGG-16" in site.get("/figures/branches?model=vgg16").text


def test_its_figures_are_those_of_all_layers_between_the_input_of_the_block_and_its_end(
    gather_figure: GatherFigure,
) -> None:
    figure = gather_figure("branches", model="googlenet-imagenette")
    layers = figure.network.graph.layers
    after, before = {figure.source.id}, {figure.joined.id}
    for layer in layers:
        after |= {layer.id} if after & {*layer.inputs} else set()
    for layer in reversed(layers):
        before |= {*layer.inputs} if layer.id in before else set()
    inside = [layer for layer in layers if layer.id in after & before - {figure.source.id, figure.joined.id}]
    assert (figure.parameters, figure.macs) == (sum(each.params for each in inside), sum(each.macs for each in inside))
    assert [branch.channels for branch in figure.branches] == [
        next(layer.channels for layer in inside if layer.id == name) for name in figure.joined.inputs
    ]
    listed = [layer for branch in figure.branches for layer in branch.layers]
    assert sorted(listed, key=layers.index) == [each for each in inside if each.op != "Relu"]
    assert all([*branch.layers] == sorted(branch.layers, key=layers.index) for branch in figure.branches)
    assert figure.joined is next(layer for layer in layers if layer.op == "Concat" and len(layer.inputs) > 2)
    assert figure.href == f"?model=googlenet-imagenette&layer={figure.joined.id}"
