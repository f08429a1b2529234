"""Files that are dropped on a page, or chosen in its form."""

import base64
from collections.abc import Mapping

from playwright.sync_api import FilePayload, Page

DROP = """files => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name));
  }
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, files: Mapping[str, bytes]) -> None:
    """Drop files by name anywhere on the page."""
    page.evaluate(DROP, [[name, base64.b64encode(content).decode()] for name, content in files.items()])


def payloads(files: Mapping[str, bytes]) -> list[FilePayload]:
    """The files as a file field takes them."""
    return [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files.items()
    ]
