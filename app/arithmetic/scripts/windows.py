"""Snippets of operators with a window that moves over maps: convolutions and poolings."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.arithmetic.scripts.snippet import SnippetTask, no_script, subscript
from app.nets.window import Window, read_pool_window, read_transposed_window, read_window

PLACES, TAPS = "yxz", "ijk"  # the letters of the spatial axes in einsum: of the output, of the kernel
BATCH_AXES = 2  # the batch and the channels come before the spatial axes


@dataclass(frozen=True, slots=True)
class PaddedWindow:
    """The window on its padded map: how much is added before and after each axis, so that the last window just fits."""

    window: Window
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def has_padding(self) -> bool:
        return any((*self.before, *self.after))

    @property
    def map(self) -> str:
        """The name of the padded map."""
        return "padded" if self.has_padding else "x"

    def corner(self, position: Sequence[int], *, step: bool = True) -> list[str]:
        """The rows, columns ... of one window on the padded map; without `step` also those between a dilated one's."""
        axes = zip(position, self.window.strides, self.window.extent, self.window.dilations, strict=True)
        return [
            f"{at * stride}:{at * stride + extent}{f':{dilation}' if step and dilation > 1 else ''}"
            for at, stride, extent, dilation in axes
        ]


def convolution(task: SnippetTask) -> Sequence[str]:
    """Conv, with groups."""
    x, weight = task.required(0), task.required(1)
    padded = _padded_window(task, weight.shape[BATCH_AXES:])
    lines = _padding_lines(task, padded, "0")
    if task.is_cell:
        return [*lines, *_convolved_cell(task, padded)]
    bias = task.variable(2)
    groups = int(task.attributes.get("group", 1))
    if task.is_torch:
        options = f"stride={padded.window.strides}, dilation={padded.window.dilations}, groups={groups}"
        call = f"F.conv{_rank(task)}d({padded.map}, weight, {bias.name if bias else None}, {options})"
        return [*lines, f"output = {call}", task.number_of_output]
    places, taps = PLACES[: _rank(task)], TAPS[: _rank(task)]
    lines += _windows(task, padded)
    if groups == 1:
        lines.append(f'output = np.einsum("bc{places}{taps},nc{taps}->bn{places}", windows, weight, optimize=True)')
    else:
        lines += [
            f"windows = windows.reshape({x.shape[0]}, {groups}, {x.shape[1] // groups}, *windows.shape[2:])",
            f"kernels = weight.reshape({groups}, -1, *weight.shape[1:])",
            f'output = np.einsum("bgc{places}{taps},gnc{taps}->bgn{places}", windows, kernels)',
            f"output = output.reshape{task.output_shape}",
        ]
    return [*lines, *_with_bias(task), task.number_of_output]


def transposed_convolution(task: SnippetTask) -> Sequence[str]:
    """ConvTranspose: each input cell adds its number times the kernel to a map, of which the padding is cut off."""
    x, weight = task.required(0), task.required(1)
    sizes = x.shape[BATCH_AXES:], task.output_shape[BATCH_AXES:]
    window = read_transposed_window(task.attributes, weight.shape[BATCH_AXES:], *sizes)
    groups = int(task.attributes.get("group", 1))
    lines, outputs, index = [], weight.shape[1] * groups, list(task.index)
    if task.is_cell:  # a layer of one group with one filter
        per_group, (group, number) = x.shape[1] // groups, divmod(task.index[1], weight.shape[1])
        inputs = f"{group * per_group}:{(group + 1) * per_group}"
        lines = [f"x = x[:, {inputs}]", f"weight = weight[{inputs}, {number}:{number + 1}]"]
        lines += [f"bias = bias[{task.index[1]}:{task.index[1] + 1}]"] if task.variable(2) else []
        outputs, groups, index[1] = 1, 1, 0
    lengths = [
        max(span, begin + length)
        for span, begin, length in zip(window.span(sizes[0]), window.pads_begin, sizes[1], strict=True)
    ]
    lines += _added_kernels(task, window, (outputs, groups), lengths)
    inside = [f"{begin}:{begin + length}" for begin, length in zip(window.pads_begin, sizes[1], strict=True)]
    return [
        *lines,
        f"output = whole[:, :, {subscript(inside)}]",
        *_with_bias(task),
        f"number = output[{subscript(index)}]",
    ]


