"""A network with a skip connection, a concatenation and a linear layer, and its activations with parts switched off."""

from pathlib import Path

from app.experiments.ablation import Ablation, interventions, read_ablation, scaled_values
from app.experiments.intervention import IntervenedNetwork
from app.nets.network import Network
from app.nets.outputs import Activations
from app.work.stop import Stop
from tests.attribution.small import drawn, network_of

SIDE = 8
NODES = (
    "stem = Conv <pads = [1, 1, 1, 1]> (x, w, b)  relu = Relu (stem)  branch = Conv (relu, v)  sum = Add (relu, branch)"
    "  both = Concat <axis = 1> (sum, relu)  pool = GlobalAveragePool (both)  flat = Flatten (pool)"
    "  fc = Gemm <transB = 1> (flat, u)  y = Softmax (fc)"
)
WEIGHTS = {
    "w": drawn(4, 3, 3, 3, seed=1),
    "b": drawn(4, seed=2),
    "v": drawn(4, 4, 1, 1, seed=3),
    "u": drawn(5, 8, seed=4),
}
TENSOR = drawn(3, SIDE, SIDE, seed=7)


def skip_network(folder: Path) -> Network:
    return network_of(folder, NODES, WEIGHTS, SIDE, 5)


def intact(network: Network) -> Activations:
    return IntervenedNetwork(network, ()).run(TENSOR, (), Stop())


def ablated(network: Network, ablation: Ablation) -> Activations:
    ablation = read_ablation(network, ablation)
    changed = IntervenedNetwork(network, scaled_values(network.graph, ablation))
    return changed.run(TENSOR, interventions(network.graph, ablation, intact(network)), Stop())
