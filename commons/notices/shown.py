"""What people see of channels and deliveries. Nothing here writes."""

from django.db.models import Prefetch, Q, QuerySet

from commons.models import Channel, Delivery, DeliveryTry, Means, User


def channels_of(user: User) -> QuerySet[Channel]:
    """A person's own channels, and for an admin the installation's."""
    mine = Q(owner=user)
    return Channel.objects.filter(mine | Q(owner=None) if user.is_superuser else mine).order_by(
        "means", "pk"
    )


def webhooks_of(user: User) -> QuerySet[Channel]:
    return channels_of(user).filter(means=Means.WEBHOOK)


def mail_kinds_of(user: User) -> list[str]:
    """What a person has asked to be told by e-mail."""
    found = Channel.objects.filter(owner=user, means=Means.MAIL).first()
    return list(found.kinds) if found else []


def deliveries_of(user: User) -> QuerySet[Delivery]:
    """The delivery log of all that ``channels_of`` shows, the newest first."""
    log = Prefetch("log", DeliveryTry.objects.order_by("-pk"))
    seen = channels_of(user).order_by().values("pk")
    return (
        Delivery.objects.filter(channel__in=seen)
        .select_related("notice", "channel__owner")
        .prefetch_related(log)
        .order_by("-pk")
    )
