"""The way from number to number: the address of each, and those that the reader came from."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.nets.layer import INPUT, CellPlace
from app.nets.network import Network
from app.web.pages.address import Address
from app.web.pages.prediction import unit_name

MAX_STEPS = 40  # the oldest fall off
BETWEEN, WITHIN = ",", ":"


@dataclass(frozen=True, slots=True)
class NumberLink:
    """A number of the network and its page. `unit` is the class of a score; the input has no `name`."""

    layer: str
    name: str
    channel: int
    y: int
    x: int
    has_map: bool
    unit: str | None
    href: str


@dataclass(frozen=True, slots=True)
class Trail:
    """The number of an address, and the numbers that the reader came from, the last one first."""

    network: Network
    address: Address
    here: CellPlace

    @property
    def former(self) -> tuple[CellPlace, ...]:
        """The numbers before this one, those of the network at least."""
        known = self.network.graph.by_id.keys() | {INPUT}
        return tuple(place for place in read_trail(self.address.trail or "") if place.layer in known)

    @property
    def steps(self) -> tuple[NumberLink, ...]:
        """The numbers before this one, each with the trail that leads to it."""
        former = self.former
        return tuple(self._link(place, former[:count]) for count, place in enumerate(former))

    def onward(self, place: CellPlace) -> NumberLink:
        """A number that this one is computed from, or that is computed from it."""
        return self._link(place, (*self.former, self.here))

    def beside(self, place: CellPlace) -> str:
        """The page of another number of the same layer, with the trail and the choices of this one."""
        return self._chosen(place, folded=self.address.folded, path=self.address.path)

    def folded(self, place: CellPlace, *, is_folded: bool) -> str:
        """The page of a number of a batch normalisation, as one step with the convolution before it, or as two."""
        return self._chosen(place, folded=is_folded, path=False)

    def name(self, place: CellPlace) -> NumberLink:
        """A number with its page, at the end of the trail."""
        return self._link(place, self.former)

    def _link(self, place: CellPlace, before: tuple[CellPlace, ...]) -> NumberLink:
        layer = self.network.graph.by_id.get(place.layer)
        unit = unit_name(self.network, layer, place.channel) if layer else None
        has_map = layer is None or layer.has_maps
        name = layer.name if layer else ""
        return NumberLink(place.layer, name, place.channel, place.y, place.x, has_map, unit, self._href(place, before))

    def _chosen(self, place: CellPlace, *, folded: bool, path: bool) -> str:
        address = self.address
        return self._href(place, self.former, plane=address.plane, terms=address.terms, folded=folded, path=path)

    def _href(self, place: CellPlace, before: tuple[CellPlace, ...], **choices: int | None) -> str:
        return self.address.link(
            view="number",
            layer=place.layer,
            channel=place.channel,
            cell=f"{place.y},{place.x}",
            trail=write_trail(before) or None,
            **choices,
        )


def write_trail(places: tuple[CellPlace, ...]) -> str:
    """The numbers as text in an address, at most `MAX_STEPS`, the last ones."""
    steps = (WITHIN.join(map(str, (place.layer, place.channel, place.y, place.x))) for place in places[-MAX_STEPS:])
    return BETWEEN.join(steps)


def read_trail(text: str) -> Iterator[CellPlace]:
    """The numbers of a trail, without what is none."""
    for step in text.split(BETWEEN)[-MAX_STEPS:]:
        layer, *numbers = step.rsplit(WITHIN, 3)
        if len(numbers) == 3 and all(each.isascii() and each.isdigit() and len(each) < 8 for each in numbers):
            yield CellPlace(layer, *map(int, numbers))