def max_pooling(task: SnippetTask) -> Sequence[str]:
    """MaxPool; its padding is below every number."""
    padded = _padded_window(task)
    lines = _padding_lines(task, padded, 'float("-inf")')
    if task.is_cell:
        return [*lines, *_pooled_patch(task, padded), "number = patch.max()"]
    if task.is_torch:
        window = padded.window
        options = f"{window.kernel}, stride={window.strides}, dilation={window.dilations}"
        lines.append(f"output = F.max_pool{_rank(task)}d({padded.map}, {options})")
    else:
        lines += [*_windows(task, padded), f"output = windows.max(axis={tuple(range(-_rank(task), 0))})"]
    return [*lines, task.number_of_output]


def average_pooling(task: SnippetTask) -> Sequence[str]:
    """AveragePool; padding that does not count is NaN, which the mean leaves out."""
    padded = _padded_window(task)
    counts_padding = bool(task.attributes.get("count_include_pad"))
    is_extended = any(new > old for new, old in zip(padded.after, padded.window.pads_end, strict=True))
    if max(padded.window.dilations) > 1 or (counts_padding and is_extended):
        raise no_script(task.op)
    lines = _padding_lines(task, padded, "0" if counts_padding else 'float("nan")')
    has_gaps = padded.has_padding and not counts_padding
    if task.is_cell:
        mean = "patch.nanmean()" if task.is_torch else "np.nanmean(patch)"
        return [*lines, *_pooled_patch(task, padded), f"number = {mean if has_gaps else 'patch.mean()'}"]
    axes = tuple(range(-_rank(task), 0))
    if not task.is_torch:
        mean = f"np.nanmean(windows, axis={axes})" if has_gaps else f"windows.mean(axis={axes})"
        return [*lines, *_windows(task, padded), f"output = {mean}", task.number_of_output]
    pool, options = f"F.avg_pool{_rank(task)}d", f"{padded.window.kernel}, stride={padded.window.strides}"
    if has_gaps:
        lines += [
            f"sums = {pool}(padded.nan_to_num(0), {options})",
            f"output = sums / {pool}((~padded.isnan()).double(), {options})",
        ]
    else:
        lines.append(f"output = {pool}({padded.map}, {options})")
    return [*lines, task.number_of_output]


def _rank(task: SnippetTask) -> int:
    """The number of spatial axes."""
    return len(task.output_shape) - BATCH_AXES


def _padded_window(task: SnippetTask, kernel: Sequence[int] | None = None) -> PaddedWindow:
    """The window of a convolution with this kernel, or of a pool."""
    x = task.required(0)
    if not 0 < _rank(task) <= len(PLACES):
        raise no_script(task.op)
    size, positions = x.shape[BATCH_AXES:], task.output_shape[BATCH_AXES:]
    attributes = task.attributes
    window = read_window(attributes, kernel, size, positions) if kernel else read_pool_window(attributes, size)
    spans = zip(window.span(positions), size, window.pads_begin, strict=True)
    return PaddedWindow(
        window, window.pads_begin, tuple(max(0, span - length - begin) for span, length, begin in spans)
    )


def _padding_lines(task: SnippetTask, padded: PaddedWindow, fill: str) -> list[str]:
    """The lines that pad the map."""
    if not padded.has_padding:
        return []
    sides = list(zip(padded.before, padded.after, strict=True))
    if task.is_torch:
        flat = tuple(side for axis in reversed(sides) for side in axis)
        return [f"padded = F.pad(x, {flat}, value={fill})"]
    return [f"padded = np.pad(x, {((0, 0), (0, 0), *sides)}, constant_values={fill})"]


