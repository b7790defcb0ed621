"""Ask for no more votes on an item whose order is sure: what is saved goes to items that are not.

Off until a campaign says how sure it wants to be. What was drawn for a second opinion is never
stopped, so that agreement is told of items which no vote has chosen; a third vote neither.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from django.db import transaction
from django.db.models import F

from annotate.enums import CountsAs, Kind
from annotate.models import Campaign, QualityReport, Ranking, RaterQuality, StoppedTask, Task
from annotate.selectors.standing import STANDS
from annotate.stats.reliability.votes import FIRST, SECOND, TIE
from annotate.stats.stopping import first_better
from commons.models import RunState

CHUNK = 500
UNKNOWN_RATER = 0.7  # the consistency of somebody of whom nothing is known yet

Orders = Sequence[tuple[int, Sequence[Sequence[str]]]]  # rater and tiers


def stop_sure_tasks(*, campaign: Campaign) -> int:
    """Give up the free turns of tasks whose every pair is sure; say how many tasks it was."""
    work = campaign.works.filter(kind=Kind.RANK, stops_when_sure__isnull=False).first()
    if work is None or work.stops_when_sure is None:
        return 0
    trust = consistencies_in(campaign)
    begun = (
        Task.objects.filter(
            campaign=campaign,
            kind=Kind.RANK,
            free__gt=0,
            wanted__gt=F("free"),
            held="",
            second_opinion=False,
            third_asked=False,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    stopped, after = 0, 0
    while pks := list(begun.filter(pk__gt=after)[:CHUNK]):
        after = pks[-1]
        stopped += _stop_among(pks, trust, work.stops_when_sure)
    return stopped


def consistencies_in(campaign: Campaign) -> dict[int, float]:
    """Of the newest report, by rater; those of whom it says nothing are not there."""
    newest = QualityReport.objects.filter(campaign=campaign, state=RunState.DONE).order_by("-pk")
    known = RaterQuality.objects.filter(report__in=newest[:1], consistency__isnull=False)
    return {rater: eta for rater, eta in known.values_list("rater", "consistency") if eta}


def _stop_among(pks: Sequence[int], trust: Mapping[int, float], sure: float) -> int:
    stopped = 0
    for task, orders in _orders_of(pks).items():
        chance = surest(orders, trust)
        if chance is not None and chance >= sure:
            stopped += _stop(task, chance, len(orders))
    return stopped


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
def _stop(task: int, chance: float, votes: int) -> int:
    """Only what is free is given up: who holds a turn hands it in. A take that comes first wins."""
    row = Task.objects.select_for_update().filter(pk=task, free__gt=0, held="").first()
    if row is None or row.wanted <= row.free:
        return 0
    saved = row.free
    changed = Task.objects.filter(pk=task, free=saved, wanted=row.wanted).update(
        wanted=row.wanted - saved, free=0
    )
    if changed:
        StoppedTask.objects.update_or_create(
            task_id=task, defaults={"sure": chance, "votes": votes, "saved": saved}
        )
    return changed
