"""Snippets of normalisations: of a batch, an instance, a layer, groups of channels, and LRN."""

from collections.abc import Sequence

from app.arithmetic.scripts.snippet import SnippetTask, no_script, subscript

STANDARDISED = "(x - mean) / (var + {epsilon}) ** 0.5 * scale + bias"


def batch_normalisation(task: SnippetTask) -> Sequence[str]:
    """BatchNormalization, with the mean and the variance of the training."""
    if task.attributes.get("training_mode") or len(task.required(3).shape) > 1:
        raise no_script(task.op)
    formula = STANDARDISED.format(epsilon=_epsilon(task))
    x, channel = task.required(0), task.index[1]
    if task.is_cell:
        constants = [f"{each.name} = {each.name}[{channel}]" for each in task.present[1:]]
        return [f"x = {x.at(task.index)}", *constants, f"number = {formula}"]
    if task.is_torch:
        return [f"output = F.batch_norm(x, mean, var, scale, bias, eps={_epsilon(task)})", task.number_of_output]
    shape = (-1, *(1,) * (len(x.shape) - 2))
    constants = [f"{each.name} = {each.name}.reshape{shape}" for each in task.present[1:]]
    return [*constants, f"output = {formula}", task.number_of_output]


def instance_normalisation(task: SnippetTask) -> Sequence[str]:
    """InstanceNormalization, over the places of each channel."""
    rank = len(task.output_shape)
    constants = [f"{name} = {name}.reshape{(-1, *(1,) * (rank - 2))}" for name in ("scale", "bias")]
    return [*_moments(task, range(2, rank)), *constants, *_standardised(task)]


def layer_normalisation(task: SnippetTask) -> Sequence[str]:
    """LayerNormalization, over the last axes."""
    bias = [] if task.variable(2) else ["bias = 0"]
    return [*_moments(task, range(task.axis(-1), len(task.output_shape))), *bias, *_standardised(task)]


def group_normalisation(task: SnippetTask) -> Sequence[str]:
    """GroupNormalization, with a scale and a bias for each group, or since version 21 of ONNX for each channel."""
    groups, channels = int(task.attributes["num_groups"]), task.output_shape[1]
    rank, numbers = len(task.output_shape), task.required(1).shape[0]
    if numbers not in {groups, channels}:
        raise no_script(task.op)
    method = "repeat_interleave" if task.is_torch else "repeat"
    repeated = f".{method}({channels // numbers})" if numbers != channels else ""
    constants = [f"{name} = {name}{repeated}.reshape{(-1, *(1,) * (rank - 2))}" for name in ("scale", "bias")]
    shape = f"x.reshape{(task.output_shape[0], groups, -1)}"
    options = "correction=0, keepdim=True" if task.is_torch else "keepdims=True"
    mean = f"grouped.mean(2, {'keepdim' if task.is_torch else 'keepdims'}=True)"
    return [
        f"grouped = {shape}",
        f"grouped = (grouped - {mean}) / (grouped.var(2, {options}) + {_epsilon(task)}) ** 0.5",
        *constants,
        f"output = grouped.reshape{task.output_shape} * scale + bias",
        task.number_of_output,
    ]


def _moments(task: SnippetTask, axes: Sequence[int]) -> list[str]:
    """The lines for the mean and the variance over some axes."""
    if task.is_torch:
        options = f"{tuple(axes)}, keepdim=True"
        return [f"mean = x.mean({options})", f"var = x.var({options}, correction=0)"]
    options = f"{tuple(axes)}, keepdims=True"
    return [f"mean = x.mean({options})", f"var = x.var({options})"]


def _standardised(task: SnippetTask) -> list[str]:
    return [f"output = {STANDARDISED.format(epsilon=_epsilon(task))}", task.number_of_output]


def _epsilon(task: SnippetTask) -> float:
    return float(task.attributes.get("epsilon", 1e-5))


def response_normalisation(task: SnippetTask) -> Sequence[str]:
    """LRN: each number is divided by a power of the squares at its place in the neighbouring channels."""
    x, size = task.required(0), int(task.attributes["size"])
    alpha, beta, bias = (
        float(task.attributes.get(name, default)) for name, default in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
    )
    if size % 2 == 0:
        raise no_script(task.op)
    side, scaled = size // 2, f"({bias} + {alpha} / {size} * squares) ** {beta}"
    if task.is_cell:
        channel = task.index[1]
        neighbours = subscript([task.index[0], f"{max(0, channel - side)}:{channel + side + 1}", *task.index[2:]])
        return [f"squares = (x[{neighbours}] ** 2).sum()", f"number = {x.at(task.index)} / {scaled}"]
    if task.is_torch:
        call = f"F.local_response_norm(x, {size}, alpha={alpha}, beta={beta}, k={bias})"
        return [f"output = {call}", task.number_of_output]
    sides = ((0, 0), (side, side), *[(0, 0)] * (len(x.shape) - 2))
    return [
        f"padded = np.pad(x, {sides}) ** 2",
        f"squares = sum(padded[:, first : first + {x.shape[1]}] for first in range({size}))",
        f"output = x / {scaled}",
        task.number_of_output,
    ]
