"""The verdict on an explanation: none where there is next to nothing to explain."""

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import Watch

MODEL = "squeezenet1_1"
CLIPPED = """() => [...document.querySelectorAll("#faithfulness svg")].flatMap((svg) => {
  const outer = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
  const across = (box) => box.left < outer.left - 1 || box.right > outer.right + 1;
  return boxes.filter((box) => across(box) || box.top < outer.top - 1 || box.bottom > outer.bottom + 1);
}).length"""


def test_a_class_without_any_probability_gets_no_verdict(watch: Watch, image: str) -> None:
    address = f"{watch.address}/api/v1/models/{MODEL}/images/{image}/predictions"
    last = httpx.get(address, params={"top_k": 1000}, timeout=60).json()["predictions"][-1]
    assert last["score"] < 1e-4
    page = watch.open(f"?model={MODEL}&image={image}&why={last['index']}&wait=1")
    expect(page.locator("#faithfulness .verdict")).to_contain_text("Not measurable")


def test_the_predicted_class_gets_one_and_no_tick_is_cut_off(watch: Watch, image: str) -> None:
    page = watch.open(f"?model={MODEL}&image={image}&why=281&wait=1")
    expect(page.locator("#faithfulness .verdict")).to_contain_text("random maps")
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CLIPPED) == 0
