"""What a reviewer has half written is kept, whatever happens to their page."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from annotate.enums import ReviewState
from annotate.errors import AlreadyReviewed, DraftConflict
from annotate.models import Review, ReviewDraft
from annotate.services.draft import is_same
from annotate.services.review import HELD_FOR
from commons.models import User


@transaction.atomic
def save_review_draft(
    *, review: Review, body: Mapping[str, object], version: int, by: User
) -> ReviewDraft:
    """Keep a draft that was made from ``version`` (0: none yet); another tab's newer one conflicts.

    Whoever writes is still reading: the item is held for them anew. Where somebody else reads it
    by now, the draft is kept all the same; once the item is decided, there is nothing to write.
    The review is locked, so that two tabs save one after the other and nothing beside a decision.
    """
    locked = Review.objects.select_for_update(no_key=True).filter(pk=review.pk)
    if locked.values_list("state", flat=True).first() != ReviewState.OPEN:
        raise AlreadyReviewed
    held = Review.objects.filter(pk=review.pk, reviewer=by)
    held.update(claimed_until=timezone.now() + HELD_FOR)
    return _write(review, dict(body), version, by)


def _write(review: Review, body: dict[str, object], version: int, by: User) -> ReviewDraft:
    row = ReviewDraft.objects.filter(review=review, reviewer=by).first()
    if row is None:
        return ReviewDraft.objects.create(review=review, reviewer=by, body=body)
    if is_same(row.body, body):
        return row
    if row.version != version:
        raise DraftConflict(theirs=row.body, version=row.version, saved_at=row.saved_at)
    row.body, row.version = body, row.version + 1
    row.save()
    return row
