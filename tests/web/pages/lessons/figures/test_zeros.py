"""Zeros after each ReLU, against the arrays of the API."""

import io
import re

import httpx
import numpy as np


def test_the_share_is_that_of_the_layer_s_array(site: httpx.Client) -> None:
    page = site.get("/figures/zeros?model=vgg16-imagenette").raise_for_status().text
    rows = re.findall(r'image=(\w+)&amp;layer=([^"]+)">.*?<td>([\d.]+)\s*%</td>', page, re.DOTALL)
    assert len(rows) >= 13
    for image, layer, share in rows[:3]:
        path = f"/api/v1/models/vgg16-imagenette/images/{image}/layers/{layer}.npy"
        values = np.load(io.BytesIO(site.get(path).raise_for_status().content))
        assert abs(100 * float((values == 0).mean()) - float(share)) < 0.06
