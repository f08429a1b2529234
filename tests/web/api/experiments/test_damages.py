"""Damage, over the API."""

import httpx
import pytest

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
