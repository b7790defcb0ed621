"""A reviewer reads an item and decides: one version stands, another one does, or none.

    open --claim_review--> held by one reviewer --decide_review--> decided

Judgements stay as they are. What is decided adds a label of its own, turns judgements down by a
row beside them, and leaves each author a note.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import ReviewState
from annotate.errors import (
    AlreadyReviewed,
    NotAllowed,
    NothingToDo,
    ReviewTaken,
    VersionsMoved,
)
from annotate.models import Demonstration, Ranking, Rejection, Review, ReviewDraft
from annotate.selectors.review import (
    Version,
    campaigns_reviewed_by,
    own_turns,
    seen_of,
    versions_of,
    waiting_for,
)
from annotate.services.care import refuse_unagreed
from annotate.services.erasure_lock import work_together
from annotate.services.resolving import Verdict, check_whole, resolved_label, tell_authors
from commons.audit import record
from commons.models import User

HELD_FOR = timedelta(minutes=30)
TRIES = 5  # reviews that others may take first while one looks for the next


def claim_review(*, review: Review, by: User) -> Review:
    """Hold an item for one reviewer, for a while or anew. Somebody else's own is refused."""
    _check_may(review, by)
    now = timezone.now()
    nobodys = Q(reviewer__isnull=True) | Q(claimed_until__lt=now) | Q(reviewer=by)
    free = Review.objects.filter(nobodys, pk=review.pk, state=ReviewState.OPEN)
    if not free.update(reviewer=by, claimed_until=now + HELD_FOR):
        review.refresh_from_db(fields=["state"])
        raise ReviewTaken if review.state == ReviewState.OPEN else AlreadyReviewed
    review.refresh_from_db(fields=["state", "reviewer", "claimed_until"])
    return review


def claim_next_review(*, by: User) -> Review:
    """Hold the item of those that wait for this person by which most is settled."""
    for review in waiting_for(by, at_most=TRIES):
        try:
            return claim_review(review=review, by=by)
        except (ReviewTaken, AlreadyReviewed):
            continue  # another reviewer was faster
    raise NothingToDo


def release_review(*, review: Review, by: User) -> None:
    """Give an item back undecided; another reviewer may take it."""
    mine = Review.objects.filter(pk=review.pk, state=ReviewState.OPEN, reviewer=by)
    mine.update(reviewer=None, claimed_until=None)


@transaction.atomic
def decide_review(*, review: Review, verdict: Verdict, by: User) -> Review:
    """Decide over an item that one holds, once; what was judged stays as it is.

    Refused where a judgement was changed or added since the page was drawn.
    """
    work_together()
    claim_review(review=review, by=by)
    versions = versions_of(review.task)
    if seen_of(versions) != frozenset(verdict.seen):
        raise VersionsMoved
    check_whole(verdict, versions)
    label = resolved_label(review, versions, verdict, by)
    _close(review, verdict, label, by)
    Rejection.objects.bulk_create(
        Rejection(review=review, root=each.root) for each in _rejected(versions, verdict)
    )
    tell_authors(review, versions, verdict, label)
    ReviewDraft.objects.filter(review=review, reviewer=by).delete()
    record(
        actor=by,
        verb=f"review.{verdict.decision}",
        subject=review,
        reason=verdict.reason or "",
        rejected=sorted(str(each) for each in verdict.rejected),
    )
    return review


def _check_may(review: Review, by: User) -> None:
    if not campaigns_reviewed_by(by).filter(pk=review.campaign_id).exists():
        raise NotAllowed(gettext("Only reviewers and leads of the campaign review its items."))
    if own_turns(by).filter(task=review.task_id).exists():
        raise NotAllowed(gettext("This is an item of your own work; somebody else reviews it."))
    prompt = review.task.prompt
    refuse_unagreed(campaign=review.campaign, by=by, skill=prompt.skill, clearance=prompt.clearance)


def _rejected(versions: Sequence[Version], verdict: Verdict) -> list[Version]:
    return [each for each in versions if each.uuid in verdict.rejected]


def _close(review: Review, verdict: Verdict, label: Version | None, by: User) -> None:
    review.state, review.decision = ReviewState.DECIDED, verdict.decision
    review.reason, review.decided_at = verdict.reason or "", timezone.now()
    review.ranking = label if isinstance(label, Ranking) else None
    review.demonstration = label if isinstance(label, Demonstration) else None
    decided = Review.objects.filter(pk=review.pk, state=ReviewState.OPEN, reviewer=by).update(
        state=review.state,
        decision=review.decision,
        reason=review.reason,
        decided_at=review.decided_at,
        ranking=review.ranking,
        demonstration=review.demonstration,
    )
    if not decided:
        raise AlreadyReviewed
