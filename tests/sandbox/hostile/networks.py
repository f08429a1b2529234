"""All files made to harm whoever opens them."""

from tests.sandbox.hostile.files import FILES
from tests.sandbox.hostile.graphs import GRAPHS
from tests.sandbox.hostile.sizes import SIZES

HOSTILE = (*FILES, *GRAPHS, *SIZES)
