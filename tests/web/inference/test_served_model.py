"""The models that the protocol serves, of a network by hand."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import NotFound, UnknownModel
from app.web.inference.served_model import ServedModel, find_model

NETWORK = SimpleNamespace(id="net", fingerprint="0123456789abcdef", card=SimpleNamespace(name="Net"))


def found(name: str, version: str | None = None) -> ServedModel:
    async def network(identity: str) -> Any:
        if identity != "net":
            raise UnknownModel("There is no such network.", known=["net"])
        return NETWORK

    client: Any = SimpleNamespace(network=network)
    return asyncio.run(find_model(client, name, version))


@pytest.mark.parametrize(("name", "kind"), [("net", "outputs"), ("net.layers", "layers")])
def test_a_network_is_served_under_two_names(name: str, kind: str) -> None:
    model = found(name)
    assert (model.name, model.kind, model.version) == (name, kind, "0123456789ab")
    assert found(name, "0123456789ab").network is model.network


def test_another_name_or_version_is_refused() -> None:
    with pytest.raises(UnknownModel, match=r"as ID and as ID\.layers") as refusal:
        found("other.layers")
    assert refusal.value.details == {"known": ["net"]}
    with pytest.raises(NotFound, match="The version of Net is 0123456789ab"):
        found("net", "0123456789abcdef")
