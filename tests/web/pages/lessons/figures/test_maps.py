"""Maps by depth."""

import re

import httpx
import pytest


@pytest.mark.parametrize("model", ["squeezenet1_1", "resnet18-imagenette", "lenet5"])
def test_every_stage_has_maps_and_a_larger_field_than_the_one_before(site: httpx.Client, model: str) -> None:
    page = site.get(f"/figures/maps?model={model}").raise_for_status().text
    fields = [int(side) for side in re.findall(r'field <span class="shape">(\d+)', page.replace("Receptive ", ""))]
    assert len(fields) >= 3
    assert fields == sorted(set(fields))
    for address in re.findall(r'src="\.\./(api/[^"]+)"', page):
        assert site.get(f"/{address.replace('&amp;', '&')}").headers["Content-Type"] == "image/png"
