"""The grid of tokens: which places along an axis of tokens are those of a map, row by row, and which stand apart."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class TokenGrid:
    """`height` x `width` of `tokens` are the places of a map, row by row; `before` of them come first, such as a class
    token. Those that stand apart from the map are numbered in the order of the axis.
    """

    height: int
    width: int
    before: int
    tokens: int

    @property
    def apart(self) -> int:
        """How many tokens are no places of the map."""
        return self.tokens - self.height * self.width

    def token_at(self, y: int, x: int) -> int:
        """The token at a place of the map; those apart are the row below it."""
        if y < self.height:
            return self.before + y * self.width + x
        return x if x < self.before else self.height * self.width + x

    def place_of(self, token: int) -> tuple[int, int]:
        """The row and the column of a token: the inverse of `token_at`."""
        cells = self.height * self.width
        if self.before <= token < self.before + cells:
            return divmod(token - self.before, self.width)
        return self.height, token if token < self.before else token - cells

    def has_place(self, y: int, x: int) -> bool:
        """Whether there is a token at this row and column, in the map or apart."""
        return 0 <= x < (self.width if 0 <= y < self.height else self.apart if y == self.height else 0)

    def maps_of(self, rows: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """The maps (channels, height, width) of the values of all tokens, (channels, tokens)."""
        end = self.before + self.height * self.width
        return rows[:, self.before : end].reshape(len(rows), self.height, self.width)

    def rows_of(self, maps: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """The values of all tokens whose maps are these; those of tokens apart are zero."""
        rows = np.zeros((len(maps), self.tokens), maps.dtype)
        end = self.before + self.height * self.width
        rows[:, self.before : end] = maps.reshape(len(maps), -1)
        return rows
