"""Pictures of every view at three widths in both themes, on one page: `python -m docs.shots`.

They lie in `shots/`, which git ignores. A part of a view's name as an argument takes those views alone.
"""

import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

import httpx
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS, find_chromium, open_network
from tests.browser.views import THEMES, VIEWS, WIDTHS
from tests.conftest import SAMPLES, start
from tests.nets.own.networks import classifier

FOLDER = Path(__file__).parent.parent / "shots"
HEIGHTS = {390: 844}  # of a window; 900 where it is wider
PATIENCE_MS = 60_000


def take_all(wanted: str) -> None:
    """Take the pictures of the views whose name contains `wanted`, and write the page that shows them."""
    FOLDER.mkdir(exist_ok=True)
    views = {name: address for name, address in VIEWS.items() if wanted in name}
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        server, site = start(Path(data))
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            photo = {"file": (SAMPLES / "cat.jpg").read_bytes()}
            image = httpx.post(f"{site}/api/v1/images", files=photo).json()["id"]
            own = open_network(site, "mine.onnx", classifier().SerializeToString())
            for name, address in views.items():
                take(browser, name, f"{site}/{address.format(image=image, own=own)}")
        finally:
            browser.close()
            server.terminate()
            server.wait()
    (FOLDER / "index.html").write_text("".join(contact_sheet()), "utf-8")


def take(browser: Browser, name: str, address: str) -> None:
    """Take one view at every width in both themes."""
    for theme in THEMES:
        with browser.new_context(color_scheme=theme) as context:
            page = context.new_page()
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 900)})
                page.goto(address, wait_until="networkidle", timeout=PATIENCE_MS)
                page.screenshot(path=FOLDER / file_name(name, width, theme), full_page=True)
    print(name, flush=True)


def file_name(name: str, width: int, theme: str) -> str:
    return f"{name.replace(' ', '-')}-{width}-{theme}.png"


def contact_sheet() -> Iterator[str]:
    """The page that shows all pictures that there are, a view to a row."""
    yield "<!doctype html><meta charset=utf-8><title>ConvScope: every view</title>"
    yield "<style>body{font:14px sans-serif}a{margin:4px}img{height:480px;border:1px solid}</style>"
    for name in VIEWS:
        files = [file_name(name, width, theme) for width in WIDTHS for theme in THEMES]
        taken = [file for file in files if (FOLDER / file).exists()]
        if taken:
            yield f"<h2>{escape(name)}</h2>"
            yield from (f'<a href="{file}"><img src="{file}" alt="{file}" loading="lazy"></a>' for file in taken)


if __name__ == "__main__":
    take_all(" ".join(sys.argv[1:]))
