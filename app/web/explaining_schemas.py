"""The shapes of the answers about explanations, as OpenAPI shows them."""

from typing import Any

from pydantic import BaseModel, Field

MODEL, IMAGE = "The network's id.", "The picture's id."


class MethodPaper(BaseModel):
    title: str
    authors: str
    year: int
    url: str


class ParameterInfo(BaseModel):
    """One parameter of a method; in the address of an explanation it has this name."""

    name: str
    kind: str = Field(description="`integer`, `number` or `choice`.")
    default: float | int | str | None = Field(description="Null where it is worked out from network and picture.")
    low: float | None
    high: float | None
    choices: list[str]
    description: str


class MethodInfo(BaseModel):
    name: str = Field(examples=["gradcam"])
    title: str
    idea: str
    paper: MethodPaper
    parameters: list[ParameterInfo]
    takes_layer: bool
    needs_gradients: bool
    slow: bool = Field(description="Whether it runs the network tens to thousands of times.")
    about_target: bool = Field(description="False for a method that shows the same whatever the class.")


class MethodAvailability(BaseModel):
    name: str
    available: bool
    reason: str = Field(description="Why it can't explain this network's classes; empty if it can.")


class MethodsAvailable(BaseModel):
    model: str = Field(description=MODEL)
    default_layer: str | None = Field(description="The layer that is taken if none is named.")
    layers: list[str] = Field(description="The layers whose maps can explain, inputs first.")
    methods: list[MethodAvailability]


class RandomMapInfo(BaseModel):
    deletion: float
    insertion: float


class FaithfulnessInfo(BaseModel):
    """What the score does as the pixels that the map ranks highest are taken away, or are all there is.

    Scores are the probability of the class, or that it beats the other, or the mean of the channel. Deletion wants a
    small area, insertion a large one. Petsiuk et al., BMVC 2018.
    """

    deletion: float = Field(description="The area under `deletion_curve`.")
    insertion: float = Field(description="The area under `insertion_curve`.")
    deletion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels taken away.")
    insertion_curve: list[float] = Field(description="Scores with 0, 1/n, ... n/n of the pixels there.")
    smoothness: float = Field(description="Of the map: the deviation in pixels of the bell that smooths noise alike.")
    random: list[RandomMapInfo] = Field(description="The areas of random maps as smooth as this one.")
    better_than: float = Field(description="Share of those whose insertion less deletion is smaller than the map's.")


class ExplanationSummary(BaseModel):
    """A map, (H, W) of the view, in figures."""

    layer: str | None = Field(description="The layer it is made at.")
    min: float
    max: float
    note: str = Field(description="What must be said of it, as that there is no positive evidence; mostly empty.")
    figures: dict[str, float] = Field(description="The method's own, as the `gap` of integrated gradients.")


class ExplanationInfo(ExplanationSummary):
    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    title: str
    target: int = Field(description="The index of the class, or of the channel.")
    target_label: str
    target_layer: str | None = Field(description="The layer of the channel; null for a class.")
    against: int | None = Field(description="The class whose logit is taken off.")
    parameters: dict[str, Any]
    randomised: int = Field(description="How many layers from the top have lost their weights; 0 is the network.")
    height: int
    width: int
    faithfulness: FaithfulnessInfo | None


class SweptInfo(BaseModel):
    """One method over all suitable layers, inputs first. Each one's map is at `{method}.png?layer=`."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    layers: list[ExplanationSummary]


class StageInfo(BaseModel):
    """The network with some of its layers' weights random. Its map is at `{method}.png?randomised=`."""

    randomised: int = Field(description="How many layers with weights, counted from the answer.")
    layer: str = Field(description="The last of them.")
    correlation: float | None = Field(description="Rank correlation with the network's own map; null if one is flat.")
    magnitude_correlation: float | None = Field(description="The same of the two maps' magnitudes.")
    min: float
    max: float


class CascadeInfo(BaseModel):
    """A map that hardly changes when the weights do shows the picture alone (Adebayo et al., NeurIPS 2018)."""

    model: str = Field(description=MODEL)
    image: str = Field(description=IMAGE)
    method: str
    target: int
    target_label: str
    stages: list[StageInfo]


class ExplainingProgress(BaseModel):
    """The data of `progress` events."""

    done: int
    total: int = Field(description="Runs of the network; 0 while it waits for its turn.")


class ExplainingDone(BaseModel):
    """The data of the `done` event: the map is made, and its address answers at once."""

    min: float
    max: float
    note: str
