"""The ranking of channels over HTTP, with its progress."""

import httpx
import pytest

from tests.web.responses import events

LAYER = "fire9.squeeze1x1_relu"


@pytest.fixture(scope="module")
def place(image: str) -> str:
    return f"/models/squeezenet1_1/images/{image}/ablations"


def test_the_ranking_agrees_with_switching_the_first_and_the_last_off(client: httpx.Client, place: str) -> None:
    with client.stream("GET", f"{place}/channels/events", params={"at": LAYER}) as answer:
        *earlier, last = events(answer)
    assert {name for name, _ in earlier} <= {"progress"}
    assert last == ("done", {"channels": 64})
    ranking = client.get(f"{place}/channels", params={"at": LAYER, "target": "281"}).raise_for_status().json()
    drops = [each["drop"] for each in ranking["channels"]]
    assert drops == sorted(drops, reverse=True)
    assert {each["channel"] for each in ranking["channels"]} == set(range(64))
    for effect in (ranking["channels"][0], ranking["channels"][-1]):
        request = {"layer": LAYER, "channels": [effect["channel"]]}
        after = client.post(place, json=request, params={"top_k": 20}).json()["after"]
        logit = next(each["logit"] for each in after if each["index"] == 281)
        assert effect["logit"] == pytest.approx(logit, rel=1e-4)
        assert effect["drop"] == pytest.approx(ranking["logit"] - logit, abs=1e-3)


def test_a_class_or_a_layer_that_is_not_there_is_named(client: httpx.Client, place: str) -> None:
    assert client.get(f"{place}/channels", params={"at": LAYER, "target": "unicorn"}).status_code == 400
    assert client.get(f"{place}/channels", params={"at": "nowhere"}).json()["error"]["code"] == "unknown_layer"
    with client.stream("GET", f"{place}/channels/events", params={"at": "softmax"}) as answer:
        *_, (name, data) = events(answer)
    assert (name, data["error"]["message"]) == ("error", "The target is not computed from this layer.")
    answer = client.get(f"{place}/channels", params={"at": "softmax"})
    assert (answer.status_code, answer.json()["error"]) == (400, data["error"])
