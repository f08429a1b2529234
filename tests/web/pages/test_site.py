"""A page has the status of what it gives notice of, is in a language, and is asked for anew each time."""

import pytest

from app.errors import UnknownModel
from app.settings import read_settings
from app.web.pages.components import Notice
from app.web.pages.error import ErrorView
from app.web.pages.site import Site, site_of, weight_sources


@pytest.fixture(scope="module")
def site() -> Site:
    return site_of(read_settings(), "de", tuple)


def test_a_page_has_the_status_of_its_notice(site: Site) -> None:
    notice = Notice.of(UnknownModel("There is no network.", known=["lenet5"]))
    context = {"error": ErrorView(notice, "./", ("lenet5",))}
    assert site.render("error.html", context, notice).status_code == notice.status == 404
    page = site.render("error.html", context)
    assert page.status_code == 200
    assert page.headers["content-language"] == "de"
    assert page.headers["cache-control"] == "no-cache"
    assert set(page.headers["vary"].split(", ")) == {"Accept", "Accept-Language", "Cookie"}


def test_a_host_is_named_once_and_without_its_password() -> None:
    mirrors = ["https://lab:secret@one.example/a", "https://one.example/b", "https://two.example:8443"]
    sources = weight_sources(read_settings(mirrors=mirrors, admin_token="a" * 32))
    assert (sources.hosts, sources.offline, sources.by_page) == (("one.example", "two.example:8443"), False, True)
    assert not weight_sources(read_settings()).by_page
    assert not weight_sources(read_settings(admin_token="a" * 32, offline=True)).by_page
