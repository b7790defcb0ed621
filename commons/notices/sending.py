"""Send what waits, and send it again where it did not arrive, later each time."""

import json
import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from commons.models import Channel, Delivery, DeliveryState, DeliveryTry, Means, Notice
from commons.notices.mailing import link_to, mail
from commons.notices.posting import Outcome, post
from commons.notices.signing import secret_from, signed_headers

HELD_FOR = timedelta(minutes=2)  # a sender that is silent for so long has died; a try takes less
AT_A_TIME = 30.0  # seconds of one nudge; the next one goes on
# After each try that failed. The sums follow Standard Webhooks: some three days, then a person.
PAUSES = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 30)),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
AGENT = "Laurel-Webhooks/1.0"
DIED = "whoever tried it last died on it each time; it is not tried any more"

logger = logging.getLogger(__name__)


def send_waiting() -> int:
    """Send what is due, for half a minute at most; say how many deliveries were tried."""
    began, tried = time.monotonic(), 0
    while time.monotonic() - began < AT_A_TIME and (delivery := claim_delivery()) is not None:
        keep_outcome(delivery, outcome_of(delivery))
        tried += 1
    return tried


def claim_delivery() -> Delivery | None:
    """Take the delivery that has been due longest; nobody else is given it for two minutes.

    One whose senders have died at every try is given up: it might be what they died of.
    """
    now = timezone.now()
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now)
    for pk, was_due in due.order_by("due_at", "pk").values_list("pk", "due_at")[:10]:
        mine = due.filter(pk=pk, due_at=was_due)
        if mine.filter(tries__gt=len(PAUSES)).update(state=DeliveryState.GIVEN_UP):
            DeliveryTry.objects.create(delivery_id=pk, went_well=False, says=DIED)
            continue
        if mine.update(due_at=now + HELD_FOR, tries=F("tries") + 1):
            return Delivery.objects.select_related("notice", "channel__owner").get(pk=pk)
    return None


def outcome_of(delivery: Delivery) -> Outcome:
    """Try it once; whatever goes wrong is an outcome too, or it would be tried for ever."""
    try:
        return send(delivery)
    except Exception as broken:
        logger.exception("delivery %s cannot be sent", delivery.uuid)
        return Outcome(False, f"it cannot be sent: {broken!r}"[:500])


def send(delivery: Delivery) -> Outcome:
    """Try it once, by its channel's means."""
    channel = delivery.channel
    if not channel.active:
        return Outcome(False, f"the channel is stopped: {channel.stopped_because or 'by hand'}")
    if channel.owner is not None and not channel.owner.is_active:
        return Outcome(False, "its person's account is switched off")
    if channel.means == Means.MAIL:
        return mail(delivery)
    body = body_of(delivery.notice)
    signed = signed_headers(
        secret_of(channel),
        message=f"msg_{delivery.uuid.hex}",
        timestamp=int(time.time()),
        body=body,
    )
    headers = {"content-type": "application/json", "user-agent": AGENT, **signed}
    return post(channel.url, body, headers)


def body_of(notice: Notice) -> bytes:
    """What a webhook carries: type, timestamp and data, as Standard Webhooks has it."""
    data = {
        **notice.facts,
        "title": notice.title,
        "says": notice.says,
        "url": link_to(notice.path) or notice.path,
    }
    told = {"type": notice.kind, "timestamp": notice.at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def secret_of(channel: Channel) -> str:
    return secret_from(settings.SECRET_KEY, name=channel.uuid.hex, generation=channel.generation)


@transaction.atomic
def keep_outcome(delivery: Delivery, outcome: Outcome) -> None:
    """A line of the log, and when it is tried again, if it is."""
    DeliveryTry.objects.create(
        delivery=delivery,
        went_well=outcome.went_well,
        status=outcome.status,
        says=outcome.says[:500],
        took_ms=outcome.took_ms,
    )
    mine = Delivery.objects.filter(
        pk=delivery.pk, tries=delivery.tries, state=DeliveryState.WAITING
    )
    now = timezone.now()
    if outcome.went_well:
        mine.update(state=DeliveryState.DELIVERED, delivered_at=now)
    elif outcome.is_gone or not delivery.channel.active or delivery.tries > len(PAUSES):
        mine.update(state=DeliveryState.GIVEN_UP)
    else:
        mine.update(due_at=now + PAUSES[delivery.tries - 1])
    if outcome.is_gone:
        said = "The receiver answered 410 Gone: nobody listens there any more."
        Channel.objects.filter(pk=delivery.channel_id).update(active=False, stopped_because=said)
