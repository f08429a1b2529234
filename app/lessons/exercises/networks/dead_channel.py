"""Which of four channels of a layer is dead for a photo: all its numbers are 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from app.lessons.exercises.exercise import (
    ChannelMap,
    ChoiceForm,
    Judgement,
    NumberArray,
    Problem,
    Sentence,
    Step,
    number,
)
from app.lessons.exercises.formulas import LETTERS, written

NAME = "dead-channel"
CHOICES = 4


@dataclass(frozen=True, slots=True, eq=False)
class LayerPeaks:
    """A layer whose numbers are not negative, with the largest number of each channel for a photo."""

    layer: str
    peaks: NumberArray

    @property
    def is_suitable(self) -> bool:
        """Whether it has a dead channel, and others to tell it from."""
        return bool((self.peaks == 0).any()) and int((self.peaks > 0).sum()) >= CHOICES - 1


def draw_dead_channel(random: Random, layers: Sequence[LayerPeaks]) -> Problem:
    """Four channels of one of the layers, which are suitable: a dead one, and three of the weakest others."""
    chosen = random.choice(layers)
    order = [int(channel) for channel in np.argsort(chosen.peaks, kind="stable")]
    alive = [channel for channel in order if chosen.peaks[channel] > 0]
    weakest = alive[: max(CHOICES, len(alive) // 4)]
    dead = random.choice([channel for channel in order if chosen.peaks[channel] == 0])
    channels = [*random.sample(weakest, CHOICES - 1), dead]
    random.shuffle(channels)
    answer = channels.index(dead)
    peaks = [float(chosen.peaks[channel]) for channel in channels]

    def judge(given: NumberArray) -> Judgement:
        index = int(given)
        values = {"letter": LETTERS[index], "value": written(peaks[index])}
        return Judgement(index == answer, Sentence("dead" if index == answer else "alive", values))

    return Problem(
        Sentence("question", {"layer": chosen.layer}),
        ChoiceForm(channels=tuple(ChannelMap(chosen.layer, channel) for channel in channels)),
        number(answer),
        {},
        (
            *(
                Step(Sentence("alive", {"letter": LETTERS[index]}), f"max = {written(peak)}")
                for index, peak in enumerate(peaks)
                if index != answer
            ),
            Step(Sentence("dead", {"letter": LETTERS[answer]}), "max = 0"),
        ),
        judge=judge,
    )
