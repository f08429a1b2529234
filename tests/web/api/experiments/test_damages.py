"""Damage, over the API."""

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from app.experiments.damage import Answer, Damage, DamagedAnswer
from app.web.api.experiments.damages import _info

PATH = "/models/lenet5/damages"


def test_without_damage_every_digit_stays_right_and_much_noise_spoils_some(client: httpx.Client, image: str) -> None:
    none = client.post(PATH, json={"layer": "conv_c3", "kind": "noise", "amount": 0, "image": image})
    answer = none.raise_for_status().json()
    assert [answer[name] for name in ("rated", "right_before", "right_after", "same")] == [10] * 4
    assert answer["picture"]["image"] == image
    assert answer["picture"]["before"]["label"] == answer["picture"]["after"]["label"]
    much = client.post(PATH, json={"layer": "conv_c3", "kind": "noise", "amount": 4, "seed": 1}).json()
    assert much["right_after"] == sum(each["right_after"] for each in much["samples"]) < 10
    assert much == client.post(PATH, json={"layer": "conv_c3", "kind": "noise", "amount": 4, "seed": 1}).json()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"layer": "tanh_c1", "kind": "no_biases"}, 409),
        ({"layer": "nowhere", "kind": "noise"}, 404),
        ({"layer": "conv_c3", "kind": "noise", "amount": 1e9}, 422),
        ({"layer": "conv_c3", "kind": "noise", "image": "nothing"}, 404),
    ],
)
def test_what_cannot_be_damaged_is_refused(client: httpx.Client, body: dict[str, object], status: int) -> None:
    answer = client.post(PATH, json=body)
    assert answer.status_code == status
    message = answer.json()["error"]["message"]
    assert message
    assert len({*message.split("; ")}) == len(message.split("; ")), "the same is said twice"


def test_a_picture_of_one_s_own_is_no_sample(client: httpx.Client, image: str) -> None:
    body = {"layer": "conv_c3", "kind": "noise", "amount": 4, "seed": 1}
    alone, with_own = (client.post(PATH, json=body | more).json() for more in ({}, {"image": image}))
    assert alone["picture"] is None
    assert with_own["picture"]["image"] == image
    assert alone["samples"] == with_own["samples"]
    for sample in alone["samples"]:
        assert (sample["before"]["label"], sample["right_before"]) == (sample["sample"].removeprefix("digits-"), True)
        assert sample["right_after"] == (sample["after"]["index"] == sample["before"]["index"])
        predicted = client.get(f"/models/lenet5/images/{sample['image']}/predictions").json()["predictions"][0]
        assert predicted["index"] == sample["before"]["index"]


def test_what_damages_biases_has_no_amount(client: httpx.Client) -> None:
    answer = client.post(PATH, json={"layer": "conv_c3", "kind": "no_biases", "amount": 3, "seed": 9}).json()
    plain = client.post(PATH, json={"layer": "conv_c3", "kind": "no_biases"}).json()
    assert answer == plain
    assert (answer["amount"], answer["seed"]) != (3, 9)


def test_a_sample_without_a_class_is_neither_right_nor_wrong() -> None:
    network: Any = SimpleNamespace(
        id="net", class_names=("cat", "dog"), graph=SimpleNamespace(head=SimpleNamespace(kind="softmax"))
    )
    samples: list[Any] = [
        SimpleNamespace(id=f"{classes}", classes_of=lambda network, classes=classes: classes)
        for classes in (frozenset({0}), frozenset(), frozenset({1}))
    ]
    answer = DamagedAnswer("photo", Answer(0, 0.75), Answer(1, 0.5))
    info = _info(network, Damage("conv", "noise", 0.5, 7), [(sample, answer) for sample in samples], None)
    assert [(each.right_before, each.right_after) for each in info.samples] == [
        (True, False),
        (None, None),
        (False, True),
    ]
    assert (info.rated, info.right_before, info.right_after, info.same, info.picture) == (2, 1, 1, 0, None)
    assert (info.layer, info.kind, info.amount, info.seed) == ("conv", "noise", 0.5, 7)
    assert info.samples[0].before.model_dump() == {"index": 0, "label": "cat", "score": 0.75}
    own = _info(network, Damage("conv", "noise", 0.5, 7), [], answer).picture
    assert own is not None
    assert (own.before.label, own.after.label) == ("cat", "dog")
