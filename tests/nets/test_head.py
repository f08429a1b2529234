"""Heads as exporters write them: their kind, scores and logits, against onnxruntime."""

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from app.errors import NetworkError
from app.nets.graph import read_graph
from app.nets.head import HeadKind, hard_sigmoid, sigmoid, softmax
from app.work.stop import Stop
from tests.nets.heads import FIRST, FORMS, Form, open_form, run_plainly, tensor_for, view
from tests.nets.onnx_text import parse_network

LINEAR = Form("y = Identity (z)", "logits")
ONE_LOGIT = Form("y = Identity (z)", "binary", units=1)


@pytest.mark.parametrize("name", FORMS)
def test_the_kind_and_the_layer_of_the_logits_are_recognised(tmp_path: Path, name: str) -> None:
    form = FORMS[name]
    graph = open_form(tmp_path, form).graph
    assert graph.head.kind == form.kind
    assert graph.logits.output == (form.logits or graph.scores.output)
    assert graph.logits.batch_axis == 0


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.kind not in ("logits", "log_softmax")])
def test_the_scores_are_the_numbers_of_the_file(tmp_path: Path, name: str) -> None:
    network = open_form(tmp_path, FORMS[name])
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "y")
    computed = 1 / (1 + np.exp(-expected.astype(np.float64))) if name == "one logit" else expected
    for scores in (network.classify(view(), Stop()), network.activations(view(), Stop()).scores):
        np.testing.assert_allclose(scores.scores, computed.reshape(-1), rtol=1e-5, atol=1e-7)
        assert scores.kind == FORMS[name].kind


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.kind == "log_softmax"])
def test_the_scores_are_the_powers_of_log_probabilities(tmp_path: Path, name: str) -> None:
    network = open_form(tmp_path, FORMS[name])
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "y")
    np.testing.assert_allclose(network.classify(view(), Stop()).scores, np.exp(expected[0]), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.logits == "z"])
def test_the_logits_are_the_numbers_before_the_final_activation(tmp_path: Path, name: str) -> None:
    network = open_form(tmp_path, FORMS[name])
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "z")
    scores = network.classify(view(), Stop())
    np.testing.assert_allclose(scores.logits, expected[0], rtol=1e-5, atol=1e-6)
    if scores.activation is not None and name != "clipped":
        np.testing.assert_allclose(scores.activation(scores.logits), scores.scores, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("activation", "kind", "units"), [("Softmax", "softmax", 4), ("Sigmoid", "sigmoid", 4), ("Sigmoid", "binary", 1)]
)
def test_an_activation_whose_result_is_rounded_is_not_applied_once_more(
    tmp_path: Path, activation: str, kind: HeadKind, units: int
) -> None:
    rounded = f"s = Constant <value = float {{0.004}}> ()  p = {activation} (z)  q = QuantizeLinear (p, s)"
    network = open_form(tmp_path, Form(f"{rounded}  y = DequantizeLinear (q, s)", kind, units=units))
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "y")
    assert network.graph.head.kind == kind
    assert network.graph.logits.output == "z"
    np.testing.assert_array_equal(network.classify(view(), Stop()).scores, expected.reshape(-1))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("p = QLinearSoftmax <axis = -1, opset = 17> (q, s, n, s, n)", "probabilities"),
        ("p = QLinearSoftmax <axis = 1, opset = 11> (q, s, n, s, n)", "probabilities"),
        ("p = QLinearSoftmax <axis = 0, opset = 17> (q, s, n, s, n)", "vector"),
        ("p = QLinearSigmoid (q, s, n, s, n)", "sigmoid"),
    ],
)
def test_an_activation_of_integers_gives_the_probabilities_of_the_file(body: str, kind: HeadKind) -> None:
    quantised = "s = Constant <value = float {0.1}> ()  n = Constant <value = uint8 {0}> ()  q = QuantizeLinear (f, s)"
    model = parse_network(
        f"g = GlobalAveragePool (x)  f = Flatten (g)  {quantised}  {body}  y = DequantizeLinear (p, s)"
    )
    head = read_graph(model).head
    assert (head.kind, head.logits, head.activation, head.has_scores) == (kind, head.output, None, True)


def test_quantised_logits_are_logits() -> None:
    model = parse_network(
        "g = GlobalAveragePool (x)  f = Flatten (g)  s = Constant <value = float {0.02}> ()  y = QuantizeLinear (f, s)"
    )
    model.graph.output[0].type.tensor_type.elem_type = TensorProto.UINT8
    assert read_graph(model).head.kind == "logits"


