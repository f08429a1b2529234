"""The kinds of exercises by name: those that need numbers alone, and those about a network and a photo."""

from typing import Any

from app.lessons.exercises.counting.detector_cells import DETECTOR_CELLS
from app.lessons.exercises.counting.network_parameters import NETWORK_PARAMETERS
from app.lessons.exercises.counting.normalised_level import NORMALISED_LEVEL
from app.lessons.exercises.counting.parameters import CONVOLUTION_PARAMETERS, FULLY_CONNECTED_PARAMETERS, SHARING
from app.lessons.exercises.counting.receptive_field import RECEPTIVE_FIELD
from app.lessons.exercises.counting.separable import SEPARABLE
from app.lessons.exercises.counting.tensor_size import TENSOR_SIZE
from app.lessons.exercises.counting.true_count import TRUE_COUNT
from app.lessons.exercises.exercise import ExerciseKind, NetworkExerciseKind
from app.lessons.exercises.learning.activation import RELU, SOFTMAX
from app.lessons.exercises.learning.gradient_length import GRADIENT_LENGTH
from app.lessons.exercises.learning.normalisation import BATCH_NORMALISATION, DROPOUT
from app.lessons.exercises.learning.training_step import CROSS_ENTROPY, GRADIENT_STEP
from app.lessons.exercises.networks import dead_channel, largest_contribution
from app.lessons.exercises.windows.convolution import CONVOLUTION, CONVOLUTION_CELL
from app.lessons.exercises.windows.matching_kernel import MATCHING_KERNEL
from app.lessons.exercises.windows.output_size import FITTING_SIZE, OUTPUT_SIZE, SAME_PADDING
from app.lessons.exercises.windows.pooling import POOLING, POOLING_CELL
from app.lessons.exercises.windows.products import PRODUCTS

KINDS: dict[str, ExerciseKind[Any]] = {
    kind.name: kind
    for kind in (
        *(PRODUCTS, CONVOLUTION_CELL, CONVOLUTION, OUTPUT_SIZE, FITTING_SIZE, SAME_PADDING),
        *(POOLING, POOLING_CELL, MATCHING_KERNEL, RELU, SOFTMAX),
        *(TENSOR_SIZE, CONVOLUTION_PARAMETERS, FULLY_CONNECTED_PARAMETERS, NETWORK_PARAMETERS, SHARING, TRUE_COUNT),
        *(RECEPTIVE_FIELD, SEPARABLE, BATCH_NORMALISATION, DROPOUT, GRADIENT_STEP, CROSS_ENTROPY),
        *(GRADIENT_LENGTH, NORMALISED_LEVEL, DETECTOR_CELLS),
    )
}

NETWORK_KINDS: dict[str, NetworkExerciseKind] = {
    name: NetworkExerciseKind(name) for name in (largest_contribution.NAME, dead_channel.NAME)
}
