"""A models folder in which most networks can't be used: each is named with the reason, and the others work."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import serving
from tests.nets.models_folder import CLASSIFIER, REASONS, place, place_broken_networks
from tests.nets.onnx_text import parse_network


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    place_broken_networks(folder)
    place(folder, "works", parse_network(CLASSIFIER), ["red", "green", "blue"])
    return folder


@pytest.fixture(scope="module")
def address(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("data"), models) as address:
        yield address


def test_the_list_has_all_and_says_why(address: str) -> None:
    listed = {model["id"]: model for model in httpx.get(f"{address}/api/v1/models").raise_for_status().json()}
    assert listed.keys() == REASONS.keys() | {"works"}
    assert (listed["works"]["status"], listed["works"]["problem"]) == ("ready", None)
    for name, reason in REASONS.items():
        assert listed[name]["status"] == "broken"
        assert reason in listed[name]["problem"]


def test_the_others_are_ready_and_work(address: str, cat: bytes) -> None:
    ready = httpx.get(f"{address}/readyz").raise_for_status().json()
    assert (ready["models_ready"], ready["models_broken"]) == (1, len(REASONS))
    assert "convscope_models_ready 1.0" in httpx.get(f"{address}/metrics").text
    answer = httpx.post(f"{address}/api/v1/models/works/classify", files={"file": cat})
    assert {each["label"] for each in answer.raise_for_status().json()["predictions"]} == {"red", "green", "blue"}


@pytest.mark.parametrize("name", REASONS)
def test_a_broken_network_is_refused_with_its_reason(address: str, name: str) -> None:
    for path in (name, f"{name}/layers/any/filters", f"{name}/time"):
        answer = httpx.get(f"{address}/api/v1/models/{path}")
        assert answer.status_code in (404, 422)
    answer = httpx.get(f"{address}/api/v1/models/{name}")
    assert answer.status_code == 422
    assert REASONS[name] in answer.json()["error"]["message"]


@pytest.mark.parametrize("page", ["?model=", "networks", "compare"])
def test_the_pages_show_the_reasons(address: str, page: str) -> None:
    text = httpx.get(f"{address}/{page}", headers={"Accept": "text/html"}).raise_for_status().text
    shown = dict(re.findall(r'<li data-id="([^"]+)">(.*?)</li>', text))
    assert shown.keys() == REASONS.keys()
    assert all(reason in shown[name] for name, reason in REASONS.items())


def test_the_page_of_a_broken_network_says_why(address: str) -> None:
    answer = httpx.get(f"{address}/?model=few-labels", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert REASONS["few-labels"] in answer.text
