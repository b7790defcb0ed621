"""Ask for no more votes on an item whose order is sure: what is saved goes to items that are not.

Off until a campaign says how sure it wants to be. What was drawn for a second opinion is never
stopped, so that agreement is told of items which no vote has chosen; a third vote neither.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from django.db import transaction
from django.db.models import F, Q

from annotate.enums import CountsAs, Kind
from annotate.models import Campaign, Ranking, StoppedTask, Task
from annotate.selectors.consistency import consistencies_in
from annotate.selectors.standing import STANDS
from annotate.stats.reliability.votes import FIRST, SECOND, TIE
from annotate.stats.reliability.weights import UNKNOWN_RATER
from annotate.stats.stopping import first_better

CHUNK = 500

MAY_STOP = Q(
    kind=Kind.RANK,
    free__gt=0,
    wanted__gt=F("free"),
    held="",
    second_opinion=False,
    third_asked=False,
)

Orders = Sequence[tuple[int, Sequence[Sequence[str]]]]  # rater and tiers


def stop_sure_tasks(*, campaign: Campaign) -> int:
    """Give up the free turns of tasks whose every pair is sure; say how many tasks it was."""
    work = campaign.works.filter(kind=Kind.RANK, stops_when_sure__isnull=False).first()
    if work is None or work.stops_when_sure is None:
        return 0
    trust = consistencies_in(campaign)
    begun = Task.objects.filter(MAY_STOP, campaign=campaign).order_by("pk")
    stopped, after = 0, 0
    while pks := list(begun.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        after = pks[-1]
        stopped += _stop_among(pks, trust, work.stops_when_sure)
    return stopped


def _stop_among(pks: Sequence[int], trust: Mapping[int, float], sure: float) -> int:
    looked = _orders_of(pks).items()
    return sum(
        _stop(task, trust, sure)
        for task, orders in looked
        if _sure(orders, trust, sure) is not None
    )


def _sure(orders: Orders, trust: Mapping[int, float], sure: float) -> float | None:
    """The chance that every pair is ordered rightly, where that is enough."""
    chance = surest(orders, trust)
    return chance if chance is not None and chance >= sure else None


def _orders_of(pks: Sequence[int]) -> dict[int, list[tuple[int, Sequence[Sequence[str]]]]]:
    found: dict[int, list[tuple[int, Sequence[Sequence[str]]]]] = defaultdict(list)
    rows = Ranking.objects.filter(
        STANDS,
        assignment__task__in=pks,
        current=True,
        counts_as__in=[CountsAs.WORK, CountsAs.HELD_OUT],
    )
    for task, rater, tiers in rows.values_list("assignment__task", "rater", "tiers"):
        found[task].append((rater, tiers))
    return found


def surest(orders: Orders, trust: Mapping[int, float]) -> float | None:
    """How sure the least sure of all pairs is, in 1/2 … 1; None where no two answers were placed
    by everybody."""
    places = [{each: at for at, tier in enumerate(tiers) for each in tier} for _, tiers in orders]
    common = sorted(set.intersection(*map(set, places))) if places else []
    pairs = list(combinations(common, 2))
    if not pairs:
        return None
    said = np.array([[_said(order, one, other) for order in places] for one, other in pairs])
    eta = np.array([trust.get(rater, UNKNOWN_RATER) for rater, _ in orders])
    chances = first_better(said.astype(np.int64), np.broadcast_to(eta, said.shape))
    return float(np.maximum(chances, 1 - chances).min())


def _said(places: Mapping[str, int], one: str, other: str) -> int:
    if places[one] == places[other]:
        return TIE
    return FIRST if places[one] < places[other] else SECOND


@transaction.atomic
def _stop(task: int, trust: Mapping[int, float], sure: float) -> int:
    """Decided anew now that nothing comes between: it may have been drawn or voted on since.

    Only what is free is given up: who holds a turn hands it in. A take that comes first wins.
    """
    row = Task.objects.select_for_update().filter(MAY_STOP, pk=task).first()
    orders = _orders_of([task])[task]
    chance = _sure(orders, trust, sure)
    if row is None or chance is None:
        return 0
    changed = Task.objects.filter(pk=task, free=row.free, wanted=row.wanted).update(
        wanted=row.wanted - row.free, free=0
    )
    if changed:
        _note_saved(task, chance, len(orders), row.free)
    return changed


def _note_saved(task: int, chance: float, votes: int, saved: int) -> None:
    """What is stopped again, because somebody wanted more, saves beside what it saved before."""
    known = {"sure": chance, "votes": votes}
    StoppedTask.objects.update_or_create(
        task_id=task,
        defaults={**known, "saved": F("saved") + saved},
        create_defaults={**known, "saved": saved},
    )
