"""The length of the gradient at each layer of a stack of convolutions, for a random direction at its output."""

from pathlib import Path

import numpy as np

from app.gradients.backward import GraphSpec, build_backward_graph
from app.gradients.small_networks import StackSpec, convolution_stack
from app.nets.reading.operators import read_operators
from app.nets.runtime import Runtime
from app.nets.session import SessionOptions, Tensor
from app.work.stop import Stop


def stack_gradient_norms(spec: StackSpec, runtime: Runtime, stop: Stop) -> tuple[float, ...]:
    """The norms at the input and at the output of each layer; at the output of the last one it is 1."""
    model = convolution_stack(spec)
    source = read_operators(model)
    graph = build_backward_graph(model, source, GraphSpec(source.output, spec.values))
    session = runtime.open(graph.model, Path(), SessionOptions(threads=1))
    random = np.random.default_rng(spec.seed)
    image, direction = (random.standard_normal(source.shape(name)) for name in (source.input, source.output))
    direction /= np.linalg.norm(direction)
    feeds = {source.input: image.astype(np.float32), graph.seed: direction.astype(np.float32)}
    results = session.run(feeds, stop)
    return tuple(norm(results[graph.gradients[value]]) for value in spec.values)


def norm(gradient: Tensor) -> float:
    """The square root of the sum of squares, in float64: squares of small numbers are 0 in float32."""
    return float(np.linalg.norm(gradient.astype(np.float64)))
