"""The model for images of one size: inputs other than the image are constants, functions and branches operators."""

from dataclasses import replace
from types import MappingProxyType

from onnx import ModelProto

from app.errors import ConvScopeError, NetworkError
from app.nets.reading.inputs.image_input import ImageInput, read_image_input
from app.nets.reading.inputs.other_inputs import fill_inputs
from app.nets.reading.model_file import ModelFile, inline_tensors
from app.nets.reading.operators import sort_nodes
from app.nets.reading.rewriting.branches import conditions_of, take_branches
from app.nets.reading.rewriting.functions import inline_functions
from app.nets.reading.rewriting.number_types import compute_in_float32
from app.nets.reading.rewriting.sequences import read_sequences
from app.nets.reading.shapes.shape_inference import BoundedInference, InferShapes, infer_shapes, infer_values

MAX_ROUNDS = 32  # of branches within branches


def image_model(file: ModelFile, size: tuple[int, int] | None = None, infer: InferShapes = infer_shapes) -> ModelFile:
    """The file's model for images of `size` (height, width), or of the size that the file fixes.

    `infer` infers the shapes; it is asked only where a branch depends on them.

    Raises:
        NetworkError: the functions of the file can't be expanded, or `size` contradicts it.
    """
    try:
        return _rewritten(file, size, BoundedInference(infer))
    except ConvScopeError:
        raise
    except Exception as error:  # operators may have any attributes, inputs and outputs, or none
        raise NetworkError("One of the network's operators has other inputs or outputs than it needs.") from error


def _rewritten(file: ModelFile, size: tuple[int, int] | None, infer: InferShapes) -> ModelFile:
    model = ModelProto()
    model.CopyFrom(file.model)
    inline_functions(model)
    read_sequences(model)
    remarks = compute_in_float32(model)
    image = read_image_input(model.graph).resize(size)
    remarks += fill_inputs(model, image)
    _take_known_branches(model, image, infer)
    tensors = MappingProxyType({**inline_tensors(model), **file.tensors})
    return replace(file, model=model, tensors=tensors, remarks=remarks)


def _take_known_branches(model: ModelProto, image: ImageInput, infer: InferShapes) -> None:
    """Decide the branches on stored constants, then those on numbers that follow from shapes."""
    for _ in range(MAX_ROUNDS):
        conditions = conditions_of(model.graph)
        if not conditions:
            return
        stored = inline_tensors(model)
        known = {name: bool(stored[name].array().all()) for name in conditions & stored.keys()}
        if not known:
            constants = infer_values(model, sort_nodes(model.graph), image.value_info, infer).constants
            known = {name: bool(constants[name].all()) for name in conditions & constants.keys()}
        if not take_branches(model.graph, known):
            return
