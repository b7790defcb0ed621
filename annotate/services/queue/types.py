"""What goes into and comes out of the queue."""

from collections.abc import Sequence
from typing import NamedTuple


class Start(NamedTuple):
    """A lane and the place after which to look."""

    lane: int
    after: int


class Turn(NamedTuple):
    """A task of which one turn was taken."""

    task: int
    lane: int
    place: int


Walk = Sequence[Start]
