"""What of a network is not as one would think, in a sentence each. Names are text from the file, and few are listed."""

from collections.abc import Iterator, Sequence

from app.nets.layer import Layer
from app.nets.reading.operators import Operator
from app.nets.reading.quantised_values import OUTPUT_SCALES
from app.nets.reading.rewriting.nested_graphs import CONTROL_FLOW

LISTED = 5  # names in a remark
MAX_NAME = 80
QUANTISED = {*OUTPUT_SCALES, "DynamicQuantizeLinear"} - {"QGemm"}  # that gives real numbers where it has no scale


def remarks_on(layers: Sequence[Layer], unsized: Sequence[Operator]) -> Iterator[str]:
    """The remarks on a network's layers, and on the operators that are none."""
    nested = [f"{layer.op} {layer.name[:MAX_NAME]}" for layer in layers if layer.op in CONTROL_FLOW]
    if nested:
        yield f"The layers within {list_names(nested)} are not shown: they run on a condition or repeatedly."
    quantised = [layer.name[:MAX_NAME] for layer in layers if layer.op in QUANTISED and layer.quantisation is None]
    if quantised:
        yield (
            f"The values of {list_names(quantised)} are the whole numbers of a quantised network: each stands for the "
            "difference to the zero point, times the scale."
        )
    if unsized:
        names = list_names([f"{each.op} {each.name[:MAX_NAME]}".strip() for each in unsized])
        yield f"Not shown, as their size depends on the image or they give no numbers: {names}."


def list_names(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
