"""Scores for many views: in batches where the network allows it, some of them at the same time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from app.errors import NotDifferentiable
from app.gradients.backward_graphs import BackwardGraphs
from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.targets import Logit
from app.nets.head import Head
from app.nets.network import Network
from app.nets.outputs import Scores
from app.nets.preprocessing.fit import RGB
from app.nets.session import Tensor
from app.work.batches import BatchPlan, map_in_order, plan_batches
from app.work.stop import Stop

Views = Sequence[Callable[[], RGB]]  # each view is made when it is needed, and while others are run


class BatchedScores:
    """Many runs of one network as fast as they go: views are made and run by as many threads as pay off."""

    def __init__(self, graphs: BackwardGraphs) -> None:
        self._graphs = graphs

    def scores(self, network: Network, views: Views, stop: Stop) -> Iterator[Scores]:
        """The scores for each view, in order. Holds only the views of the runs under way.

        Raises:
            ConvScopeError: the reason of `stop`, or what making a view raises.
            NetworkError: the network can't be run.
        """
        graph, plan = network.graph, plan_batches(network.graph, network.max_concurrent_runs)
        batches = [views[first:end] for first, end in pairwise(accumulate(plan.sizes(len(views)), initial=0))]

        def run(batch: Views) -> list[Scores]:
            stop.check()
            made = [view() for view in batch]
            try:
                tensors = np.concatenate([network.input_tensor(view) for view in made])
                return _read_scores(graph.head, *_outputs(self._graphs.of(network), tensors, plan, stop))
            except NotDifferentiable:  # its graph can't be built anew for batches
                return [network.classify(view, stop, 1) for view in made]

        for results in map_in_order(run, batches, plan.concurrent_runs):
            yield from results


def _outputs(
    differentiable: Differentiable, tensors: Tensor, plan: BatchPlan, stop: Stop
) -> tuple[Tensor, Tensor | None]:
    """The logits of each input, and its scores if the file has them."""
    head = differentiable.network.graph.head
    layers = (head.logits.id, head.output.id) if head.has_scores else (head.logits.id,)
    query = GradientQuery(Logit(0), outputs=layers)
    outputs = differentiable.run(tensors, query, stop, plan.concurrent_runs).outputs
    return outputs[head.logits.id], outputs[head.output.id] if head.has_scores else None


def _read_scores(head: Head, logits: Tensor, scores: Tensor | None) -> list[Scores]:
    logits = logits.reshape(len(logits), -1)
    if scores is None:
        scores = head.activation(logits) if head.activation else logits
    scores = scores.reshape(len(logits), -1)
    return [
        Scores(np.asarray(one, np.float32), np.asarray(other, np.float32), 0.0, head.kind, head.activation)
        for one, other in zip(logits, scores, strict=True)
    ]
