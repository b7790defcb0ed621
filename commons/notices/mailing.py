"""A notice as an e-mail to one person."""

import smtplib
import time

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from commons.models import PERSONAL, Delivery, User
from commons.notices.posting import Outcome
from commons.translating import translated

NO_MAIL = "no mail is set up here; an admin sets EMAIL_URL"
NO_ADDRESS = "its person has no e-mail address; an admin adds one"


def mail(delivery: Delivery) -> Outcome:
    """Send it once and say what came of it."""
    person = delivery.channel.owner
    if not settings.MAIL_IS_SET_UP:
        return Outcome(False, NO_MAIL)
    if person is None or not person.email:
        return Outcome(False, NO_ADDRESS)
    began = time.monotonic()
    with override(person.language or settings.LANGUAGE_CODE):
        message = _message(delivery, person)
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as broken:
        said = f"the mail server did not take it: {broken}"[:500]
        return Outcome(False, said, took_ms=_ms(began))
    return Outcome(True, "handed to the mail server", took_ms=_ms(began))


def _message(delivery: Delivery, person: User) -> EmailMessage:
    """In the active language. A personal one says where its person chooses what they are told."""
    notice, headers = delivery.notice, {"Message-ID": f"<{delivery.uuid}@laurel>"}
    title = translated(notice.title)
    parts = [title, translated(notice.says), link_to(notice.path)]
    if notice.kind in PERSONAL:
        choices = link_to(reverse("commons:own_mail"))
        parts += [
            "--",
            _("You choose what you are told under Profile → What you are told by e-mail."),
            choices,
        ]
        headers |= {"List-Unsubscribe": f"<{choices}>"} if choices else {}
    return EmailMessage(
        subject=f"Laurel: {' '.join(title.split())}",
        body="\n\n".join(part for part in parts if part),
        to=[person.email],
        headers=headers,  # by its id it is shown once, also when it was sent twice
    )


def link_to(path: str) -> str:
    """The whole address of a page; empty while nobody has said how visitors call this server."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL and path else ""


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
