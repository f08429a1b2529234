"""The network of a job, opened in a process that runs nothing else."""

from app.engine.own.networks import OwnNetworks
from app.nets.catalog import Catalog
from app.nets.network import Network
from app.nets.runtime import Runtime
from app.nets.weights.store import WeightStore
from app.sandbox.sandbox import Sandbox
from app.settings import Settings


def open_network(settings: Settings, network: str, runtime: Runtime, sandbox: Sandbox) -> Network:
    """The network with this id; a stranger's runs in the sandbox, or where the settings say so, every one does.

    Raises:
        UnknownModel: there is none.
        NetworkError: it can't be used.
    """
    own = OwnNetworks(settings, sandbox)
    runtimes = sandbox if settings.isolate == "all" else runtime
    return Catalog(settings.models_dir, runtimes, 1, WeightStore(settings.networks_dir), own).get(network)
