"""A letter to each lead about the week that is over: once, however often it is asked for.

    Monday -> a row for each lead -> whoever moves its ``tried_at`` sends -> ``sent_at``

Nothing is sent while the installation has no mail server, to nobody without an address, and to
nobody who has refused it.
"""

import logging
import smtplib
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from annotate.enums import CampaignState, Role
from annotate.models import (
    AgreementSlice,
    Campaign,
    Digest,
    DigestRefusal,
    Membership,
    QualityReport,
)
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.quality import Wanting, WorkCounts, counts_of, newest_reports, slice_of
from annotate.selectors.tally import week_start
from commons.models import User

logger = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class CampaignWeek:
    """What a letter tells of one campaign."""

    campaign: Campaign
    counts: WorkCounts
    agreement: AgreementSlice | None  # of the week; where that has too few items, none
    whole: AgreementSlice | None
    findings: int
    href: str


def mail_is_set_up() -> bool:
    return bool(getattr(settings, "MAIL_IS_SET_UP", False))


def send_due_digests() -> int:
    """Send what is due of last week; say how many letters left."""
    if not mail_is_set_up():
        return 0
    week = week_start() - WEEK
    return sum(_send_once(person, week) for person in leads_to_tell())


def leads_to_tell() -> list[User]:
    """Who leads something that is not closed, has an address and wants letters."""
    led = Membership.objects.filter(active=True, role=Role.LEAD).exclude(
        campaign__state=CampaignState.CLOSED
    )
    people = User.objects.filter(pk__in=led.values("person"), is_active=True)
    return list(people.exclude(email="").exclude(digest_refusal__isnull=False).order_by("pk"))


def _send_once(person: User, week: date) -> bool:
    """False: it left before, somebody else sends it, or the server did not take it."""
    row, _made = Digest.objects.get_or_create(person=person, week=week)
    now = timezone.now()
    mine = Digest.objects.filter(
        Q(tried_at__isnull=True) | Q(tried_at__lt=now - AGAIN), pk=row.pk, sent_at__isnull=True
    ).update(tried_at=now)
    if not mine:
        return False
    letter = letter_to(person, week)
    if letter is None:
        return False
    letter.extra_headers["Message-ID"] = f"<digest-{person.uuid}-{week:%G-W%V}@laurel>"
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as broken:
        logger.warning("the letter to %s did not leave (%s); it is tried again", person, broken)
        return False
    Digest.objects.filter(pk=row.pk).update(sent_at=timezone.now())
    return True


def letter_to(person: User, week: date) -> EmailMultiAlternatives | None:
    """What the person is told of the week; None where they lead nothing."""
    told = weeks_of(person, week)
    if not told:
        return None
    context = {
        "person": person,
        "week": week,
        "told": told,
        "targets": settings.WEEKLY_TARGETS,
        "dashboard": _whole(f"{reverse('annotate:dashboard')}?week={week:%G-W%V}"),
        "refuse": _whole(reverse("annotate:digest")),
    }
    letter = EmailMultiAlternatives(
        subject=_("Laurel: your week %(week)s") % {"week": f"{week:%G-W%V}"},
        body=render_to_string("annotate/mail/digest.txt", context),
        to=[person.email],
    )
    letter.attach_alternative(render_to_string("annotate/mail/digest.html", context), "text/html")
    return letter


def weeks_of(person: User, week: date) -> list[CampaignWeek]:
    """The campaigns that a person leads and that are not closed."""
    campaigns = list(campaigns_led_by(person).exclude(state=CampaignState.CLOSED))
    reports = newest_reports(campaigns)
    return [_week_of(each, reports.get(each.pk), week) for each in campaigns]


def _week_of(campaign: Campaign, report: QualityReport | None, week: date) -> CampaignWeek:
    asked = Wanting([campaign])
    return CampaignWeek(
        campaign,
        counts_of(asked, week),
        slice_of(report, Wanting([campaign], week=week), "agreement") if report else None,
        slice_of(report, asked, "agreement") if report else None,
        len(report.findings) if report else 0,
        _whole(f"{reverse('annotate:dashboard')}?campaign={campaign.uuid}"),
    )


def _whole(path: str) -> str:
    """With the server's address, where somebody has said how visitors call it."""
    return f"{getattr(settings, 'PUBLIC_URL', '')}{path}"


def refuse_digest(*, person: User) -> None:
    DigestRefusal.objects.get_or_create(person=person)


def want_digest(*, person: User) -> None:
    DigestRefusal.objects.filter(person=person).delete()
