"""Shared by the tests of an explanation's parts: explanations made by hand."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from app.analysis.prediction import read_prediction
from app.attribution.availability import availability
from app.attribution.evaluation.faithfulness import Curves, Faithfulness
from app.attribution.explain import Explanation
from app.attribution.target import Target
from app.nets.network import Network
from app.nets.outputs import Scores
from app.web.pages.address import Address
from app.web.pages.explanation.gather import ExplanationData
from app.web.pages.explanation.question import read_request

Gather = Callable[[Address], ExplanationData]


@pytest.fixture(scope="module")
def data(network: Network) -> Gather:
    """The data of an address, with nothing computed; digit 9 is predicted, then 8 and so on."""
    scores = np.linspace(0, 0.2, 10, dtype=np.float32)
    reading = read_prediction(Scores(scores, scores, 0.0))
    available = availability(network)
    return lambda address: ExplanationData(available, reading, read_request(network, address))


def explanation(values: npt.ArrayLike, note: str = "", **figures: float) -> Explanation:
    """An explanation with this map."""
    array = np.asarray(values, np.float32)
    low, high = float(array.min()), float(array.max())
    return Explanation("gradcam", Target(2), None, {}, array, low, high, note, figures)


def faithfulness(*better: bool) -> Faithfulness:
    """The faithfulness of a map that is better than these of as many random maps."""
    own, worse, best = (curves(area) for area in (0.5, 0.1, 0.9))
    return Faithfulness(own, tuple(worse if each else best for each in better), 3.0, is_probability=True)


def curves(insertion: float) -> Curves:
    return Curves(np.array([1.0, 0.5, 0.0]), np.array([0.0, 2 * insertion - 0.5, 1.0]))
