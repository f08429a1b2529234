"""HEAD, asked of a real server: the same answer as to GET, but for the body."""

import httpx
import pytest


@pytest.mark.parametrize("path", ["", "healthz", "docs", "compare", "api/v1/models", "static/css/app.css", "nothing"])
def test_head_is_get_without_a_body(server: str, path: str) -> None:
    with httpx.Client(base_url=server) as client:
        head, get = client.head(path), client.get(path)  # over one connection: what is left of a body would show
    assert head.status_code == get.status_code
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.content))
    assert head.content == b""


def test_head_of_an_answer_that_streams(server: str) -> None:
    with httpx.Client(base_url=server) as client:
        path = "api/v1/models/lenet5/layers/conv_c1/filters.npy"
        head, get = client.head(path), client.get(path)
    assert head.headers["ETag"] == get.headers["ETag"]
    assert (head.content, len(get.content)) == (b"", int(head.headers["Content-Length"]))


def test_a_change_is_not_asked_for_by_head(server: str) -> None:
    answer = httpx.head(f"{server}/api/v1/images")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
