"""Pages read as HTML: what they are made of, and whether it is sound."""

from collections import Counter
from html.parser import HTMLParser


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
