"""What the tests of the API's explanations share."""

import pytest

MODEL = "resnet18-imagenette"


@pytest.fixture
def explanations(image: str) -> str:
    """The address of the explanations of the cat's photo."""
    return f"/models/{MODEL}/images/{image}/explanations"
