"""Hostile graphs: endless ones, ones that grow as they are read, and ones that mean two things."""

from pathlib import Path

import numpy as np
import onnx
from onnx import GraphProto, TensorProto, helper, numpy_helper

from tests.sandbox.hostile.corpus import Corpus, delimited, model, node, written

GRAPHS = Corpus()
LARGE, LIST = 250_000, 4000
GRAPH, NODE = 7, 1  # field numbers in a model and in a graph


@GRAPHS.refused("A Split has another number of outputs than it says")
def split_with_one_output_of_two(folder: Path) -> Path:
    """onnxruntime reads past the end of a vector while it loads it: SIGABRT."""
    return written(folder, model([node("Split", "x", "y z", axis=0, num_outputs=1)]))


@GRAPHS.refused("branches or loops")
def endless_loop(folder: Path) -> Path:
    """A loop of 2^62 turns: one run never ends."""
    return written(folder, loop())


def loop() -> onnx.ModelProto:
    """A network that never answers."""
    body = helper.make_graph(
        [node("Identity", "go", "go_on"), node("Mul", "state state", "next")],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, [1, 3, 8, 8]),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [1, 3, 8, 8]),
        ],
    )
    turns = helper.make_tensor("turns", TensorProto.INT64, [], [2**62])
    yes = helper.make_tensor("yes", TensorProto.BOOL, [], [True])
    return model([node("Loop", "turns yes x", body=body)], turns, yes)


@GRAPHS.refused("branches or loops")
def branch_of_branches(folder: Path) -> Path:
    """Eight conditions inside one another: onnxruntime resolves each branch anew."""
    return written(folder, nested_branches(8))


@GRAPHS.refused("nested too deep")
def branches_30_deep(folder: Path) -> Path:
    """Thirty graphs inside one another: recursive readers overflow their stack."""
    return written(folder, nested_branches(30))


def nested_branches(depth: int) -> onnx.ModelProto:
    """Conditions inside one another, each in the first of the two branches."""
    inner = _leaf()
    for _ in range(depth - 1):
        inner = _branch(node("If", "yes", "o", then_branch=inner, else_branch=_leaf()))
    yes = helper.make_tensor("yes", TensorProto.BOOL, [], [True])
    return model([node("If", "yes", then_branch=inner, else_branch=_leaf())], yes)


def _leaf() -> GraphProto:
    return _branch(node("Relu", "x", "o"))


def _branch(only: onnx.NodeProto) -> GraphProto:
    output = helper.make_tensor_value_info("o", TensorProto.FLOAT, None)
    return helper.make_graph([only], "branch", [], [output])


def _doubling(levels: int, last: str) -> onnx.ModelProto:
    """Functions that each call the next one twice; the last one calls `last`."""
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("own", 1)]
    functions = []
    for level in range(levels):
        callee, domain = (f"f{level + 1}", "own") if level + 1 < levels else (last, "own" if last == "f0" else "")
        calls = [node(callee, "a", "b", domain=domain), node(callee, "b", "c", domain=domain)]
        functions.append(helper.make_function("own", f"f{level}", ["a"], ["c"], calls, opsets))
    made = model([node("f0", "x", domain="own")])
    made.functions.extend(functions)
    return made


@GRAPHS.refused("more than 20,000 operators")
def functions_that_double_30_times(folder: Path) -> Path:
    """2 KB that become 2^30 nodes: onnxruntime expands for minutes, and can't be stopped."""
    return written(folder, _doubling(30, "Relu"))


@GRAPHS.refused("calls itself")
def function_that_calls_itself(folder: Path) -> Path:
    """Expanding it never ends."""
    return written(folder, _doubling(1, "f0"))


@GRAPHS.refused("calls itself")
def functions_that_call_each_other(folder: Path) -> Path:
    """Neither calls itself, and expanding them never ends."""
    return written(folder, _doubling(5, "f0"))


@GRAPHS.refused("defines a function twice")
def function_defined_twice(folder: Path) -> Path:
    """A reader that takes the first and one that takes the last see two different networks."""
    made = _doubling(2, "Relu")
    made.functions.append(made.functions[0])
    return written(folder, made)


@GRAPHS.refused("too much data in all of their calls together")
def function_with_a_megabyte_called_a_thousand_times(folder: Path) -> Path:
    """One constant of a megabyte, once for each call."""
    constant = numpy_helper.from_array(np.zeros(LARGE, np.float32))
    body = [node("Constant", "", "c", value=constant), node("Add", "a c", "b")]
    calls = [node("f", f"v{index}" if index else "x", f"v{index + 1}", domain="own") for index in range(1000)]
    made = model([*calls, node("Relu", "v1000")])
    made.functions.append(helper.make_function("own", "f", ["a"], ["b"], body, [helper.make_opsetid("", 21)]))
    return written(folder, made)


@GRAPHS.refused("can't run these operators of the network: ai.onnx::Backdoor")
def function_of_the_standard_domain_by_its_other_name(folder: Path) -> Path:
    """Whoever takes the two names of the domain for one takes the operator for a call of the function."""
    made = _doubling(1, "Relu")
    made.functions[0].domain, made.functions[0].name = "", "Backdoor"
    made.graph.node[0].domain, made.graph.node[0].op_type = "ai.onnx", "Backdoor"
    return written(folder, made)


