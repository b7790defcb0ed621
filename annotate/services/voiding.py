"""One person's work since a day counts for nothing: rows beside it say so, and can be taken back.

What was judged stays. Its tasks want somebody else, the tallies of those days are corrected, the
reviews of these items are looked at again, and frozen datasets that hold some of it are marked.
Everyone locks task, then assignment, then tally.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotate.enums import CampaignState, CountsAs, Kind
from annotate.models import (
    Assignment,
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
from annotate.selectors.task import IS_ASKED_NO_MORE
from annotate.selectors.voiding import (
    REQUEUED,
    demonstrations_to_void,
    rankings_to_void,
    snapshots_with,
)
from annotate.services.erasure_lock import void_alone, work_together
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
    """Let what a person judged in a campaign since then count for nothing, until it is undone.

    Datasets that are being written meanwhile wait, or are found and marked.
    """
    void_alone()
    Membership.objects.select_for_update().filter(campaign=campaign, person=person).first()
    now = timezone.now()
    rankings = rankings_to_void(campaign, person, since)
    written = demonstrations_to_void(campaign, person, since)
    if not rankings.exists() and not written.exists():
        raise NothingToVoid
    void = Void.objects.create(
        campaign=campaign, person=person, since=since, until=now, reason=reason, by=by
    )
    void_these(void=void, rankings=rankings, written=written)
    if not void.counts["judgements"]:
        raise NothingToVoid
    record_void("work.voided", void, by)
    return void


def void_these(
    *, void: Void, rankings: QuerySet[Ranking], written: QuerySet[Demonstration]
) -> None:
    """Void these, which must stand, and add up what that touches. Call inside the transaction."""
    judged = _locked(rankings, written)
    void.snapshots.add(*snapshots_with(rankings, written))
    Voided.objects.bulk_create(
        (Voided(void=void, root=each.root) for each in judged), batch_size=CHUNK
    )
    requeued = _requeue(void, [each.task for each in judged if each.is_counted])
    _correct_tallies(void.campaign, judged, sign=-1)
    _look_at_reviews(judged)
    void.counts = {
        "judgements": void.counts.get("judgements", 0) + len(judged),
        "requeued": void.counts.get("requeued", 0) + requeued,
        "datasets": void.snapshots.count(),
    }
    void.save(update_fields=["counts"])


@transaction.atomic
def undo_void(*, void: Void, by: User) -> None:
    """Let it count again. A turn that somebody else has taken meanwhile is one more than wanted
    at first: both judgements count."""
    work_together()
    say_undone(void=void, by=by)
    count_again(void=void, roots=list(void.rows.values_list("root", flat=True)))
    record_void("work.void-undone", void, by)


def say_undone(*, void: Void, by: User) -> None:
    """Once. Nothing more is voided by it from then on."""
    undone = Void.objects.filter(pk=void.pk, undone_at=None).update(
        undone_at=timezone.now(), undone_by=by
    )
    if not undone:
        raise AlreadyUndone


def count_again(*, void: Void, roots: Sequence[UUID]) -> None:
    """Let these of what was voided count again. Call inside the transaction."""
    judged = _locked(
        Ranking.objects.filter(root__in=roots, current=True),
        Demonstration.objects.filter(root__in=roots, current=True),
    )
    void.rows.filter(root__in=roots).update(stands=False)
    _count_again([each.task for each in judged if each.is_counted])
    _correct_tallies(void.campaign, judged, sign=1)
    _look_at_reviews(judged)


def record_void(verb: str, void: Void, by: User) -> None:
    record(
        actor=by,
        verb=verb,
        subject=void,
        campaign=str(void.campaign.uuid),
        person=str(void.person.uuid),
        since=void.since.isoformat(),
        **void.counts,
    )


def _locked(rankings: QuerySet[Ranking], written: QuerySet[Demonstration]) -> list[Judged]:
    """These judgements as they stand once nobody can change or void them beside us."""
    turns = dict(_turns_of(rankings)) | dict(_turns_of(written))
    _lock(Task, turns.values())
    _lock(Assignment, turns)
    judged = [*_ranked(rankings), *_written(written)]
    return [each for each in judged if each.assignment in turns]


def _turns_of(judged: QuerySet[Ranking] | QuerySet[Demonstration]) -> Iterator[tuple[int, int]]:
    yield from judged.order_by().values_list("assignment", "assignment__task")


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


def _lock(rows: type[Task] | type[Assignment], named: Iterable[int]) -> None:
    """In one order, before anything of them is read that is to be changed."""
    pks = sorted(set(named))
    for start in range(0, len(pks), CHUNK):
        chosen = rows._default_manager.filter(pk__in=pks[start : start + CHUNK])
        list(chosen.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _requeue(void: Void, tasks: Sequence[int]) -> int:
    """Give a turn of each of these, locked, back to the queue; say of how many.

    Where nobody is asked for it any more, or nobody but the person themselves could be, as in a
    conversation of theirs, the task wants one less.
    """
    is_closed = void.campaign.state == CampaignState.CLOSED
    is_over = IS_ASKED_NO_MORE | Q(lane__reserved_for=void.person_id)
    requeued = 0
    for start in range(0, len(tasks), CHUNK):
        chosen = Task.objects.filter(pk__in=tasks[start : start + CHUNK])
        over = chosen.all() if is_closed else chosen.filter(is_over)
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
