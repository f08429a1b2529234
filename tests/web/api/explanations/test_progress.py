"""The progress of an explanation as server-sent events."""

import time
from collections.abc import Generator
from typing import Any

import httpx
import pytest

from tests.web.responses import array_of, events


def test_events_report_the_runs_of_an_explanation(client: httpx.Client, explanations: str) -> None:
    with client.stream("GET", f"{explanations}/rise/events", params={"masks": 600, "seed": 9}) as answer:
        *earlier, (last, data) = events(answer)
    assert {name for name, _ in earlier} == {"progress"}
    assert any(0 < each["done"] < each["total"] == 600 for _, each in earlier)
    assert last == "done"
    assert data["max"] == array_of(client.get(f"{explanations}/rise.npy", params={"masks": 600, "seed": 9})).max()


def test_an_explanation_stops_when_its_last_client_hangs_up(
    client: httpx.Client, explanations: str, server: str
) -> None:
    def ask() -> Generator[dict[str, Any], None, None]:
        with client.stream("GET", f"{explanations}/rise/events", params={"masks": 8000, "seed": 10}) as answer:
            yield from (each for _, each in events(answer))

    asking = ask()
    next(each for each in asking if each["done"] > 0)
    asking.close()
    deadline = time.monotonic() + 60
    while 'convscope_queue_running{queue="explaining"} 0.0' not in httpx.get(f"{server}/metrics", timeout=60).text:
        assert time.monotonic() < deadline, "the job still runs"
        time.sleep(0.05)
    again = ask()
    assert next(again).get("done", "made") == 0, "the first job was stopped before its end"
    again.close()


@pytest.mark.parametrize("product", ["faithfulness", "cascade", "sweep"])
def test_every_product_of_an_explanation_has_events(client: httpx.Client, image: str, product: str) -> None:
    address = f"/models/lenet5/images/{image}/explanations/layercam/events"
    with client.stream("GET", address, params={"of": product, "target": "3"}) as answer:
        *_, (last, data) = events(answer)
    assert last == "done"
    assert data.keys() == {"min", "max", "note"}


def test_a_method_without_layers_has_no_map_of_every_layer(client: httpx.Client, image: str) -> None:
    address = f"/models/lenet5/images/{image}/explanations/saliency/events"
    with client.stream("GET", address, params={"of": "sweep"}) as answer:
        *_, (last, data) = events(answer)
    assert last == "error"
    assert data["error"]["code"] == "invalid_request"
    assert "takes no layer" in data["error"]["message"]
