"""What a person is told: of reviews of their work, and in answer to their questions."""

from dataclasses import dataclass

from django.db.models import F, QuerySet

from annotate.enums import Decision, Kind
from annotate.models import Demonstration, Note, Ranking, Rejection, Review
from annotate.selectors.review import KINDS, Version
from commons.models import User

NEWEST = 5
MANY = 100


def notes_of(user: User) -> QuerySet[Note]:
    """A person's own, those that they have not read first, the newest first of both."""
    about = ("review__task__prompt", "review__campaign", "question__assignment__task__prompt")
    unread_first = F("read_at").asc(nulls_first=True)
    return Note.objects.filter(person=user).select_related(*about).order_by(unread_first, "-pk")


def newest_notes_of(user: User) -> list[Note]:
    """The few that a desk shows, whether read or not."""
    return list(notes_of(user).order_by("-pk")[:NEWEST])


def count_of_unread_notes(user: User) -> int:
    """How many a person has not read; no further than MANY."""
    return Note.objects.filter(person=user, read_at__isnull=True)[:MANY].count()


@dataclass(frozen=True)
class Reviewed:
    """A reviewed item as one of its authors may see it: their own version and what stands."""

    mine: Version
    label: Version | None  # what the reviewer added; None where the item was rejected
    is_turned_down: bool
    is_as_mine: bool

    @property
    def stands(self) -> bool:
        """Their version goes on, as it is or in the reviewer's label."""
        return not self.is_turned_down and (self.label is None or self.is_as_mine)


def reviewed_for(user: User, review: Review) -> Reviewed | None:
    """None where the person has judged nothing of the item."""
    kept = KINDS[Kind(review.task.kind)]
    mine: Version | None = kept.objects.filter(
        assignment__task=review.task_id, assignment__person=user, current=True
    ).first()
    if mine is None:
        return None
    label = review.ranking or review.demonstration
    return Reviewed(
        mine=mine,
        label=label,
        is_turned_down=Rejection.objects.filter(root=mine.root).exists(),
        is_as_mine=review.decision == Decision.ACCEPT and _are_alike(mine, label),
    )


def _are_alike(mine: Version, label: Version | None) -> bool:
    if isinstance(mine, Ranking) and isinstance(label, Ranking):
        return (mine.tiers, mine.unrankable) == (label.tiers, label.unrankable)
    if isinstance(mine, Demonstration) and isinstance(label, Demonstration):
        return bool(mine.messages == label.messages)
    return False
