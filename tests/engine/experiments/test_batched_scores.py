"""Scores in batches, against single runs."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from app.engine.engine import Engine
from app.engine.experiments.batched_scores import BatchedScores
from app.errors import NotDifferentiable
from app.gradients.backward_graphs import BackwardGraphs
from app.gradients.differentiable import Differentiable
from app.nets.network import Network
from app.work.stop import Stop


class NoGraphs(BackwardGraphs):
    """Graphs of a network that can't be built anew."""

    def of(self, network: Network) -> Differentiable:
        raise NotDifferentiable("It takes two images at a time.")


@pytest.mark.parametrize("graphs", [BackwardGraphs, NoGraphs])
@pytest.mark.parametrize("model", ["lenet5", "googlenet-imagenette"])
def test_each_view_has_the_scores_of_a_run_of_its_own(
    engine: Engine, model: str, graphs: Callable[[], BackwardGraphs]
) -> None:
    network, random = engine.network(model), np.random.default_rng(0)
    views = [random.integers(0, 255, (*network.card.input.size, 3), np.uint8) for _ in range(7)]
    batched = BatchedScores(graphs()).scores(network, [partial(np.copy, view) for view in views], Stop())
    for view, scores in zip(views, batched, strict=True):
        alone = network.classify(view, Stop())
        np.testing.assert_allclose(scores.logits, alone.logits, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(scores.scores, alone.scores, rtol=1e-4, atol=1e-5)
