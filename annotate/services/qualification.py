"""Tests are made and changed; what was held too long is told from what is held."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from annotate.models import Campaign, Competence, Qualification
from annotate.people_errors import NoTest
from commons.audit import record
from commons.models import User

KEPT_AFTER = timedelta(days=30)  # so that a person reads that it has ended


@transaction.atomic
def make_test(
    *,
    campaign: Campaign,
    skill: str,
    by: User,
    questions: int = 10,
    pass_mark: float = 0.8,
    attempts: int = 2,
    wait_days: int = 1,
    valid_days: int = 180,
    open: bool = True,
) -> Qualification:
    """The test of a campaign for a skill; its items are made one by one."""
    try:
        with transaction.atomic():
            made = Qualification.objects.create(
                campaign=campaign,
                skill=skill.strip(),
                questions=questions,
                pass_mark=pass_mark,
                attempts=attempts,
                wait_days=wait_days,
                valid_days=valid_days,
                open=open,
                created_by=by,
            )
    except IntegrityError as twice:  # one_test_per_skill
        said = gettext("There is a test for “%(skill)s” in this campaign; change that one.")
        raise NoTest(said % {"skill": skill}) from twice
    record(actor=by, verb="test.made", subject=made, skill=made.skill)
    return made


@transaction.atomic
def change_test(*, qualification: Qualification, by: User, **terms: float | bool) -> None:
    """Let the test have these terms; attempts that are open keep theirs, skills theirs."""
    Qualification.objects.filter(pk=qualification.pk).update(**terms)
    record(actor=by, verb="test.changed", subject=qualification, **terms)


def ended_competences() -> int:
    """How many skills that tests gave have ended so long ago that nobody has to be told."""
    return Competence.objects.filter(expires_at__lt=timezone.now() - KEPT_AFTER).count()


def prune_competences() -> int:
    """The queue has not gone by them since they ended; here the rows go."""
    ended = Competence.objects.filter(expires_at__lt=timezone.now() - KEPT_AFTER)
    return ended.delete()[0]
