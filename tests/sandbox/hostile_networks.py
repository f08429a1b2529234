"""All files made to harm whoever opens them."""

from tests.sandbox.hostile_files import FILES
from tests.sandbox.hostile_graphs import GRAPHS
from tests.sandbox.hostile_sizes import SIZES

HOSTILE = (*FILES, *GRAPHS, *SIZES)
