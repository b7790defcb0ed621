"""What people set up: which channels there are, and what each wants to hear of."""

from collections.abc import Collection
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from commons.audit import record
from commons.errors import Refusal
from commons.models import (
    PERSONAL,
    Channel,
    Delivery,
    DeliveryState,
    Means,
    Notice,
    NoticeKind,
    User,
)
from commons.notices.addresses import address_of, target_of

ASKABLE = [kind for kind in NoticeKind if kind not in (NoticeKind.TEST, *PERSONAL)]
MOST = 20  # webhooks of one person, or of the installation


class ChannelRefused(Refusal):
    """The channel cannot be as it was asked for; the message says what to do."""


@transaction.atomic
def add_webhook(
    *,
    url: str,
    kinds: Collection[NoticeKind],
    by: User,
    for_installation: bool = False,
    uuid: UUID | None = None,
) -> Channel:
    """Post notices to this address. The same ``uuid`` makes no second one."""
    address_of(target_of(url))  # refused now, in words, and again at every try
    owner = _owner(by, for_installation)
    if Channel.objects.filter(owner=owner, means=Means.WEBHOOK).count() >= MOST:
        said = gettext("There are %(most)d webhooks already; remove one first.")
        raise ChannelRefused(said % {"most": MOST})
    try:
        with transaction.atomic():
            made = Channel.objects.create(
                uuid=uuid or uuid4(),
                means=Means.WEBHOOK,
                owner=owner,
                url=url,
                kinds=_in_order(kinds),
                made_by=by,
            )
    except IntegrityError as twice:
        said = gettext("This webhook was made a moment ago, and its secret shown once.")
        raise ChannelRefused(said) from twice
    record(actor=by, verb="channel.added", subject=made, url=url, kinds=made.kinds)
    return made


@transaction.atomic
def choose_mail(*, kinds: Collection[NoticeKind], by: User) -> Channel:
    """What a person wants to be told by e-mail from now on; nothing at all is a choice too."""
    chosen = _in_order(kinds)
    channel, _ = Channel.objects.update_or_create(
        owner=by,
        means=Means.MAIL,
        defaults={"kinds": chosen, "made_by": by, "active": True, "stopped_because": ""},
    )
    record(actor=by, verb="channel.chosen", subject=channel, kinds=chosen)
    return channel


@transaction.atomic
def renew_secret(*, channel: Channel, by: User) -> Channel:
    """A new secret; whatever is signed from now on is signed with it."""
    Channel.objects.filter(pk=channel.pk).update(generation=channel.generation + 1)
    channel.refresh_from_db()
    record(actor=by, verb="channel.secret_renewed", subject=channel)
    return channel


@transaction.atomic
def set_active(*, channel: Channel, active: bool, by: User) -> None:
    """Stop a channel, or let it hear again; what happened meanwhile is not told after the fact."""
    if Channel.objects.filter(pk=channel.pk, active=not active).update(
        active=active, stopped_because=""
    ):
        verb = "channel.resumed" if active else "channel.stopped"
        record(actor=by, verb=verb, subject=channel)


@transaction.atomic
def remove_channel(*, channel: Channel, by: User) -> None:
    """Nothing is sent there any more; its log goes with it."""
    record(actor=by, verb="channel.removed", subject=channel, url=channel.url)
    Channel.objects.filter(pk=channel.pk).delete()


@transaction.atomic
def send_test(*, channel: Channel, by: User) -> Delivery:
    """A notice for this channel alone, to see whether it arrives."""
    notice = Notice.objects.create(
        kind=NoticeKind.TEST,
        key=f"test:{uuid4()}",
        title="A test",
        says=f"{by.display_name} wanted to see whether notices arrive here.",
    )
    return Delivery.objects.create(notice=notice, channel=channel)


@transaction.atomic
def replay(*, delivery: Delivery, by: User) -> bool:
    """Send it once more, under the same webhook-id. False: it waits to be sent anyway."""
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.WAITING)
    again = ended.update(state=DeliveryState.WAITING, tries=0, due_at=timezone.now())
    if again:
        record(actor=by, verb="delivery.replayed", subject=delivery)
    return bool(again)


def _owner(by: User, for_installation: bool) -> User | None:
    if not for_installation:
        return by
    if not by.is_superuser:
        raise ChannelRefused(gettext("Only an admin sets up webhooks of the installation."))
    return None


def _in_order(kinds: Collection[NoticeKind]) -> list[str]:
    return [kind.value for kind in ASKABLE if kind in kinds]
