"""The planes of the input tensor as pictures, against the tensor as an array."""

import httpx
import numpy as np
import pytest

from tests.web.responses import array, pixels


@pytest.mark.parametrize(("model", "channels"), [("squeezenet1_1", 3), ("lenet5", 1)])
def test_all_planes_have_one_scale_with_zero_in_the_middle(
    client: httpx.Client, image: str, model: str, channels: int
) -> None:
    path = f"/models/{model}/images/{image}/tensor"
    tensor = array(client, f"{path}.npy")
    bound = np.abs(tensor).max()
    assert len(tensor) == channels
    for index, plane in enumerate(tensor):
        answer = client.get(f"{path}/{index}.png", params={"size": plane.shape[1]})
        assert float(answer.headers["x-scale-max"]) == pytest.approx(bound)
        assert answer.headers["x-scale-signed"] == "1"
        assert np.abs(pixels(answer) - (127.5 + plane / bound * 127.5)).max() <= 1
    refusal = client.get(f"{path}/{channels}.png")
    error = refusal.json()["error"]
    assert (refusal.status_code, error["code"], error["details"]) == (404, "unknown_channel", {"count": channels})
    assert error["message"].endswith(f"are numbered from 0 to {channels - 1}.")
