"""How it is said that a confined process has ended."""

import signal

import pytest

from app.sandbox.program import HEIC, NETWORK, network_crash, picture_crash, signal_name


@pytest.mark.parametrize(
    ("request_name", "doing"), [("map", "loading"), ("open", "loading"), ("infer", "reading"), ("run", "running")]
)
def test_a_crash_says_what_was_done_and_which_signal_it_was(request_name: str, doing: str) -> None:
    crash = network_crash(request_name, signal.SIGSEGV)
    assert f"{doing} this network: signal 11 (SIGSEGV)" in crash.message
    assert crash.details == {"signal": 11, "name": "SIGSEGV"}
    ended = network_crash(request_name, 0)
    assert f"ended while {doing} it." in ended.message
    assert ended.details == {}


def test_a_decoder_that_ended_makes_a_broken_picture() -> None:
    assert "signal 9 (SIGKILL)" in picture_crash("decode", 9).message
    assert "signal" not in picture_crash("decode", 0).message
    assert signal_name(200) == "unknown"


def test_only_errors_that_a_stranger_may_cause_are_passed_on() -> None:
    for program in (NETWORK, HEIC):
        for name, error in program.failures.items():
            assert error.__name__ == name
            assert 400 <= error.status < 500