@GRAPHS.refused("more than 20,000 operators")
def many_nodes(folder: Path) -> Path:
    """onnxruntime takes half a minute and 600 MB to load 200,000 nodes."""
    nodes = [node("Relu", f"v{index}" if index else "x", f"v{index + 1}") for index in range(30_000)]
    return written(folder, model([*nodes, node("Relu", "v30000")]))


@GRAPHS.refused("too many parts")
def million_nodes(folder: Path) -> Path:
    """A million empty nodes take 2 MB, and parsed some 200 MB."""
    return written(folder, delimited(GRAPH, delimited(NODE, b"") * 1_200_000))


@GRAPHS.refused("can't run these operators of the network: own::Backdoor")
def operator_of_an_unknown_domain(folder: Path) -> Path:
    """An operator that a library of the author's would bring."""
    return written(folder, model([node("Backdoor", "x", domain="own")]))


@GRAPHS.refused("can't run these operators of the network: Backdoor")
def unknown_standard_operator(folder: Path) -> Path:
    """ONNX has no such operator."""
    return written(folder, model([node("Backdoor", "x")]))


@GRAPHS.refused("can't run these operators of the network: com.microsoft::EPContext")
def compiled_context(folder: Path) -> Path:
    """A compiled program for an accelerator, or the path of one."""
    context = node("EPContext", "x", domain="com.microsoft", embed_mode=0, ep_cache_context="/etc/passwd")
    return written(folder, model([context]))


@GRAPHS.refused("Two values of the network have one name")
def value_made_twice(folder: Path) -> Path:
    """Which of the two operators makes `y` depends on the reader."""
    return written(folder, model([node("Relu", "x"), node("Neg", "x")]))


@GRAPHS.refused("Two values of the network have one name")
def weights_that_an_operator_makes(folder: Path) -> Path:
    """`w` is a constant for one reader, and what an operator computes for another."""
    weights = helper.make_tensor("w", TensorProto.FLOAT, [1], [1.0])
    return written(folder, model([node("Relu", "x", "w"), node("Add", "x w")], weights))


@GRAPHS.refused("unknown version of ONNX")
def opset_of_the_future(folder: Path) -> Path:
    """Operators that nobody has defined."""
    return written(folder, model([node("Relu", "x")], opset=999))


@GRAPHS.refused("does not say which version")
def no_opset(folder: Path) -> Path:
    """What the operators mean is open."""
    made = model([node("Relu", "x")])
    del made.opset_import[:]
    return written(folder, made)


@GRAPHS.refused("a version of ONNX that is not known")
def format_of_the_future(folder: Path) -> Path:
    """A file format that nobody has defined."""
    made = model([node("Relu", "x")])
    made.ir_version = 9999
    return written(folder, made)


@GRAPHS.passing
def operator_that_depends_on_itself(folder: Path) -> Path:
    """No order of the operators is one to run them in."""
    return written(folder, model([node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "b")]))


@GRAPHS.passing
def value_that_nothing_makes(folder: Path) -> Path:
    """An operator reads a value that is not there."""
    return written(folder, model([node("Add", "x nothing")]))


@GRAPHS.passing
def operator_without_inputs(folder: Path) -> Path:
    """Readers that take the first input for granted fail."""
    return written(folder, model([node("Conv", ""), node("Relu", "x", "z")]))


@GRAPHS.passing
def sizes_that_follow_from_one_another(folder: Path) -> Path:
    """Each round of shape inference makes one more of 400 sizes known; all other operators are inferred again."""
    nodes = [node("Relu", "x", "v0")]
    for number in range(400):
        nodes.append(node("Shape", f"v{number}", f"s{number}"))
        nodes.append(node("Abs", f"s{number}", f"a{number}"))
        nodes.append(node("Reshape", f"v{number} a{number}", f"v{number + 1}"))
    idle = [node("Relu", f"i{number}" if number else "x", f"i{number + 1}") for number in range(5000)]
    return written(folder, model([*nodes, *idle, node("GlobalAveragePool", "v400")]))


@GRAPHS.passing
def lists_that_make_a_terabyte(folder: Path) -> Path:
    """Three lists of 4,000 numbers along three axes, added: a size that the server computes itself."""
    lists = [
        helper.make_tensor(name, TensorProto.INT64, shape, [1] * LIST)
        for name, shape in (("a", (LIST, 1, 1)), ("b", (LIST, 1)), ("c", (LIST,)))
    ]
    nodes = [node("Max", "a b c", "size"), node("Reshape", "x size", "z"), node("Relu", "x")]
    return written(folder, model(nodes, *lists))


@GRAPHS.passing
def kernel_that_a_loop_computes(folder: Path) -> Path:
    """Whoever looks at the weights of the convolution waits for a loop of 2^62 turns."""
    made = loop()
    made.graph.node[0].output[0] = "w"
    made.graph.node[0].input[2] = "start"
    made.graph.initializer.append(numpy_helper.from_array(np.ones((1, 3, 8, 8), np.float32), "start"))
    made.graph.node.append(node("Conv", "x w"))
    return written(folder, made)


@GRAPHS.passing
def scale_repeated_a_billion_times(folder: Path) -> Path:
    """The blocks of a quantised kernel are longer than the kernel."""
    kernel = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.int8), "q")
    scale = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "s")
    nodes = [node("DequantizeLinear", "q s", "w", axis=1, block_size=1 << 40), node("Conv", "x w")]
    return written(folder, model(nodes, kernel, scale))
