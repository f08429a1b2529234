"""Networks whose cards have an id, a checksum and an input alone: every page, the API and the commands work."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.cli.conftest import Run, run
from tests.conftest import serving
from tests.nets.heads import FORMS, place_form, run_plainly
from tests.web.responses import Reader, array, check_links, check_sound

__all__ = ["run"]

NEEDED = ("id", "sha256", "input")
NETWORKS = {"classes": "softmax", "labels": "sigmoid", "unit": "one unit", "features": "features"}
PAGES = (
    "?model={model}",
    "?model={model}&image={image}&wait=true",
    "?model={model}&image={image}&wait=true&target=1",
    "?model={model}&image={image}&wait=true&layer=input",
    "?model={model}&image={image}&wait=true&layer=Conv_1&channel=1&cell=2,3",
    "?model={model}&image={image}&wait=true&why=0&method=occlusion",
    "networks",
    "compare",
    "compare?models={model}&models=classes&image={image}",
    "kernel?image={image}&model={model}",
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    for name, form in NETWORKS.items():
        card = place_form(folder, name, FORMS[form]).with_suffix(".json")
        facts = json.loads(card.read_text())
        card.write_text(json.dumps({field: facts[field] for field in NEEDED}))
    for labels in folder.glob("labels/*"):
        labels.unlink()
    return folder


@pytest.fixture(scope="module")
def site(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        serving(tmp_path_factory.mktemp("data"), models) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def image(site: httpx.Client, cat: bytes) -> str:
    identity: str = site.post("/api/v1/images", files={"file": cat}).json()["id"]
    return identity


@pytest.fixture(scope="module")
def visited() -> dict[httpx.URL, int]:
    return {}


def read(site: httpx.Client, address: str, language: str = "en") -> Reader:
    answer = site.get(f"/{address}", headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200, (address, answer.text)
    return Reader(answer.text)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("model", NETWORKS)
def test_no_page_has_a_blank_where_a_fact_is_missing(site: httpx.Client, image: str, model: str, address: str) -> None:
    page = read(site, address.format(model=model, image=image), "de")  # in German, "None" is no word
    check_sound(page)
    assert not re.search(r"\bNone\b|: ,|, \.", page.text)


@pytest.mark.parametrize("model", ["classes", "labels"])
@pytest.mark.parametrize("address", PAGES)
def test_every_link_leads_somewhere(
    site: httpx.Client, image: str, visited: dict[httpx.URL, int], address: str, model: str
) -> None:
    place = address.format(model=model, image=image)
    check_links(site, place, read(site, place), 200, visited)


def test_the_page_says_what_is_not_known(site: httpx.Client) -> None:
    facts = "its idea, its drawback, family, year, paper, training data, licence, source of the weights"
    assert f"Not known: {facts}, the names of its classes." in read(site, "?model=classes").text
    assert f"Not known: {facts}." in read(site, "?model=features").text
    assert "No description." in read(site, "networks").text


def test_a_network_without_classes_says_what_its_outputs_are(site: httpx.Client) -> None:
    assert "outputsFeature maps" in read(site, "?model=features").text
    listed = read(site, "networks").text
    assert "Layers: 6. Classes: 4." in listed
    assert "Layers: 6. Outputs: Feature maps." in listed
    outputs = site.get("/api/v1/models/features").json()["outputs"]
    assert [(each["name"], each["kind"], each["shape"]) for each in outputs] == [("y", "maps", [8, 8, 8])]


def test_classes_without_labels_are_called_by_their_indices(site: httpx.Client, models: Path, image: str) -> None:
    address = f"/api/v1/models/classes/images/{image}"
    answer = site.get(f"{address}/predictions").raise_for_status().json()
    tensor = array(site, f"{address}/tensor.npy")
    (expected,) = run_plainly(models / "classes.onnx", tensor.reshape(1, *tensor.shape[-3:]), "y")
    order = np.argsort(-expected[0], kind="stable").tolist()
    assert [(each["index"], each["label"]) for each in answer["predictions"]] == [(at, str(at)) for at in order]
    page = read(site, f"?model=classes&image={image}&wait=true")
    assert "No labels: nothing names the classes" in page.text
    assert "may be features" not in page.text
    assert [int(has["data-index"]) for has in page.all("li") if "data-index" in has][:4] == order


def test_the_api_gives_null_for_what_is_not_known(site: httpx.Client, models: Path) -> None:
    listed: dict[str, dict[str, Any]] = {each["id"]: each for each in site.get("/api/v1/models").json()}
    assert set(listed) == set(NETWORKS)
    unknown = ("family", "year", "paper", "trained_on", "source", "licence", "top1")
    for name, each in listed.items():
        assert each["name"] == name
        assert {each[field] for field in unknown} == {None}
        assert each["bytes"] == (models / f"{name}.onnx").stat().st_size
    assert {name: each["labels"] for name, each in listed.items()} == {
        "classes": 4, "labels": 4, "unit": 1, "features": 0
    }  # fmt: skip
    card = site.get("/api/v1/models/classes").json()["card"]
    assert {field for field, value in card.items() if value not in (None, [])} == {*NEEDED, "name"}


def test_the_commands_take_them_too(models: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("CONVSCOPE_MODELS_DIR", str(models))
    code, table, warnings = run("models")
    assert (code, warnings) == (0, "")
    assert "None" not in table
    code, report, _ = run("check")
    assert code == 0, report
    assert all(f"{name} loads, runs, and has the checksum of its card" in report for name in NETWORKS)
