"""The container and the make targets, as far as they can be checked without a container engine."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def values(name: str) -> list[str]:
    return [value for instruction, value in instructions() if instruction == name]


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    result = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def test_it_runs_as_an_unprivileged_user() -> None:
    [user] = values("USER")
    assert all(part.isdigit() and int(part) >= 10_000 for part in user.split(":"))


def test_it_receives_signals_and_has_a_health_check() -> None:
    assert values("ENTRYPOINT") == ['["convscope"]']
    assert values("CMD") == ['["serve"]']
    [health] = values("HEALTHCHECK")
    command = health.split("CMD ", 1)[1]
    assert command.startswith('["python", "-c", ')
    compile(yaml.safe_load(command)[2], "healthcheck", "exec")


def test_nothing_is_downloaded_but_what_the_locks_name() -> None:
    assert not values("ADD")
    assert all("curl" not in value and "wget" not in value and "apt" not in value for value in values("RUN"))
    installs = [value for value in values("RUN") if "pip install" in value or "pip wheel" in value]
    assert installs
    assert all("--require-hashes" in value or "--no-index" in value for value in installs)


def test_everything_that_is_installed_is_copied() -> None:
    installed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    copied = {source for value in values("COPY") for source in shlex.split(value)[:-1]}
    assert copied.issuperset(installed["only-include"])


def test_everything_copied_exists_and_is_sent_to_the_engine() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for value in values("COPY"):
        *sources, _ = shlex.split(value)
        if sources[0].startswith("--from="):
            continue
        for source in sources:
            assert (ROOT / source).exists()
            assert source in allowed


@pytest.mark.parametrize(
    ("runtime", "there", "absent"), [("cpu", "", "-gpu"), ("cuda", "-gpu", ""), ("storage", "", "-gpu")]
)
def test_each_image_has_one_onnxruntime(runtime: str, there: str, absent: str) -> None:
    lock = (ROOT / f"requirements-{runtime}.lock".replace("-cpu", "")).read_text()
    pinned = re.findall(r"^(onnxruntime\S*)==\S+( ; sys_platform == 'never')?", lock, flags=re.MULTILINE)
    installed = {name for name, never in pinned if not never}
    assert f"onnxruntime{there}" in installed
    assert f"onnxruntime{absent}" not in installed


def test_all_images_hold_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        found = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / name).read_text(), flags=re.MULTILINE)
        return dict(found)

    cpu = pins("requirements.lock")
    for other in (pins(f"requirements-{name}.lock") for name in ("cuda", "storage", "dev")):
        assert {name: other[name] for name in cpu} == cpu


def test_compose_uses_the_cpu_unless_the_gpu_is_requested() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert [name for name, service in services.items() if "profiles" not in service] == ["convscope"]
    assert services["convscope-gpu"]["build"]["args"] == {"RUNTIME": "cuda"}
    assert services["convscope-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in services.values())


@pytest.mark.parametrize("target", ["serve", "test", "check", "bench", "style", "lock"])
def test_every_target_exists(target: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}}
    command = ["make", "--dry-run", target]
    assert subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0
