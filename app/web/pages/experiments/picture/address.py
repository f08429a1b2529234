"""The address of a changed picture: the network, the picture, the layer in view, and the changes in their order."""

from collections.abc import Iterator
from typing import Annotated, Any, Self
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from app.errors import InvalidRequest
from app.images.perturbations.change import MAX_CHANGES, Change, change_of, read_change
from app.images.perturbations.registry import PERTURBATIONS

Text = Annotated[str, Field(max_length=200)]
AT_MOST = f"A picture takes at most {MAX_CHANGES} changes."


class PictureAddress(BaseModel):
    """The state of the page, and the edits of its list that a form without scripts can send.

    A `change` is `rotation:38`, or a name alone whose amounts come one by one as `amount`, as number fields send them.
    `add` names a perturbation; `remove` is the position in the list of a change that goes, and `earlier` that of one
    that changes places with the one before it.
    """

    model_config = ConfigDict(frozen=True)

    model: Text | None = None
    image: Text | None = None
    layer: Text | None = None
    change: list[Text] = Field(default=[], max_length=2 * MAX_CHANGES)
    amount: list[Text] = Field(default=[], max_length=100)
    add: Text | None = None
    remove: int | None = None
    earlier: int | None = None

    @property
    def is_edit(self) -> bool:
        """Whether the address of the state it leads to is another one."""
        return bool(self.amount) or {self.add, self.remove, self.earlier} != {None}

    def settled(self) -> tuple[Self, InvalidRequest | None]:
        """The state without edits, every change as its text; the first of those that are none, which are left out."""
        changes, errors = self._read_changes()
        if self.add is not None:
            if self.add in PERTURBATIONS:
                changes.append(Change(self.add, PERTURBATIONS[self.add].example))
            else:
                errors.append(InvalidRequest("There is no such change of a picture.", known=list(PERTURBATIONS)))
        _edit(changes, self)
        if len(changes) > MAX_CHANGES:
            errors.append(InvalidRequest(AT_MOST, max_changes=MAX_CHANGES))
        texts = [str(change) for change in changes[:MAX_CHANGES]]
        nothing: dict[str, Any] = {"amount": [], "add": None, "remove": None, "earlier": None}
        return self.model_copy(update=nothing | {"change": texts}), next(iter(errors), None)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of a settled address."""
        return tuple(map(read_change, self.change))

    def link(self, **changes: Any) -> str:
        """The relative address of this state with `changes`; defaults are left out."""
        query = self.model_copy(update=changes).model_dump(exclude_defaults=True, exclude_none=True)
        return f"picture?{urlencode(query, doseq=True, safe=':,')}" if query else "picture"

    def _read_changes(self) -> tuple[list[Change], list[InvalidRequest]]:
        changes: list[Change] = []
        errors: list[InvalidRequest] = []
        amounts = iter(self.amount)
        for text in self.change:
            try:
                changes.append(_change_of(text, amounts))
            except InvalidRequest as error:
                errors.append(error)
        return changes, errors


def _change_of(text: str, amounts: Iterator[str]) -> Change:
    if text not in PERTURBATIONS:
        return read_change(text)
    own = [amount for _, amount in zip(PERTURBATIONS[text].parameters, amounts, strict=False)]
    try:
        return change_of(text, [float(amount) for amount in own])
    except ValueError:
        raise InvalidRequest("An amount of a change is a number.") from None


def _edit(changes: list[Change], address: PictureAddress) -> None:
    """Remove or move a change; a position that there is not changes nothing."""
    if address.earlier is not None and 0 < address.earlier < len(changes):
        changes.insert(address.earlier - 1, changes.pop(address.earlier))
    if address.remove is not None and 0 <= address.remove < len(changes):
        del changes[address.remove]
