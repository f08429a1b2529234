"""Two servers that share nothing but a bucket of S3: `make storage` runs it, in an environment that has s3fs and moto.

The bucket is that of a moto server, which speaks the protocol of S3 and has its objects in memory.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from tests.conftest import ROOT, SAMPLES, free_port, start, wait_until

pytest.importorskip("s3fs", reason="s3fs is not installed: run `make storage`")
pytest.importorskip("moto", reason="moto is not installed: run `make storage`")

BUCKET = "lab"
MODEL = "squeezenet1_1"


@dataclass(frozen=True)
class Campus:
    """A client of each of the two servers, and the server of the bucket."""

    servers: tuple[httpx.Client, httpx.Client]
    bucket: subprocess.Popen[bytes]


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(30)


def start_bucket(port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)])
    wait_until(lambda: answers(f"http://127.0.0.1:{port}/moto-api/"), "the bucket's server answers")
    httpx.put(f"http://127.0.0.1:{port}/{BUCKET}").raise_for_status()
    return process


def answers(address: str) -> bool:
    try:
        return httpx.get(address).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    folder, port = tmp_path_factory.mktemp("campus"), free_port()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "lab")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "any")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        bucket = start_bucket(port)
        stack.callback(end, bucket)
        clients = []
        for name in ("first", "second"):
            process, address = start(folder / name, store_url=f"s3://{BUCKET}/convscope", threads="1")
            stack.callback(end, process)
            clients.append(stack.enter_context(httpx.Client(base_url=f"{address}/api/v1", timeout=60)))
        first, second = clients
        yield Campus((first, second), bucket)


def send(server: httpx.Client, photo: str) -> str:
    """Send a sample; its id."""
    answer = server.post("/images", files={"file": (SAMPLES / photo).read_bytes()})
    identity: str = answer.raise_for_status().json()["id"]
    return identity


def test_a_photo_that_one_received_is_the_same_through_the_other(campus: Campus) -> None:
    image = send(campus.servers[0], "cat.jpg")
    for path in (
        f"/images/{image}.png",
        f"/models/{MODEL}/images/{image}/layers/conv1.png",
        f"/models/{MODEL}/images/{image}/layers/conv1.npy",
    ):
        one, other = (server.get(path).raise_for_status() for server in campus.servers)
        assert one.content == other.content
        assert one.headers["ETag"] == other.headers["ETag"]
        again = campus.servers[1].get(path, headers={"If-None-Match": one.headers["ETag"]})
        assert again.status_code == 304


def test_a_network_that_one_opened_runs_on_the_other(campus: Campus) -> None:
    first, second = campus.servers
    file = (ROOT / "models" / f"{MODEL}.onnx").read_bytes()
    opened = first.post("/models", files={"file": ("mine.onnx", file)}, timeout=100).raise_for_status().json()
    image = send(second, "cat.jpg")
    answers = [server.get(f"/models/{opened['id']}/images/{image}/predictions") for server in campus.servers]
    one, other = (answer.raise_for_status().json()["predictions"] for answer in answers)
    assert one == other
    second.delete(f"/models/{opened['id']}").raise_for_status()
    wait_until(lambda: first.get(f"/models/{opened['id']}").status_code == 404, "it is gone")


def test_a_folder_of_photos_is_there_too(campus: Campus) -> None:
    first, second = campus.servers
    photos = [SAMPLES / "cat.jpg", SAMPLES / "springer.jpg"]
    files = [("file", (f"pets/{photo.name}", photo.read_bytes())) for photo in photos]
    added = first.post("/collections", files=files).raise_for_status().json()
    assert second.get(f"/collections/{added['id']}").raise_for_status().json() == added


def test_a_photo_that_is_deleted_is_gone_from_both(campus: Campus) -> None:
    first, second = campus.servers
    image = send(first, "cat.jpg")
    second.get(f"/images/{image}.png").raise_for_status()
    first.delete(f"/images/{image}").raise_for_status()
    wait_until(lambda: second.get(f"/images/{image}.png").status_code == 404, "it is gone")


def test_without_the_bucket_what_is_here_goes_on_and_all_else_is_refused_in_words(campus: Campus) -> None:
    first, second = campus.servers
    image = send(first, "cat.jpg")
    first.get(f"/models/{MODEL}/images/{image}/predictions").raise_for_status()
    elsewhere = send(second, "coffee.jpg")
    end(campus.bucket)
    time.sleep(11)  # what was confirmed a moment ago is not asked for
    photo = (SAMPLES / "rocket.jpg").read_bytes()
    for refusal in (first.post("/images", files={"file": photo}), first.get(f"/images/{elsewhere}.png")):
        assert refusal.status_code == 503
        assert refusal.json()["error"]["code"] == "store_unavailable"
        assert refusal.json()["error"]["message"] == "The shared store does not answer. Try again in a moment."
        assert refusal.headers["Retry-After"] == "5"
    assert first.get(f"/models/{MODEL}/images/{image}/predictions").is_success
