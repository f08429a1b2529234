"""The form that brings a network: its files, and the fields that describe it."""

import asyncio
from collections.abc import Mapping

from app.engine.own.networks import OwnNetwork
from app.nets.own.description import read_description
from app.web.deps import Client
from app.web.file_form import received_form


async def open_network(client: Client) -> tuple[OwnNetwork, Mapping[str, str]]:
    """Open the network that the client's form brings, and return it with the fields of the form.

    The fields `card` and `labels` describe it.

    Raises:
        InvalidRequest: the form, the card or the labels are invalid.
        NetworkError: the file can't be read or used.
        StorageFull: there is no room.
        Overloaded: too many networks are arriving.
        SandboxUnavailable, NetworkCrashed: it can't be read in a confined process.
    """
    own = client.engine.own_networks
    await asyncio.to_thread(own.require_runtime)
    async with received_form(client.request, own.incoming) as (incoming, fields):
        description = read_description(fields.get("card", ""), fields.get("labels", ""))
        return await client.wait_to_the_end(own.add(incoming, description)), fields
