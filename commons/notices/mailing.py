"""A notice as an e-mail to one person."""

import smtplib
import time

from django.conf import settings
from django.core.mail import EmailMessage

from commons.models import Delivery
from commons.notices.posting import Outcome

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
    notice = delivery.notice
    parts = (notice.title, notice.says, link_to(notice.path))
    message = EmailMessage(
        subject=f"Laurel: {' '.join(notice.title.split())}",
        body="\n\n".join(part for part in parts if part),
        to=[person.email],
        headers={"Message-ID": f"<{delivery.uuid}@laurel>"},  # sent twice, it is shown once
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as broken:
        said = f"the mail server did not take it: {broken}"[:500]
        return Outcome(False, said, took_ms=_ms(began))
    return Outcome(True, "handed to the mail server", took_ms=_ms(began))


def link_to(path: str) -> str:
    """The whole address of a page; empty while nobody has said how visitors call this server."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL and path else ""


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
