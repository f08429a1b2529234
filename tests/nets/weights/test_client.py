"""Redirects and proxies: a mirror may redirect within its scheme to allowed addresses, and nowhere else."""

import socket

import pytest

from app.errors import PullFailed
from app.nets.weights.pull import DownloadPolicy, pull
from app.work.stop import Stop
from tests.mirrors import redirect, serving, whole
from tests.nets.weights.conftest import CONTENT, ORIGINAL, STALL_S, Lab


def test_redirects_are_followed_on_the_same_host(lab: Lab) -> None:
    mirror = lab.mirror(redirect("/elsewhere?x=1"), whole())
    lab.pull()
    assert (lab.has, mirror.requests[1][0]) == (CONTENT, "/elsewhere?x=1")


def test_endless_redirects_are_refused(lab: Lab) -> None:
    mirror = lab.mirror(redirect("/again"))
    with pytest.raises(PullFailed, match="redirects too often"):
        lab.pull()
    assert len(mirror.requests) == 6


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("https://127.0.0.1:1/x", "from http to https"),
        ("file:///etc/passwd", "from http to file"),
        ("ftp://127.0.0.1/x", "from http to ftp"),
        ("http://169.254.169.254/latest/meta-data", "not at an https address"),
        ("http://10.0.0.1/x", "not at an https address"),
        ("http://[::ffff:127.0.0.1]:80/x", "not at an https address"),
        ("http://user:word@127.0.0.1/x", "not at an https address"),
        ("http://127.0.0.1:port/x", "transfer from 127.0.0.1 failed"),
    ],
)
def test_redirects_to_what_is_not_allowed_are_not_followed(lab: Lab, location: str, words: str) -> None:
    lab.mirror(redirect(location))
    with pytest.raises(PullFailed, match=words):
        lab.pull()
    assert lab.has is None


def test_another_port_of_this_machine_is_not_reached_by_a_redirect(lab: Lab) -> None:
    with serving(CONTENT) as secret:
        lab.mirror(redirect(f"{secret.address}/x"))
        with pytest.raises(PullFailed):
            lab.pull()
        assert secret.requests == []


def test_a_proxy_of_the_environment_is_used(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(CONTENT) as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        policy = DownloadPolicy(["http://weights.lab/{file}"], ["weights.lab:80"], STALL_S, offline=False, pause_s=0)
        pull(ORIGINAL, lab.store, policy, lab.reports.append, Stop())
        assert (lab.has, proxy.requests[0][0]) == (CONTENT, "http://weights.lab/vgg16-7.onnx")


@pytest.mark.parametrize(
    ("addresses", "failure"),
    [
        (["127.0.0.2", "127.0.0.1"], None),
        (["127.0.0.1", "127.0.0.2"], None),
        (["127.0.0.2", "127.0.0.3"], "weights.lab can't be reached"),
        ([], "the name weights.lab has no address"),
    ],
)
def test_the_addresses_of_a_name_are_tried_one_after_the_other(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, addresses: list[str], failure: str | None
) -> None:
    """The server is at 127.0.0.1 alone."""
    mirror = lab.mirror(whole())
    port = mirror.host.partition(":")[2]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port))) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    address, host = f"http://weights.lab:{port}/{{file}}", f"weights.lab:{port}"
    policy = DownloadPolicy([address], [host], stall_s=5, offline=False, pause_s=0)
    if failure is None:
        pull(ORIGINAL, lab.store, policy, lab.reports.append, Stop())
        assert [headers["Host"] for _, headers in mirror.requests] == [host]
    else:
        with pytest.raises(PullFailed, match=failure):
            pull(ORIGINAL, lab.store, policy, lab.reports.append, Stop())
    assert lab.has == (CONTENT if failure is None else None)
