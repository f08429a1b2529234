"""Element-wise product and sum: what a kernel does at one place."""

from random import Random

import numpy as np
from pydantic import Field

from app.lessons.exercises.exercise import (
    ExerciseKind,
    ExerciseOptions,
    NamedMatrix,
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
    """The side of both matrices, and the largest number in them."""

    size: int = Field(3, ge=2, le=4)
    largest: int = Field(5, ge=2, le=9)


def draw_products(random: Random, options: ProductsOptions) -> Problem:
    """A window and a kernel; asks for the sum of the products."""
    shape = (options.size, options.size)
    window, kernel = draw_matrix(random, shape, 0, options.largest), draw_matrix(random, shape, -2, 3)
    answer = apply_kernel(window[np.newaxis], kernel[np.newaxis])[0, 0]
    each = (window * kernel).ravel()
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
        (
            Step(Sentence("multiply"), products(window.ravel(), kernel.ravel()), window * kernel),
            Step(Sentence("add"), f"{added(each)} = {written(answer)}"),
        ),
        (NamedMatrix("window", window), NamedMatrix("kernel", kernel)),
    )


PRODUCTS = ExerciseKind("products", ProductsOptions, draw_products)