@pytest.mark.parametrize("name", ["logits", "logits, squeezed"])
def test_a_file_that_ends_in_logits_gets_their_softmax(tmp_path: Path, name: str) -> None:
    network = open_form(tmp_path, FORMS[name])
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "z")
    powers = np.exp(expected[0].astype(np.float64))
    np.testing.assert_allclose(network.classify(view(), Stop()).scores, powers / powers.sum(), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("form", "kind", "expected"),
    [
        (LINEAR, "sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        (LINEAR, "softmax", lambda z: np.exp(z) / np.exp(z).sum()),
        (LINEAR, "probabilities", lambda z: z),
        (LINEAR, "vector", lambda z: z),
        (ONE_LOGIT, "vector", lambda z: z),
        (ONE_LOGIT, "sigmoid", lambda z: 1 / (1 + np.exp(-z))),
        (ONE_LOGIT, "probabilities", lambda z: z),
        (FORMS["softmax"], "vector", lambda z: np.exp(z) / np.exp(z).sum()),
        (FORMS["softmax"], "probabilities", lambda z: np.exp(z) / np.exp(z).sum()),
    ],
)
def test_the_card_says_what_the_file_does_not(tmp_path: Path, form: Form, kind: HeadKind, expected: object) -> None:
    network = open_form(tmp_path, form, head=kind)
    (z,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "z")
    assert callable(expected)
    np.testing.assert_allclose(network.classify(view(), Stop()).scores, expected(z[0]), rtol=1e-4, atol=1e-6)
    assert network.graph.head.kind == ("binary" if form is ONE_LOGIT and kind != "vector" else kind)
    assert network.graph.head.has_scores == (kind in ("vector", "probabilities"))  # of which the file's output is one


@pytest.mark.parametrize(("form", "kind"), [(LINEAR, "binary"), (ONE_LOGIT, "softmax"), (ONE_LOGIT, "log_softmax")])
def test_a_card_that_does_not_fit_the_output_is_refused(tmp_path: Path, form: Form, kind: HeadKind) -> None:
    network = open_form(tmp_path, form, head=kind)
    with pytest.raises(NetworkError, match="The card says") as refusal:
        _ = network.graph
    assert refusal.value.details == {"units": 1 if form is ONE_LOGIT else 4}


P, Q = "p = Softmax (z)  h = Mul (z, half)  q = Softmax (h)", "s = Add (p, q)"
DENOMINATOR = "e = Exp (n)  d = Add (one, e)"


@pytest.mark.parametrize(
    ("nodes", "kind"),
    [
        (f"{P}  {Q}  y = Mul (half, s)", "probabilities"),
        (f"{P}  {Q}  y = Div (s, two)", "probabilities"),
        (f"{P}  {Q}  y = Div (s, half)", "vector"),
        (f"{P}  {Q}  y = Mul (s, two)", "vector"),
        (f"{P}  {Q}  y = Add (s, p)", "vector"),
        (f"{P}  y = Mean (p, q)", "probabilities"),
        (f"{P}  t = Mul (q, two)  y = Mean (p, t)", "vector"),
        (f"{P}  y = Div (p, one)", "probabilities"),
        (f"{P}  y = Sub (p, q)", "vector"),
        (f"n = Mul (z, minus)  {DENOMINATOR}  y = Div (one, d)", "sigmoid"),
        (f"n = Mul (minus, z)  {DENOMINATOR}  y = Div (one, d)", "sigmoid"),
        (f"n = Mul (z, two)  {DENOMINATOR}  y = Div (one, d)", "logits"),
        (f"n = Mul (z, z)  {DENOMINATOR}  y = Div (one, d)", "logits"),
        (f"n = Sub (one, z)  {DENOMINATOR}  y = Div (one, d)", "logits"),
        (f"n = Neg (z)  {DENOMINATOR}  y = Div (two, d)", "logits"),
        ("n = Neg (z)  e = Exp (n)  d = Add (e, two)  y = Div (one, d)", "logits"),
        ("n = Neg (z)  e = Exp (n)  d = Add (e, e)  y = Div (one, d)", "logits"),
        ("n = Neg (z)  e = Relu (n)  d = Add (e, one)  y = Div (one, d)", "logits"),
        ("e = Exp (z)  h = Exp (e)  d = Add (one, e)  y = Div (h, d)", "logits"),
        ("e = Exp (z)  l = Log (e)  y = Sub (z, l)", "logits"),
        ("e = Relu (z)  s = ReduceSum (e, axes)  l = Log (s)  y = Sub (z, l)", "logits"),
        ("e = Exp (z)  s = ReduceSum (e, axes)  l = Sqrt (s)  y = Sub (z, l)", "logits"),
        ("e = Exp (z)  s = ReduceMean <axes = [1]> (e)  y = Div (e, s)", "logits"),
        ("e = Exp (z)  s = ReduceSum <keepdims = 0> (e)  y = Div (e, s)", "softmax"),
        ("e = Tanh (z)  s = ReduceSum (e, axes)  y = Div (e, s)", "logits"),
    ],
)
def test_what_only_looks_like_an_activation_is_none(tmp_path: Path, nodes: str, kind: HeadKind) -> None:
    axes = "axes = Constant <value_ints = [1]> ()"
    numbers = {"one": 1.0, "half": 0.5, "two": 2.0, "minus": -1.0}
    read = "  ".join(f"{name} = Constant <value = float {{{value}}}> ()" for name, value in numbers.items())
    assert open_form(tmp_path, Form(f"{read}  {axes}  {nodes}", kind)).graph.head.kind == kind


@pytest.mark.parametrize("opset", [9, 17])
@pytest.mark.parametrize(("units", "kind"), [(1, "vector"), (2, "softmax")])
def test_a_softmax_is_of_two_units_at_least(tmp_path: Path, units: int, kind: HeadKind, opset: int) -> None:
    form = Form("y = Softmax (z)", kind, units=units, opset=opset)
    assert open_form(tmp_path, form).graph.head.kind == kind


def test_the_second_part_of_a_split_is_read_as_the_output(tmp_path: Path) -> None:
    network = open_form(tmp_path, Form("a, y = Split <axis = 1, num_outputs = 2> (z)", "logits", units=4, opset=18))
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "y")
    activations = network.activations(view(), Stop())
    np.testing.assert_allclose(activations.scores.logits, expected[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(activations.outputs["y"], expected[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("end", ["y = Squeeze (b, first)", "q = Squeeze (b, first)  y = Softmax <axis = 0> (q)"])
def test_the_first_part_of_a_split_is_not_taken_for_the_second(tmp_path: Path, end: str) -> None:
    network = open_form(tmp_path, Form(f"{FIRST} a, b = Split <axis = 1> (z)  {end}", "logits"))
    (expected,) = run_plainly(tmp_path / "tiny.onnx", tensor_for(network, view()), "b")
    np.testing.assert_allclose(network.classify(view(), Stop()).logits, expected[0], rtol=1e-5, atol=1e-6)


def test_the_label_of_a_single_unit_is_the_positive_class(tmp_path: Path) -> None:
    one = open_form(tmp_path, ONE_LOGIT, ["dog"])
    assert (tuple(one.labels), one.negative_label) == (("dog",), None)
    two = open_form(tmp_path, ONE_LOGIT, ["cat", "dog"])
    assert (tuple(two.labels), two.negative_label) == (("dog",), "cat")


def test_the_numbers_of_a_vector_have_indices_and_no_classes(tmp_path: Path) -> None:
    network = open_form(tmp_path, FORMS["mask"])
    assert (len(network.labels), network.labels[511], network.classes) == (8 * 8 * 8, "511", 0)


def test_a_formula_that_repeats_without_end_is_no_activation(tmp_path: Path) -> None:
    doubled = "".join(f"a{n} = Add (a{n - 1}, a{n - 1})  " for n in range(1, 60))
    clipped = "".join(f"b{n} = Clip (b{n - 1})  " for n in range(1, 3000))
    for nodes in (f"a0 = Softmax (z)  {doubled} y = Identity (a59)", f"b0 = Softmax (z)  {clipped} y = Relu (b2999)"):
        assert open_form(tmp_path, Form(nodes, "logits")).graph.head.kind == "logits"


def test_activations_do_not_overflow() -> None:
    logits = np.array([-1e4, -1.0, 0.0, 1e4], np.float32)
    np.testing.assert_allclose(sigmoid(logits), [0, 1 / (1 + np.e), 0.5, 1], rtol=1e-6)
    np.testing.assert_allclose(softmax(logits), [0, 0, 0, 1])
    np.testing.assert_allclose(hard_sigmoid(logits, 0.25, 0.5), [0, 0.25, 0.5, 1])
    assert sigmoid(logits).dtype == softmax(logits).dtype == hard_sigmoid(logits, 0.25, 0.5).dtype == np.float32


@pytest.mark.parametrize(
    ("form", "labels", "classes"),
    [(LINEAR, [], 4), (LINEAR, ["a", "b", "c", "d"], 4), (ONE_LOGIT, [], 1), (ONE_LOGIT, ["cat", "dog"], 2)],
)
def test_the_classes_are_those_of_the_labels_or_of_the_units(
    tmp_path: Path, form: Form, labels: list[str], classes: int
) -> None:
    assert open_form(tmp_path, form, labels).classes == classes
