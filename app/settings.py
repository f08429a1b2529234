"""The settings: one table of names, defaults and meanings, read from the environment (prefix CONVSCOPE_)."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.resources import MODELS

PREFIX = "CONVSCOPE_"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

Count = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0, le=86_400 * 365)]
Names = Annotated[tuple[str, ...], NoDecode]  # written with commas, not as JSON


class BadSettings(ValueError):
    """A variable of the environment has a value that is not accepted; the message names it."""


def _default_data_dir() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "convscope"


class Settings(BaseSettings):
    """Every setting. Sizes are in bytes or pixels, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on; `0.0.0.0` for every interface.")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    root_path: str = Field(
        "", pattern=r"^(/[^/?#\s]+)*$", description="Path that a proxy serves ConvScope under and takes off again."
    )
    allowed_hosts: Names = Field(
        LOOPBACK,
        description="Names, with commas, that requests may call this server by; `*.lab.example` for every name below, "
        "`*` for any. When it listens beyond this machine, plain IP addresses are always accepted.",
    )
    cors_origins: Names = Field((), description="Origins, with commas, whose pages may use the API; none by default.")

    models_dir: Path = Field(MODELS, description="Folder of the networks and their cards.")
    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="Folder for uploaded pictures, bounded, and for pulled weights; safe to delete.",
    )
    store_bytes: Count = Field(2_000_000_000, description="Most that uploaded pictures may take on disk.")
    store_ttl_s: Seconds = Field(7 * 86_400, description="How long an unused picture is kept.")

    max_upload_bytes: Count = Field(20_000_000, description="Largest request body.")
    uploads: Count = Field(200, description="Uploads under way at the same time; past it the answer is 503.")
    max_pixels: Count = Field(100_000_000, description="Largest picture by its header, width times height.")
    max_decoded_pixels: Count = Field(25_000_000, description="Most pixels decoded; larger JPEGs are decoded smaller.")
    max_side: Count = Field(2_048, description="Longer side that pictures are kept at.")

    provider: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where networks run; `auto` takes CUDA if it works here, `cuda` insists on it."
    )
    threads: int = Field(0, ge=0, description="Most threads of one run; 0 for all cores.")
    open_networks: Count = Field(4, description="Networks kept loaded; the least recently used is closed first.")
    run_slots: Count = Field(2, description="Runs at the same time, which then share the threads; one alone has all.")
    queue: Count = Field(256, description="Runs that may wait; past it the answer is 503 with Retry-After.")
    run_time_limit_s: Seconds = Field(60, description="How long one run may take before it is stopped.")
    explain_time_limit_s: Seconds = Field(
        300, description="How long an explanation may take that needs many runs; one is made at a time."
    )
    draw_slots: Count = Field(2, description="Pictures decoded or drawn at the same time.")
    draw_queue: Count = Field(256, description="Pictures that may wait to be decoded or drawn.")
    cache_bytes: Count = Field(1_000_000_000, description="Most memory for activations.")
    picture_cache_bytes: Count = Field(128_000_000, description="Most memory for drawn pictures.")

    mirrors: Names = Field(
        (
            "https://huggingface.co/{repository}/resolve/main/{file}",
            "https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/{path}",
        ),
        description="Addresses, with commas, that `convscope pull` asks in turn for weights.",
    )
    lab_hosts: Names = Field(
        (),
        description="Hosts, as `name:port` with commas, that may be pulled from at private addresses and without TLS.",
    )
    pull_stall_s: Seconds = Field(30, description="How long a mirror may send next to nothing.")
    offline: bool = Field(False, description="Connect to nothing: weights come from bundles alone.")
    admin_token: SecretStr = Field(
        SecretStr(""), description="Token that lets its bearer have the server pull weights; without it nobody can."
    )

    header_timeout_s: Seconds = Field(15, description="How long a client may take to send the head of a request.")
    body_timeout_s: Seconds = Field(60, description="How long a client may take to send the body of a request.")
    read_timeout_s: Seconds = Field(15, description="How long a client may leave an answer lying before it is cut off.")
    shutdown_s: Seconds = Field(30, description="How long requests in flight may take to finish after SIGTERM.")
    log_format: Literal["text", "json"] = Field("text", description="Form of the log on stderr.")

    @field_validator("allowed_hosts", "cors_origins", "lab_hosts", "mirrors", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("allowed_hosts", "cors_origins", "lab_hosts")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.lower() for name in value)

    @field_validator("mirrors")
    @classmethod
    def _fill(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            try:
                address.format(repository="", file="", path="")
            except (LookupError, ValueError) as error:
                raise ValueError("the places in an address are {repository}, {file} and {path}") from error
        return value

    @field_validator("models_dir", "data_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def networks_dir(self) -> Path:
        """Where pulled weights are."""
        return self.data_dir / "networks"


def read_settings(**overrides: Any) -> Settings:
    """The settings from the environment; `overrides`, by field name, win.

    Raises:
        BadSettings: a value is not accepted.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        faults = [
            f"{PREFIX}{str(fault['loc'][0]).upper()}={fault['input']!s}: {fault['msg']}." for fault in error.errors()
        ]
        raise BadSettings("\n".join(faults)) from error


def unknown_variables() -> dict[str, str | None]:
    """Variables of the environment that look like settings and are none, each with the setting probably meant."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    strangers = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    return {name: next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None) for name in strangers}


def settings_table() -> str:
    """The settings as a Markdown table: variable, default, meaning."""
    rows = ["| Variable | Default | What it sets |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_shown(name, field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _shown(name: str, default: Any) -> str:
    folders = {"models_dir": "the networks that ship with it", "data_dir": "`~/.cache/convscope`"}
    if name in folders:
        return folders[name]
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, int) and default >= 10_000:
        return f"`{default}` ({default:,})" if name != "port" else f"`{default}`"
    return f"`{default}`" if str(default) else "none"
