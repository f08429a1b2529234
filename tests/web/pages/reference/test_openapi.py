"""The reference at /docs: it is complete, and its links and descriptions are correct."""

import re
import shlex
from html import unescape

import httpx
import pytest

from app.main import create_app
from app.settings import read_settings
from app.web.pages.reference.openapi import TASKS, type_of
from tests.conftest import Serving


@pytest.fixture(scope="module")
def address(serve: Serving, tmp_path_factory: pytest.TempPathFactory) -> str:
    settings = read_settings(port=0, data_dir=tmp_path_factory.mktemp("data"), provider="cpu")
    return f"http://localhost:{serve(create_app(settings), settings)}"


def test_every_operation_and_object_is_there(address: str) -> None:
    openapi = httpx.get(f"{address}/openapi.json").json()
    page = httpx.get(f"{address}/docs").text
    for path, methods in openapi["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    for name, schema in openapi["components"]["schemas"].items():
        if "properties" in schema and not name.startswith("Body_"):
            assert f'id="object-{name}"' in page


def test_it_begins_with_upload_and_classify(address: str) -> None:
    page = httpx.get(f"{address}/docs").text
    sections = re.split(r"<section ", page)[2:]
    titles = [re.findall(r"<h[23][^>]*>([^<]+)", section) for section in sections]
    assert titles[0][:2] == ["Photos and inputs", "Upload a photo"]
    assert titles[1][:2] == ["Predictions", "Upload a photo and classify it"]
    assert [each[0] for each in titles][-2:] == ["Operation", "Objects"]
    tags = {tag for tag in TASKS if f'id="group-{tag}"' in page}
    openapi = httpx.get(f"{address}/openapi.json").json()
    assert tags == {operation["tags"][0] for methods in openapi["paths"].values() for operation in methods.values()}


def test_it_is_in_the_language_of_the_reader(address: str) -> None:
    page = httpx.get(f"{address}/docs", headers={"Accept-Language": "de"}).text
    assert "Die API" in page
    assert "Vorhersagen" in page


def test_errors_are_described_as_they_are(address: str) -> None:
    openapi = httpx.get(f"{address}/openapi.json").json()
    assert "HTTPValidationError" not in openapi["components"]["schemas"]
    for methods in openapi["paths"].values():
        for operation in methods.values():
            schema = operation["responses"]["4XX"]["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith("/ErrorResponse")


def test_links_within_the_page_lead_somewhere(address: str) -> None:
    page = httpx.get(f"{address}/docs").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_addresses_offered_to_open_do_open(address: str) -> None:
    links = re.findall(r'<a href="([^"]+)">open</a>', httpx.get(f"{address}/docs").text)
    assert "api/v1/models" in links
    for link in links:
        assert httpx.get(f"{address}/{link}", timeout=60).status_code == 200, link  # one measures how long a run takes


def test_a_json_body_has_a_command_that_runs(address: str) -> None:
    page = unescape(httpx.get(f"{address}/docs").text)
    (command,) = re.findall(r"<code>(curl .*?/api/v1/convolve)</code>", page)
    *_, data, url = shlex.split(command)
    answer = httpx.post(url, content=data, headers={"Content-Type": "application/json"})
    assert answer.json()["result"] == [[36, 36], [36, 36]]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5}, "integer, at least 1, at most 5"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Layer"}}, "list of Layer"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"type": "string", "format": "binary"}, "file"),
    ],
)
def test_types_in_words(schema: dict[str, object], words: str) -> None:
    assert type_of(schema) == words


def test_commands_have_the_method_and_the_files_of_their_operation(address: str) -> None:
    page = unescape(httpx.get(f"{address}/docs").text)
    commands = set(re.findall(r"<code>(curl .*?)</code>", page))
    assert f"curl -F file=@net.onnx {address}/api/v1/models" in commands
    assert f"curl -F file=@photo.jpg {address}/api/v1/images" in commands
    assert f"curl -X POST '{address}/api/v1/models/{{model}}/publication'" in commands
    (change,) = [command for command in commands if "/input" in command]
    assert shlex.split(change)[-2:] == ["PUT", f"{address}/api/v1/models/{{model}}/input"]
