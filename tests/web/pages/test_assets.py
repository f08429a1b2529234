"""Style sheets and scripts over HTTP: asked for once at the address of their version, checked each time at others."""

import re
from pathlib import Path

import httpx
import pytest

from app.web.pages.assets import imported_modules, version_of

STATIC = Path(__file__).parents[3] / "static"
TEMPLATES = STATIC.parent / "templates"
COMPONENTS = {  # what stands in several pages, by its style sheet: one of these is in a page that has it
    "picture-chooser": ['class="chooser"'],
    "drawing-pad": ['class="pad"'],
    "network-card": ['id="networks"', 'class="networks"'],  # a script puts the cards into the first
    "own-networks": ['id="own-network"'],
}
PAGES = ["?model=lenet5", "", "compare", "compare?view=photo", "networks", "docs", "learn", "no/such/page"]
PAGES += ["experiments", "experiments/digit", "experiments/folder", "experiments/report"]


def test_a_script_is_checked_again_and_found_unchanged(server: str) -> None:
    first = httpx.get(f"{server}/static/js/pages/explorer.js")
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-cache"
    again = httpx.get(f"{server}/static/js/pages/explorer.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_what_a_page_names_is_asked_for_once(site: httpx.Client) -> None:
    [style] = re.findall(r'href="\./(static/[0-9a-f]{12}/css/base\.css)"', site.get("compare").text)
    answer = site.get(style)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == (STATIC / "css" / "base.css").read_bytes()


def test_the_version_of_another_server_is_answered_but_not_for_long(site: httpx.Client) -> None:
    answer = site.get("static/0123456789ab/css/base.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


def test_a_file_that_changes_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    (tmp_path / "before" / "a.css").write_text("p { margin: 0 }")
    (tmp_path / "after" / "a.css").write_text("p { margin: 1 }")
    assert version_of(tmp_path / "before") != version_of(tmp_path / "after")


def test_a_template_names_assets_with_their_version() -> None:
    assert [path.name for path in TEMPLATES.rglob("*.html") if re.search(r'["/]static/', path.read_text("utf-8"))] == []


def test_no_text_within_an_expression_of_a_template_has_an_expression() -> None:
    """It would stand in the page as it is."""
    nested = re.compile(r"\{\{(?:(?!\}\}).)*\{\{")
    assert [path.name for path in TEMPLATES.rglob("*.html") if nested.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "asked", ["bytes=0-10", "bytes=0-1,3-4", "bytes=-5", "bytes=999999-", "bytes=5-2", "bytes=x", "lines=1-2", "=", ""]
)
def test_a_file_is_given_whole_whatever_part_is_asked_for(server: str, asked: str) -> None:
    answer = httpx.get(f"{server}/static/js/pages/explorer.js", headers={"Range": asked})
    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "none")
    assert answer.content == (STATIC / "js" / "pages" / "explorer.js").read_bytes()


def test_nothing_outside_the_folder_is_given_away(server: str) -> None:
    for path in (
        "0123456789ab/..%2f..%2fapp/main.py",
        "0123456789ab",
        "..%2fapp%2fmain.py",
        "%2e%2e/app/main.py",
        "js/..%2f..%2f..%2fREADME.md",
        "%00",
        "js",
    ):
        assert httpx.get(f"{server}/static/{path}").status_code == 404, path


def test_a_script_is_told_with_all_that_it_imports(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "main.js").write_text('import { a } from "./lib/a.js";\nimport {\n  b,\n} from "./b.js";\n')
    (tmp_path / "b.js").write_text('import { a } from "./lib/a.js";\nconst said = \'import c from "./c.js";\';\n')
    (tmp_path / "lib" / "a.js").write_text('import { b } from "../b.js";\n')
    assert sorted(imported_modules(tmp_path / "main.js", tmp_path)) == ["b.js", "lib/a.js", "main.js"]
    with pytest.raises(FileNotFoundError):
        imported_modules(tmp_path / "c.js", tmp_path)


@pytest.mark.parametrize("page", ["?model=lenet5", "", "compare", "networks", "docs"])
def test_all_scripts_and_styles_of_a_page_are_light(site: httpx.Client, page: str) -> None:
    html = site.get(page).text
    files = set(re.findall(r'(?:href|src)="([^"]+\.(?:js|css))"', html))
    sizes = {path: len(site.get(path).raise_for_status().content) for path in files}
    assert len(sizes) > 2
    assert sum(sizes.values()) < 300_000


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_style_sheets_of_what_stands_in_it_alone(site: httpx.Client, page: str) -> None:
    html = site.get(page).text
    sheets = re.findall(r'href="[./]*static/[0-9a-f]{12}/css/([^"]+)\.css"', html)
    assert "base" in sheets
    assert ("explorer" in sheets) == ('id="inspector"' in html)
    for name, marks in COMPONENTS.items():
        assert (name in sheets) == any(mark in html for mark in marks), name
