"""What its neighbours decide about a prompt."""

from collections.abc import Sequence
from typing import NamedTuple


class Neighbour(NamedTuple):
    """A prompt that is near, with the first prompt of its cluster, which may be itself."""

    prompt: int
    first: int
    side: str


class Place(NamedTuple):
    """Where a prompt stands. ``cluster`` is the first prompt of its cluster, unless it is that.

    ``between`` names the two near prompts of different sides, the oldest first, between which a
    bridge lies: whatever side it had, it would bring what one side knows to the other. Of one
    whose side had been settled before there is only the second: its own side is the first.
    """

    side: str
    cluster: int | None = None
    between: tuple[int, ...] = ()


def placed(own: Place, near: Sequence[Neighbour], *, is_settled: bool = False) -> Place:
    """The place of a newcomer among those that it nearly repeats; without any it keeps its own.

    Near one cluster, or several of one side, it joins the oldest. ``is_settled``: its side is not
    to be asked any more, since it goes on after another or has been there for long.
    """
    if not near:
        return own
    oldest = min(near, key=lambda each: (each.first, each.prompt))
    if is_settled:
        strangers = [each.prompt for each in near if each.side != own.side]
        return own._replace(between=(min(strangers),)) if strangers else own
    others = [each.prompt for each in near if each.side != oldest.side]
    between = (oldest.prompt, min(others)) if others else ()
    return Place(oldest.side, oldest.first, between)
