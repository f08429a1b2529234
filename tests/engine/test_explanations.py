"""Explanations: every product is computed once for all who ask, with its progress and its parts in the cache."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

import app.engine.explanations as module
from app.attribution.evaluation.faithfulness import Faithfulness, faithfulness
from app.attribution.explain import Explanation, explain
from app.attribution.method import Method, Options
from app.attribution.task import AttributionTask
from app.engine.engine import Engine
from app.engine.inference import Inference
from app.engine.products import Product
from app.engine.question import ExplanationRequest, RequestText, parse_request
from app.errors import Cancelled, InvalidRequest, NotAvailable
from app.gradients.differentiable import Differentiable, GradientQuery
from app.gradients.targets import CellValue, Logit
from app.work.stop import Stop

WAIT_S = 30
seeds = iter(range(1, 1000))  # a parameter that no other test has used


@pytest.fixture
def lenet(engine: Engine, cat: bytes) -> Inference:
    """LeNet-5 on the photo of the cat."""
    image = engine.pictures.add(lambda: cat).result().stored.id
    return Inference(engine.network("lenet5"), image)


def request(inference: Inference, method: str, target: str = "3", **options: str) -> ExplanationRequest:
    return parse_request(inference.network, RequestText(method, target, options=options))


def new_request(inference: Inference) -> ExplanationRequest:
    """A request of a fast method that is not in the cache."""
    return request(inference, "smoothgrad", samples="2", seed=str(next(seeds)))


class Gate:
    """Holds every explanation until it opens, and counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self.reached, self.opened = threading.Event(), threading.Event()

    def explain(self, task: AttributionTask, method: Method, options: Options) -> Explanation:
        self.calls += 1
        task.progress(3, 10)
        self.reached.set()
        assert self.opened.wait(WAIT_S)
        return explain(task, method, options)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(module, "explain", gate.explain)
    yield gate
    gate.opened.set()


def test_a_request_that_is_made_twice_is_computed_once(engine: Engine, lenet: Inference, gate: Gate) -> None:
    wanted = new_request(lenet)
    handles = [engine.explanations.explain(lenet, wanted) for _ in range(2)]
    gate.opened.set()
    first, second = (handle.result() for handle in handles)
    assert first is second
    assert engine.explanations.explain(lenet, wanted).result() is first
    assert gate.calls == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda inference: request(inference, "layercam", target="4"),
        lambda inference: request(inference, "layercam", sign="positive"),
        lambda inference: replace(request(inference, "layercam"), layer=inference.network.layer("conv_c1")),
        lambda inference: replace(request(inference, "layercam"), random=1),
    ],
    ids=["target", "option", "layer", "random weights"],
)
def test_another_request_has_another_map(
    engine: Engine, lenet: Inference, change: Callable[[Inference], ExplanationRequest]
) -> None:
    one = engine.explanations.explain(lenet, request(lenet, "layercam")).result()
    other = engine.explanations.explain(lenet, change(lenet)).result()
    assert not np.array_equal(one.values, other.values)


@pytest.mark.parametrize("product", ["explanation", "faithfulness", "cascade", "sweep"])
def test_a_product_is_in_the_cache_once_it_is_computed(engine: Engine, lenet: Inference, product: Product) -> None:
    explanations, wanted = engine.explanations, request(lenet, "gradcam", target=f"{len(product) % 10}")
    assert explanations.cached(product, lenet, wanted) is None
    result = explanations.product(product, lenet, wanted).result()
    assert explanations.cached(product, lenet, wanted) is result


@pytest.mark.parametrize("product", ["explanation", "faithfulness"])
def test_progress_is_that_of_the_map_until_the_map_is_computed(
    engine: Engine, lenet: Inference, gate: Gate, product: Product
) -> None:
    explanations, wanted = engine.explanations, new_request(lenet)
    assert explanations.progress(product, lenet, wanted) == (0, 0)
    handle = explanations.product(product, lenet, wanted)
    assert gate.reached.wait(WAIT_S)
    assert explanations.progress(product, lenet, wanted) == (3, 10)
    gate.opened.set()
    handle.result()
    assert explanations.progress(product, lenet, wanted) == (0, 0)


