"""Settings: from the environment to typed values, and readable words when one is wrong."""

import re
from pathlib import Path

import pytest

from app.settings import PREFIX, BadSettings, Settings, read_settings, settings_table, unknown_variables


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_defaults_keep_to_this_machine() -> None:
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.cors_origins == ()
    assert settings.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")


def test_environment_wins_over_defaults_and_arguments_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_PORT", "9000")
    monkeypatch.setenv("CONVSCOPE_PROXIES", "127.0.0.1, 10.0.0.0/8")
    monkeypatch.setenv("CONVSCOPE_ALLOWED_HOSTS", " Lab.example , *.school.example ")
    assert read_settings().port == 9000
    assert read_settings().proxies == ("127.0.0.1", "10.0.0.0/8")
    assert read_settings().allowed_hosts == ("lab.example", "*.school.example")
    assert read_settings(port=1).port == 1


def test_data_folder_follows_xdg_and_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert read_settings().data_dir == Path("/somewhere/convscope")
    monkeypatch.setenv("CONVSCOPE_DATA_DIR", "~/pictures")
    assert read_settings().data_dir == Path.home() / "pictures"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("PROVIDER", "gpu"),
        ("QUEUE", "0"),
        ("SHUTDOWN_S", "-1"),
        ("BODY_TIMEOUT_S", "nan"),
        ("RUN_TIME_LIMIT_S", "inf"),
        ("PULL_STALL_S", "0"),
        ("ROOT_PATH", "x"),
        ("PROXIES", "10.0.0.0/99"),
        ("DRAIN_S", "-1"),
        ("DATA_DIR", "~nobody-of-this-name/pictures"),
        ("MIRRORS", "https://lab.example/{file.name}"),
        ("ALLOWED_HOSTS", "https://lab.example"),
        ("ALLOWED_HOSTS", "lab.example:8000"),
        ("ALLOWED_HOSTS", "::1"),
        ("CORS_ORIGINS", "lab.example"),
        ("CORS_ORIGINS", "https://lab.example/"),
        ("LAB_HOSTS", "lab.example"),
        ("LAB_HOSTS", "http://lab.example:80"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(BadSettings, match=rf"^{PREFIX}{name}={re.escape(value)}: "):
        read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "lab.example,*.school.example,192.0.2.1,[::1]"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "https://lab.example,http://localhost:3000,http://[::1]:80"),
        ("LAB_HOSTS", "lab.example:80,192.0.2.1:8080"),
    ],
)
def test_names_that_can_match_are_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    assert getattr(read_settings(), name.lower()) == tuple(value.split(","))


def test_a_user_without_a_home_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "~nobody-of-this-name")
    with pytest.raises(BadSettings, match=f"^{PREFIX}DATA_DIR="):
        read_settings()


def test_a_misspelt_variable_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVSCOPE_PROT", "9000")
    assert unknown_variables()["CONVSCOPE_PROT"] == "CONVSCOPE_PORT"


def test_table_has_a_row_for_every_setting() -> None:
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [PREFIX + name.upper() for name in Settings.model_fields]
    assert all(field.description for field in Settings.model_fields.values())
