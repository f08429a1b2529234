"""The drawing pad: a digit that is drawn is classified like any other image."""

from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch, new_context

Corner = tuple[float, float]  # in shares of the pad's sides
STROKES: dict[str, list[list[Corner]]] = {
    "0": [
        [
            (0.5, 0.15),
            (0.3, 0.25),
            (0.25, 0.5),
            (0.3, 0.75),
            (0.5, 0.87),
            (0.7, 0.75),
            (0.75, 0.5),
            (0.7, 0.25),
            (0.5, 0.15),
        ]
    ],
    "1": [[(0.52, 0.12), (0.5, 0.5), (0.48, 0.88)]],
    "7": [[(0.25, 0.18), (0.75, 0.18), (0.6, 0.5), (0.45, 0.88)]],
}
STEP = 0.02  # from one event of the pointer to the next


def draw(page: Page, strokes: list[list[Corner]]) -> None:
    box = page.locator("#drawing-pad canvas").bounding_box()
    assert box is not None
    for stroke in strokes:
        for number, ((x, y), (to_x, to_y)) in enumerate(pairwise(stroke)):
            if number == 0:
                page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
                page.mouse.down()
            steps = max(1, round(max(abs(to_x - x), abs(to_y - y)) / STEP))
            page.mouse.move(box["x"] + to_x * box["width"], box["y"] + to_y * box["height"], steps=steps)
        page.mouse.up()


def test_digits_that_are_drawn_are_classified(watch: Watch) -> None:
    page = watch.open()
    page.get_by_role("link", name="Draw a digit").click()
    pad = page.get_by_role("dialog", name="Draw a digit")
    expect(pad).to_be_visible()  # at once, from the start page
    for digit, strokes in STROKES.items():
        if not pad.is_visible():
            page.get_by_role("button", name="Draw a digit").click()
            pad.get_by_role("button", name="Clear").click()
        expect(pad.get_by_role("button", name="Classify")).to_be_disabled()
        draw(page, strokes)
        pad.get_by_role("button", name="Classify").click()
        expect(pad).to_be_hidden()
        expect(page.locator(".guesses li").first.locator(".name")).to_have_text(f"{digit} Explain")


def test_a_stroke_is_undone_and_a_finger_draws_too(watch: Watch) -> None:
    page = watch.open("?model=lenet5#drawing-pad")
    ink = "canvas => canvas.getContext('2d').getImageData(0, 0, 280, 280).data.filter((v, i) => i % 4 == 0 && v).length"
    canvas = page.locator("#drawing-pad canvas")
    draw(page, STROKES["1"])
    one = canvas.evaluate(ink)
    draw(page, STROKES["7"])
    assert canvas.evaluate(ink) > one > 0
    page.get_by_role("button", name="Undo").click()
    assert canvas.evaluate(ink) == one
    page.keyboard.press("Control+z")
    assert canvas.evaluate(ink) == 0
    assert (
        canvas.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    )  # a finger draws, and scrolls nothing
    finger = {"pointerType": "touch", "pointerId": 7, "isPrimary": True, "button": 0, "clientX": 0, "clientY": 0}
    page.evaluate(
        "HTMLCanvasElement.prototype.setPointerCapture = () => {}"
    )  # of a pointer that the browser does not know
    for kind in ("pointerdown", "pointermove", "pointerup"):
        box = canvas.bounding_box()
        assert box is not None
        finger |= {"clientX": box["x"] + 90, "clientY": box["y"] + (60 if kind == "pointerdown" else 120)}
        canvas.dispatch_event(kind, finger)
    assert canvas.evaluate(ink) > 0


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_fits_a_phone(browser: Browser, server: str, language: str) -> None:
    with new_context(browser, locale=language, viewport={"width": 320, "height": 640}) as context:
        page = Watch(context.new_page(), server).open("?model=lenet5#drawing-pad")
        pad = page.locator("#drawing-pad")
        expect(pad).to_be_visible()
        assert pad.evaluate("(pad) => pad.scrollWidth <= pad.clientWidth && pad.scrollHeight <= pad.clientHeight")


@pytest.mark.parametrize(("model", "count"), [("lenet5", 1), ("resnet18-imagenette", 0)])
def test_it_is_offered_for_digits_alone(watch: Watch, model: str, count: int) -> None:
    page = watch.open(f"?model={model}")
    expect(page.get_by_role("button", name="Draw a digit")).to_have_count(count)
