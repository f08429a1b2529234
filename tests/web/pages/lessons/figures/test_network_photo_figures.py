"""What the figures of a network on a photo say is in its run on that photo, and their links lead to where they say."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.images.perturbations.change import Change, apply_changes
from app.nets.network import Network
from app.nets.outputs import Activations
from app.rendering.png import encode_rgb
from app.web.pages.address import Address
from app.web.pages.lessons.figures.maps import _stages
from tests.web.pages.lessons.figures.conftest import GatherFigure

KINDS = {
    "confidence": "lenet5",
    "filters": "squeezenet1_1",
    "input-gradient": "squeezenet1_1",
    "maps": "lenet5",
    "photo-shift": "lenet5",
    "variations": "lenet5",
    "zeros": "squeezenet1_1",
}


@pytest.fixture(scope="module")
def photo(engine: Engine, cat: bytes) -> str:
    return engine.pictures.add(lambda: cat).result().stored.id


def run_of(engine: Engine, model: str, image: str) -> Activations:
    return engine.layers.activations(Inference(engine.network(model), image)).result()


def parts(value: Any) -> Iterator[tuple[Any, str, str]]:
    """The texts in a figure, and in what it is made of, each with the field that it is in."""
    if is_dataclass(value) and not isinstance(value, Network):
        for field in fields(value):
            content = getattr(value, field.name)
            if isinstance(content, str):
                yield value, field.name, content
            else:
                yield from parts(content)
    elif isinstance(value, tuple):
        for each in value:
            yield from parts(each)


def address_of(link: str) -> Address:
    return Address.model_validate({name: values[-1] for name, values in parse_qs(urlsplit(link).query).items()})


@pytest.mark.parametrize(("kind", "model"), KINDS.items())
def test_its_links_lead_to_the_network_the_photo_and_the_layer(
    gather_figure: GatherFigure, photo: str, kind: str, model: str
) -> None:
    figure = gather_figure(kind, model=model, image=photo)
    links = [(part, text) for part, name, text in parts(figure) if name == "href"]
    assert links
    for part, link in links:
        there, layer = address_of(link), getattr(part, "layer", getattr(figure, "layer", None))
        changed = getattr(part, "photo", f"/{photo}.")
        assert (there.model, f"/{there.image}." in changed) == (model, True)
        assert there.layer == (layer.id if layer else None)
        assert there.channel == getattr(part, "channel", None)
    pictures = [text for _, _, text in parts(figure) if text.startswith("api/")]
    assert all(photo in each or kind in ("filters", "variations") for each in pictures[:1])


def test_filters_are_those_with_the_strongest_maps(gather_figure: GatherFigure, engine: Engine, photo: str) -> None:
    for model, colours in (("squeezenet1_1", True), ("lenet5", False)):
        figure = gather_figure("filters", model=model, image=photo)
        values = run_of(engine, model, photo).layers[figure.layer.id]
        strongest = np.argsort(-values.mean(axis=(1, 2)), kind="stable")[:8].tolist()
        assert [each.channel for each in figure.channels] == strongest
        assert (figure.in_colour, figure.is_signed) == (colours, bool(values.min() < 0))
        for each in figure.channels:
            own = values[each.channel]
            assert (each.least, each.most) == (own.min(), own.max())
            path, query = urlsplit(each.filter)[2:4]
            assert path.endswith(f"/layers/{figure.layer.id}/filters/{each.channel}.png")
            assert parse_qs(query).get("colour") == (["1"] if colours else None)
            assert f"/images/{photo}/layers/{figure.layer.id}/channels/{each.channel}.png" in each.map


def test_maps_are_the_strongest_of_the_last_layer_of_each_size(
    gather_figure: GatherFigure, engine: Engine, photo: str
) -> None:
    figure = gather_figure("maps", model="lenet5", image=photo)
    layers, run = engine.network("lenet5").graph.layers, run_of(engine, "lenet5", photo)
    assert figure.input_size == (32, 32)
    assert [stage.layer.map_size for stage in figure.stages] == [(28, 28), (14, 14), (10, 10), (5, 5)]
    for stage in figure.stages:
        values = run.layers[stage.layer.id]
        assert not [each for each in layers[layers.index(stage.layer) + 1 :] if each.map_size == stage.layer.map_size]
        means = values.mean(axis=(1, 2))
        assert [channel for channel, _ in stage.maps] == np.argsort(-means, kind="stable")[:4].tolist()
        for channel, src in stage.maps:
            assert f"/images/{photo}/layers/{stage.layer.id}/channels/{channel}.png" in src
        assert stage.is_signed is bool(values.min() < 0)
        assert (stage.statistics.min, stage.statistics.max) == (values.min(), values.max())
        assert stage.field == tuple(round(side) for side in stage.layer.receptive_field.size)


@pytest.mark.parametrize("count", range(1, 14))
def test_of_many_sizes_six_are_shown_from_the_first_to_the_last(count: int) -> None:
    sides = [2 * count - 2 * at for at in range(count)]
    layers: list[Any] = [SimpleNamespace(map_size=(side, side + 1), is_spatial=True) for side in sides for _ in "ab"]
    beside: list[Any] = [SimpleNamespace(map_size=size, is_spatial=size == (1, 9)) for size in ((1, 9), (7, 8))]
    found = [each.map_size[0] for each in _stages([*beside, *layers, *beside])]
    assert (len(found), found[0], found[-1]) == (min(6, count), sides[0], sides[-1])
    gaps = np.diff([sides.index(side) for side in found])
    assert count == 1 or (gaps.min() >= 1 and gaps.max() - gaps.min() <= 1)
    assert all(layer in layers[1::2] for layer in _stages(layers))


@pytest.mark.parametrize("columns", [0, 3])
def test_a_shift_changes_the_maps_by_a_share_of_their_length(
    gather_figure: GatherFigure, engine: Engine, photo: str, columns: int
) -> None:
    figure = gather_figure("photo-shift", model="lenet5", image=photo, columns=columns)
    images = [src.rpartition("/")[2].partition(".")[0] for src in figure.photos]
    before, after = map(engine.pictures.get, images)
    assert images[0] == photo
    assert np.array_equal(after[:, columns:], before[:, : before.shape[1] - columns])
    assert figure.size == before.shape[1::-1]
    own, moved = (run_of(engine, "lenet5", image) for image in images)

    def share(layer: str) -> float:
        difference = moved.layers[layer].astype(float) - own.layers[layer]
        return float(np.sqrt(np.square(difference).sum() / np.square(own.layers[layer].astype(float)).sum()))

    pools = [layer for layer in figure.network.graph.layers if "Pool" in layer.op]
    assert [each.layer for each in figure.poolings] == pools
    for each in figure.poolings:
        assert (each.before, each.after) == pytest.approx((share(each.layer.inputs[0]), share(each.layer.id)))
    best = int(own.scores.scores.argmax())
    assert (figure.label, figure.moved_label) == (str(best), str(int(moved.scores.scores.argmax())))
    assert figure.scores == (own.scores.scores[best], moved.scores.scores[best])


def test_a_narrow_photo_is_moved_by_less_than_its_width(gather_figure: GatherFigure, engine: Engine) -> None:
    pixels = np.arange(3 * 40 * 3, dtype=np.uint8).reshape(40, 3, 3)
    image = engine.pictures.add(lambda: encode_rgb(pixels)).result().stored.id
    figure = gather_figure("photo-shift", model="lenet5", image=image, columns=16)
    moved = engine.pictures.get(figure.photos[1].rpartition("/")[2].partition(".")[0])
    assert np.array_equal(moved[:, 2], pixels[:, 0])


@pytest.mark.parametrize(("change", "unchanged", "count"), [("brightness", 1.0, 7), ("rotation", 0.0, 8)])
def test_each_variation_has_its_own_prediction(
    gather_figure: GatherFigure, engine: Engine, photo: str, change: str, unchanged: float, count: int
) -> None:
    figure = gather_figure("variations", model="lenet5", image=photo, change=change)
    amounts = [each.amount for each in figure.variations]
    assert (len(amounts), amounts) == (count, sorted(set(amounts)))
    rgb, network = engine.pictures.get(photo), engine.network("lenet5")
    own = int(run_of(engine, "lenet5", photo).scores.scores.argmax())
    assert (figure.label, figure.size) == (str(own), rgb.shape[1::-1])
    assert unchanged in amounts
    for each in figure.variations:
        image = str(address_of(each.href).image)
        changed = rgb if each.amount == unchanged else apply_changes(rgb, [Change(change, (each.amount,))])
        assert np.array_equal(engine.pictures.get(image), changed)
        scores = engine.predictions.scores(Inference(network, image)).result().scores
        assert (each.label, each.score) == (str(int(scores.argmax())), scores.max())
        assert (each.share, each.is_same) == (scores[own], bool(scores.argmax() == own))


def test_zeros_are_counted_after_some_relus_from_the_first_to_the_last(
    gather_figure: GatherFigure, engine: Engine, photo: str
) -> None:
    figure = gather_figure("zeros", model="squeezenet1_1", image=photo)
    relus = [layer for layer in figure.network.graph.layers if layer.op == "Relu"]
    places = [relus.index(each.layer) for each in figure.layers]
    assert (len(places), places[0], places[-1]) == (16, 0, len(relus) - 1)
    assert set(np.diff(places)) == {1, 2}
    values = run_of(engine, "squeezenet1_1", photo).layers
    for each in figure.layers:
        zero = values[each.layer.id] == 0
        assert each.share == pytest.approx(zero.mean())
        assert each.dead == zero.reshape(len(zero), -1).all(axis=1).sum()


@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_the_best_classes_and_the_rest_are_all_of_the_probability(
    gather_figure: GatherFigure, engine: Engine, photo: str, temperature: float
) -> None:
    for model, is_listed in (("squeezenet1_1", False), ("lenet5", True)):
        figure = gather_figure("confidence", model=model, image=photo, temperature=temperature)
        logits = run_of(engine, model, photo).scores.logits.astype(float) / temperature
        shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        best = np.argsort(-shares)[:5].tolist()
        assert [each.index for each in figure.top.best] == best
        assert [each.score for each in figure.top.best] == pytest.approx(shares[best].tolist(), abs=1e-6)
        assert figure.rest == pytest.approx(1 - shares[best].sum(), abs=1e-5)
        assert figure.classes == (tuple("0123456789") if is_listed else ())
        assert (figure.size, figure.sample) == (engine.pictures.get(photo).shape[1::-1], "")
        there = address_of(figure.href)
        assert (there.top_k, there.temperature) == (5, temperature)
        assert {network.id for network in figure.networks} >= {"lenet5", "squeezenet1_1"}
        assert all(network.has_weights and network.classes for network in figure.networks)


def test_without_a_photo_it_is_a_sample_that_can_be_chosen(
    gather_figure: GatherFigure, photo: str, engine: Engine
) -> None:
    figure = gather_figure("confidence", model="lenet5")
    assert (figure.sample, f"/{photo}." in figure.photo) == ("cat", True)
    other = gather_figure("confidence", model="lenet5", sample="coffee", image=photo)
    assert (other.sample, f"/{photo}." in other.photo) == ("coffee", False)
    assert {"cat", "coffee"} <= {sample.id for sample in figure.samples}


def test_the_gradient_is_that_of_the_class_that_is_predicted(
    gather_figure: GatherFigure, engine: Engine, photo: str
) -> None:
    figure = gather_figure("input-gradient", model="squeezenet1_1", image=photo)
    best = figure.network.labels[int(run_of(engine, "squeezenet1_1", photo).scores.scores.argmax())]
    path, query = urlsplit(figure.gradient)[2:4]
    there = address_of(figure.href)
    assert (figure.label, there.why, parse_qs(query)["target"]) == (best, best, [best])
    assert (there.method, "/explanations/saliency.png" in path) == ("saliency", True)
    assert figure.size == (figure.network.card.input.width, figure.network.card.input.height)
    assert unquote(figure.view).endswith(f"/images/{photo}/view.png")
