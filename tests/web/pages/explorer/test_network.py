"""What the page tells the scripts that draw the map: the list's rows say it, and the address keeps how it is drawn."""

import httpx
import pytest

from tests.web.responses import Reader


def read(server: str, address: str) -> Reader:
    return Reader(httpx.get(f"{server}/{address}", headers={"Accept": "text/html"}, timeout=60).text)


@pytest.mark.parametrize("model", ["squeezenet1_1", "inception_v3"])
def test_rows_say_what_each_layer_takes_and_gives(server: str, client: httpx.Client, model: str) -> None:
    rows = [has for has in read(server, f"?model={model}").all("a") if has.get("class", "").startswith("row")]
    layers = client.get(f"/models/{model}").json()["layers"]
    assert [row["data-layer"] for row in rows] == [layer["id"] for layer in layers]
    for row, layer in zip(rows, layers, strict=True):
        assert row["data-inputs"].split(" ") == layer["inputs"]
        assert row["data-shape"].split(" ") == [str(side) for side in layer["output_shape"]]
        assert (row["data-params"], row["data-macs"]) == (str(layer["params"]), str(layer["macs"]))


def test_rows_of_a_picture_say_which_channels_are_strongest(server: str, client: httpx.Client, image: str) -> None:
    found = client.get(f"/models/squeezenet1_1/images/{image}/layers/conv1").json()["strongest"]
    page = read(server, f"?model=squeezenet1_1&image={image}")
    (row,) = page.all("a", id="layer-conv1")
    assert row["data-strongest"].split(" ") == [str(strong["channel"]) for strong in found[1:4]]
    (flat,) = page.all("a", id="layer-flatten")
    assert flat["data-strongest"] == ""


def test_links_keep_how_the_map_is_drawn(server: str) -> None:
    page = read(server, "?model=squeezenet1_1&map=large&by=macs&open=0.2")
    (row,) = page.all("a", id="layer-conv1")
    assert row["href"] == "?model=squeezenet1_1&layer=conv1&map=large&by=macs&open=0.2"
    (map_,) = page.all("div", id="map")
    assert map_["data-size"] == "large"
    (networks,) = page.all("a", id="choose-network")
    assert networks["href"] == "networks?model=squeezenet1_1&map=large&by=macs&open=0.2"


@pytest.mark.parametrize("said", ["map=huge", "by=colour", "open=1,2", "open=all.1"])
def test_an_address_that_means_nothing_is_refused(server: str, said: str) -> None:
    assert httpx.get(f"{server}/?model=lenet5&{said}", headers={"Accept": "text/html"}).status_code == 422


def test_an_architecture_offers_no_time(server: str) -> None:
    (option,) = read(server, "?model=vgg16").all("option", value="time")
    assert "disabled" in option
    (option,) = read(server, "?model=lenet5").all("option", value="time")
    assert "disabled" not in option
