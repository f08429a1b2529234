"""The entries of a report: what repeats them, what could not be computed, and what the colours of a picture mean."""

import shlex
from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engine.engine import Engine
from app.rendering.colormap import colour_table
from app.web.pages.components import Notice
from app.web.pages.experiments.report.answer import ApiAnswer
from app.web.pages.experiments.report.document import ReportEntry, describe_input, report_document
from app.web.pages.experiments.report.gather import ViewAnswers
from app.web.pages.experiments.report.views import CollectedView, ViewAddress
from app.web.pages.explorer.downloads import FileView

BASE = "http://lab.example/convscope/"
FAILED, WRONG = Notice("timed_out", "Too long.", 503), Notice("invalid_request", "No.", 400)
ADDRESS = ViewAddress("fool", (("image", "a"), ("change", "b"), ("change", "c")))
CLASS = b'{"predictions": [{"label": "cat", "score": 0.5, "logit": 1.0}], "mean": 3}'
ENDS = {"x-scale-min": "-2.5", "x-scale-max": "4"}


def entry_of(*answers: tuple[FileView, Any], address: ViewAddress | None = ADDRESS, **fields: Any) -> ReportEntry:
    given = ViewAnswers(
        CollectedView(address="?image=x", note="A note."), address, fields.get("network"), answers, fields.get("notice")
    )
    (entry,) = report_document([given], BASE, "1.0").entries
    return entry


def picture(name: str = "map", query: str = "") -> FileView:
    return FileView(name, "png", f"{name} 1.png", f"api/v1/{name}.png{query}")


def test_an_entry_has_its_settings_and_what_downloads_its_files() -> None:
    entry = entry_of(
        (picture(), ApiAnswer(b"png", {})), (FileView("predictions", "json", "p.json", "api/v1/p"), FAILED)
    )
    assert (entry.page, entry.note, entry.settings) == ("fool", "A note.", ADDRESS.parameters)
    assert entry.address == f"{BASE}experiments/fool?image=a&change=b&change=c"
    assert [shlex.split(line)[-2:] for line in entry.curl.splitlines()] == [
        ["map 1.png", f"{BASE}api/v1/map.png"],
        ["p.json", f"{BASE}api/v1/p"],
    ]
    assert entry.notices == (FAILED,)
    assert [each.name for each in entry.pictures] == ["map"]
    assert entry.figures == ()


def test_what_could_not_be_read_is_said_first() -> None:
    entry = entry_of((picture(), FAILED), notice=WRONG)
    assert entry.notices == (WRONG, FAILED)
    nothing = entry_of(address=None, notice=WRONG)
    assert (nothing.address, nothing.page, nothing.settings, nothing.input) == ("?image=x", "", (), "")
    assert entry_of().notices == ()


def test_a_prediction_is_its_classes_and_any_other_answer_its_figures_too() -> None:
    files = [FileView(name, "json", "f.json", "api/v1/f") for name in ("predictions", "statistics")]
    one, other = entry_of(*((file, ApiAnswer(CLASS, {})) for file in files)).figures
    assert (one.figures, [table.name for table in one.tables]) == ((), ["predictions"])
    assert [(each.name, each.value) for each in other.figures] == [("mean", "3")]
    assert other.tables == one.tables


@pytest.mark.parametrize(
    ("query", "signed", "colormap"),
    [
        ("?colormap=auto", "1", "diverging"),
        ("?colormap=auto", "0", "viridis"),
        ("?colormap=cividis", "0", "cividis"),
        ("", "0", "grey"),
        ("?colormap=nothing", "0", "grey"),
    ],
)
def test_the_ramp_of_a_picture_has_its_colours(query: str, signed: str, colormap: str) -> None:
    (shown,) = entry_of((picture(query=query), ApiAnswer(b"png", ENDS | {"x-scale-signed": signed}))).pictures
    ramp = Image.open(BytesIO(b64decode(shown.ramp.partition(",")[2]))).convert("RGB")
    assert ramp.size == (256, 1)
    np.testing.assert_array_equal(np.asarray(ramp)[0], colour_table(colormap))
    assert b64decode(shown.src.partition(",")[2]) == b"png"
    assert shown.scale == (-2.5, 4)


def test_colours_that_are_no_values_have_no_scale() -> None:
    for name, headers in (
        ("components", ENDS),
        ("map", {}),
        ("map", {"x-scale-min": "0"}),
        ("map", {"x-scale-max": "1"}),
    ):
        (shown,) = entry_of((picture(name), ApiAnswer(b"png", headers))).pictures
        assert shown.scale is None


def test_the_input_is_described_in_the_terms_of_its_card(engine: Engine) -> None:
    squeezenet, lenet = (engine.network(name) for name in ("squeezenet1_1", "lenet5"))
    text = describe_input(squeezenet.card.input)
    spec = squeezenet.card.input
    assert text.startswith(f"{spec.width} x {spec.height} {spec.channels}, {spec.resize.rule}")
    assert [float(each) for each in text.partition("mean ")[2].partition(",")[0].split()] == pytest.approx(spec.mean)
    assert [float(each) for each in text.partition("std ")[2].split()] == pytest.approx(spec.std)
    assert f"{lenet.card.input.resize.rule} {lenet.card.input.resize.to} (" in describe_input(lenet.card.input)
    assert entry_of(network=lenet).input == describe_input(lenet.card.input)
