"""Chromium on a running ConvScope. `Watch` records every error on a page."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.conftest import RUNNING
from tests.nets.own.networks import classifier

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SAMPLES = ROOT / "static" / "samples"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# The first three are pages and processes that the browser itself adds to each tab. Of several such lists the last one
# holds, so what Playwright switches off is here too.
OFF = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "SpareRendererForSitePerProcess",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
HOST = urlsplit(RUNNING or "http://localhost").hostname
ARGUMENTS = [
    f"--disable-features={','.join(OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-gpu-compositing",
    "--disable-extensions",
    "--disable-quic",
    "--use-fake-device-for-media-stream",  # a camera with a moving picture
    "--use-fake-ui-for-media-stream",  # which every page is allowed to use
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that is not this machine's, so no trustworthy origin. To every other host, a request fails.
    f"--host-resolver-rules=MAP lab.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE {HOST}",
]
PATIENCE_MS = 30_000  # what is waited for comes in well below a second, unless the machine is busy
WINDOW: ViewportSize = {"width": 1440, "height": 900}
FORGET = "localStorage.clear(); sessionStorage.clear()"
CSP_WATCH = """
addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.violatedDirective}`));
"""


class Watch:
    """A page with a record of what went wrong in it: dialogs, and errors, among them requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.wrong: list[str] = []
        self.recorders: list[Callable[[Request], None]] = []
        page.on("console", self.report)
        page.on("pageerror", self.report_error)
        page.on("dialog", self.dismiss)

    def report(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(message.text)

    def report_error(self, error: Error) -> None:
        self.wrong.append(str(error))

    def dismiss(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def record_requests(self) -> list[str]:
        """Addresses that are requested from now on, in a list that grows. To be told of each takes the browser time."""
        requests: list[str] = []

        def record(request: Request) -> None:
            requests.append(request.url)

        self.page.on("request", record)
        self.recorders.append(record)
        return requests

    def open(self, address: str = "") -> Page:
        """Open an address; the start page once its example has run."""
        self.page.goto(f"{self.address}/{address}", wait_until="domcontentloaded")
        if not address:
            expect(self.page.locator("#pictures:not([data-running])")).to_be_attached()
        return self.page

    def end(self) -> None:
        """Leave the page as a new one: with nobody watching it, nothing stored and no scripts.

        It stays on a page of the site, since Chromium starts a process for the next one after a blank page.
        """
        page = self.page
        for event, listener in (
            ("console", self.report),
            ("pageerror", self.report_error),
            ("dialog", self.dismiss),
            *(("request", record) for record in self.recorders),
        ):
            page.remove_listener(event, listener)
        page.unroute_all(behavior="ignoreErrors")
        for other in page.context.pages:
            if other is not page:
                other.close()
        page.goto(f"{self.address}/healthz")
        page.evaluate(FORGET)
        page.context.clear_cookies()
        page.mouse.move(-1, -1)
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null")
        page.set_viewport_size(WINDOW)

    def expect_refusal(self, status: int) -> None:
        """The browser itself reports a refused request on the console; let one of this status be."""
        (reported,) = [line for line in self.wrong if f"status of {status}" in line]
        self.wrong.remove(reported)


@contextmanager
def watching(page: Page, address: str) -> Iterator[Watch]:
    """A page on a server; the test fails if anything goes wrong in it."""
    watch = Watch(page, address)
    yield watch
    watch.end()
    assert watch.wrong == []


def find_chromium() -> str:
    """The path of Chromium without a window, whose pages take the least of the processor, or of another Chromium."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        if os.environ.get("CONVSCOPE_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is missing, and CONVSCOPE_REQUIRE_BROWSER is set.")
        pytest.skip("Chromium is missing.")
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for this folder: Playwright's event loop runs in this thread, where other tests need their own."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def new_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A browser's profile of its own, with Playwright's options, whose pages report what the site's policy forbids."""
    with browser.new_context(**{"viewport": WINDOW} | options) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(CSP_WATCH)
        yield context


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's profile of its own, for a test that no reset could leave without a trace."""
    with new_context(browser) as context:
        yield context


@pytest.fixture(scope="package")
def tab(browser: Browser) -> Iterator[Page]:
    """One page for many tests: a process of its own for each of them would take longer than most of them do."""
    with new_context(browser) as context:
        yield context.new_page()


@pytest.fixture
def watch(tab: Page, server: str) -> Iterator[Watch]:
    """A page for the running server, without contents."""
    with watching(tab, server) as watch:
        yield watch


@pytest.fixture(scope="package")
def tab_without_scripts(browser: Browser) -> Iterator[Page]:
    with new_context(browser, java_script_enabled=False) as context:
        yield context.new_page()


@pytest.fixture
def watch_without_scripts(tab_without_scripts: Page, server: str) -> Iterator[Watch]:
    """A page on which no scripts run."""
    with watching(tab_without_scripts, server) as watch:
        yield watch


@pytest.fixture(scope="session")
def image(server: str) -> str:
    """The id of a cat's photo on the running server."""
    files = {"file": (SAMPLES / "cat.jpg").read_bytes()}
    identity: str = httpx.post(f"{server}/api/v1/images", files=files).json()["id"]
    return identity


@pytest.fixture(scope="session")
def own_network(server: str) -> str:
    """The id of a network that a user has opened on the running server."""
    return open_network(server, "mine.onnx", classifier().SerializeToString())


def open_network(server: str, name: str, content: bytes) -> str:
    """Open a network through the API; its id."""
    identity: str = httpx.post(f"{server}/api/v1/models", files={"file": (name, content)}, timeout=60).json()["id"]
    return identity


@pytest.fixture
def below(server: str) -> Iterator[str]:
    """The address of the same ConvScope below a path of a proxy that takes the path off."""
    path = "/user/x/proxy/8000"
    client = httpx.Client(base_url=server, timeout=PATIENCE_MS / 1000)

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # one connection for many requests

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            inside = self.path.removeprefix(path) if self.path.startswith(f"{path}/") else "/outside"
            answer = client.request(self.command, inside, content=body, headers=dict(self.headers))
            self.send_response(answer.status_code)
            for name in ("Content-Type", "Content-Security-Policy", "Location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = forward  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever).start()
        yield f"http://127.0.0.1:{proxy.server_port}{path}"
        proxy.shutdown()
    client.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.exists():
        if os.environ.get("CONVSCOPE_REQUIRE_BROWSER") == "1":
            pytest.fail("axe-core is missing, and CONVSCOPE_REQUIRE_BROWSER is set. `npm ci` brings it.")
        pytest.skip("axe-core is missing; `npm ci` brings it.")
    return AXE.read_text("utf-8")
