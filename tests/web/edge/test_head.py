"""HEAD answers as GET does, without the body."""

import httpx
import pytest

from tests.conftest import wait_until

HEADERS = ("content-type", "content-length", "etag", "cache-control", "x-scale-max")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/docs",
        "/healthz",
        "/static/js/pages/explorer.js",
        "/api/v1/models",
        "/api/v1/models/lenet5/images/{image}/layers/conv_c1.png",
        "/api/v1/models/lenet5/images/{image}/layers/conv_c1.npy",
        "/api/v1/models/nothing",
        "/no/such/page",
    ],
)
def test_the_headers_are_those_of_get(site: httpx.Client, image: str, path: str) -> None:
    path = path.format(image=image)
    wait_until(lambda: "data-running" not in site.get(path).text, "the examples of the start page have run")
    head = site.head(path)
    whole = site.get(path)  # over the same connection: a body left in it would stand in the way
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert [head.headers.get(name) for name in HEADERS] == [whole.headers.get(name) for name in HEADERS]
    assert whole.content


def test_an_address_without_get_has_no_head(site: httpx.Client) -> None:
    answer = site.head("/api/v1/images")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
