"""Entity tags: which responses a client has already."""

import httpx
import pytest
from fastapi import Request

from app.web.edge.etags import cache_headers

LAYER = "/models/lenet5/images/{image}/layers/conv_c1.png"


@pytest.fixture
def etag(client: httpx.Client, image: str) -> str:
    return str(client.get(LAYER.format(image=image)).headers["etag"])


@pytest.mark.parametrize("held", ["{}", "W/{}", '"a", {}', '{},"b"', '"a" , W/{} , "b"'])
def test_one_matching_tag_is_enough(client: httpx.Client, image: str, etag: str, held: str) -> None:
    answer = client.get(LAYER.format(image=image), headers={"If-None-Match": held.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("held", ['"a", "b"', "", ",", '"', "a", "W/", '"a', "*"])
def test_other_tags_get_the_full_response(client: httpx.Client, image: str, held: str) -> None:
    answer = client.get(LAYER.format(image=image), headers={"If-None-Match": held})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")


def test_a_tag_without_quotes_is_no_tag(client: httpx.Client, image: str, etag: str) -> None:
    held = {"If-None-Match": etag.strip('"')}
    assert client.get(LAYER.format(image=image), headers=held).status_code == 200


def test_the_tag_depends_on_the_values_of_parameters_and_not_on_their_order(client: httpx.Client, image: str) -> None:
    path = LAYER.format(image=image)
    one, same, other, more = (
        client.get(f"{path}?{query}").headers["etag"]
        for query in ("order=max&size=9", "size=9&order=max", "order=max&size=8", "order=max&size=9&domain=layer")
    )
    assert one == same
    assert len({one, other, more}) == 3


def test_another_file_behind_the_same_address_is_another_answer() -> None:
    request = Request({"type": "http", "method": "GET", "path": "/x", "query_string": b"", "headers": []})
    assert cache_headers(request, "one file")["ETag"] != cache_headers(request, "another file")["ETag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/images/" + "0" * 32 + ".png", 404),
        ("/images/nothing.png", 404),
        ("/models/lenet5/images/" + "0" * 32 + "/layers", 404),
        ("/models/nothing/layers/conv1/filters.png", 404),
        ("/models/lenet5/layers/conv_c1/filters.png?size=many", 422),
        ("/models/vgg16/layers/conv1_1/filters.npy", 409),
    ],
)
def test_what_does_not_exist_is_never_not_modified(client: httpx.Client, path: str, status: int) -> None:
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == status
