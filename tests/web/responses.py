"""Reading responses: arrays, pictures, events, and pages as HTML with checks of their markup and links."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import numpy.typing as npt
from PIL import Image


def array_of(answer: httpx.Response) -> npt.NDArray[np.float32]:
    """The array of a `.npy` answer."""
    values: npt.NDArray[np.float32] = np.load(io.BytesIO(answer.raise_for_status().content))
    return values


def array(client: httpx.Client, path: str, **params: str | float) -> npt.NDArray[np.float32]:
    """The array at an address."""
    return array_of(client.get(path, params=params))


def pixels(answer: httpx.Response) -> npt.NDArray[np.uint8]:
    """The pixels of a PNG answer, as its mode has them."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def events(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events as they come: name and data."""
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


class Reader(HTMLParser):
    """What a page is made of: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of the elements of this name that have the wanted ones."""
        return [has for tag, has in self.tags if tag == name and wanted.items() <= has.items()]


def check_sound(page: Reader) -> None:
    """Ids are unique and what refers to them finds them; no inline code; pictures have their size and a text."""
    ids = Counter(has["id"] for _, has in page.tags if "id" in has)
    assert not [name for name, count in ids.items() if count > 1]
    for tag, has in page.tags:
        assert not [name for name in has if name == "style" or name.startswith("on")], f"inline code on <{tag}>"
        assert tag != "style"
        if tag == "img":
            assert {"alt", "width", "height", "src"} <= set(has), has
        if tag == "script":
            assert "src" in has
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert has.get(name, "") in {"", *ids}, f"{name}={has.get(name)} names nothing"


def check_links(site: httpx.Client, address: str, page: Reader, status: int, visited: dict[httpx.URL, int]) -> None:
    """Addresses are relative, and of each kind one leads somewhere; within the page it may meet the page's own trouble.

    `visited` remembers, from page to page, what an address was answered with.
    """
    links = sorted({has[name] for _, has in page.tags for name in ("href", "src") if name in has})
    assert not [link for link in links if link.startswith(("/", "http:", "//", "javascript:"))]
    own = {kind_of(link): link for link in links if not link.startswith(("https:", "#", "data:"))}
    base = httpx.URL(f"{site.base_url}/").join(address)
    for link in own.values():
        target = base.join(link)
        if target not in visited:
            visited[target] = site.get(target).status_code
        within = urlsplit(link).path in ("", urlsplit(address).path)
        assert visited[target] in ({200, status} if within else {200}), f"{link}: {visited[target]}"


def kind_of(link: str) -> tuple[object, ...]:
    """Links of one kind differ in what they name, not in what they ask for."""
    path, query = urlsplit(link)[2:4]
    place: object = path
    if path.startswith(("api/", "static/")):
        place = (path.count("/"), PurePosixPath(path).suffix)
    return (place, *sorted(parse_qs(query)))
