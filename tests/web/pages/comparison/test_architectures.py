"""Architectures side by side, rendered by a real server and compared with the API."""

import httpx

from tests.web.responses import Reader

ADDRESS = "/compare?view=architectures&models=resnet18,resnet34"


def test_every_layer_that_leads_a_step_is_there_and_what_only_one_network_has_is_marked(site: httpx.Client) -> None:
    page = Reader(site.get(ADDRESS).raise_for_status().text)
    convolutions = {
        model: [each["id"] for each in site.get(f"/api/v1/models/{model}").json()["layers"] if each["op"] == "Conv"]
        for model in ("resnet18", "resnet34")
    }
    listed = [has["href"] for has in page.all("a") if "layer=" in has["href"]]
    for model, layers in convolutions.items():
        assert [layer for layer in layers if f"./?model={model}&layer={layer}" not in listed] == []
    extra = len(convolutions["resnet34"]) - len(convolutions["resnet18"])
    additions = extra // 2  # two convolutions in each residual block that is only in ResNet-34
    assert len(page.all("p", **{"class": "step absent quiet"})) == extra + additions


def test_the_choice_is_kept_from_view_to_view(site: httpx.Client) -> None:
    page = Reader(site.get(ADDRESS).text)
    assert "compare?models=resnet18,resnet34" in [has["href"] for has in page.all("a")]
    assert [has["value"] for has in page.all("option") if "selected" in has] == ["resnet18", "resnet34"]
