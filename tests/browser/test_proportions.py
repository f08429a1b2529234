"""A photo and the input keep their proportions at every width; the box on the photo outlines the input's pixels."""

import io

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Watch

SIZES = [(150, 300), (1200, 90), (451, 300)]
WIDTHS = (1440, 1024, 768, 390, 320)
NETWORKS = ["squeezenet1_1", "resnet18-imagenette", "lenet5", "alexnet"]  # centre crop, squash, digit, no weights


def upload(server: str, size: tuple[int, int]) -> str:
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(file, "PNG")
    return str(httpx.post(f"{server}/api/v1/images", files={"file": file.getvalue()}).json()["id"])


DRAWN = """image => {
  const box = image.getBoundingClientRect();
  const [width, height] = ["width", "height"].map((name) => Number(image.getAttribute(name)));
  const [across, down] = [box.width / width, box.height / height];
  const scale = Math.min(across, down);
  const isStretched = Math.abs(across - down) * Math.max(width, height) > 1;
  if (isStretched && getComputedStyle(image).objectFit !== "contain") return null;
  return { x: box.x, y: box.y + (box.height - scale * height) / 2, scale };
}"""
OUTLINED = """crop => {
  const [box, matrix] = [crop.getBBox(), crop.getScreenCTM()];
  const [x, y] = [box.x * matrix.a + matrix.e, box.y * matrix.d + matrix.f];
  return { x, y, width: box.width * matrix.a, height: box.height * matrix.d };
}"""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("model", NETWORKS)
def test_photo_and_input_keep_their_proportions_and_the_box_its_place(
    watch: Watch, server: str, model: str, size: tuple[int, int]
) -> None:
    page = watch.open(f"?model={model}&image={upload(server, size)}")
    picture, crop, given = (page.locator(each) for each in (".original img", ".original .crop", ".view img"))
    expect(picture).to_have_js_property("complete", True)
    expect(given).to_have_count(0 if model == "alexnet" else 1)
    names = ("x", "y", "width", "height")
    cropped = [float(crop.get_attribute(name) or 0) for name in names]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        drawn, outlined = picture.evaluate(DRAWN), crop.evaluate(OUTLINED)
        assert drawn, f"the photo is stretched at {width}"
        assert all(each.evaluate(DRAWN) for each in given.all()), f"the input is stretched at {width}"
        left, top, *sides = (drawn["scale"] * each for each in cropped)
        expected = [drawn["x"] + left, drawn["y"] + top, *sides]
        assert [outlined[name] for name in names] == pytest.approx(expected, abs=1), width
