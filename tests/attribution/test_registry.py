"""All methods, and all their parameters by name."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from app.attribution.registry import METHODS, PARAMETERS, method_of
from app.attribution.target import Target
from app.errors import UnknownMethod
from app.gradients.differentiable import Differentiable, GradientQuery
from app.nets.network import Network
from tests.attribution.conftest import POOLED, POOLED_NODES, SIDE
from tests.attribution.small import Array, explained, network_of, task_of

FEW: Mapping[str, Mapping[str, str]] = {"rise": {"masks": "200"}}  # enough for a map that depends on the input


def test_every_method_is_found_by_its_name() -> None:
    assert [method_of(name).name for name in METHODS] == list(METHODS)


def test_an_unknown_name_is_refused_with_all_that_are_known() -> None:
    with pytest.raises(UnknownMethod) as refused:
        method_of("magic")
    assert refused.value.details["known"] == list(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_a_parameter_is_the_same_in_every_method_that_takes_it(method: str) -> None:
    for parameter in METHODS[method].parameters:
        assert PARAMETERS[parameter.name] == parameter


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_default_is_a_value_of_its_parameter(name: str) -> None:
    default = PARAMETERS[name].default
    assert default is None or PARAMETERS[name].read(str(default)) == default


@pytest.mark.parametrize("name", METHODS)
def test_what_a_method_needs_and_how_long_it_takes_is_what_it_does(
    name: str, pooled: Network, tensor: Array, monkeypatch: pytest.MonkeyPatch
) -> None:
    method, queries, totals = METHODS[name], list[GradientQuery](), list[int]()
    run = Differentiable.run

    def note(graphs: Differentiable, tensors: Array, query: GradientQuery, *rest: object) -> object:
        queries.append(query)
        return run(graphs, tensors, query, *rest)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(Differentiable, "run", note)
    task = replace(task_of(pooled, tensor, Target(2), name), progress=lambda done, total: totals.append(total))
    method.explain(task, method.options({}))
    assert method.needs_gradients == any(query.with_respect_to for query in queries)
    assert method.slow == bool(totals)
    if not method.at_layer:
        assert task.layer is None
        return
    with pytest.raises(TypeError, match="takes a layer"):
        method.explain(replace(task, layer=None), method.options({}))


@pytest.mark.parametrize("name", METHODS)
def test_magnitudes_rank_where_the_sign_is_that_of_a_pixels_value(
    name: str, pooled: Network, tensor: Array, tmp_path: Path
) -> None:
    """With its first weights turned, a network computes of the negative of an input what it computed of the input."""
    folder = tmp_path / "turned"
    folder.mkdir()
    turned = network_of(folder, POOLED_NODES, {**POOLED, "w": -POOLED["w"]}, SIDE, 5)
    options, target = FEW.get(name, {}), Target(2)
    own: npt.NDArray[np.float32] = explained(pooled, tensor, name, target, **options).values
    other = explained(turned, -tensor, name, target, **options).values
    correlation = np.corrcoef(own.ravel(), other.ravel())[0, 1]
    assert correlation < -0.9 if METHODS[name].ranks_by_magnitude else correlation > 0.9
