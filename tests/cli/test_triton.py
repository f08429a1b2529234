"""`convscope export-triton` writes a model repository, or says why not."""

from pathlib import Path

from tests.cli.conftest import Run


def test_a_network_becomes_two_models(run: Run, tmp_path: Path) -> None:
    repository = tmp_path / "triton"
    assert run("export-triton", "lenet5", "-o", str(repository)) == (
        0,
        "",
        f"{repository} has lenet5 and lenet5.layers.\n",
    )
    assert sorted(str(path.relative_to(repository)) for path in repository.rglob("*.onnx")) == [
        "lenet5.layers/1/model.onnx",
        "lenet5/1/model.onnx",
    ]
    code, _, why = run("export-triton", "lenet5", "-o", str(repository))
    assert (code, "Delete it first" in why) == (1, True)


def test_what_can_not_be_exported_is_named(run: Run, tmp_path: Path) -> None:
    code, _, why = run("export-triton", "vgg16", "-o", str(tmp_path / "triton"))
    assert (code, "convscope pull vgg16" in why) == (1, True)
    assert not (tmp_path / "triton").exists()
