"""One file over HTTP: ranges, lengths and stalls of a real server."""

import threading
import time

import pytest

from app.errors import PullFailed
from tests.mirrors import ETAG, Answer, Request, cut, stalled, whole
from tests.nets.weights.conftest import CONTENT, STALL_S, Lab

HALF = len(CONTENT) // 2
WRONG = bytes(reversed(CONTENT))


def test_an_interrupted_download_requests_only_the_rest(lab: Lab) -> None:
    mirror = lab.mirror(cut(), whole())
    lab.pull()
    assert lab.has == CONTENT
    assert mirror.ranges == [None, f"bytes={HALF}-"]
    assert mirror.requests[1][1]["If-Range"] == ETAG


def test_a_server_that_ignores_ranges_sends_the_file_from_the_beginning(lab: Lab) -> None:
    def all_of_it(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content))
        request.wfile.write(content)

    lab.mirror(cut(), all_of_it)
    lab.pull()
    assert lab.has == CONTENT


def test_a_file_that_changes_between_two_parts_is_downloaded_again(lab: Lab) -> None:
    def of_another_file(request: Request, content: bytes) -> None:
        request.head(
            206, Content_Length=HALF, Content_Range=f"bytes {HALF}-{len(content) - 1}/{len(content)}", ETag='"2"'
        )
        request.wfile.write(WRONG[HALF:])

    mirror = lab.mirror(cut(), of_another_file, whole(etag='"2"'))
    lab.pull()
    assert (lab.has, mirror.ranges) == (CONTENT, [None, f"bytes={HALF}-", None])


@pytest.mark.parametrize("place", ["bytes 0-1/2", f"bytes {HALF}-{len(CONTENT)}/{len(CONTENT) + 1}", ""])
def test_a_rest_from_another_place_is_not_appended(lab: Lab, place: str) -> None:
    def elsewhere(request: Request, content: bytes) -> None:
        request.head(206, Content_Length=HALF, Content_Range=place, ETag=ETAG)
        request.wfile.write(content[:HALF])

    lab.mirror(cut(), elsewhere, whole())
    lab.pull()
    assert lab.has == CONTENT


@pytest.mark.parametrize("announced", [len(CONTENT) - 1, len(CONTENT) + 1, 0, 10**15])
def test_another_length_is_refused_before_a_byte_is_stored(lab: Lab, announced: int) -> None:
    def lying(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=announced)
        request.wfile.write(content)
        request.hang_up()

    lab.mirror(lying)
    with pytest.raises(PullFailed, match="another length"):
        lab.pull()
    assert (lab.has, lab.left) == (None, [])


def without_length(*pieces: bytes) -> Answer:
    def answer(request: Request, content: bytes) -> None:
        request.head(200, Transfer_Encoding="chunked")
        for piece in (*pieces, b""):
            request.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))

    return answer


def test_a_file_without_end_is_refused_at_the_published_length(lab: Lab) -> None:
    lab.mirror(without_length(CONTENT, b"more", CONTENT))
    with pytest.raises(PullFailed, match="more than the published"):
        lab.pull()
    assert (lab.has, lab.left) == (None, [])


def test_a_file_that_ends_early_without_a_cut_is_never_used(lab: Lab) -> None:
    lab.mirror(without_length(CONTENT[:HALF]), without_length(CONTENT[:HALF]))
    with pytest.raises(PullFailed, match="less than the published"):
        lab.pull()
    assert lab.has is None
    lab.mirrors[0].answers = [without_length(CONTENT)]
    lab.pull()
    assert lab.has == CONTENT


def test_a_compressed_file_is_refused(lab: Lab) -> None:
    def compressed(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content), Content_Encoding="gzip")
        request.wfile.write(content)

    lab.mirror(compressed)
    with pytest.raises(PullFailed, match="compressed"):
        lab.pull()


def test_a_stalled_transfer_is_interrupted_and_what_arrived_is_kept(lab: Lab) -> None:
    released = threading.Event()
    mirror = lab.mirror(stalled(released), whole())
    lab.pull()
    released.set()
    assert (lab.has, mirror.ranges) == (CONTENT, [None, f"bytes={HALF}-"])


def test_a_server_that_sends_too_slowly_counts_as_stalled(lab: Lab) -> None:
    def dripping(request: Request, content: bytes) -> None:
        request.head(200, Content_Length=len(content))
        for byte in content:
            request.wfile.write(bytes([byte]))
            time.sleep(STALL_S / 10)

    lab.mirror(dripping)
    with pytest.raises(PullFailed, match="stalled"):
        lab.pull()
    assert lab.has is None


def dripping_headers(request: Request, content: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + bytes(1000):
        request.wfile.write(bytes([byte or 120]))
        request.wfile.flush()
        time.sleep(STALL_S / 10)


def test_a_server_that_sends_its_headers_too_slowly_is_left_for_the_next(lab: Lab) -> None:
    lab.mirror(dripping_headers)
    lab.mirror(whole())
    lab.pull()
    assert lab.has == CONTENT
