"""Which tests a person may take, what came of them, and what their items are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotate.enums import AttemptState, CampaignState, Facet
from annotate.models import (
    HAS_MET,
    Assignment,
    Attempt,
    Campaign,
    Competence,
    Gold,
    Membership,
    Qualification,
)
from annotate.selectors.campaign import visible_campaign_filter
from annotate.selectors.lane import lanes_of_test
from commons.models import User

RENEWED_FROM = timedelta(days=30)  # before a skill ends, its test may be taken anew


@dataclass(frozen=True)
class Offered:
    """A test that a person may take; ``until`` where they hold the skill for a while still."""

    qualification: Qualification
    is_begun: bool
    until: datetime | None


def qualifications_led_by(user: User) -> QuerySet[Qualification]:
    mine = Qualification.objects.filter(visible_campaign_filter(user))
    return mine.select_related("campaign")


def qualifications_of(campaign: Campaign) -> QuerySet[Qualification]:
    """Each with ``items`` that are neither retired nor seen by as many people as may, and how often
    it was ``tried`` and ``passed``."""
    left = Q(golds__retired_at=None, golds__task__free__gt=0)
    return (
        Qualification.objects.filter(campaign=campaign)
        .annotate(
            items=Count("golds", filter=left, distinct=True),
            tried=Count("taken", distinct=True),
            passed=Count("taken", filter=Q(taken__state=AttemptState.PASSED), distinct=True),
        )
        .order_by("skill")
    )


def tests_for(user: User) -> QuerySet[Qualification]:
    """The open tests of the running campaigns that a person belongs to."""
    return Qualification.objects.filter(
        open=True,
        campaign__state=CampaignState.RUNNING,
        campaign__memberships__person=user,
        campaign__memberships__active=True,
    ).select_related("campaign")


def tests_offered_to(user: User) -> list[Offered]:
    """Those that would give a person a skill, or keep it: who holds it for good needs no test.

    None of where they are paused.
    """
    paused = Membership.objects.filter(person=user, paused=True)
    begun = Attempt.objects.filter(person=user, state=AttemptState.OPEN)
    tests = list(
        tests_for(user)
        .exclude(campaign__in=paused.values("campaign"))
        .annotate(
            is_begun=Exists(begun.filter(qualification=OuterRef("pk"))),
            tries=Count("taken", filter=Q(taken__person=user)),
        )
        .order_by("campaign__name", "skill")
    )
    held = _skills_of(user) if tests else {}
    return [
        Offered(test, test.is_begun, _until(held.get(test.skill)))
        for test in tests
        if test.is_begun or (_is_of_use(test.skill, held) and test.tries < test.attempts)
    ]


def _skills_of(user: User) -> dict[str, datetime | None]:
    """With the end of each; None: for good."""
    skills = Competence.objects.filter(person=user, facet=Facet.SKILL)
    return dict(skills.values_list("value", "expires_at"))


def _is_of_use(skill: str, held: dict[str, datetime | None]) -> bool:
    if skill not in held:
        return True
    until = held[skill]
    return until is not None and until <= timezone.now() + RENEWED_FROM


def _until(end: datetime | None) -> datetime | None:
    return end if end is not None and end > timezone.now() else None


def attempts_of(qualification: Qualification, person: User) -> QuerySet[Attempt]:
    """A person's own, the newest first."""
    return Attempt.objects.filter(qualification=qualification, person=person).order_by("-number")


def fresh_items(qualification: Qualification, person: User) -> QuerySet[Gold]:
    """The items of a test that a person has not met and may look at."""
    met = Assignment.objects.filter(HAS_MET, person=person, task=OuterRef("task"))
    return Gold.objects.filter(
        ~Exists(met),
        qualification=qualification,
        task__lane__in=lanes_of_test(qualification, person),
        retired_at=None,
        task__free__gt=0,
        task__held="",
    )


def turns_of_attempt(attempt: Attempt) -> QuerySet[Assignment]:
    """The items that were given in an attempt: those skipped or run out count as given."""
    return Assignment.objects.filter(
        HAS_MET,
        person=attempt.person_id,
        task__gold__qualification=attempt.qualification_id,
        taken_at__gte=attempt.begun_at,
        state__in=["open", "submitted", "skipped", "released", "expired"],
    ).select_related("task")


def qualification_of_item(assignment: Assignment) -> Qualification | None:
    """The test that an item belongs to."""
    return Qualification.objects.filter(golds__task=assignment.task_id).first()
