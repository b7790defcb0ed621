"""A letter to each lead about the week that is over: once, however often it is asked for.

    Monday, counted -> a row for each lead -> whoever moves its ``tried_at`` sends -> ``sent_at``

Nothing is sent while the installation has no mail server, to nobody without an address, and to
nobody who has refused it.
"""

import logging
import smtplib
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from annotate.enums import CampaignState, Role
from annotate.models import (
    Campaign,
    Digest,
    DigestRefusal,
    Membership,
)
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.digest import letter_of
from annotate.selectors.quality import (
    rolled_up_at,
)
from annotate.selectors.tally import beginning_of, week_start
from commons.models import User
from commons.presence import away_on, today

logger = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
WEEK = timedelta(days=7)


def mail_is_set_up() -> bool:
    return bool(getattr(settings, "MAIL_IS_SET_UP", False))


def send_due_digests() -> int:
    """Send what is due of last week; say how many letters left."""
    if not mail_is_set_up():
        return 0
    week = week_start() - WEEK
    return sum(_send_once(person, week) for person in leads_to_tell())


def leads_to_tell() -> list[User]:
    """Who leads something that is not closed, has an address and wants letters. Who is away reads
    theirs when they are back, if that is in the same week."""
    led = Membership.objects.filter(active=True, role=Role.LEAD).exclude(
        campaign__state=CampaignState.CLOSED
    )
    people = User.objects.filter(pk__in=led.values("person"), is_active=True)
    told = people.exclude(email="").exclude(digest_refusal__isnull=False).order_by("pk")
    away = away_on(today(), [each.pk for each in told])
    return [each for each in told if each.pk not in away]


def _send_once(person: User, week: date) -> bool:
    """False: its week is not wholly counted yet, it left before, somebody else sends it, or the
    server did not take it."""
    if not _is_counted(person, week):
        return False
    row, _made = Digest.objects.get_or_create(person=person, week=week)
    now = timezone.now()
    mine = Digest.objects.filter(
        Q(tried_at__isnull=True) | Q(tried_at__lt=now - AGAIN), pk=row.pk, sent_at__isnull=True
    ).update(tried_at=now)
    if not mine:
        return False
    with override(person.language or settings.LANGUAGE_CODE):
        letter = letter_to(person, week)
    if letter is None:
        return False
    letter.extra_headers["Message-ID"] = f"<digest-{person.uuid}-{week:%G-W%V}@laurel>"
    try:
        letter.send()
    except (OSError, smtplib.SMTPException, ValueError) as broken:  # Value: an address with a break
        logger.warning("the letter to %s did not leave (%s); it is tried again", person, broken)
        return False
    Digest.objects.filter(pk=row.pk).update(sent_at=timezone.now())
    return True


def _is_counted(person: User, week: date) -> bool:
    """Whether the counts of all that they lead are of after the week's end."""
    campaigns = _led_by(person)
    counted = rolled_up_at(campaigns)
    return not campaigns or (counted is not None and counted >= beginning_of(week + WEEK))


def letter_to(person: User, week: date) -> EmailMultiAlternatives | None:
    """What the person is told of the week; None where they lead nothing."""
    told = letter_of(person, week)
    if told is None:
        return None
    context = {
        "person": person,
        "week": week,
        "letter": told,
        "server": settings.PUBLIC_URL,  # where somebody has said how visitors call it
        "refuse": reverse("annotate:digest"),
    }
    letter = EmailMultiAlternatives(
        subject=_("Laurel: your week %(week)s") % {"week": f"{week:%G-W%V}"},
        body=render_to_string("annotate/mail/digest.txt", context),
        to=[person.email],
    )
    letter.attach_alternative(render_to_string("annotate/mail/digest.html", context), "text/html")
    return letter


def _led_by(person: User) -> list[Campaign]:
    return list(campaigns_led_by(person).exclude(state=CampaignState.CLOSED))


def refuse_digest(*, person: User) -> None:
    DigestRefusal.objects.get_or_create(person=person)


def want_digest(*, person: User) -> None:
    DigestRefusal.objects.filter(person=person).delete()
