"""The start page with an example that has run: its maps, its predictions, and where they lead."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.inference import Inference
from app.settings import read_settings
from app.web.pages.address import Address
from app.web.pages.site import Site, site_of
from app.web.pages.start.examples import Example
from app.web.pages.start.page import StartPage, start_page
from tests.web.pages.conftest import engine_of

NETWORKS = ("alexnet", "alexnet-imagenette", "lenet5", "resnet18-imagenette", "squeezenet1_1")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with engine_of(tmp_path_factory, NETWORKS) as engine:
        yield engine


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(read_settings(), "en", tuple)


@pytest.fixture(scope="module")
def example(engine: Engine, cat: bytes, site: Site) -> Example:
    image = engine.pictures.add(lambda: cat).result().stored.id
    run = engine.layers.summary(Inference(engine.network("lenet5"), image)).result()
    return Example(site.samples[1], image, run.scores, run.statistics)


def page_of(site: Site, engine: Engine, model: str | None, *ready: Example) -> StartPage:
    network = engine.network(model) if model else None
    examples: Any = SimpleNamespace(network=network, samples=site.samples[:3])
    return start_page(site, engine.catalog, examples, ready)


def there(link: str | None) -> Address:
    return Address.model_validate({name: values[0] for name, values in parse_qs(urlsplit(link or "").query).items()})


def test_each_stage_has_the_strongest_maps_of_its_layer(site: Site, engine: Engine, example: Example) -> None:
    page = page_of(site, engine, "lenet5", example)
    values = engine.layers.activations(Inference(engine.network("lenet5"), example.image)).result().layers
    assert [stage.layer.map_size for stage in page.stages] == [(28, 28), (14, 14), (10, 10), (5, 5)]
    for stage in page.stages:
        maps = values[stage.layer.id]
        strongest = np.argsort(-maps.mean(axis=(1, 2)), kind="stable")[:4].tolist()
        assert [urlsplit(src).path.rpartition("/")[2] for src in stage.maps] == [f"{each}.png" for each in strongest]
        assert all(f"/images/{example.image}/layers/{stage.layer.id}/channels/" in src for src in stage.maps)
        assert stage.signed is bool(maps.min() < 0)
        assert there(stage.href) == Address(model="lenet5", image=example.image, layer=stage.layer.id)
        assert stage.name == (stage.layer.block or stage.layer.name)
    assert page.image is not None
    assert f"/{example.image}.png" in page.image


def test_only_what_has_run_has_a_prediction_and_can_be_opened(site: Site, engine: Engine, example: Example) -> None:
    page = page_of(site, engine, "lenet5", example)
    assert [each.sample for each in page.pictures] == [*site.samples[:3]]
    assert [each.prediction is not None for each in page.pictures] == [False, True, False]
    shown = page.pictures[1]
    assert there(shown.href) == Address(model="lenet5", image=example.image)
    assert shown.prediction is not None
    assert [each.index for each in shown.prediction.best] == np.argsort(-example.scores.scores)[:4].tolist()
    assert {each.href for each in page.pictures if each is not shown} == {None}


def test_before_anything_has_run_the_stages_have_no_maps(site: Site, engine: Engine) -> None:
    page = page_of(site, engine, "resnet18-imagenette")
    assert (page.image, {(stage.maps, stage.signed) for stage in page.stages}) == (None, {((), False)})
    assert [there(stage.href).image for stage in page.stages] == [None] * 5
    nothing = page_of(site, engine, None)
    assert (nothing.stages, nothing.pictures, nothing.image) == ((), (), None)


def test_networks_of_the_lecture_come_first_and_others_that_are_ready_fill_up(site: Site, engine: Engine) -> None:
    page = page_of(site, engine, "lenet5")
    ids = [card.card.id for card in page.cards]
    assert ids == ["lenet5", "resnet18-imagenette", "alexnet-imagenette", "squeezenet1_1"]
    assert [card.card.id for card in page.cards if card.chosen] == ["lenet5"]
    assert (page.networks, page.samples, page.max_bytes) == (5, site.samples, site.max_bytes)
    link, _, place = (page.drawing_href or "").partition("#")
    assert (there(link), place) == (Address(model="lenet5"), "drawing-pad")
