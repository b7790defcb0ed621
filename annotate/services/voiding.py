"""One person's work since a day counts for nothing: rows beside it say so, and can be taken back.

What was judged stays. Its tasks want somebody else, the tallies of those days are corrected, the
reviews of these items are looked at again, and frozen datasets that hold some of it are marked.
Everyone locks task, then assignment, then tally.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from annotate.enums import CampaignState, CountsAs, Kind
from annotate.models import (
    Campaign,
    Demonstration,
    Lane,
    Membership,
    Ranking,
    Tally,
    Task,
    Void,
    Voided,
)
from annotate.people_errors import AlreadyUndone, NothingToVoid
from annotate.selectors.task import HAS_NEWER
from annotate.selectors.voiding import (
    REQUEUED,
    demonstrations_to_void,
    rankings_to_void,
    snapshots_with,
)
from annotate.services.queue.places import tail_place
from annotate.services.ranking import counts_of
from annotate.services.reviewing import look_at_tasks
from annotate.services.tally import add_to_tally
from commons.audit import record
from commons.models import User

CHUNK = 1000
ROWS = ("root", "counts_as", "assignment", "assignment__task")

Sums = dict[tuple[date, int], Counter[str]]  # of tallies, by day (UTC) and slot


@dataclass(frozen=True)
class Judged:
    """What voiding needs of one judgement; ``counts`` is what it added to the tally of ``day``."""

    root: UUID
    task: int
    assignment: int
    is_counted: bool  # by its task
    day: date
    counts: dict[str, int]


@transaction.atomic
def void_work(*, campaign: Campaign, person: User, since: datetime, reason: str, by: User) -> Void:
    """Let what a person judged in a campaign since then count for nothing, until it is undone."""
    Membership.objects.select_for_update().filter(campaign=campaign, person=person).first()
    now = timezone.now()
    rankings = rankings_to_void(campaign, person, since)
    written = demonstrations_to_void(campaign, person, since)
    snapshots = list(snapshots_with(rankings, written))
    judged = [*_ranked(rankings), *_written(written)]
    if not judged:
        raise NothingToVoid
    void = Void.objects.create(
        campaign=campaign, person=person, since=since, until=now, reason=reason, by=by
    )
    void.snapshots.set(snapshots)
    _lock([each.task for each in judged])
    Voided.objects.bulk_create(
        (Voided(void=void, root=each.root) for each in judged), batch_size=CHUNK
    )
    requeued = _requeue(campaign, [each.task for each in judged if each.is_counted])
    _correct_tallies(campaign, judged, sign=-1)
    _look_at_reviews(judged)
    void.counts = {"judgements": len(judged), "requeued": requeued, "datasets": len(snapshots)}
    void.save(update_fields=["counts"])
    _record("work.voided", void, by)
    return void


@transaction.atomic
def undo_void(*, void: Void, by: User) -> None:
    """Let it count again. A turn that somebody else has taken meanwhile is one more than wanted
    at first: both judgements count."""
    undone = Void.objects.filter(pk=void.pk, undone_at=None).update(
        undone_at=timezone.now(), undone_by=by
    )
    if not undone:
        raise AlreadyUndone
    roots = void.rows.values("root")
    rankings = Ranking.objects.filter(root__in=roots, current=True)
    written = Demonstration.objects.filter(root__in=roots, current=True)
    judged = [*_ranked(rankings), *_written(written)]
    _lock([each.task for each in judged])
    void.rows.update(stands=False)
    _count_again([each.task for each in judged if each.is_counted])
    _correct_tallies(void.campaign, judged, sign=1)
    _look_at_reviews(judged)
    _record("work.void-undone", void, by)


def _record(verb: str, void: Void, by: User) -> None:
    record(
        actor=by,
        verb=verb,
        subject=void,
        campaign=str(void.campaign.uuid),
        person=str(void.person.uuid),
        since=void.since.isoformat(),
        **void.counts,
    )


def _ranked(rankings: QuerySet[Ranking]) -> Iterator[Judged]:
    rows = rankings.order_by("pk").values_list(*ROWS, "tiers", "ideal")
    days = _days(Ranking, [row[0] for row in rows])
    for root, counts_as, assignment, task, tiers, ideal in rows:
        counts = counts_of(tiers, has_ideal=ideal is not None)
        yield _judged(root, task, assignment, counts_as, days[root], counts)


def _written(written: QuerySet[Demonstration]) -> Iterator[Judged]:
    rows = written.order_by("pk").values_list(*ROWS)
    days = _days(Demonstration, [row[0] for row in rows])
    for root, counts_as, assignment, task in rows:
        yield _judged(root, task, assignment, counts_as, days[root], {"demonstrations": 1})


def _judged(
    root: UUID, task: int, assignment: int, counts_as: str, day: date, counts: dict[str, int]
) -> Judged:
    is_surplus = counts_as == CountsAs.SURPLUS
    return Judged(
        root,
        task,
        assignment,
        is_counted=counts_as in REQUEUED,
        day=day,
        counts={"surplus": 1} if is_surplus else counts,
    )


def _days(kept: type[Ranking] | type[Demonstration], roots: Sequence[UUID]) -> dict[UUID, date]:
    """On which day each was counted: that of its first revision."""
    found: dict[UUID, date] = {}
    for start in range(0, len(roots), CHUNK):
        first = kept._default_manager.filter(root__in=roots[start : start + CHUNK], revision=1)
        found |= {root: at.date() for root, at in first.values_list("root", "created_at")}
    return found


def _lock(tasks: Collection[int]) -> None:
    """In one order, before anything of their turns is changed."""
    pks = sorted(set(tasks))
    for start in range(0, len(pks), CHUNK):
        chosen = Task.objects.filter(pk__in=pks[start : start + CHUNK])
        list(chosen.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _requeue(campaign: Campaign, tasks: Sequence[int]) -> int:
    """Give a turn of each of these, locked, back to the queue; say of how many.

    Where nobody is asked for it any more the task wants one less.
    """
    is_closed = campaign.state == CampaignState.CLOSED
    requeued = 0
    for start in range(0, len(tasks), CHUNK):
        chosen = Task.objects.filter(pk__in=tasks[start : start + CHUNK])
        over = chosen.all() if is_closed else chosen.filter(HAS_NEWER)
        ended = list(over.values_list("pk", flat=True))
        chosen.filter(pk__in=ended).update(wanted=F("wanted") - 1)
        waiting = chosen.exclude(pk__in=ended)
        done = list(waiting.filter(free=0).order_by("pk"))
        _move_to_the_tail(done)
        requeued += waiting.update(free=F("free") + 1)
    return requeued


def _move_to_the_tail(tasks: Sequence[Task]) -> None:
    """Most people have passed their old places."""
    last = dict(Lane.objects.filter(tasks__in=tasks).values_list("pk", "batch"))
    now = timezone.now()
    for task in tasks:
        task.place = tail_place(now, last=last[task.lane_id], shuffle=secrets.randbits(32))
    Task.objects.bulk_update(tasks, ["place"], batch_size=CHUNK)


def _count_again(tasks: Sequence[int]) -> None:
    """Take the turns back that still wait; where none does, the task wants one more."""
    for start in range(0, len(tasks), CHUNK):
        chosen = Task.objects.filter(pk__in=tasks[start : start + CHUNK])
        waiting = list(chosen.filter(free__gt=0).values_list("pk", flat=True))
        chosen.filter(pk__in=waiting).update(free=F("free") - 1)
        chosen.exclude(pk__in=waiting).update(wanted=F("wanted") + 1)


def _correct_tallies(campaign: Campaign, judged: Sequence[Judged], *, sign: int) -> None:
    sums: Sums = {}
    for each in judged:
        at = (each.day, each.assignment % Tally.SLOTS)
        sums.setdefault(at, Counter()).update(each.counts)
    for (day, slot), counts in sorted(sums.items()):
        add_to_tally(
            campaign=campaign.pk,
            slot=slot,
            at=datetime.combine(day, time(), tzinfo=UTC),
            **{name: sign * count for name, count in counts.items() if count},
        )


def _look_at_reviews(judged: Sequence[Judged]) -> None:
    tasks = {each.task for each in judged}
    kinds = Task.objects.filter(pk__in=tasks).values_list("pk", "kind")
    by_kind: dict[Kind, set[int]] = {}
    for pk, kind in kinds:
        by_kind.setdefault(Kind(kind), set()).add(pk)
    for kind, pks in by_kind.items():
        look_at_tasks(kind=kind, tasks=pks)
