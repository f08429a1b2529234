"""Jobs over HTTP: photos sent, a job followed to its end, its figures, and the strongest patches of a channel."""

import io
import zipfile
from pathlib import Path

import httpx
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from PIL import Image

from tests.conftest import ROOT, SAMPLES
from tests.web.responses import events

MODEL, LAYER = "squeezenet1_1", "fire2.squeeze1x1_relu"
PHOTOS = {"church/church.jpg": 1, "church/no-photo.jpg": 0, "golf ball/golf-ball.jpg": 1, "parachute/parachute.jpg": 1}


@pytest.fixture(scope="module")
def data_set(server: str) -> str:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, is_photo in PHOTOS.items():
            archive.writestr(name, (SAMPLES / Path(name).name).read_bytes() if is_photo else b"no photo")
    answer = httpx.post(f"{server}/api/v1/data-sets", files={"file": ("photos.zip", file.getvalue())})
    assert answer.status_code == 201, answer.text
    identity: str = answer.json()["id"]
    return identity


@pytest.fixture(scope="module")
def job(server: str, data_set: str) -> str:
    """The id of a job that is complete."""
    with httpx.Client(base_url=f"{server}/api/v1", timeout=60) as client:
        identity: str = (
            client.post("/jobs", json={"network": MODEL, "data_set": data_set}).raise_for_status().json()["id"]
        )
        with client.stream("GET", f"/jobs/{identity}/events") as stream:
            *earlier, (last, end) = events(stream)
    assert ({name for name, _ in earlier} <= {"progress"}, last, end["state"]) == (True, "done", "complete")
    return identity


def maps_by_hand(client: httpx.Client, name: str) -> npt.NDArray[np.float32]:
    """The maps of the layer for a sample, of plain onnxruntime on the input tensor of the Explorer."""
    with (SAMPLES / name).open("rb") as file:
        image = client.post("/images", files={"file": file}).json()["id"]
    tensor = np.load(io.BytesIO(client.get(f"/models/{MODEL}/images/{image}/tensor.npy").content))
    model = onnx.load(ROOT / "models" / f"{MODEL}.onnx")
    output = [node.output[0] for node in model.graph.node if node.op_type == "Relu"][1]
    model.graph.output.append(onnx.ValueInfoProto(name=output))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    feeds = {session.get_inputs()[0].name: tensor.reshape(1, *tensor.shape[-3:])}
    maps: npt.NDArray[np.float32] = session.run([output], feeds)[0][0]
    return maps


def test_the_photos_are_listed_by_their_folders(client: httpx.Client, data_set: str) -> None:
    described = client.get(f"/data-sets/{data_set}").json()
    assert described["photos"] == 4
    assert {each["name"]: each["photos"] for each in described["folders"]} == {
        "church": 2,
        "golf ball": 1,
        "parachute": 1,
    }


def test_the_figures_are_those_of_the_photos_that_could_be_read(client: httpx.Client, job: str) -> None:
    answer = client.get(f"/jobs/{job}").json()
    figures = answer["evaluation"]
    assert (answer["state"], answer["done"], figures["judged"], figures["unread"]) == ("complete", 4, 3, 1)
    rights = 0
    for name in ("church", "golf-ball", "parachute"):
        image = client.post("/images", files={"file": (SAMPLES / f"{name}.jpg").read_bytes()}).json()["id"]
        best = client.get(f"/models/{MODEL}/images/{image}/predictions").json()["predictions"][0]["label"]
        rights += best == name.replace("-", " ")
    assert figures["top1"] == pytest.approx(rights / 3)
    assert figures["confusion"]["folders"] == ["church", "golf ball", "parachute"]


def test_a_channel_has_its_greatest_values_of_plain_onnxruntime(client: httpx.Client, job: str) -> None:
    maps = {name: maps_by_hand(client, Path(name).name)[3] for name, is_photo in PHOTOS.items() if is_photo}
    strongest = sorted(maps, key=lambda name: -maps[name].max())
    address = f"/jobs/{job}/layers/{LAYER}/channels/3/patches"
    patches = client.get(address).json()["patches"]
    assert [f"{each['folder']}/{each['name']}" for each in patches] == strongest
    for patch, name in zip(patches, strongest, strict=True):
        assert patch["value"] == pytest.approx(maps[name].max(), rel=1e-3)
        assert maps[name][patch["y"], patch["x"]] == pytest.approx(patch["value"], rel=1e-3)
    side = patches[0]["window"]["right"] - patches[0]["window"]["left"]
    strip = Image.open(io.BytesIO(client.get(f"{address}.png").content))
    assert strip.size == (3 * side + 2 * 2, side)
    sheet = Image.open(io.BytesIO(client.get(f"/jobs/{job}/layers/{LAYER}/patches.png?first=2&count=3").content))
    assert sheet.size == (strip.width, 3 * side + 2 * 2)
    assert sheet.crop((0, side + 2, strip.width, 2 * side + 2)).tobytes() == strip.tobytes()


def test_the_same_question_is_the_same_job_and_the_arrays_can_be_taken(
    client: httpx.Client, job: str, data_set: str
) -> None:
    again = client.post("/jobs", json={"network": MODEL, "data_set": data_set})
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, job, "complete")
    with np.load(io.BytesIO(client.get(f"/jobs/{job}/result.npz").content), allow_pickle=False) as arrays:
        assert arrays["photos"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/jobs/" + "0" * 32, "unknown_job"),
        ("/data-sets/" + "0" * 32, "unknown_data_set"),
        ("/jobs/{job}/layers/conv9/channels/0/patches", "unknown_layer"),
        ("/jobs/{job}/layers/conv1/channels/64/patches", "unknown_channel"),
    ],
)
def test_what_is_not_there_is_said(client: httpx.Client, job: str, path: str, code: str) -> None:
    answer = client.get(path.format(job=job))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


def test_photos_sent_by_themselves_are_packed_and_a_job_of_no_data_set_is_refused(client: httpx.Client) -> None:
    files = [("file", ("cats/cat.jpg", (SAMPLES / "cat.jpg").read_bytes())), ("file", ("b.jpg", b"x"))]
    ids = {client.post("/data-sets", files=order).json()["id"] for order in (files, files[::-1])}
    assert len(ids) == 1
    assert client.delete(f"/data-sets/{ids.pop()}").status_code == 204
    refused = client.post("/jobs", json={"network": MODEL, "data_set": "0" * 32})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_data_set")
