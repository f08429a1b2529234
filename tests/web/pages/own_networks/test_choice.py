"""How the input of a network is prepared: each field with the source of its value."""

import copy

from app.nets.card import Finding
from app.nets.network import Network
from app.web.pages.own_networks.choice import choice_page

SCALE = Finding(field="scale", value="0.0039", source="preprocessor_config.json")
HEIGHT = Finding(field="height", value="32", source="metadata_props: imgsz")
LICENCE = Finding(field="licence", value="MIT", source="metadata_props: license")


def with_findings(network: Network, findings: tuple[Finding, ...], assumed: tuple[str, ...]) -> Network:
    changed = copy.copy(network)
    changed.card = network.card.model_copy(update={"findings": findings, "assumed": assumed})
    return changed


def test_a_field_has_its_finding_or_is_assumed(network: Network) -> None:
    page = choice_page(with_findings(network, (SCALE, HEIGHT, LICENCE), ("mean", "labels")), "4f")
    fields = {field.name: field for field in page.fields}
    assert fields["scale"].findings == (SCALE,)
    assert fields["size"].findings == (HEIGHT,)
    assert [field.name for field in page.fields if field.is_assumed] == ["mean", "labels"]
    assert page.others == (LICENCE,)


def test_a_network_whose_card_says_all_assumes_nothing(network: Network) -> None:
    page = choice_page(network, "4f")
    assert not any(field.is_assumed or field.findings for field in page.fields)
    assert page.href == "?model=lenet5&image=4f"
