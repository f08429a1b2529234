"""Element-wise product and sum: what a kernel does at one place, and one output of a fully connected layer."""

from random import Random
from typing import Literal

import numpy as np
from pydantic import Field

from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    NamedMatrix,
    NumberArray,
    NumberForm,
    Problem,
    Sentence,
    Step,
    draw_matrix,
    number,
)
from app.lessons.exercises.formulas import added, products, written
from app.lessons.exercises.windows.small_convolution import apply_kernel


class ProductsOptions(ExerciseOptions):
    """The side of both matrices, the largest number in them, and which layer multiplies them."""

    size: int = Field(3, ge=2, le=4)
    largest: int = Field(5, ge=2, le=9)
    layer: Literal["convolution", "fully-connected"] = "convolution"


def draw_products(random: Random, options: ProductsOptions) -> Problem:
    """A window and a kernel; asks for the sum of the products."""
    shape = (options.size, options.size)
    window, kernel = draw_matrix(random, shape, 0, options.largest), draw_matrix(random, shape, -2, 3)
    if options.layer == "fully-connected":
        return _one_output(window.reshape(1, -1), kernel.reshape(1, -1))
    answer = apply_kernel(window[np.newaxis], kernel[np.newaxis])[0, 0]
    return Problem(
        Sentence("question", {"size": options.size}),
        NumberForm(),
        number(answer),
        {
            "transposed": number((window * kernel.T).sum()),
            "flipped": number((window * kernel[::-1, ::-1]).sum()),
            "signs": number((window * abs(kernel)).sum()),
            "added": number((window + kernel).sum()),
        },
        _steps(window, kernel),
        (NamedMatrix("window", window), NamedMatrix("kernel", kernel)),
    )


def _one_output(inputs: NumberArray, weights: NumberArray) -> Problem:
    """The inputs and the weights of one output, each as a row, which nobody can turn by mistake."""
    return Problem(
        Sentence("question_output", {"count": inputs.size}),
        NumberForm(),
        number((inputs * weights).sum()),
        {
            "signs_of_weights": number((inputs * abs(weights)).sum()),
            "added": number((inputs + weights).sum()),
        },
        _steps(inputs, weights),
        (NamedMatrix("inputs", inputs), NamedMatrix("weights", weights)),
    )


def _steps(numbers: NumberArray, weights: NumberArray) -> tuple[Step, Step]:
    each = numbers * weights
    return (
        Step(Sentence("multiply"), products(numbers.ravel(), weights.ravel()), each),
        Step(Sentence("add"), f"{added(each.ravel())} = {written(each.sum())}"),
    )


PRODUCTS = ExerciseKind("products", ProductsOptions, draw_products)
