"""Reports as files: what they hold is what the API answers, and nothing in them runs or loads."""

import base64
import hashlib
import re

import httpx
import pytest

from app.web.pages.experiments.report.views import MAX_VIEWS
from tests.web.responses import Reader, check_links, check_sound

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def make(site: httpx.Client, *addresses: str, note: str = "") -> httpx.Response:
    return site.post("/api/v1/reports", json={"views": [{"address": each, "note": note} for each in addresses]})


def pictures(page: Reader) -> list[bytes]:
    """The pictures of a report, without the ramps of their colours."""
    sources = [has["src"] for has in page.all("img")]
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    return [base64.b64decode(source.partition(",")[2]) for source in sources]


def test_a_report_holds_what_the_api_answers(site: httpx.Client, image: str) -> None:
    model = f"/api/v1/models/lenet5/images/{image}"
    views = (
        f"?model=lenet5&image={image}&layer=conv_c1&channel=2",
        f"experiments/fool?model=lenet5&image={image}&method=fgsm",
        f"experiments/sweep?model=lenet5&image={image}&change=rotation&of=rotation&from=0&to=20&steps=2",
        f"experiments/picture?model=lenet5&image={image}&change=rotation:38&change=blur:2",
        f"experiments/switch-off?model=lenet5&image={image}&layer=conv_c1&off=1,4&view=pool_s2",
    )
    answer = make(site, *views).raise_for_status()
    page = Reader(answer.text)
    found = pictures(page)
    for address in ("view.png", "layers/conv_c1/channels/2.png?colormap=auto&domain=layer&clip=0.0005",
                    "attacks/fgsm/view.png", "attacks/fgsm/change.png?colormap=auto"):  # fmt: skip
        assert site.get(f"{model}/{address}").content in found, address
    changed = site.get(f"/api/v1/images/{image}.png?size=640&change=rotation:38&change=blur:2")
    ablated = "ablations/layers/pool_s2.png?at=conv_c1&channels=1,4&how=zero&colormap=auto&domain=layer&size=96"
    assert {changed.content, site.get(f"{model}/{ablated}").content} <= set(found)
    card = site.get("/api/v1/models/lenet5", headers={"accept": "application/json"}).json()
    attack = site.get(f"{model}/attacks/fgsm").json()
    for text in (
        card["sha256"],
        f"{site.base_url}/{views[0]}".replace("//?", "/?"),
        attack["changed_image"],
        "rotation:0~20@2",
        "onnxruntime",
    ):
        assert text in page.text, text


def test_nothing_in_a_report_runs_or_loads(site: httpx.Client, image: str) -> None:
    address = f"?model=lenet5&image={image}&layer=conv_c1&method={HOSTILE}"
    answer = make(site, address, f"?model={HOSTILE}&image={image}", HOSTILE, note=HOSTILE).raise_for_status()
    page = Reader(answer.text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "a", "link", "iframe", "object", "form", "base"}
    assert not [name for _, has in page.tags for name in has if name.startswith("on") or name in {"href", "style"}]
    assert all(has["src"].startswith("data:image/png;base64,") for has in page.all("img"))
    assert page.text.count(HOSTILE) >= 3
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    (stated,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(stated["content"])
    assert f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'" in policy


def test_a_view_that_fails_leaves_the_others(site: httpx.Client, image: str) -> None:
    gone = "0" * 32
    answer = site.get(
        "/api/v1/reports", params={"view": [f"?model=lenet5&image={gone}", f"?model=lenet5&image={image}"]}
    )
    page = Reader(answer.raise_for_status().text)
    assert "This part could not be computed. There is no such picture" in page.text
    assert len(pictures(page)) == 1


def test_a_report_is_bounded(site: httpx.Client) -> None:
    assert make(site).status_code == 422
    assert make(site, *["?model=lenet5"] * (MAX_VIEWS + 1)).status_code == 422
    assert make(site, "?" + "x" * 9000).status_code == 422


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_of_the_report_is_sound(site: httpx.Client, visited: dict[httpx.URL, int], language: str) -> None:
    answer = site.get("/experiments/report", headers={"accept-language": language})
    page = Reader(answer.raise_for_status().text)
    check_sound(page)
    check_links(site, "experiments/report", page, 200, visited)
