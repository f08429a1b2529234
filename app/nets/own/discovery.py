"""The discovery of a network's input and labels: what its files state, and a marked proposal for the rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.errors import NetworkError
from app.nets.card import Card
from app.nets.own.graph_facts import read_graph_facts
from app.nets.own.incoming import UploadedFile
from app.nets.own.input_normalisation import read_input_normalisation
from app.nets.own.metadata import read_metadata
from app.nets.own.proposal import InputProposal, propose_input
from app.nets.own.side_files import read_side_files
from app.nets.own.stated_facts import MAX_SIDE, Fact, Facts, first_of, one_line
from app.nets.reading.inputs.image_input import read_image_input
from app.nets.reading.model_file import ModelFile

VECTOR_AXES = 2


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the files of a network state of it: its input, completed with what is usual, and lists of labels."""

    proposal: InputProposal
    labels: tuple[Fact[tuple[str, ...]], ...]
    facts: Facts

    def card(self, model: UploadedFile) -> Card:
        """The card of the network, before anything else is known of it."""
        name, licence, origin = (fact.value if fact else None for fact in self._texts)
        return Card(
            id="own",
            name=name or one_line(model.path.stem) or "own",
            input=self.proposal.spec,
            licence=licence,
            source=origin,
            sha256=model.sha256,
            bytes=model.bytes,
            findings=self.proposal.findings,
            assumed=self.proposal.assumed,
        )

    @property
    def _texts(self) -> tuple[Fact[str] | None, ...]:
        return self.facts.name, self.facts.licence, self.facts.origin


def discover(file: ModelFile, side_files: Iterable[Path]) -> Discovery:
    """What an ONNX file and the files beside it state of the network's input and labels. Nothing of it is run.

    Each field is that of the graph where this fixes it, else of a file beside it, else of the metadata; else a usual
    one, and assumed. Files beside it whose names say nothing are not opened.

    Raises:
        NetworkError: the network takes no images, or too large ones.
    """
    image = read_image_input(file.model.graph)
    if max(image.width, image.height) > MAX_SIDE:
        raise NetworkError(
            f"The network takes images of {image.width} x {image.height} pixels; at most {MAX_SIDE} are possible.",
            max_side=MAX_SIDE,
        )
    sources = [*read_side_files(side_files), _read_metadata(file)]
    facts, graph = first_of(sources), read_graph_facts(image, read_input_normalisation(file, image))
    labels = tuple(source.labels for source in sources if source.labels)
    return Discovery(propose_input(image, facts, graph, is_classifier=_has_vector_output(file)), labels, facts)


def _read_metadata(file: ModelFile) -> Facts:
    properties = {entry.key: entry.value for entry in file.model.metadata_props}
    return read_metadata(properties, has_vector_output=_has_vector_output(file))


def _has_vector_output(file: ModelFile) -> bool:
    """Whether the first output is numbers without places, as those of a classifier; True if its shape is open."""
    shape = file.model.graph.output[0].type.tensor_type.shape if file.model.graph.output else None
    return shape is None or all(length.dim_value == 1 for length in shape.dim[VECTOR_AXES:])
