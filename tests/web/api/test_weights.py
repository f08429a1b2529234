"""Pulling through the server: for the admin alone, told as it goes, once for all who ask."""

import fcntl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import serving, wait_until
from tests.mirrors import LIGHT, Answer, Mirror, models_folder, original_of, stalled, status, whole
from tests.mirrors import serving as serving_weights
from tests.web.responses import events

pytestmark = pytest.mark.slow

CONTENT = (LIGHT / "light_squeezenet.onnx").read_bytes()
ADMIN_WORD = "lecture-7"
ADMIN = {"Authorization": f"Bearer {ADMIN_WORD}"}
Events = list[tuple[str, dict[str, Any]]]


class Lab:
    """A server that knows originals, a mirror with the weights of all but vgg16's, and requests as the admin's."""

    def __init__(self, api: httpx.Client, networks: Path, mirror: Mirror) -> None:
        self.api = api
        self.networks = networks
        self.mirror = mirror

    def mirror_with(self, *answers: Answer) -> Mirror:
        """The mirror as if it had not been asked yet, from now on with these answers."""
        self.mirror.answers[:] = answers
        self.mirror.requests.clear()
        return self.mirror

    def pull(self, model: str) -> Events:
        with self.api.stream("POST", f"models/{model}/pull", headers=ADMIN) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            return list(events(answer))

    def status(self, model: str) -> str:
        return str(self.api.get(f"models/{model}").json()["status"])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Each test pulls another original: what one has pulled stays."""
    folder = tmp_path_factory.mktemp("lab")
    without = original_of(b"any", "vgg16").model_copy(update={"weights": None})
    known = [original_of(CONTENT, model) for model in ("vgg19", "resnet18", "resnet34", "resnet50")]
    models = models_folder(folder / "models", *known, without)
    with serving_weights(CONTENT) as mirror:
        egress = {"mirrors": mirror.pattern, "lab_hosts": mirror.host, "admin_token": ADMIN_WORD}
        with (
            serving(folder / "data", models, **egress) as address,
            httpx.Client(base_url=f"{address}/api/v1", timeout=30) as api,
        ):
            yield Lab(api, folder / "data" / "networks", mirror)


def test_without_a_token_set_nobody_can_pull(client: httpx.Client) -> None:
    for headers in ({}, ADMIN, {"Authorization": "Bearer x"}):
        answer = client.post("/models/vgg16/pull", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert "switched off" in answer.json()["error"]["message"]


def test_an_architecture_answers_for_its_structure_and_says_what_is_missing(client: httpx.Client, cat: bytes) -> None:
    detail = client.get("/models/vgg16").json()
    assert (detail["status"], detail["params"], detail["depth"]) == ("architecture", 138_357_544, 16)
    assert (detail["bytes"], detail["weights"]["bytes"]) == (553_437_328, 553_437_328)
    assert detail["layers"][0]["output_shape"] == [64, 224, 224]
    image = client.post("/images", files={"file": cat}).json()["id"]
    layer = detail["layers"][0]["id"]
    refused = [
        client.post("/models/vgg16/classify", files={"file": cat}),
        client.get(f"/models/vgg16/images/{image}/predictions"),
        client.get(f"/models/vgg16/images/{image}/layers"),
        client.get(f"/models/vgg16/images/{image}/view.png"),
        client.get(f"/models/vgg16/images/{image}/layers/{layer}.png"),
        client.get(f"/models/vgg16/images/{image}/layers/{layer}.npy"),
        client.get(f"/models/vgg16/images/{image}/layers/{layer}"),
        client.get(f"/models/vgg16/layers/{layer}/filters.png"),
        client.get(f"/models/vgg16/layers/{layer}/filters.npy"),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_available"), answer.url
        assert "`convscope pull vgg16`" in answer.json()["error"]["message"]
        assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_pull_is_told_as_it_goes_and_the_network_is_ready_at_once(lab: Lab, cat: bytes) -> None:
    lab.mirror_with(whole(pause_s=0.5))
    assert lab.status("vgg19") == "architecture"
    told = lab.pull("vgg19")
    assert [name for name, _ in told][-1] == "done", told
    assert told[0][0] == "progress"
    assert told[0][1]["total"] == len(CONTENT)
    assert lab.status("vgg19") == "ready"
    answer = lab.api.post("models/vgg19/classify", files={"file": cat})
    assert answer.status_code == 200
    assert lab.pull("vgg19")[-1] == ("done", {"model": "vgg19", "status": "ready"})


def test_who_may_not_or_can_not_pull_is_told_before_it_begins(lab: Lab) -> None:
    mirror = lab.mirror_with(status(404))
    refused: tuple[dict[str, str], ...] = (
        {},
        *({"Authorization": f"Bearer {word}"} for word in ("wrong", ADMIN_WORD[:-1], ADMIN_WORD + "7", "LECTURE-7")),
        {"Authorization": f"Basic {ADMIN_WORD}"},
        {"X": ADMIN_WORD},
    )
    for headers in refused:
        answer = lab.api.post("models/resnet18/pull", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
        assert ADMIN_WORD not in answer.text
    for model, code in (("nothing", 404), ("vgg16", 409)):
        assert lab.api.post(f"models/{model}/pull", headers=ADMIN).status_code == code
    assert mirror.requests == []
    name, data = lab.pull("resnet18")[-1]
    assert (name, data["error"]["code"]) == ("error", "pull_failed")
    assert "answers 404" in data["error"]["message"]


def test_askers_share_one_pull_which_goes_on_when_one_hangs_up(lab: Lab) -> None:
    released = threading.Event()
    mirror = lab.mirror_with(stalled(released), whole())
    with ThreadPoolExecutor() as threads:
        with lab.api.stream("POST", "models/resnet34/pull", headers=ADMIN) as first:
            assert next(events(first))[0] == "progress"
            second = threads.submit(lab.pull, "resnet34")
            time.sleep(0.5)
        released.set()  # the first has hung up; for the second it goes on
        assert second.result(20)[-1][0] == "done"
    assert len(mirror.requests) == 2
    assert lab.status("resnet34") == "ready"


def is_free(lock: Path) -> bool:
    with lock.open("w") as file, suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def test_a_pull_that_nobody_follows_any_more_stops_and_the_next_goes_on_from_there(lab: Lab) -> None:
    released = threading.Event()
    mirror = lab.mirror_with(stalled(released), whole())
    with lab.api.stream("POST", "models/resnet50/pull", headers=ADMIN) as answer:
        assert next(told["received"] for _, told in events(answer) if told["received"])
    wait_until(lambda: is_free(lab.networks / "resnet50.lock"), "it stops, though the mirror is silent", limit_s=10)
    assert lab.pull("resnet50")[-1][0] == "done"
    released.set()
    assert str(mirror.ranges[1]).startswith("bytes=")
