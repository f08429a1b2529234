"""The settings: one table of names, defaults and meanings, read from the environment (prefix CONVSCOPE_)."""

import os
import re
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.resources import MODELS

PREFIX = "CONVSCOPE_"
SECRET = ("admin_token", "store_url")  # a URL may have a password by mistake
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
FORMS = {  # of names that are compared as they stand: others would match nothing
    "allowed_hosts": (r"\*|(\*\.)?[^\s/:*\[\]]+|\[[0-9a-f:.]+\]", "a host has no scheme, port or path"),
    "cors_origins": (
        r"\*|[a-z][a-z0-9+.-]*://[^\s/]+",
        "an origin is https://name or https://name:port, without a path",
    ),
    "lab_hosts": (r"[^\s/]+:\d+", "a mirror's host is name:port"),
}

Count = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0, le=86_400 * 365)]
Names = Annotated[tuple[str, ...], NoDecode]  # separated by commas, not as JSON


class BadSettings(ValueError):
    """A variable of the environment has an invalid value; the message names the variable."""


def _default_data_dir() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "convscope"


class Settings(BaseSettings):
    """Every setting. Sizes are in bytes or pixels, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on; `0.0.0.0` for every interface.")
    port: int = Field(8000, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    root_path: str = Field(
        "", pattern=r"^(/[^/?#\s]+)*$", description="Path under which a proxy serves ConvScope; the proxy removes it."
    )
    allowed_hosts: Names = Field(
        LOOPBACK,
        description="Host names that this server answers to, separated by commas; `*.lab.example` for every subdomain, "
        "`*` for any. A server that listens beyond this machine also accepts every IP address.",
    )
    proxies: Names = Field(
        (),
        description="Addresses and networks of proxies, separated by commas, whose `X-Forwarded-For` names the client; "
        "`*` if nobody else reaches this server.",
    )
    cors_origins: Names = Field(
        (),
        description="Origins whose pages may use the API, separated by commas; none by default. They can't send the "
        "admin's token, which is typed into no page but ConvScope's own.",
    )

    models_dir: Path = Field(MODELS, description="Folder of networks and their cards.")
    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="Folder for uploaded pictures and networks, limited in size, and for downloaded weights; safe to "
        "delete.",
    )
    store_bytes: Count = Field(2_000_000_000, description="Maximum size of all uploaded pictures on disk.")
    store_ttl_s: Seconds = Field(7 * 86_400, description="Time after which an unused picture is deleted.")

    store_url: str = Field(
        "",
        pattern=r"^([a-z][a-z0-9+.-]*://[^@]+)?$",
        description="Bucket that servers on several machines share, such as `s3://bucket/convscope`, for what users "
        "send; empty for the folder alone. Needs the extra `storage`; credentials are never a part of it.",
    )

    own_networks_bytes: Count = Field(
        10_000_000_000, description="Maximum size of the files of all networks that users have opened."
    )
    own_networks: Count = Field(500, description="Maximum number of networks that users have opened.")
    own_networks_ttl_s: Seconds = Field(
        7 * 86_400, description="Time after which a network that a user has opened is deleted if it is not used."
    )
    own_network_max_bytes: Count = Field(
        1_000_000_000, description="Maximum size of an uploaded network with all files beside it."
    )
    watch_dir: Path | None = Field(
        None, description="Folder whose ONNX files are opened, and listed for everyone, as long as they are there."
    )

    max_upload_bytes: Count = Field(
        20_000_000,
        description="Maximum size of a request body, except that of an uploaded network or collection of pictures.",
    )
    max_collection_bytes: Count = Field(
        400_000_000, description="Maximum size of an upload of many pictures, a folder or a ZIP of them."
    )
    data_sets_bytes: Count = Field(4_000_000_000, description="Maximum size of all uploaded data sets on disk.")
    jobs_bytes: Count = Field(1_000_000_000, description="Maximum size of the results of all jobs on disk.")
    job_memory_bytes: Annotated[int, Field(ge=300_000_000)] = Field(
        400_000_000,
        description="Maximum memory of the process that runs a job, besides the weights of its network; more of it "
        "lets more photos run in parallel, one for each core at most.",
    )
    uploads: Count = Field(200, description="Maximum number of concurrent uploads; further ones are answered with 503.")
    max_pixels: Count = Field(100_000_000, description="Maximum pixels of a picture by its header, width times height.")
    max_decoded_pixels: Count = Field(
        25_000_000, description="Maximum pixels to decode; larger JPEGs are decoded at a smaller scale."
    )
    max_side: Count = Field(2_048, description="Longer side at which pictures are stored.")

    sandbox: Literal["auto", "required", "best", "off"] = Field(
        "auto",
        description="Confinement of the processes that run users' networks: `required` refuses these networks where "
        "it is not complete, `best` confines as far as the system can, `off` runs them in the server. `auto` is "
        "`required` for a server that listens beyond this machine, else `best`.",
    )
    isolate: Literal["own", "all"] = Field(
        "own", description="Which networks run in such a process: those that users open, or `all`."
    )
    sandbox_processes: Count = Field(4, description="Maximum number of these processes; one runs one network.")
    sandbox_memory_bytes: Annotated[int, Field(ge=500_000_000)] = Field(
        4_000_000_000, description="Maximum address space of one of these processes, its network's file included."
    )
    sandbox_idle_s: Seconds = Field(300, description="Time after which an unused one of these processes ends.")

    provider: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where networks run; `auto` uses CUDA if it works here, `cuda` requires it."
    )
    threads: int = Field(0, ge=0, description="Maximum number of threads of one run; 0 for all cores.")
    open_networks: Count = Field(
        4, description="Maximum number of loaded networks; the least recently used is closed first."
    )
    run_slots: Count = Field(
        2, description="Maximum number of concurrent runs, which share the threads; a single run has all of them."
    )
    queue: Count = Field(
        256,
        description="Maximum number of waiting runs, and of explanations; more are answered with 503 and Retry-After.",
    )
    run_time_limit_s: Seconds = Field(60, description="Time limit of one run.")
    explain_time_limit_s: Seconds = Field(300, description="Time limit of an explanation or experiment of many runs.")
    draw_slots: Count = Field(2, description="Maximum number of pictures decoded, or drawn without a run, at once.")
    draw_queue: Count = Field(256, description="Maximum number of pictures that wait to be decoded or drawn.")
    cache_bytes: Count = Field(
        800_000_000,
        description="Maximum memory for activations, statistics and explanations; tensors on their way in and out of "
        "`/v2` may take half as much again.",
    )
    picture_cache_bytes: Count = Field(128_000_000, description="Maximum memory for drawn pictures.")

    mirrors: Names = Field(
        (
            "https://huggingface.co/{repository}/resolve/main/{file}",
            "https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/{path}",
        ),
        description="Addresses from which weights are downloaded, separated by commas, tried in this order.",
    )
    lab_hosts: Names = Field(
        (),
        description="Mirrors that may have private addresses and no TLS, as `name:port` separated by commas.",
    )
    pull_stall_s: Seconds = Field(
        30, description="Time after which a download that receives next to nothing is interrupted."
    )
    offline: bool = Field(False, description="Connect to nothing; weights come only from bundles.")
    admin_token: SecretStr = Field(
        SecretStr(""),
        description="Token that allows a client to download weights to the server, and to list networks of users for "
        "everyone; if empty, nobody may.",
    )

    header_timeout_s: Seconds = Field(15, description="Time limit for a client to send the head of a request.")
    body_timeout_s: Seconds = Field(
        60, description="Time limit for a client to send the body of a request, besides a second for each megabyte."
    )
    read_timeout_s: Seconds = Field(15, description="Time limit for a client to read the next part of a response.")
    drain_s: Annotated[float, Field(ge=0, le=600)] = Field(
        0,
        description="Time after SIGTERM in which requests are still accepted while `/readyz` answers 503, so that a "
        "balancer sends them elsewhere.",
    )
    shutdown_s: Seconds = Field(30, description="Time limit for requests in flight after that.")
    log_format: Literal["text", "json"] = Field("text", description="Format of the log on stderr.")

    @field_validator("allowed_hosts", "proxies", "cors_origins", "lab_hosts", "mirrors", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("allowed_hosts", "cors_origins", "lab_hosts")
    @classmethod
    def _names_that_can_match(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        names = tuple(name.lower() for name in value)
        pattern, rule = FORMS[str(info.field_name)]
        if not all(re.fullmatch(pattern, name) for name in names):
            raise ValueError(rule)
        return names

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            if network != "*":
                ip_network(network)
        return value

    @field_validator("mirrors")
    @classmethod
    def _fill(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            try:
                address.format(repository="", file="", path="")
            except (AttributeError, LookupError, ValueError) as error:
                raise ValueError("the placeholders of an address are {repository}, {file} and {path}") from error
        return value

    @field_validator("models_dir", "data_dir", "watch_dir")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser().absolute()
        except RuntimeError as error:
            raise ValueError("~ has no home folder here") from error

    @property
    def sandbox_mode(self) -> Literal["required", "best", "off"]:
        """How strangers' networks are confined."""
        if self.sandbox == "auto":
            return "best" if self.host.strip("[]") in ("localhost", "127.0.0.1", "::1") else "required"
        return self.sandbox

    @property
    def networks_dir(self) -> Path:
        """Folder of downloaded weights."""
        return self.data_dir / "networks"


def read_settings(**overrides: Any) -> Settings:
    """The settings from the environment. `overrides`, by field name, have precedence.

    Raises:
        BadSettings: a value is invalid.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        faults = [
            f"{PREFIX}{name.upper()}={'...' if name in SECRET else fault['input']}: {fault['msg']}."
            for fault in error.errors()
            for name in [str(fault["loc"][0])]
        ]
        raise BadSettings("\n".join(faults)) from error


def unknown_variables() -> dict[str, str | None]:
    """Variables of the environment with our prefix that are no settings, each with the setting probably meant."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    return {name: next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None) for name in unknown}


def settings_table() -> str:
    """The settings as a Markdown table: variable, default, meaning."""
    rows = ["| Variable | Default | What it sets |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{PREFIX}{name.upper()}` | {_format_default(name, field.default)} | {field.description} |")
    return "\n".join(rows) + "\n"


def _format_default(name: str, default: Any) -> str:
    folders = {"models_dir": "the networks that ship with it", "data_dir": "`~/.cache/convscope`"}
    if name in folders:
        return folders[name]
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, int) and default >= 10_000:
        return f"`{default}` ({default:,})" if name != "port" else f"`{default}`"
    return f"`{default}`" if default is not None and str(default) else "none"
