"""Plain HTTP in a lab, by name or by address, without scripts: only the forms of the page itself work."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_context
from tests.conftest import SAMPLES, serving

NAMES = ("127.0.0.1", "lab.example")
FORM = """
<form action="{action}" method="post" enctype="multipart/form-data"><button name="sample" value="cat">Go</button></form>
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def port(data_dir: Path) -> Iterator[int]:
    """The port of a ConvScope that answers to this machine's names and to lab.example."""
    with serving(data_dir, allowed_hosts=("localhost", *NAMES)) as address:
        yield urlsplit(address).port or 0


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with new_context(browser, java_script_enabled=False) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def other_site() -> Iterator[int]:
    """The port of another site. Its page `/http://...` has a form that posts there; `/frame/http://...` has it in a
    sandboxed frame."""

    class OtherSite(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            action = self.path.removeprefix("/frame/").removeprefix("/")
            frame = f'<iframe sandbox="allow-forms" src="/{action}"></iframe>'
            html = (frame if self.path.startswith("/frame/") else FORM.format(action=action)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(html)))
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), OtherSite) as site:
        threading.Thread(target=site.serve_forever).start()
        yield site.server_port
        site.shutdown()


@pytest.mark.parametrize("path", ["?model=squeezenet1_1", "compare?models=squeezenet1_1"])
@pytest.mark.parametrize("name", NAMES)
def test_the_forms_of_the_page_work(name: str, path: str, page: Page, port: int) -> None:
    address = f"http://{name}:{port}/{path}"
    page.goto(address)
    page.locator("button[name=sample][value=coffee]").click()
    expect(page).to_have_url(re.compile("image="))
    page.goto(address)
    page.locator("#file").set_input_files(SAMPLES / "cat.jpg")
    page.locator("form:has(#file) button:not([name=sample])").first.click()
    expect(page).to_have_url(re.compile("image="))


@pytest.mark.parametrize("frame", ["", "frame/"], ids=["form", "form in a sandboxed frame"])
@pytest.mark.parametrize("path", ["", "compare"])
@pytest.mark.parametrize("name", NAMES)
def test_a_form_of_another_site_is_refused_and_changes_nothing(
    name: str, path: str, frame: str, page: Page, port: int, other_site: int, data_dir: Path
) -> None:
    before = sorted((data_dir / "pictures").iterdir())
    page.goto(f"http://{name}:{other_site}/{frame}http://{name}:{port}/{path}")
    form = page.frame_locator("iframe") if frame else page
    with page.expect_response(lambda response: response.request.method == "POST") as response:
        form.get_by_role("button").click()
    assert response.value.status == 403
    assert sorted((data_dir / "pictures").iterdir()) == before
