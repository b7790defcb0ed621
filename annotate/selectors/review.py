"""Which items wait for a reviewer, first by which most is settled, and what was judged of them.

The queue is read by the index of open reviews, a page of it: it costs the same at a million
rankings. What a person has judged or written themselves is never theirs to review.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, ReviewState, Role
from annotate.models import (
    Assignment,
    Campaign,
    Candidate,
    Demonstration,
    Membership,
    Ranking,
    Review,
    Task,
)
from annotate.selectors.care import agreed, marked
from annotate.selectors.standing import STANDS
from commons.models import User

MANY = 100
REVIEWERS = (Role.REVIEWER, Role.LEAD)
COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)
KINDS: dict[Kind, type[Ranking] | type[Demonstration]] = {
    Kind.RANK: Ranking,
    Kind.DEMONSTRATE: Demonstration,
}
INVOLVED = (  # a turn in one of these states is a person's own part in an item
    AssignmentState.SUBMITTED,
    AssignmentState.EXCLUDED,
    AssignmentState.OPEN,
    AssignmentState.EXPIRED,  # it may still be handed in
    AssignmentState.RESERVED,
)

Version = Ranking | Demonstration
T = TypeVar("T", str, UUID)


def campaigns_reviewed_by(user: User) -> QuerySet[Campaign]:
    """The campaigns whose items a person may review; an admin may everywhere."""
    if user.is_superuser:
        return Campaign.objects.order_by("name")
    return Campaign.objects.filter(
        memberships__person=user, memberships__active=True, memberships__role__in=REVIEWERS
    ).order_by("name")


def reviews_anything(user: User) -> bool:
    theirs = Membership.objects.filter(person=user, active=True, role__in=REVIEWERS)
    return user.is_superuser or theirs.exists()


def reviews_of(user: User) -> QuerySet[Review]:
    """Every review in the campaigns that a person reviews, their own work left out, and what may
    harm unless they have agreed to read it."""
    return _of_others(user).filter(campaign__in=campaigns_reviewed_by(user).order_by())


def _of_others(user: User) -> QuerySet[Review]:
    is_own = Exists(own_turns(user).filter(task=OuterRef("task")))
    may_harm = marked(skill="task__prompt__skill", clearance="task__prompt__clearance")
    theirs = Review.objects.filter(~is_own, ~may_harm | agreed(user))
    return theirs.select_related("campaign", "task__prompt")


def own_turns(user: User) -> QuerySet[Assignment]:
    """The turns that make an item a person's own: they judge it, or wrote one of its answers."""
    return Assignment.objects.filter(person=user, state__in=INVOLVED)


def waiting_for(user: User, *, at_most: int = 50) -> list[Review]:
    """What a person may review now, first that by which most is expected to be settled.

    Each campaign's index is walked by itself, no further than is asked for: over all of them at
    once the database would sort everything that waits.
    """
    campaigns = list(campaigns_reviewed_by(user).values_list("pk", flat=True))
    found = [
        review
        for campaign in campaigns
        for review in _waiting(user)
        .filter(campaign=campaign)
        .order_by(F("gain").desc(), "pk")[:at_most]
    ]
    return sorted(found, key=lambda each: (-each.gain, each.pk))[:at_most]


def _waiting(user: User) -> QuerySet[Review]:
    """An item of which one more judgement is still wanted waits for that one, and one that was
    taken out waits for nobody. What somebody else is reading is left out."""
    is_complete = Q(task__free=0) | ~Q(campaign__state=CampaignState.RUNNING)
    is_theirs = Q(reviewer=user) | Q(reviewer__isnull=True) | Q(claimed_until__lt=timezone.now())
    return _of_others(user).filter(is_complete, is_theirs, state=ReviewState.OPEN, task__held="")


def count_of_reviews(user: User) -> int:
    """How many items wait for a reviewer; no further than MANY."""
    theirs = campaigns_reviewed_by(user).order_by()
    return _waiting(user).filter(campaign__in=theirs)[:MANY].count()


def versions_of(task: Task) -> list[Version]:
    """What stands of what was judged of an item, in the order in which it was handed in."""
    standing = KINDS[Kind(task.kind)].objects.filter(
        STANDS, assignment__task=task, current=True, counts_as__in=COUNTED
    )
    return list(standing.select_related("rater", "instructions").order_by("assignment"))


def candidates_of(task: Task, names: Sequence[str]) -> list[Candidate]:
    """The offered answers in this order; never whence they came."""
    found = Candidate.objects.filter(uuid__in=task.offered).only("uuid", "messages")
    by_name = {str(each.uuid): each for each in found}
    return [by_name[name] for name in names]


def shuffled_for(review: Review, user: User, names: Iterable[T]) -> list[T]:
    """The same ids in an order that is this reviewer's for this item, on every day."""
    return sorted(names, key=lambda each: _digest(review.uuid, user.uuid, each))


def _digest(*said: object) -> bytes:
    return hashlib.sha256(" ".join(map(str, said)).encode()).digest()


def seen_of(versions: Iterable[Version]) -> frozenset[UUID]:
    """The exact revisions that a decision is about."""
    return frozenset(each.uuid for each in versions)
