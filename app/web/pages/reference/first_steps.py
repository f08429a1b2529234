"""The first steps with the API: the commands to upload a photo, to classify it and to draw a layer."""

import shlex

from app.nets.catalog import Catalog


def first_steps(catalog: Catalog, base: str) -> tuple[str, ...]:
    """Three commands for a POSIX shell, which run as they are on `photo.jpg`; none if no network is ready."""
    network = next((each for each in catalog if each.has_weights), None)
    if network is None:
        return ()
    api = f"{base}api/v1"
    about_photo = f'{shlex.quote(f"{api}/models/{network.id}/images/")}"$IMAGE"'
    read_id = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"id\"])'"
    return (
        f"IMAGE=$(curl -s -F file=@photo.jpg {shlex.quote(f'{api}/images')} | {read_id})",
        f"curl {about_photo}/predictions",
        f"curl -o layer.png {about_photo}/layers/{shlex.quote(network.graph.layers[0].id)}.png",
    )
