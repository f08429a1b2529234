"""How long the gradient is at each depth: of stacks with random weights, and of a network for an image."""

from dataclasses import dataclass

from app.engine.results import Key, Results
from app.gradients.gradient_norms import stack_gradient_norms
from app.gradients.small_networks import StackSpec
from app.nets.runtime import Runtime
from app.work.job import JobHandle

Norms = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class StackNormsKey(Key[Norms]):
    """The gradient's length at the input and at each layer of a stack."""

    spec: StackSpec


class GradientDepth:
    """Measures stacks of convolutions; networks are measured by `Explanations`, which has their backward graphs."""

    def __init__(self, runtime: Runtime, results: Results) -> None:
        self._runtime = runtime
        self._results = results

    def stack(self, spec: StackSpec) -> JobHandle[Norms]:
        """The norms at the input and at the output of each layer, where the one at the last output is 1."""
        key = StackNormsKey(spec)
        return self._results.compute(
            key, lambda stop: stack_gradient_norms(spec, self._runtime, stop), self._results.runs
        )
