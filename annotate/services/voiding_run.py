"""Much work is voided, or counts again, a part in each transaction, by a worker.

    begin_void -> at once, or: requested -> a part -> a part -> done
    begin_undo -> nothing more is voided -> at once, or the same, the other way round

The rows that stand are the cursor, so that a run which is killed goes on where it was. Until it is
done, a part of the work counts and a part does not; each part is in balance.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from annotate.models import Campaign, Demonstration, Membership, Ranking, Void, VoidRun
from annotate.people_errors import NothingToVoid, VoidGoesOn
from annotate.selectors.standing import STANDS
from annotate.selectors.voiding import demonstrations_to_void, rankings_to_void
from annotate.services.erasure_lock import void_alone, work_together
from annotate.services.voiding import (
    count_again,
    record_void,
    say_undone,
    undo_void,
    void_these,
    void_work,
)
from commons.models import RunState, User
from commons.runs import beat_run, claim_run, finish_run

AT_ONCE = 5_000  # judgements that are voided while a page waits
PART = 1_000


def begin_void(*, campaign: Campaign, person: User, since: datetime, reason: str, by: User) -> Void:
    """Void it at once, or ask a worker to: what is handed in from now on counts.

    Not while a worker voids work of the same person, or undoes it: two voids would share what is
    left, and who undid one of them would undo a part.
    """
    _refuse_what_goes_on(campaign, person)
    total = (
        rankings_to_void(campaign, person, since).count()
        + demonstrations_to_void(campaign, person, since).count()
    )
    if not total:
        raise NothingToVoid
    if total <= AT_ONCE:
        return void_work(campaign=campaign, person=person, since=since, reason=reason, by=by)
    with transaction.atomic():
        Membership.objects.select_for_update().filter(campaign=campaign, person=person).first()
        _refuse_what_goes_on(campaign, person)  # another tab was first
        void = Void.objects.create(
            campaign=campaign,
            person=person,
            since=since,
            until=timezone.now(),
            reason=reason,
            by=by,
            counts={"judgements": 0, "requeued": 0, "datasets": 0},
        )
        VoidRun.objects.create(void=void, total=total)
        record_void("work.void-requested", void, by)
    return void


def _refuse_what_goes_on(campaign: Campaign, person: User) -> None:
    goes_on = Q(state__in=[RunState.REQUESTED, RunState.RUNNING])
    if VoidRun.objects.filter(goes_on, void__campaign=campaign, void__person=person).exists():
        raise VoidGoesOn


def begin_undo(*, void: Void, by: User) -> bool:
    """Undo it at once, or ask a worker to; say whether it is done."""
    total = void.rows.count()
    if total <= AT_ONCE and not void.runs.exists():
        undo_void(void=void, by=by)
        return True
    with transaction.atomic():
        say_undone(void=void, by=by)  # waits for the part that is being voided
        VoidRun.objects.create(void=void, undoes=True, total=void.rows.count())
        record_void("work.void-undone", void, by)
    return False


def claim_void_run() -> VoidRun | None:
    """Take what waits, or what a dead worker left."""
    return claim_run(VoidRun.objects.all())


def go_on_voiding(*, run: VoidRun) -> None:
    """Do what is left of it; whoever lost the claim stops before the next part."""
    part = undo_part if run.undoes else void_part
    while beat_run(run, done=_done(run), says="voiding"):
        if not part(void=run.void, most=PART):
            finish_run(run, done=_done(run), says="done")
            return


def _done(run: VoidRun) -> int:
    return run.void.rows.filter(stands=not run.undoes).count()


@transaction.atomic
def void_part(*, void: Void, most: int) -> int:
    """Void the next of what stands; say how many. None once it was undone."""
    void_alone()
    campaign, person = void.campaign, void.person
    Membership.objects.select_for_update().filter(campaign=campaign, person=person).first()
    locked = Void.objects.select_for_update().filter(pk=void.pk, undone_at=None).first()
    if locked is None:
        return 0
    rankings, written = _next_of(locked, most)
    if rankings or written:
        void_these(
            void=locked,
            rankings=Ranking.objects.filter(STANDS, pk__in=rankings, current=True),
            written=Demonstration.objects.filter(STANDS, pk__in=written, current=True),
        )
    return len(rankings) + len(written)


def _next_of(void: Void, most: int) -> tuple[list[int], list[int]]:
    """What was handed in before it was asked for, changes since then among it."""
    asked = (void.campaign, void.person, void.since)
    rankings = rankings_to_void(*asked).filter(_handed_in_before(Ranking, void.until))
    found = list(rankings.order_by("pk").values_list("pk", flat=True)[:most])
    left = most - len(found)
    written = demonstrations_to_void(*asked).filter(_handed_in_before(Demonstration, void.until))
    return found, list(written.order_by("pk").values_list("pk", flat=True)[:left])


def _handed_in_before(kept: type[Ranking] | type[Demonstration], until: datetime) -> Q:
    """For a change of what came later counts, too."""
    first = kept._default_manager.filter(root=OuterRef("root"), revision=1, created_at__lte=until)
    return Q(created_at__lte=until) | Q(Exists(first))


@transaction.atomic
def undo_part(*, void: Void, most: int) -> int:
    """Let the next of what is voided count again; say how many.

    A worker that was taken for dead may be at it still: the next waits, and looks after that.
    """
    work_together()
    Void.objects.select_for_update().get(pk=void.pk)
    standing = void.rows.filter(stands=True).order_by("pk")
    roots: list[UUID] = list(standing.values_list("root", flat=True)[:most])
    if roots:
        count_again(void=void, roots=roots)
    return len(roots)
