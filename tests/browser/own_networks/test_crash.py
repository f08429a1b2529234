"""A network whose process is killed in mid-run: the page says so, and the next click works."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, numpy_helper
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Watch, open_network
from tests.conftest import start
from tests.nets.onnx_text import parse_network

LAYERS, CHANNELS, SIDE = 16, 32, 384  # a second or more


def slow_network() -> ModelProto:
    """Many convolutions of large maps, with seeded weights."""
    chain = "".join(f" c{layer + 1} = Conv<pads = [1, 1, 1, 1]>(c{layer}, w{layer})" for layer in range(LAYERS))
    body = f"c0 = Identity(x){chain} g = GlobalAveragePool(c{LAYERS}) y = Flatten(g)"
    model = parse_network(body, x=f"float[N, 3, {SIDE}, {SIDE}]")
    random = np.random.default_rng(3)
    for layer in range(LAYERS):
        weights = random.normal(size=(CHANNELS, CHANNELS if layer else 3, 3, 3)) / 9
        model.graph.initializer.append(numpy_helper.from_array(weights.astype(np.float32), f"w{layer}"))
    return model


def children_of(process: int) -> list[int]:
    """The processes that a process has started."""
    listings = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for listing in listings for child in listing.read_text().split()]


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[int, str]]:
    """A server of its own: the id of its process, and its address."""
    process, address = start(tmp_path)
    yield process.pid, address
    process.terminate()
    assert process.wait(30) == 0


def test_a_killed_run_is_said_and_can_be_tried_again(context: BrowserContext, serving: tuple[int, str]) -> None:
    server, address = serving
    model = open_network(address, "slow.onnx", slow_network().SerializeToString())
    watch = Watch(context.new_page(), address)
    page = watch.open(f"?model={model}")
    page.locator("button[name=sample]").first.click()
    expect(page.locator("#waiting")).to_contain_text("Running slow")
    for child in children_of(server):
        os.kill(child, signal.SIGKILL)
    notice = page.locator("#picture").get_by_role("alert")
    expect(notice).to_contain_text("signal 9")
    watch.expect_refusal(502)
    notice.get_by_role("link", name="Try again").click()
    expect(page.locator(".guesses li").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert watch.wrong == []
