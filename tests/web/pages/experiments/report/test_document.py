"""A report as HTML: whatever strangers wrote stays text."""

from dataclasses import replace

from app.settings import read_settings
from app.web.pages.experiments.report.answer import ApiAnswer
from app.web.pages.experiments.report.document import report_document
from app.web.pages.experiments.report.gather import ViewAnswers
from app.web.pages.experiments.report.views import CollectedView, ViewAddress
from app.web.pages.explorer.downloads import FileView
from app.web.pages.site import site_of
from tests.web.responses import Reader

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(2)>"
ANSWER = f"""{{"{HOSTILE}": 1, "layer": "{HOSTILE}",
    "predictions": [{{"label": "{HOSTILE}", "score": 0.5, "logit": 1.0}}]}}"""


def test_labels_names_and_addresses_of_strangers_stay_text() -> None:
    address = ViewAddress("explore", (("layer", HOSTILE), (HOSTILE, "x")))
    file = FileView("statistics", "json", f"{HOSTILE}.json", f"api/v1/{HOSTILE}")
    answers = ViewAnswers(
        CollectedView(address="?", note=HOSTILE), address, None, ((file, ApiAnswer(ANSWER.encode(), {})),), None
    )
    report = replace(report_document([answers], "http://lab.example/", "1.0"), runtime=HOSTILE)
    html = site_of(read_settings(), "en", tuple).render("experiments/report/document.html", {"report": report})
    page = Reader(bytes(html.body).decode())
    assert not {"script", "img", "a"} & {tag for tag, _ in page.tags}
    assert page.text.count("<script>alert(1)</script>") >= 6
