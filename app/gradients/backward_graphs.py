"""Backward graphs of networks: those used last stay loaded, for all questions that need gradients."""

import threading
from collections import OrderedDict

from app.gradients.differentiable import Differentiable
from app.nets.network import Network

MOST_NETWORKS = 2  # whose backward graphs stay loaded


class BackwardGraphs:
    """Networks that answer queries for gradients. Safe to use from several threads."""

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._networks: OrderedDict[str, Differentiable] = OrderedDict()

    def of(self, network: Network) -> Differentiable:
        """The network's backward graphs. Those of the least recently used network are closed if there are too many."""
        with self._opening:
            graphs = self._networks.pop(network.fingerprint, None) or Differentiable(network)
            self._networks[network.fingerprint] = graphs
            stale = self._networks.popitem(last=False)[1] if len(self._networks) > MOST_NETWORKS else None
        if stale is not None:
            stale.close()
        return graphs
