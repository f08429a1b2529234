"""What is unusual about a photo, a file that was cut off or a missing digit, is noted by the API and on every page."""

import io

import httpx
import pytest
from PIL import Image

from tests.web.responses import Reader

EMPTY = "No digit was detected in this picture: the input of the network is empty."
CUT_OFF = "The file was cut off: what is missing of the picture is grey or less sharp."
NO_STROKES = "The ink in this picture does not look like the strokes of a pen: there may be no digit."


@pytest.fixture(scope="module")
def paper() -> bytes:
    """An empty sheet as PNG."""
    file = io.BytesIO()
    Image.new("RGB", (120, 90), (236, 233, 225)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def paper_id(server: str, paper: bytes) -> str:
    return str(httpx.post(f"{server}/api/v1/images", files={"file": paper}).json()["id"])


def test_the_api_notes_an_empty_input(client: httpx.Client, paper: bytes, paper_id: str) -> None:
    assert client.get(f"models/lenet5/images/{paper_id}/predictions").json()["note"] == EMPTY
    assert client.post("models/lenet5/classify", files={"file": paper}).json()["note"] == EMPTY
    assert client.get(f"models/squeezenet1_1/images/{paper_id}/predictions").json()["note"] is None


def test_the_api_notes_an_input_that_is_hardly_a_digit(client: httpx.Client, cat: bytes) -> None:
    assert client.post("models/lenet5/classify", files={"file": cat}).json()["note"] == NO_STROKES


@pytest.mark.parametrize("address", ["?model=lenet5&image={}", "compare?models=lenet5,squeezenet1_1&image={}"])
def test_the_page_shows_the_note_with_the_prediction(server: str, paper_id: str, address: str) -> None:
    answer = httpx.get(f"{server}/{address.format(paper_id)}", headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 200
    assert EMPTY in Reader(answer.text).text


@pytest.fixture(scope="module")
def cut_photo(cat: bytes) -> bytes:
    """The first half of a photo's file."""
    return cat[: len(cat) // 2]


@pytest.fixture(scope="module")
def cut_id(server: str, cut_photo: bytes) -> str:
    answer = httpx.post(f"{server}/api/v1/images", files={"file": cut_photo})
    assert (answer.status_code, answer.json()["note"]) == (201, CUT_OFF)
    return str(answer.json()["id"])


def test_the_api_notes_a_file_that_was_cut_off(
    client: httpx.Client, image: str, cut_photo: bytes, cut_id: str, cat: bytes
) -> None:
    assert client.post("images", files={"file": cat}).json()["note"] is None
    assert client.get(f"models/squeezenet1_1/images/{image}/predictions").json()["note"] is None
    assert client.get(f"models/squeezenet1_1/images/{cut_id}/predictions").json()["note"] == CUT_OFF
    assert client.post("models/squeezenet1_1/classify", files={"file": cut_photo}).json()["note"] == CUT_OFF
    assert client.get(f"models/lenet5/images/{cut_id}/predictions").json()["note"].startswith(CUT_OFF + " The ink")


@pytest.mark.parametrize(
    "address",
    [
        "?model=squeezenet1_1&image={}",
        "?model=vgg16&image={}",  # without weights
        "compare?models=lenet5,squeezenet1_1&image={}",
    ],
)
def test_the_page_shows_the_note_on_a_file_that_was_cut_off(server: str, cut_id: str, address: str) -> None:
    answer = httpx.get(f"{server}/{address.format(cut_id)}", headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 200
    assert CUT_OFF in Reader(answer.text).text
