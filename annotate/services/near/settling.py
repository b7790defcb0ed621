"""Give newcomers their side and their cluster, in the transaction that keeps them."""

from collections.abc import Sequence
from typing import NamedTuple

from annotate.enums import Side
from annotate.export.splits import HeldOutWeek
from annotate.models import Bridge
from annotate.near.bands import Keys, keys_of
from annotate.near.placing import Neighbour, Place, placed
from annotate.services.near.held_out import week_of
from annotate.services.near.neighbours import Neighbourhood, dialect


class Newcomer(NamedTuple):
    """A prompt that this transaction made, with the place that it has by itself.

    ``is_settled``: it goes on after another prompt, whose side and cluster it has. ``digest``: of
    what it asks, by which its week may give it another side than it has by itself.
    """

    prompt: int
    asked: str
    place: Place
    is_settled: bool = False
    digest: str = ""


def settle(newcomers: Sequence[Newcomer], *, campaign: int) -> dict[int, Place]:
    """Place them in the order in which they came; say where each stands.

    Nothing that was there before is touched. ``campaign`` brought them: it may bound what a week
    has on the test side. Call inside the transaction that made them, after
    all that others could wait for: on PostgreSQL the next one waits here for this one's end.
    """
    if not newcomers:
        return {}
    keys = keys_of([each.asked for each in newcomers])
    dialect().hold()
    week = week_of(campaign, newcomers=[each.prompt for each in newcomers])
    around, places = Neighbourhood(keys), {}
    kept: dict[int, Keys] = {}
    for newcomer, own in zip(newcomers, keys, strict=True):
        pk, asked = newcomer.prompt, newcomer.asked
        near = around.of(pk, asked, own)
        own_place = _by_itself(newcomer, week)
        place = placed(own_place, [n for n, _ in near], is_settled=newcomer.is_settled)
        places[pk] = place
        if week is not None and place == Place(Side.TEST):
            week.taken += 1
        if any(says_the_same for _, says_the_same in near):
            continue  # what is near to it is near to the one that is there
        kept[pk] = own
        if not place.between:
            around.add(Neighbour(pk, place.cluster or pk, place.side), asked, own)
    dialect().keep_keys(kept)
    _write([(each.prompt, places[each.prompt]) for each in newcomers if _has_moved(each, places)])
    return places


def _by_itself(newcomer: Newcomer, week: HeldOutWeek | None) -> Place:
    """Its place among nobody; what goes on after another prompt stays with that."""
    if week is None or newcomer.is_settled:
        return newcomer.place
    return newcomer.place._replace(side=week.side_of(newcomer.digest))


def _has_moved(newcomer: Newcomer, places: dict[int, Place]) -> bool:
    return places[newcomer.prompt] != newcomer.place


def _write(moved: Sequence[tuple[int, Place]]) -> None:
    if not moved:
        return
    dialect().place_prompts([(pk, to.side, to.cluster, bool(to.between)) for pk, to in moved])
    Bridge.objects.bulk_create(bridge_of(pk, to.between) for pk, to in moved if to.between)


def bridge_of(prompt: int, between: Sequence[int]) -> Bridge:
    """The row that says between which prompts this one lies."""
    first, *second = between
    return Bridge(prompt_id=prompt, first_id=first, second_id=second[0] if second else None)
