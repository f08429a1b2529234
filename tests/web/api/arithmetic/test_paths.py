"""The path of the largest contribution, over HTTP."""

import httpx

from tests.web.responses import array, pixels


def test_a_class_score_is_followed_to_a_pixel_of_the_photo(client: httpx.Client, image: str) -> None:
    base = f"/models/squeezenet1_1/images/{image}"
    best = client.get(f"{base}/predictions").json()["predictions"][0]["index"]
    answer = client.get(f"{base}/layers/softmax/cells/{best}/path").raise_for_status().json()
    first, *_, at_input, pixel = answer["steps"]
    assert (first["layer"], first["channel"], first["adds"]) == ("softmax", best, None)
    assert first["value"] == array(client, f"{base}/predictions.npy")[1, best]
    tensor = array(client, f"{base}/tensor.npy")
    assert at_input["layer"] == "input"
    assert at_input["value"] == tensor[at_input["channel"], at_input["y"], at_input["x"]]
    photo = pixels(client.get(f"/images/{image}.png"))
    assert (pixel["layer"], pixel["value"]) == ("picture", photo[pixel["y"], pixel["x"], pixel["channel"]])
    assert client.get(f"{base}/layers/softmax/cells/{best}/0/0/path").json() == answer
