"""The prediction of a network in a lesson."""

import re

import httpx
import pytest


def shares(page: str) -> list[float]:
    table = page[page.index('class="answer"') :]
    return [float(share) for share in re.findall(r"<td>([\d.]+)\s*%</td>", table[: table.index("</table>")])]


def test_the_shares_are_those_of_the_api_and_add_up(site: httpx.Client) -> None:
    page = site.get("/figures/confidence?model=squeezenet1_1").raise_for_status().text
    image = re.findall(r"images/(\w+)\.png", page)[0]
    answer = site.get(f"/api/v1/models/squeezenet1_1/images/{image}/predictions?top_k=5").raise_for_status().json()
    assert shares(page)[:5] == pytest.approx([100 * each["score"] for each in answer["predictions"]], abs=0.06)
    assert sum(shares(page)) == pytest.approx(100, abs=0.3)


def test_a_higher_temperature_lowers_the_confidence(site: httpx.Client) -> None:
    low, high = (site.get(f"/figures/confidence?temperature={t}").raise_for_status().text for t in (0.5, 3))
    assert shares(low)[0] > shares(high)[0]


def test_a_sample_takes_the_place_of_the_photo(site: httpx.Client, image: str) -> None:
    own = site.get(f"/figures/confidence?image={image}").raise_for_status().text
    sample = site.get(f"/figures/confidence?image={image}&sample=golf-ball").raise_for_status().text
    assert f"images/{image}.png" in own
    assert f"images/{image}.png" not in sample
    golf_ball = re.findall(r"images/(\w+)\.png", sample)[0]
    model = re.findall(r"model=([\w-]+)", sample)[0]
    best = (
        site.get(f"/api/v1/models/{model}/images/{golf_ball}/predictions").raise_for_status().json()["predictions"][0]
    )
    assert best["label"] == "golf ball"
    assert shares(sample)[0] == pytest.approx(100 * best["score"], abs=0.06)


def test_the_warning_and_its_figures_stand_beside_the_classes(site: httpx.Client) -> None:
    """GoogLeNet is warned of the cat, ResNet-18 of neither the astronaut nor the rocket, as the lesson says."""
    cat, astronaut, rocket = (
        site.get(f"/figures/confidence?sample={sample}&model={model}-imagenette").raise_for_status().text
        for model, sample in (("googlenet", "cat"), ("resnet18", "astronaut"), ("resnet18", "rocket"))
    )
    assert ['unfamiliar"' in page for page in (cat, astronaut, rocket)] == [True, False, False]
    image = re.findall(r"images/(\w+)\.png", rocket)[0]
    address = f"/api/v1/models/resnet18-imagenette/images/{image}/predictions"
    energy = site.get(address).raise_for_status().json()["energy"]
    assert f"The energy of the logits is −{-energy:.3g}" in rocket


@pytest.mark.parametrize(
    ("model", "sample", "label", "least"),
    [("googlenet", "cat", "French horn", 50), ("resnet18", "rocket", "church", 75)],
)
def test_what_the_lesson_says_of_a_photo_without_a_class_holds(
    site: httpx.Client, model: str, sample: str, label: str, least: float
) -> None:
    page = site.get(f"/figures/confidence?sample={sample}&model={model}-imagenette").raise_for_status().text
    assert f'<th scope="row">{label}</th>' in page[: page.index("</tr>", page.index("<tbody>"))]
    assert shares(page)[0] > least
