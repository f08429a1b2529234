"""Every kind of figure by name."""

import pytest

from app.lessons.figures.registry import KINDS as NUMBER_KINDS
from app.resources import TEMPLATES
from app.web.pages.lessons.kinds import NETWORK_KINDS, UnknownFigure, state_of, template_of

KINDS = sorted({**NUMBER_KINDS, **NETWORK_KINDS})


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_template_and_a_state_whose_fields_have_defaults(kind: str) -> None:
    assert (TEMPLATES / template_of(kind)).is_file()
    state_of(kind)()


def test_a_name_stands_for_one_kind() -> None:
    assert NUMBER_KINDS.keys() & NETWORK_KINDS.keys() == set()


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFigure):
        state_of("nothing")
