"""The models that the protocol serves: each network with its outputs, and again with every layer's."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends

from app.errors import NotFound, UnknownModel
from app.nets.network import Network
from app.nets.serving.signature import NamedTensor, Signature, SignatureKind, signature_of
from app.web.deps import Client, TheClient

LAYERS = ".layers"  # behind a network's id: the model with every layer's output
VERSION_DIGITS = 12
PLATFORM = "onnxruntime_onnx"


@dataclass(frozen=True)
class ServedModel:
    """A network under one of its two names."""

    name: str
    network: Network
    kind: SignatureKind

    @property
    def version(self) -> str:
        """The beginning of the network's fingerprint: another file, card or list of labels is another version."""
        return self.network.fingerprint[:VERSION_DIGITS]

    @cached_property
    def signature(self) -> Signature:
        return signature_of(self.network, self.kind)

    @property
    def metadata(self) -> dict[str, Any]:
        """What the protocol says of a model."""
        return {
            "name": self.name,
            "versions": [self.version],
            "platform": PLATFORM,
            "inputs": [_tensor_metadata(self.signature.input)],
            "outputs": [_tensor_metadata(output) for output in self.signature.outputs.values()],
        }


async def find_model(client: Client, name: str, version: str | None) -> ServedModel:
    """The model of this name, and of this version if one is given.

    Raises:
        UnknownModel: there is none.
        NotFound: it has another version.
        NetworkError: the network can't be used.
    """
    identity = name.removesuffix(LAYERS)
    try:
        network = await client.network(identity)
    except UnknownModel as error:
        raise UnknownModel(f"{error.message} Each is served as ID and as ID{LAYERS}.", **error.details) from None
    model = ServedModel(name, network, "outputs" if identity == name else "layers")
    if version is not None and version != model.version:
        raise NotFound(f"The version of {network.card.name} is {model.version}: there is no other.")
    return model


async def _model(client: TheClient, model: str, version: str | None = None) -> ServedModel:
    return await find_model(client, model, version)


TheModel = Annotated[ServedModel, Depends(_model)]


def _tensor_metadata(tensor: NamedTensor) -> dict[str, Any]:
    return {"name": tensor.name, "datatype": tensor.datatype, "shape": list(tensor.shape)}
