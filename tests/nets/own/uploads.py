"""Uploads to a store of own networks, and what its folder holds."""

import json
import os
import time
from pathlib import Path
from typing import Any

from app.errors import UnknownModel
from app.nets.own.store import NetworkRecord, OwnNetworkStore, StoredNetwork, StoreLimits, network_id

DAY = 86_400
LIMITS = StoreLimits(bytes=100_000, networks=100, ttl_s=DAY)
CARD: dict[str, Any] = {
    **dict.fromkeys(("family", "idea", "drawback", "trained_on", "licence", "source", "labels", "name"), "test"),
    "id": "own",
    "year": 2026,
    "paper": {"title": "-", "authors": "-", "url": "https://example.org"},
    "input": dict.fromkeys(("width", "height"), 8)
    | {"channels": "RGB", "mean": [0, 0, 0], "std": [1, 1, 1], "resize": {"rule": "squash"}},
}


def add(store: OwnNetworkStore, content: bytes, name: str = "Net", **external: bytes) -> StoredNetwork:
    """Upload a file of this content with its external data, as a network called `name`."""
    with store.incoming() as incoming:
        for file, data in {"net.onnx": content, **external}.items():
            with incoming.create(file) as writer:
                writer.write(data)
        model = incoming.model
        placed = store.place(model, [incoming.files[file] for file in external])
    facts = {"name": name, "sha256": model.sha256, "bytes": model.bytes}
    record = NetworkRecord.model_validate_json(json.dumps({"card": CARD | facts, "labels": ["cat", "dog"]}))
    card = record.card.model_copy(update={"id": network_id(placed, record)})
    return store.add(placed, record.model_copy(update={"card": card}))


def is_there(store: OwnNetworkStore, network: StoredNetwork) -> bool:
    try:
        store.get(network.record.card.id)
    except UnknownModel:
        return False
    return True


def let_rest(folder: Path, network: StoredNetwork, seconds: float) -> None:
    """Make the last use of a network, and of its file, so many seconds ago."""
    (record,) = (folder / "networks").glob(f"{network.record.card.id}.*")
    for path in (record, network.file.path.parent):
        os.utime(path, (time.time() - seconds,) * 2)


def stored_bytes(folder: Path) -> int:
    """The size of all files of networks."""
    return sum(path.stat().st_size for path in (folder / "files").rglob("*") if path.is_file())
