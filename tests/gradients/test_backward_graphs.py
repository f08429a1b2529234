"""The backward graphs of networks that stay loaded."""

from pathlib import Path

from app.gradients.backward_graphs import MOST_NETWORKS, BackwardGraphs
from tests.arithmetic.runs import open_network
from tests.nets.onnx_text import parse_network


def test_the_graphs_of_the_networks_used_last_stay(tmp_path: Path) -> None:
    networks = []
    for number in range(MOST_NETWORKS + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        body = f"c = Constant <value = float {{{number}.5}}> ()  m = Mul (x, c)  y = Flatten (m)"
        networks.append(open_network(parse_network(body), folder))
    graphs = BackwardGraphs()
    first = graphs.of(networks[0])
    assert graphs.of(networks[0]) is first
    for network in networks[1:]:
        graphs.of(network)
    assert graphs.of(networks[0]) is not first
