"""Health checks of the app itself, on a real server."""

import httpx
import pytest


def test_it_is_up(fresh_client: httpx.Client) -> None:
    assert fresh_client.get("/healthz").json() == {"status": "ok"}


def test_ready_names_the_provider_that_was_requested_and_the_one_in_use(fresh_client: httpx.Client) -> None:
    answer = fresh_client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["provider_asked"], answer.json()["provider_in_use"]) == ("cpu", "cpu")
    assert answer.json()["models_ready"] >= 2


def test_without_networks_it_is_up_but_not_ready(empty_client: httpx.Client) -> None:
    assert empty_client.get("/healthz").status_code == 200
    assert (empty_client.get("/readyz").status_code, empty_client.get("/readyz").json()["ready"]) == (503, False)


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/models", "/static/css/reference.css"])
def test_a_proxy_may_serve_it_under_a_path(empty_client: httpx.Client, path: str) -> None:
    assert empty_client.get(path).status_code == 200
    assert "curl http://localhost" in (page := empty_client.get("/docs").text)
    assert "/lab/api/v1/models" in page
