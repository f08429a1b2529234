"""A picture that is deleted is gone with all that was computed from it, on the page and by the API."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from app.main import create_app
from app.settings import read_settings
from tests.conftest import Serving


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def site(serve: Serving, folder: Path) -> Iterator[httpx.Client]:
    settings = read_settings(port=0, data_dir=folder, provider="cpu")
    with httpx.Client(base_url=f"http://localhost:{serve(create_app(settings), settings)}", timeout=60) as site:
        yield site


@pytest.fixture
def image(site: httpx.Client) -> str:
    file = io.BytesIO()
    Image.radial_gradient("L").save(file, "PNG")
    return str(site.post("/api/v1/images", files={"file": file.getvalue()}).json()["id"])


def addresses(image: str) -> list[str]:
    about = f"/api/v1/models/lenet5/images/{image}"
    return [
        f"/api/v1/images/{image}.png",
        f"{about}/view.png",
        f"{about}/tensor.npy",
        f"{about}/predictions",
        f"{about}/layers/conv_c1.png",
        f"{about}/layers/conv_c1/channels/0.npy",
        f"{about}/explanations/gradcam.png",
        f"/?model=lenet5&image={image}",
        f"/compare?models=lenet5&image={image}",
    ]


def test_nothing_is_answered_about_a_deleted_picture(site: httpx.Client, image: str, folder: Path) -> None:
    before = {address: site.get(address) for address in addresses(image)}
    assert {answer.status_code for answer in before.values()} == {200}
    assert site.delete(f"/api/v1/images/{image}").status_code == 204
    assert not list(folder.rglob("*.npy"))
    for address, answer in before.items():
        tag = {"If-None-Match": answer.headers["etag"]} if "etag" in answer.headers else {}
        assert site.get(address, headers=tag).status_code == 404, address


def test_deleting_twice_is_no_error(site: httpx.Client, image: str) -> None:
    for _ in range(2):
        assert site.delete(f"/api/v1/images/{image}").status_code == 204


def test_a_deleted_picture_may_be_added_again(site: httpx.Client, image: str) -> None:
    address = f"/api/v1/models/lenet5/images/{image}/predictions"
    before = site.get(address).json()["predictions"]
    site.delete(f"/api/v1/images/{image}")
    file = io.BytesIO()
    Image.radial_gradient("L").save(file, "PNG")
    assert site.post("/api/v1/images", files={"file": file.getvalue()}).json()["id"] == image
    assert site.get(address).json()["predictions"] == before


def test_the_button_of_the_page_deletes_the_picture(site: httpx.Client, image: str) -> None:
    assert "Delete this photo" in site.get(f"/?model=lenet5&image={image}&layer=conv_c1").text
    answer = site.post(f"/delete?model=lenet5&image={image}&layer=conv_c1", headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "./?model=lenet5&layer=conv_c1&deleted=1")
    page = site.get("/", params={"model": "lenet5", "deleted": 1})
    assert "were deleted" in page.text
    assert site.get(f"/api/v1/images/{image}.png").status_code == 404


def test_another_site_can_t_delete(site: httpx.Client, image: str) -> None:
    answer = site.post(f"/delete?image={image}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert site.get(f"/api/v1/images/{image}.png").status_code == 200


@pytest.mark.parametrize("address", ["/", "/?model=lenet5", "/compare?models="])
def test_every_page_that_takes_a_picture_says_how_long_it_is_kept(site: httpx.Client, address: str) -> None:
    page = site.get(address).text
    assert 'type="file"' in page
    assert "7\xa0days after its last use" in page
