"""What the page says of weights that are not here, under each setting: what they are, and how they may come."""

from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import read_settings
from tests.conftest import Serving
from tests.web.reading import Reader, check_sound

ROOT = Path(__file__).parents[2]
FIELD = {"type": "password"}
WORD = "lecture-7"


def page(serve: Serving, folder: Path, model: str, **chosen: object) -> Reader:
    settings = read_settings(port=0, data_dir=folder, **chosen)
    answer = httpx.get(f"http://127.0.0.1:{serve(create_app(settings), settings)}/?model={model}")
    assert answer.status_code == 200
    read = Reader(answer.text)
    check_sound(read)
    return read


def test_it_says_how_large_they_are_from_where_and_under_which_licence(serve: Serving, tmp_path: Path) -> None:
    shown = page(serve, tmp_path, "vgg16")
    for said in ("553 MB", "huggingface.co", "Apache-2.0", "GluonCV", "72.6 %", "convscope pull vgg16"):
        assert said in shown.text.replace("\xa0", " "), said
    assert "CONVSCOPE_ADMIN_TOKEN" in shown.text
    assert not shown.all("input", **FIELD)


def test_with_a_token_set_there_is_a_field_for_it_which_no_form_puts_in_an_address(
    serve: Serving, tmp_path: Path
) -> None:
    shown = page(serve, tmp_path, "vgg16", admin_token=WORD, mirrors="https://lab.example/{file}")
    (field,) = shown.all("input", **FIELD)
    assert "name" not in field
    assert shown.all("form", id="weights-form", **{"class": "scripted"})  # without scripts there is the command alone
    assert WORD not in shown.text
    assert "lab.example" in shown.text
    assert "CONVSCOPE_ADMIN_TOKEN" not in shown.text


def test_offline_a_bundle_is_the_only_way(serve: Serving, tmp_path: Path) -> None:
    shown = page(serve, tmp_path, "vgg16", offline=True, admin_token=WORD)
    assert "convscope pull vgg16 --from BUNDLE" in shown.text
    assert "huggingface.co" not in shown.text
    assert not shown.all("input", **FIELD)


@pytest.mark.parametrize("model", ["vgg13", "inception_v3"])
def test_where_no_weights_are_known_none_are_offered(serve: Serving, tmp_path: Path, model: str) -> None:
    shown = page(serve, tmp_path, model, admin_token=WORD)
    assert "No published weights found" in shown.text
    assert not shown.all("input", **FIELD)
    assert "convscope pull" not in shown.text
