"""A picture in which a network for digits finds none is told of, in the API and on every page that shows the answer."""

from pathlib import Path

import httpx
import pytest

from tests.web.reading import Reader

SAMPLES = Path(__file__).parents[2] / "static" / "samples"
EMPTY = "No digit was found in this picture: the network was shown an empty field."


@pytest.fixture(scope="module")
def cat_id(server: str) -> str:
    files = {"file": (SAMPLES / "cat.jpg").read_bytes()}
    return str(httpx.post(f"{server}/api/v1/images", files=files).json()["id"])


def test_the_api_says_that_the_network_saw_an_empty_field(client: httpx.Client, cat: bytes, cat_id: str) -> None:
    assert client.get(f"models/lenet5/images/{cat_id}/predictions").json()["note"] == EMPTY
    assert client.post("models/lenet5/classify", files={"file": cat}).json()["note"] == EMPTY
    assert client.get(f"models/squeezenet1_1/images/{cat_id}/predictions").json()["note"] is None


@pytest.mark.parametrize("address", ["?model=lenet5&image={}", "compare?models=lenet5,squeezenet1_1&image={}"])
def test_the_page_says_it_beside_the_answer(server: str, cat_id: str, address: str) -> None:
    answer = httpx.get(f"{server}/{address.format(cat_id)}", headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 200
    assert EMPTY in Reader(answer.text).text
