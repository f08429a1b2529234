"""Solving exercises as a student does: from what the page shows, with NumPy and arithmetic of the test's own."""

import io
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator

Array = NDArray[np.float64]
NUMBER = re.compile(r"[−-]?\d+(?:[.]\d+)?")


@dataclass(frozen=True)
class Shown:
    """What an exercise shows: its question, the lines below it, its matrices and its choices."""

    question: str
    lines: list[str]
    matrices: list[Array]
    choices: list[str]
    kernels: list[Array]
    maps: list[str]  # addresses of pictures

    @property
    def numbers(self) -> list[float]:
        """The numbers of the question, in their order."""
        return numbers_of(self.question)


def numbers_of(text: str) -> list[float]:
    joined = re.sub(r"(?<=\d)[\u202f\u00a0](?=\d{3})", "", text)
    return [float(number.replace("−", "-")) for number in NUMBER.findall(joined)]


def read_exercise(exercise: Locator) -> Shown:
    def matrix(table: Locator) -> Array:
        rows = [row.locator("td").all_inner_texts() for row in table.locator("tr").all()]
        return np.array([[numbers_of(cell)[0] for cell in row] for row in rows])

    given, answer = exercise.locator(".equation table"), exercise.locator(".answer-choice label")
    return Shown(
        question=exercise.locator(".question").inner_text(),
        lines=exercise.locator(".given li").all_inner_texts(),
        matrices=[matrix(table) for table in given.all()],
        choices=answer.all_inner_texts(),
        kernels=[matrix(table) for table in answer.locator("table").all()],
        maps=answer.locator("img").evaluate_all("images => images.map(image => image.src)"),
    )


def pool(shown: Shown) -> Array:
    kernel, stride = int(shown.numbers[0]), int(shown.numbers[2])
    (matrix,) = shown.matrices
    starts = range(0, len(matrix) - kernel + 1, stride)
    return np.array([[matrix[y : y + kernel, x : x + kernel].max() for x in starts] for y in starts])


def words_of(pattern: str, text: str) -> tuple[str, ...]:
    """What the groups of a pattern match in a text, which must match it."""
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in {text}"
    return match.groups()


def cell(output: Array, shown: Shown) -> float:
    row, column = words_of(r"row (\d+), column (\d+)", shown.question)
    return float(output[int(row), int(column)])


def size(shown: Shown) -> int:
    kernel, _, side, _, stride, padding = map(int, shown.numbers)
    return len(range(0, side + 2 * padding - kernel + 1, stride))


def receptive_field(shown: Shown) -> int:
    cells = {0}
    for line in reversed(shown.lines):
        kernel, _, stride = map(int, numbers_of(line))
        cells = {at * stride + tap for at in cells for tap in range(kernel)}
    return max(cells) - min(cells) + 1


def network_parameters(shown: Shown) -> int:
    side, channels, total = 0, 0, 0
    for line in shown.lines:
        own = [int(number) for number in numbers_of(line)]
        if line.startswith("Input"):
            side, channels = own[0], own[2]
        elif line.startswith("Convolution"):
            kernel, _, filters = own
            total += (kernel * kernel * channels + 1) * filters
            side, channels = side - kernel + 1, filters
        elif line.startswith("Max pooling"):
            side //= 2
        else:
            total += (side * side * channels + 1) * own[-1]
    return total


def true_count(shown: Shown) -> int:
    """The index of the statement that is true."""
    for index, statement in enumerate(shown.choices):
        own = [int(number) for number in numbers_of(statement)]
        if "filters" in statement:
            filters, kernel, _, channels, count = own
            expected = filters * kernel * kernel * channels + filters
        elif "fully connected" in statement:
            inputs, outputs, count = own
            expected = inputs * outputs + outputs
        elif "padding" in statement:
            kernel, _, stride, padding, count, side = own
            expected = len(range(0, side + 2 * padding - kernel + 1, stride))
        else:
            layers, kernel, _, _, count, _ = own
            expected = layers * (kernel - 1) + 1
        if count == expected:
            return index
    raise AssertionError(shown.choices)


def named(shown: Shown, letter: str) -> float:
    """The number of a class in the lines."""
    return next(numbers_of(line)[0] for line in shown.lines if f"Class {letter}:" in line)


