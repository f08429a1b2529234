"""What the page of a job waits for, from an engine with one job."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import NotAvailable
from app.jobs.record import JobRecord, JobRequest
from app.web.pages.jobs.address import JobAddress
from app.web.pages.jobs.gather import gather_job
from tests.web.pages.conftest import result_of

REQUEST = JobRequest("net", "0" * 64, "1" * 32)
CONV = SimpleNamespace(id="conv", name="conv", op="Conv", channels=8, has_maps=True)
RELU = SimpleNamespace(id="relu", name="relu", op="Relu", channels=8, has_maps=True)
NETWORKS = {
    name: SimpleNamespace(
        id=name, classes=classes, graph=SimpleNamespace(layers=[CONV, RELU]), layer={"conv": CONV}.get
    )
    for name, classes in (("net", 3), ("encoder", 0), ("default", 3))
}


def gathered(address: JobAddress, done: int = 5, stored: bool = True, network: str = "net") -> Any:
    async def find(name: str) -> Any:
        return NETWORKS[name]

    async def wait(handle: Any) -> Any:
        return handle

    def evaluation(job: str) -> str:
        if not stored:
            raise NotAvailable("Nothing is stored yet.")
        return f"evaluation of {job}"

    record = JobRecord(JobRequest(network, "0" * 64, "1" * 32), 9, 0.0, done=done)
    jobs = SimpleNamespace(
        get=lambda job: record,
        evaluation=evaluation,
        patches=lambda job, layer, channels: [(job, layer, channel) for channel in channels],
    )
    engine = SimpleNamespace(jobs=jobs, default_network=lambda: NETWORKS["default"])
    client: Any = SimpleNamespace(network=find, wait=wait, engine=engine)
    return result_of(gather_job(client, address))


@pytest.mark.parametrize(("address", "network"), [(JobAddress(), "default"), (JobAddress(model="net"), "net")])
def test_without_a_job_there_is_a_network(address: JobAddress, network: str) -> None:
    data = gathered(address)
    assert (data.network.id, data.record, data.layer) == (network, None, None)


def test_nothing_is_known_before_the_first_photo() -> None:
    data = gathered(JobAddress(job="7"), done=0)
    assert data.record
    assert (data.evaluation, data.layer, data.patches, data.notice) == (None, None, None, None)


def test_a_job_has_its_evaluation_and_the_last_activation() -> None:
    data = gathered(JobAddress(job="7", model="encoder"))
    assert data.record
    assert data.network.id == "net"
    assert str(data.evaluation).startswith("evaluation of")
    assert data.layer
    assert (data.layer.id, data.patches) == ("relu", None)


def test_the_patches_are_those_of_the_layer_and_the_channel() -> None:
    data = gathered(JobAddress(job="7", layer="conv", channel=6))
    assert data.record
    assert data.patches == (data.record.id, "conv", 6)


@pytest.mark.parametrize(("stored", "network"), [(False, "net"), (True, "encoder")])
def test_without_classes_or_results_there_is_no_evaluation(stored: bool, network: str) -> None:
    data = gathered(JobAddress(job="7"), stored=stored, network=network)
    assert (data.evaluation, data.notice) == (None, None)
    assert data.layer


def test_what_a_layer_can_not_show_is_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    vector = SimpleNamespace(id="vector", name="vector", has_maps=False)
    monkeypatch.setattr(NETWORKS["net"], "layer", {"vector": vector}.get)
    data = gathered(JobAddress(job="7", layer="vector"))
    assert data.notice
    assert "has no maps" in data.notice.message
    assert data.evaluation