def _windows(task: SnippetTask, padded: PaddedWindow) -> list[str]:
    """The line that views the padded map as windows: (batch, channel, position ..., tap ...)."""
    window, axes = padded.window, tuple(range(BATCH_AXES, BATCH_AXES + _rank(task)))
    steps = [f"::{step}" if step > 1 else ":" for step in (*window.strides, *window.dilations)]
    view = f"np.lib.stride_tricks.sliding_window_view({padded.map}, {window.extent}, axis={axes})"
    return [f"windows = {view}" + (f"[:, :, {subscript(steps)}]" if set(steps) != {":"} else "")]


def _convolved_cell(task: SnippetTask, padded: PaddedWindow) -> list[str]:
    """The lines from the padded map to one number of a convolution."""
    weight, bias, channel = task.required(1), task.variable(2), task.index[1]
    per_group, filters = weight.shape[1], weight.shape[0] // int(task.attributes.get("group", 1))
    first = channel // filters * per_group
    inputs = f"{first}:{first + per_group}"
    number, position = task.index[0], task.index[BATCH_AXES:]
    if task.is_torch:
        call = f"F.conv{_rank(task)}d(patch, weight[{channel}:{channel + 1}], dilation={padded.window.dilations})"
        window = subscript([f"{number}:{number + 1}", inputs, *padded.corner(position, step=False)])
        lines = [f"patch = {padded.map}[{window}]", f"number = {call}.sum()"]
    else:
        lines = [
            f"patch = {padded.map}[{subscript([number, inputs, *padded.corner(position)])}]",
            f"products = patch * weight[{channel}]",
            "number = products.sum()",
        ]
    return [*lines[:-1], lines[-1] + (f" + bias[{channel}]" if bias else "")]


def _pooled_patch(task: SnippetTask, padded: PaddedWindow) -> list[str]:
    corner = padded.corner(task.index[BATCH_AXES:])
    return [f"patch = {padded.map}[{subscript([*task.index[:BATCH_AXES], *corner])}]"]


def _added_kernels(task: SnippetTask, window: Window, channels: tuple[int, int], lengths: Sequence[int]) -> list[str]:
    """The lines that add up the kernels on a map of these lengths; `channels` are those of the output, and groups."""
    outputs, groups = channels
    rank = len(lengths)
    places, taps = PLACES[:rank], TAPS[:rank]
    shape = (task.output_shape[0], outputs, *lengths)
    zeros = f"torch.zeros({shape}, dtype=torch.float64)" if task.is_torch else f"np.zeros({shape})"
    positions = task.required(0).shape[BATCH_AXES:]
    cells = [
        f"{tap} * {dilation} : {tap} * {dilation} + {(count - 1) * stride + 1} : {stride}"
        for tap, dilation, count, stride in zip(taps, window.dilations, positions, window.strides, strict=True)
    ]
    taps_of_kernel = f"itertools.product({', '.join(f'range({size})' for size in window.kernel)})"
    product = f'{task.module}.einsum("bgc{places},gcn->bgn{places}", groups, kernels[..., {subscript(taps)}])'
    return [
        f"groups = x.reshape({shape[0]}, {groups}, -1, *x.shape[2:])",
        f"kernels = weight.reshape({groups}, -1, *weight.shape[1:])",
        f"whole = {zeros}",
        f"for {', '.join(taps)} in {taps_of_kernel}:" if rank > 1 else f"for {taps} in range({window.kernel[0]}):",
        f"    added = {product}",
        f"    whole[:, :, {subscript(cells)}] += added.reshape({shape[0]}, {outputs}, *x.shape[2:])",
    ]


def _with_bias(task: SnippetTask) -> list[str]:
    return [f"output = output + bias.reshape{(-1, *(1,) * _rank(task))}"] if task.variable(2) else []
