"""What happened to people themselves: each is told of it by mail, once, by their own choice.

    something happens -> tell_people: a notice, and deliveries to who wants it and has an address

Nobody else hears of it: no lead, no admin, no webhook. Who has no address reads it on their desk.
"""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commons.audit import record
from commons.models import (
    PERSONAL,
    Channel,
    Delivery,
    DeliveryState,
    DeliveryTry,
    Means,
    Notice,
    NoticeKind,
    User,
)
from commons.notices.telling import keep_notice
from commons.presence import mornings_back
from commons.sentences import Sentence

BY_DEFAULT = frozenset(
    {NoticeKind.PERSON_PAUSED, NoticeKind.PERSON_ANSWERED, NoticeKind.PERSON_ANNOUNCED}
)
AT_ONCE = 1000
NOT_WANTED = "its person wants no such mail any more"


@transaction.atomic
def tell_people(
    *,
    kind: NoticeKind,
    key: str,
    title: Sentence,
    says: Sentence,
    path: str,
    people: Collection[int],
) -> Notice | None:
    """Keep a notice and one delivery for each of these people who wants it and can be written to.

    Call it in the transaction of what happened. None: it was told before, or no mail is set up
    here, and then nothing waits for the day on which it is.
    """
    if not settings.MAIL_IS_SET_UP:
        return None
    notice = keep_notice(kind, key, title, says=says, path=path)
    if notice is None:
        return None
    channels = mail_channels(kind, people)
    away, now = mornings_back(channels), timezone.now()
    Delivery.objects.bulk_create(
        (
            Delivery(notice=notice, channel=channel, due_at=away.get(person, now))
            for person, channel in channels.items()
        ),
        batch_size=AT_ONCE,
    )
    return notice


def mail_channels(kind: NoticeKind, people: Collection[int]) -> Mapping[int, Channel]:
    """By person: those who want this kind. Who has never chosen gets a channel with no choice."""
    able = User.objects.filter(pk__in=people, is_active=True).exclude(email="")
    mails = Channel.objects.filter(means=Means.MAIL)
    if kind in BY_DEFAULT:
        new = able.exclude(pk__in=mails.values("owner")).values_list("pk", flat=True)
        made = [Channel(owner_id=person, means=Means.MAIL) for person in new]
        Channel.objects.bulk_create(made, batch_size=AT_ONCE, ignore_conflicts=True)
    found = mails.filter(owner__in=able, active=True).order_by("owner")
    return {each.owner_id: each for each in found if each.owner_id and kind in wanted_by(each)}


def wanted_by(channel: Channel | None) -> Collection[str]:
    """What its owner wants to hear of what happens to themselves."""
    chosen = channel.personal if channel else None
    return BY_DEFAULT if chosen is None else chosen


def own_mail_of(person: User) -> Channel | None:
    return Channel.objects.filter(owner=person, means=Means.MAIL).first()


@transaction.atomic
def choose_own_mail(*, kinds: Collection[NoticeKind], language: str, by: User) -> None:
    """What a person is told from now on, in which language; what waits of the rest is not sent."""
    chosen = [kind.value for kind in PERSONAL if kind in kinds]
    channel, _ = Channel.objects.update_or_create(
        owner=by,
        means=Means.MAIL,
        defaults={"personal": chosen},
        create_defaults={"personal": chosen, "made_by": by},
    )
    User.objects.filter(pk=by.pk).update(language=language)
    _let_go(channel, frozenset(PERSONAL) - frozenset(kinds))
    record(actor=by, verb="channel.chosen", subject=channel, personal=chosen)


def _let_go(channel: Channel, kinds: Collection[NoticeKind]) -> None:
    """One that a sender holds is in the mail already, or given up here: the log says which."""
    waiting = channel.deliveries.filter(notice__kind__in=kinds, state=DeliveryState.WAITING)
    for delivery in waiting.select_for_update(of=("self",)):
        delivery.state = DeliveryState.GIVEN_UP
        delivery.save(update_fields=["state"])
        DeliveryTry.objects.create(delivery=delivery, went_well=False, says=NOT_WANTED)


def own_deliveries(person: User) -> QuerySet[Delivery]:
    """The log of what a person was told of themselves, the newest first."""
    mine = Delivery.objects.filter(
        channel__owner=person, channel__means=Means.MAIL, notice__kind__in=PERSONAL
    )
    found = mine.select_related("notice", "channel").prefetch_related("log")
    return found.order_by("-pk")
