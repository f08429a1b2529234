"""The page of a job: how far it is, and the channels of a layer by two dozen."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.jobs.record import JobRecord, JobRequest, JobState
from app.jobs.result import StrongCell
from app.web.pages.jobs.address import JobAddress
from app.web.pages.jobs.gather import JobData
from app.web.pages.jobs.page import JobPage, LayerPatches, job_page

CONV = SimpleNamespace(id="conv", name="Convolution", channels=50, has_maps=True)
HEAD = SimpleNamespace(id="head", name="Head", channels=3, has_maps=False)
OTHER = SimpleNamespace(id="other", name="Other", channels=24, has_maps=True)


def page_of(
    address: JobAddress, record: JobRecord | None = None, layer: Any = None, patches: tuple[Any, ...] | None = None
) -> JobPage:
    network: Any = SimpleNamespace(
        id="net", card=SimpleNamespace(name="Net"), has_weights=True, graph=SimpleNamespace(layers=[CONV, HEAD, OTHER])
    )
    engine: Any = SimpleNamespace(catalog=[network])
    return job_page(engine, address, JobData(network, record, None, layer, patches, None), None)


def layer_patches(layer: Any = CONV, patches: tuple[Any, ...] | None = None, **fields: Any) -> LayerPatches:
    shown = page_of(JobAddress(job="7", **fields), layer=layer, patches=patches).patches
    assert shown is not None
    return shown


def test_without_a_job_there_is_the_form_alone() -> None:
    page = page_of(JobAddress())
    assert (page.job, page.accuracy, page.patches) == (None, None, None)
    assert [(each.id, each.chosen) for each in page.networks] == [("net", True)]


@pytest.mark.parametrize(
    ("state", "done", "photos", "share", "is_under_way"),
    [
        ("waiting", 0, 0, 0, True),
        ("running", 3, 12, 0.25, True),
        ("complete", 12, 12, 1, False),
        ("failed", 6, 12, 0.5, False),
        ("cancelled", 1, 1, 1, False),
    ],
)
def test_a_job_says_how_far_it_is(state: JobState, done: int, photos: int, share: float, is_under_way: bool) -> None:
    record = JobRecord(JobRequest("net", "0" * 64, "1" * 32), photos, 0.0, state, done, 4.5, 2.5, 0, "It ended.")
    job = page_of(JobAddress(job=record.id), record).job
    assert job is not None
    assert (job.share, job.is_under_way, job.done, job.photos) == (share, is_under_way, done, photos)
    assert (job.seconds, job.rate, job.problem, job.data_set, job.network) == (4.5, 2.5, "It ended.", "1" * 32, "Net")
    assert (job.href, job.events) == (f"jobs?job={record.id}", f"api/v1/jobs/{record.id}/events")


@pytest.mark.parametrize(
    ("first", "channels", "before", "after"),
    [
        (0, range(24), None, "jobs?job=7&layer=conv&first=24"),
        (30, range(24, 48), "jobs?job=7&layer=conv", "jobs?job=7&layer=conv&first=48"),
        (999, range(48, 50), "jobs?job=7&layer=conv&first=24", None),
    ],
)
def test_channels_are_on_pages_of_two_dozen(first: int, channels: range, before: str | None, after: str | None) -> None:
    shown = layer_patches(first=first, channel=1)
    assert [each.channel for each in shown.sheet] == list(channels)
    assert (shown.before, shown.after, shown.last, shown.channels) == (before, after, channels.stop, 50)
    assert [(each.value, each.chosen) for each in shown.layers] == [("conv", True), ("other", False)]


def test_a_layer_of_two_dozen_channels_has_one_page() -> None:
    shown = layer_patches(OTHER)
    assert (len(shown.sheet), shown.before, shown.after) == (24, None, None)
    assert shown.sheet[3].src == "api/v1/jobs/7/layers/other/channels/3/patches.png?columns=3&side=48"
    assert shown.sheet[3].href == "jobs?job=7&layer=other&channel=3#channel"


def test_the_patches_of_a_channel_are_large_unless_their_photo_is_gone() -> None:
    photo = SimpleNamespace(name="cat.jpg", folder="cats")
    cell, patch = StrongCell(2.5, 9, 0, 1), SimpleNamespace(rgb=np.zeros((2, 2, 3), np.uint8))
    strong = tuple(SimpleNamespace(cell=cell, patch=each, photo=photo) for each in (patch, None))
    chosen = layer_patches(patches=strong, channel=1).chosen
    assert chosen is not None
    assert [(each.value, each.name, each.folder, each.photo) for each in chosen] == [(2.5, "cat.jpg", "cats", 9)] * 2
    assert str(chosen[0].src).startswith("data:image/png;base64,")
    assert chosen[1].src is None
    assert layer_patches().chosen is None
