"""How the input of a network is prepared: each field with the source of its value, and what the usual ways predict."""

import copy

import numpy as np
import pytest

from app.analysis.leading_classes import LeadingClass
from app.engine.preprocessings import Preprocessing, PreprocessingComparison
from app.nets.card import Finding
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.usual_inputs import UsualName
from app.web.pages.own_networks.choice import choice_page
from app.web.pages.own_networks.gather import ChoiceData

SCALE = Finding(field="scale", value="0.0039", source="preprocessor_config.json")
HEIGHT = Finding(field="height", value="32", source="metadata_props: imgsz")
LICENCE = Finding(field="licence", value="MIT", source="metadata_props: license")


def with_findings(network: Network, findings: tuple[Finding, ...], assumed: tuple[str, ...]) -> Network:
    changed = copy.copy(network)
    changed.card = network.card.model_copy(update={"findings": findings, "assumed": assumed})
    return changed


def test_a_field_has_its_finding_or_is_assumed(network: Network) -> None:
    described = with_findings(network, (SCALE, HEIGHT, LICENCE), ("mean", "labels"))
    page = choice_page(ChoiceData(described, "4f", None, None, None))
    fields = {field.name: field for field in page.fields}
    assert fields["scale"].findings == (SCALE,)
    assert fields["size"].findings == (HEIGHT,)
    assert [field.name for field in page.fields if field.is_assumed] == ["mean", "labels"]
    assert page.others == (LICENCE,)


def test_a_network_whose_card_says_all_assumes_nothing(network: Network) -> None:
    page = choice_page(ChoiceData(network, "4f", None, None, None))
    assert not any(field.is_assumed or field.findings for field in page.fields)
    assert page.href == "?model=lenet5&image=4f"


@pytest.mark.parametrize(("second", "changes"), [(9, False), (3, True)])
def test_each_way_has_its_best_classes_and_a_change_is_said(network: Network, second: int, changes: bool) -> None:
    def way(name: UsualName | None, best: int) -> Preprocessing:
        logits = np.zeros(10, np.float32)
        logits[best] = 5
        scores = Scores(logits, np.exp(logits) / np.exp(logits).sum(), 1.0)
        return Preprocessing(name, network.card.input, name is None, scores)

    comparison = PreprocessingComparison((way(None, 9), way("unit", second)))
    page = choice_page(ChoiceData(network, "4f", comparison, None, None))
    best = [each.prediction.best[0].label for each in page.ways if each.prediction]
    assert best == [network.labels[9], network.labels[second]]
    assert [(each.name, each.is_in_use) for each in page.ways] == [("own", True), ("unit", False)]
    assert page.top1_changes is changes


def test_a_detector_s_boxes_are_named_instead_of_its_numbers(network: Network) -> None:
    scores = Scores(np.zeros(10, np.float32), np.zeros(10, np.float32), 1.0, "vector", None)
    boxes = tuple(LeadingClass(0, "boxes", index, f"class {index}", 0.9) for index in range(5))
    ways = tuple(Preprocessing("unit", network.card.input, True, scores, leading) for leading in (boxes, (), None))
    page = choice_page(ChoiceData(network, "4f", PreprocessingComparison(ways), None, None))
    assert [each.leading for each in page.ways] == [boxes[:3], (), None]
    assert not any(each.is_classifier for each in page.ways)
