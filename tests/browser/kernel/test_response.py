"""A kernel of one's own: typed or well-known, its response on the photo, and the address that hands it out."""

import io
import re
from urllib.parse import urljoin

import httpx
import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Watch

KERNEL = "kernel?image={image}&model=lenet5&layer=conv_c1&channel=2"
SOBEL_Y = ((-1, -2, -1), (0, 0, 0), (1, 2, 1))
LUMA = (0.299, 0.587, 0.114)


def test_the_response_to_sobel_is_that_of_numpy(watch: Watch, image: str) -> None:
    page = watch.open(KERNEL.format(image=image))
    page.get_by_role("link", name="Horizontal edges (Sobel)").click()
    expect(page.get_by_label("Kernel", exact=True).first).to_have_value("-1 -2 -1\n0 0 0\n1 2 1")
    shown = page.get_by_role("img", name="The response of the photo to the kernel")
    address = urljoin(watch.address + "/", str(shown.get_attribute("src")).replace("diverging", "grey"))
    answer = httpx.get(address).raise_for_status()
    low, high = (float(answer.headers[f"x-scale-{end}"]) for end in ("min", "max"))
    levels = np.asarray(Image.open(io.BytesIO(answer.content)).convert("L"), np.float64)

    photo = np.asarray(Image.open(io.BytesIO(httpx.get(f"{watch.address}/api/v1/images/{image}.png").content)))
    luma = photo[..., :3] @ np.array(LUMA)
    rows, columns = luma.shape[0] - 2, luma.shape[1] - 2
    expected = sum(
        weight * luma[y : y + rows, x : x + columns] for y, row in enumerate(SOBEL_Y) for x, weight in enumerate(row)
    )
    np.testing.assert_allclose(low + levels / 255 * (high - low), expected, atol=(high - low) / 255)
    assert shown.evaluate("image => [image.naturalHeight, image.naturalWidth]") == [rows, columns]


def test_a_typed_kernel_is_in_the_address_and_what_is_none_says_so_at_the_field(watch: Watch, image: str) -> None:
    page = watch.open(KERNEL.format(image=image))
    field = page.locator("#kernel")
    field.fill("1 2 3\n4 x 6")
    with page.expect_response(lambda response: "/kernel?" in response.url) as refused:
        page.get_by_role("button", name="Compute").click()
    assert refused.value.status == 400
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("must hold numbers only"))
    expect(field).to_have_value("1 2 3\n4 x 6")
    expect(page.get_by_role("img").first).to_be_visible()  # the photo stays
    watch.wrong.clear()  # the browser names each page with the status of an error
    field.fill("0.123456789 0\n0 -1")
    page.get_by_role("button", name="Compute").click()
    expect(page).to_have_url(re.compile(r"kernel=0\.123456789\+0"))
    expect(field).to_have_value("0.123456789 0\n0 -1")


def test_a_wide_kernel_stays_in_its_column(watch: Watch, image: str) -> None:
    watch.page.set_viewport_size({"width": 1024, "height": 800})
    page = watch.open(KERNEL.format(image=image))
    page.get_by_role("link", name="Gabor").click()
    expect(page.locator("#kernel")).to_have_value(re.compile(r"^0\.005 -0\.188(.*\n){6}"))
    ends = [part.evaluate("part => part.getBoundingClientRect().right") for part in page.locator(".kernel > *").all()]
    assert max(ends) <= page.locator(".results").evaluate("part => part.getBoundingClientRect().left")
