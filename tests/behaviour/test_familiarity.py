"""A picture unlike all that a network was trained on is said to be so, above the prediction."""

import httpx
import pytest

from tests.conftest import SAMPLES

WARNING = "Unlike nearly all images this network was trained on"


def upload(server: str, sample: str) -> str:
    photo = {"file": (SAMPLES / sample).read_bytes()}
    return str(httpx.post(f"{server}/api/v1/images", files=photo).json()["id"])


def predictions(server: str, model: str, sample: str) -> dict[str, object]:
    address = f"{server}/api/v1/models/{model}/images/{upload(server, sample)}/predictions"
    found: dict[str, object] = httpx.get(address, timeout=60).json()
    return found


@pytest.mark.parametrize("sample", ["cameraman.jpg", "coffee.jpg"])
def test_a_photo_is_unfamiliar_to_the_network_of_digits(server: str, sample: str) -> None:
    assert predictions(server, "lenet5", sample)["unfamiliar"] is True


def test_of_ten_written_digits_at_most_one_is(server: str) -> None:
    digits = sorted(f"digits/{path.name}" for path in (SAMPLES / "digits").iterdir())
    warned = [digit for digit in digits if predictions(server, "lenet5", digit)["unfamiliar"]]
    assert len(digits) == 10
    assert len(warned) <= 1  # the limit is that of 98 % of the training images


def test_a_network_without_a_measure_says_nothing(server: str) -> None:
    assert predictions(server, "squeezenet1_1", "cat.jpg")["unfamiliar"] is None


@pytest.mark.parametrize("address", ["?model=lenet5&image={}", "compare?models=lenet5&image={}"])
def test_the_warning_stands_above_the_prediction(server: str, address: str) -> None:
    path = address.format(upload(server, "coffee.jpg"))
    page = httpx.get(f"{server}/{path}", headers={"Accept": "text/html"}, timeout=60)
    assert WARNING in page.text
    assert page.text.index(WARNING) < page.text.index('class="guesses')
