"""The elements of pages and what marks them, without their words: what is there, and what is not.

`RENEW_OUTLINES=1 python -m pytest` of the files that check outlines writes the table anew.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from tests.digest import digest
from tests.web.responses import Reader

TABLE = Path(__file__).parent / "outlines.json"
ADDRESSES = {"href", "src", "action", "srcset"}
WORDS = {"alt", "title", "aria-label", "content", "placeholder", "data-tip", "lang"}
CHANGING = re.compile(r"[0-9a-f]{8,}|-?\d+([.,]\d+)?(e-?\d+)?")  # ids, hashes of files, numbers
SHAPES = {"svg", "path", "line", "rect", "circle", "polygon", "polyline", "text", "g", "use", "ellipse"}


def check_outline(name: str, page: Reader, *, is_exact: bool = False) -> None:
    """The page has the elements that it had, in the same order.

    With `is_exact` what is drawn of lines is the same to the pixel; what follows from a run depends on the processor.
    """
    found = digest(_outline(tag, has, is_exact) for tag, has in page.tags)
    table = json.loads(TABLE.read_text("utf-8"))
    if os.environ.get("RENEW_OUTLINES"):
        TABLE.write_text(
            json.dumps(table | {name: found}, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
        )
        return
    assert found == table.get(name), f"look at the page, then set RENEW_OUTLINES: {name}"


def _outline(tag: str, has: Mapping[str, str], is_exact: bool) -> object:
    marks = {key: value for key, value in has.items() if key not in WORDS and key[:5] != "data-"}
    if is_exact and tag in SHAPES and not marks.keys() & ADDRESSES:
        return tag, marks
    return tag, {key: CHANGING.sub("#", value) for key, value in marks.items()}
