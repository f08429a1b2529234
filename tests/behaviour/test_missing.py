"""The page of a network without weights under each setting: what the weights are, and how to download them."""

from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import read_settings
from tests.conftest import Serving
from tests.web.responses import Reader, check_sound

ROOT = Path(__file__).parents[2]
FIELD = {"type": "password"}
WORD = "lecture-7"


def page(serve: Serving, folder: Path, model: str, **chosen: object) -> Reader:
    settings = read_settings(port=0, data_dir=folder, **chosen)
    answer = httpx.get(f"http://127.0.0.1:{serve(create_app(settings), settings)}/?model={model}", timeout=60)
    assert answer.status_code == 200
    read = Reader(answer.text)
    check_sound(read)
    return read


def test_size_source_and_licence_of_weights_are_shown(serve: Serving, tmp_path: Path) -> None:
    shown = page(serve, tmp_path, "vgg16")
    for said in ("553 MB", "huggingface.co", "Apache-2.0", "GluonCV", "72.6 %", "convscope pull vgg16"):
        assert said in shown.text.replace("\xa0", " "), said
    assert "CONVSCOPE_ADMIN_TOKEN" in shown.text
    assert not shown.all("input", **FIELD)


def test_with_a_token_set_its_field_never_becomes_part_of_an_address(serve: Serving, tmp_path: Path) -> None:
    shown = page(serve, tmp_path, "vgg16", admin_token=WORD, mirrors="https://lab.example/{file}")
    (field,) = shown.all("input", **FIELD)
    assert "name" not in field
    assert shown.all("form", id="weights-form", **{"class": "scripted"})  # without scripts there is the command alone
    assert WORD not in shown.text
    assert "lab.example" in shown.text
    assert "CONVSCOPE_ADMIN_TOKEN" not in shown.text


def test_offline_only_bundles_are_offered(serve: Serving, tmp_path: Path) -> None:
    shown = page(serve, tmp_path, "vgg16", offline=True, admin_token=WORD)
    assert "convscope pull vgg16 --from BUNDLE" in shown.text
    assert "huggingface.co" not in shown.text
    assert not shown.all("input", **FIELD)


@pytest.mark.parametrize("model", ["vgg13", "inception_v3"])
def test_without_published_weights_no_download_is_offered(serve: Serving, tmp_path: Path, model: str) -> None:
    shown = page(serve, tmp_path, model, admin_token=WORD)
    assert "No published weights found" in shown.text
    assert not shown.all("input", **FIELD)
    assert "convscope pull" not in shown.text
