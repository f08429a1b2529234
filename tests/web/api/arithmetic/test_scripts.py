"""Scripts that compute a cell or a layer, with the arrays of the API."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.web.responses import array

LAYERS = "/models/squeezenet1_1/images/{image}/layers"


@pytest.mark.parametrize("extent", ["cell", "layer"])
def test_a_script_is_run_by_itself(client: httpx.Client, image: str, tmp_path: Path, extent: str) -> None:
    path = LAYERS.format(image=image) + "/fire2.expand3x3"
    answer = client.get(f"{path}/cells/5/0/12/code", params={"of": extent})
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="fire2.expand3x3-5-0-12-numpy.py"'
    value = float(array(client, f"{path}.npy")[5, 0, 12])
    (tmp_path / "cell.py").write_text(answer.text)
    assert float(run(tmp_path, "cell.py")) == pytest.approx(value, abs=1e-4)


def test_a_script_reads_the_files_of_a_folder(client: httpx.Client, image: str, tmp_path: Path) -> None:
    path = LAYERS.format(image=image)
    text = client.get(f"{path}/fire2.expand3x3/cells/5/0/12/code").text
    (tmp_path / "cell.py").write_text(text.replace("http://", "unreachable://"))
    for name, address in (
        ("fire2.squeeze1x1_relu.npy", f"{path}/fire2.squeeze1x1_relu.npy"),
        ("fire2.expand3x3-weight.npy", "/models/squeezenet1_1/layers/fire2.expand3x3/weights/weight.npy"),
        ("fire2.expand3x3-bias.npy", "/models/squeezenet1_1/layers/fire2.expand3x3/weights/bias.npy"),
    ):
        (tmp_path / name).write_bytes(client.get(address).raise_for_status().content)
    value = float(array(client, f"{path}/fire2.expand3x3.npy")[5, 0, 12])
    assert float(run(tmp_path, "cell.py", str(tmp_path))) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("input/cells/0/0/0/code", 409),
        ("none/cells/0/code", 404),
        ("conv1/cells/64/0/0/code", 404),
        ("conv1/cells/0/113/0/code", 404),
        ("conv1/cells/0/0/0/code?as=matlab", 422),
        ("conv1/cells/0/0/0/code?of=network", 422),
    ],
)
def test_a_cell_without_a_script_is_refused(client: httpx.Client, image: str, place: str, status: int) -> None:
    assert client.get(f"{LAYERS.format(image=image)}/{place}").status_code == status


def test_a_network_without_weights_has_no_scripts(client: httpx.Client, image: str) -> None:
    answer = client.get(f"/models/vgg16/images/{image}/layers/conv1_1/cells/0/0/0/code")
    assert answer.status_code == 409
    assert "convscope pull vgg16" in answer.json()["error"]["message"]


def test_a_pinned_network_s_script_asks_for_that_network(client: httpx.Client, image: str) -> None:
    pinned = next(each["pinned"] for each in client.get("/models").json() if each["id"] == "lenet5")
    answer = client.get(f"/models/{pinned}/images/{image}/layers/softmax/cells/3/code").raise_for_status()
    assert f'/api/v1/models/{pinned}/"' in answer.text
    assert "immutable" in answer.headers["cache-control"]


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