def test_faithfulness_reports_its_own_runs(engine: Engine, lenet: Inference, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[tuple[int, int]] = []
    explanations, wanted = engine.explanations, new_request(lenet)

    def observed(task: AttributionTask, values: np.ndarray) -> Faithfulness:
        result = faithfulness(task, values)
        reports.append(explanations.progress("faithfulness", lenet, wanted))
        return result

    monkeypatch.setattr(module, "faithfulness", observed)
    explanations.faithfulness(lenet, wanted).result()
    (done, total), *_ = reports
    assert done == total > 1


def test_faithfulness_of_a_cached_map_does_not_compute_it_again(engine: Engine, lenet: Inference, gate: Gate) -> None:
    gate.opened.set()
    wanted = new_request(lenet)
    engine.explanations.explain(lenet, wanted).result()
    engine.explanations.faithfulness(lenet, wanted).result()
    assert gate.calls == 1


def test_the_map_of_every_layer_is_kept_as_that_layer_s_explanation(engine: Engine, lenet: Inference) -> None:
    wanted = request(lenet, "hirescam", target="6")
    maps = engine.explanations.sweep(lenet, wanted).result()
    assert len(maps) > 1
    for each in maps:
        at_layer = replace(wanted, layer=lenet.network.layer(str(each.layer)))
        assert engine.explanations.cached("explanation", lenet, at_layer) is each


def test_the_map_of_every_stage_is_kept_as_an_explanation_with_random_weights(engine: Engine, lenet: Inference) -> None:
    wanted = request(lenet, "saliency", target="6")
    stages = engine.explanations.cascade(lenet, wanted).result()
    assert [stage.count for stage in stages] == [1, 2, 3, 4, 5]
    for stage in stages:
        random = replace(wanted, random=stage.count)
        assert engine.explanations.cached("explanation", lenet, random) is stage.explanation


def test_random_weights_are_the_same_in_the_cascade_and_alone(engine: Engine, lenet: Inference) -> None:
    alone = replace(request(lenet, "saliency", target="8"), random=2)
    explanation = engine.explanations.explain(lenet, alone).result()
    stages = engine.explanations.cascade(lenet, replace(alone, random=0)).result()
    np.testing.assert_array_equal(stages[1].explanation.values, explanation.values)


def test_a_slow_method_does_not_hold_up_a_fast_one(engine: Engine, lenet: Inference, gate: Gate) -> None:
    slow = engine.explanations.explain(lenet, request(lenet, "rise", masks="10", seed=str(next(seeds))))
    assert gate.reached.wait(WAIT_S)
    assert engine.results.slow.load.running == 1
    engine.layers.activations(lenet).result()
    assert not slow.future.done()
    gate.opened.set()
    slow.result()


def test_a_job_that_is_released_by_all_is_stopped(engine: Engine, lenet: Inference) -> None:
    handle = engine.explanations.explain(lenet, request(lenet, "rise", masks="8000", seed=str(next(seeds))))
    handle.release()
    with pytest.raises(Cancelled):
        handle.future.result(WAIT_S)


def test_a_method_without_a_layer_has_no_map_of_every_layer(engine: Engine, lenet: Inference) -> None:
    handle = engine.explanations.sweep(lenet, request(lenet, "saliency"))
    with pytest.raises(InvalidRequest, match="takes no layer"):
        handle.result()


def test_a_network_without_weights_is_refused_at_once(engine: Engine, lenet: Inference) -> None:
    with pytest.raises(NotAvailable):
        engine.explanations.explain(Inference(engine.network("vgg16"), lenet.image), request(lenet, "gradcam"))


def test_the_methods_of_a_network_are_looked_up_once(engine: Engine, lenet: Inference) -> None:
    available = engine.explanations.available(lenet.network).result()
    assert list(available.reasons) == ["cam"]
    assert engine.explanations.available(lenet.network).result() is available


def test_the_effective_receptive_field_has_the_size_of_the_view(engine: Engine, lenet: Inference) -> None:
    cell = CellValue("conv_c3", 2, 4, 5)
    field = engine.explanations.effective_field(lenet, cell).result()
    assert field.values.shape == (32, 32)
    assert engine.explanations.effective_field(lenet, cell).result() is field


def test_the_effective_receptive_field_of_no_cell_is_refused(engine: Engine, lenet: Inference) -> None:
    handle = engine.explanations.effective_field(lenet, CellValue("conv_c3", 2, 400, 5))
    with pytest.raises(InvalidRequest):
        handle.result()


def test_gradient_norms_are_those_of_the_gradients_of_the_logit(engine: Engine, inference: Inference) -> None:
    layers = tuple(layer.id for layer in inference.network.graph.layers if layer.op == "Concat")[:2]
    found = engine.explanations.gradient_norms(inference, 281, layers).result()
    tensor = engine.pictures.input_tensor(inference)[np.newaxis]
    result = Differentiable(inference.network).run(tensor, GradientQuery(Logit(281), layers), Stop())
    assert found == pytest.approx([float(np.linalg.norm(result.gradients[layer])) for layer in layers], rel=1e-5)


@pytest.mark.parametrize(
    ("product", "method", "target", "random", "jobs"),
    [
        ("explanation", "gradcam", "0", 0, (1, 0)),
        ("explanation", "gradcam", "0", 1, (0, 1)),
        ("explanation", "gradcam", "0", 2, (0, 1)),
        ("explanation", "occlusion", "0", 0, (0, 1)),
        ("faithfulness", "gradcam", "4", 0, (1, 1)),
        ("cascade", "gradcam", "6", 0, (1, 1)),
        ("sweep", "gradcam", "8", 0, (0, 1)),
    ],
)
def test_what_takes_many_runs_waits_in_the_queue_of_its_own(
    engine: Engine, lenet: Inference, product: Product, method: str, target: str, random: int, jobs: tuple[int, int]
) -> None:
    """As many jobs start in the queue of the runs and in the slow one."""

    def started() -> tuple[int, ...]:
        return tuple(runner.load.started for runner in (engine.results.runs, engine.results.slow))

    before = started()
    wanted = replace(request(lenet, method, target), random=random)
    engine.explanations.product(product, lenet, wanted).result()
    assert tuple(after - first for after, first in zip(started(), before, strict=True)) == jobs