def class_of(shown: Shown) -> str:
    (letter,) = words_of(r"class (?:is )?([A-F])\b", shown.question)
    return letter


def softmax(shown: Shown) -> float:
    exponentials = [math.exp(numbers_of(line)[0]) for line in shown.lines]
    return math.exp(named(shown, class_of(shown))) / sum(exponentials)


def separable(shown: Shown) -> float:
    kernel, _, channels, filters, side, _ = shown.numbers
    full = kernel**2 * channels * filters * side**2
    return (kernel**2 * channels * side**2 + channels * filters * side**2) / full


def batch_normalisation(shown: Shown) -> float:
    mean, variance, scale, shift, value = shown.numbers
    return scale * (value - mean) / math.sqrt(variance) + shift


def dropout(shown: Shown) -> float:
    value, rate = shown.numbers
    return value * (1 - rate) if "on average" in shown.question else value / (1 - rate)


def gradient_step(shown: Shown) -> float:
    weight, gradient, rate = shown.numbers
    return weight - rate * gradient


def gradient_length(shown: Shown) -> float:
    count, factor, _ = shown.numbers
    return float((1 + factor if "skip" in shown.question else factor) ** count)


def fitting_size(shown: Shown) -> dict[str, int]:
    side, _, target, _ = map(int, shown.numbers)
    return {"kernel": side - target + 1, "stride": 1, "padding": 0, "dilation": 1}


def matching_kernel(shown: Shown) -> int:
    numbers, output = shown.matrices
    return [(scipy.signal.correlate(numbers, kernel, "valid") == output).all() for kernel in shown.kernels].index(True)


def convolve(shown: Shown) -> Array:
    numbers, kernel = shown.matrices
    output: Array = scipy.signal.correlate(numbers, kernel, "valid")
    return output


def convolution_parameters(shown: Shown) -> float:
    filters, kernel, _, channels, *_ = shown.numbers
    return filters * (kernel * kernel * channels + 1)


def sharing(shown: Shown) -> float:
    _, _, maps, side, _, size, _, channels = shown.numbers
    return size * size * channels * side * side * maps


def largest_contribution(shown: Shown) -> int:
    pairs = zip(shown.matrices[::2], shown.matrices[1::2], strict=True)
    return int(np.argmax([(window * kernel).sum() for window, kernel in pairs]))


def dead_channel(shown: Shown) -> int:
    """The index of the map that has a single colour."""
    pictures = [Image.open(io.BytesIO(httpx.get(address).content)) for address in shown.maps]
    return [len(set(np.asarray(picture).ravel().tolist())) for picture in pictures].index(1)


SOLVERS: dict[str, Callable[[Shown], Any]] = {
    "products": lambda shown: float((shown.matrices[0] * shown.matrices[1]).sum()),
    "convolution-cell": lambda shown: cell(convolve(shown), shown),
    "convolution": convolve,
    "output-size": size,
    "fitting-size": fitting_size,
    "same-padding": lambda shown: (int(shown.numbers[0]) - 1) // 2,
    "pooling": pool,
    "pooling-cell": lambda shown: cell(pool(shown), shown),
    "matching-kernel": matching_kernel,
    "relu": lambda shown: np.clip(shown.matrices[0], 0, None),
    "softmax": softmax,
    "tensor-size": lambda shown: shown.numbers[0] * shown.numbers[1] * 3,
    "convolution-parameters": convolution_parameters,
    "fully-connected-parameters": lambda shown: (shown.numbers[0] + 1) * shown.numbers[1],
    "network-parameters": network_parameters,
    "sharing": sharing,
    "true-count": true_count,
    "receptive-field": receptive_field,
    "separable": separable,
    "batch-normalisation": batch_normalisation,
    "dropout": dropout,
    "gradient-step": gradient_step,
    "gradient-length": gradient_length,
    "normalised-level": lambda shown: (shown.numbers[0] - shown.numbers[1]) / shown.numbers[2],
    "detector-cells": lambda shown: sum((shown.numbers[0] // stride) ** 2 for stride in (8, 16, 32)),
    "largest-contribution": largest_contribution,
    "dead-channel": dead_channel,
    "cross-entropy": lambda shown: -math.log(named(shown, class_of(shown))),
}
