"""The tables of training/README.md have the figures of the cards and of the probes that ship."""

import re
from pathlib import Path

import numpy as np
import pytest

from app.nets.card import Card, read_card
from app.resources import MODELS

README = (Path(__file__).parents[2] / "training" / "README.md").read_text("utf-8")
CARDS = [card for path in sorted(MODELS.glob("*.json")) if (card := read_card(path)).calibration]


def row(heading: str, card: Card) -> list[str]:
    """The cells of a network's row in the table of a section, without its name."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    name = re.split(r", | \(", str(card.name))[0]
    (cells,) = re.findall(rf"^\| {re.escape(name)} \| (.*) \|$", section, re.MULTILINE)
    return [str(cell) for cell in cells.split(" | ")]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_calibration(card: Card) -> None:
    found = card.calibration
    assert found is not None
    assert row("Calibration", card) == [
        f"{found.error:.2f}",
        f"{found.temperature:.3f}",
        f"{found.error_at_temperature:.2f}",
    ]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_probes(card: Card) -> None:
    with np.load(MODELS / "probes" / f"{card.id}.npz") as probes:
        linear = 100 * probes["accuracies"][:, 0]
    shown = [linear[len(linear) * third // 3] for third in range(3)] + [linear[-1], card.accuracy[0].top1]
    assert [float(cell) for cell in row("Probes", card)] == pytest.approx(shown, abs=0.06)
