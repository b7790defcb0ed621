"""What happened that somebody wants to hear of, and how it reached them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commons.models.said import SaidTextField


class NoticeKind(models.TextChoices):
    """What people and programs may ask to be told. The values are the webhooks' event types.

    ``PERSONAL`` ones happened to a person themselves; that person alone is told, by mail.
    """

    CYCLE_PROMOTED = "cycle.promoted", _("A cycle promoted its policy")
    CYCLE_HELD = "cycle.held", _("A cycle held its policy")
    CYCLE_FAILED = "cycle.failed", _("A step of a cycle failed")
    SNAPSHOT_FROZEN = "snapshot.frozen", _("A dataset is frozen")
    SNAPSHOT_FAILED = "snapshot.failed", _("A dataset could not be frozen")
    WORKER_DEAD = "worker.dead", _("A worker fell silent")
    TEST = "notice.test", _("A test")  # sent to one channel, whatever it asks for
    PERSON_PAUSED = "person.paused", _("I am paused, or a pause of mine ends")
    PERSON_ANSWERED = "person.answered", _("An appeal or a question of mine is answered")
    PERSON_ANNOUNCED = "person.announced", _("A lead announces something to me")
    PERSON_REVIEWED = (
        "person.reviewed",
        _("A reviewer writes me a note, changes my work or turns it down"),
    )


PERSONAL = (
    NoticeKind.PERSON_PAUSED,
    NoticeKind.PERSON_ANSWERED,
    NoticeKind.PERSON_ANNOUNCED,
    NoticeKind.PERSON_REVIEWED,
)


class Notice(models.Model):
    """One thing that happened, written in the transaction in which it did.

    ``key`` names the happening, so that a step which is done twice tells once.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    key = models.CharField(max_length=300, unique=True)
    title = SaidTextField()
    says = SaidTextField(blank=True, help_text="In words, why and what to do.")
    path = models.CharField(max_length=300, blank=True, help_text="Its page, from the root on.")
    facts = models.JSONField(default=dict, blank=True, help_text="For programs.")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return str(self.title)


class Means(models.TextChoices):
    MAIL = "mail", _("E-mail")
    WEBHOOK = "webhook", _("Webhook")


class Channel(models.Model):
    """Where notices go: a person's mail, or the address of a program.

    With an owner it hears what its owner may see; without one it is the installation's and hears
    all. A webhook's secret follows from the installation's key, its id and ``generation``, and is
    in no row.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    means = models.CharField(max_length=7, choices=Means.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="channels",
        help_text="Empty: the installation's.",
    )
    url = models.CharField(max_length=500, blank=True, help_text="Of a webhook.")
    kinds = models.JSONField(default=list, help_text="What it wants to hear of.")
    personal = models.JSONField(
        null=True,
        blank=True,
        help_text="Of a mail: what its owner wants to hear of what happens to themselves; empty: "
        "they have not chosen.",
    )
    generation = models.PositiveIntegerField(default=1, help_text="Of its secret.")
    active = models.BooleanField(default=True)
    stopped_because = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(means="mail"), name="a_person_has_one_mail_channel"
            ),
            models.CheckConstraint(
                condition=Q(means="mail", url="", owner__isnull=False)
                | Q(Q(means="webhook"), ~Q(url="")),
                name="a_channel_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.url or f"mail to {self.owner}"


class DeliveryState(models.TextChoices):
    """Where a delivery stands. Each line says what lets it leave."""

    WAITING = "waiting", _("Waiting")  # it is sent at ``due_at``
    DELIVERED = "delivered", _("Delivered")  # a person sends it again
    GIVEN_UP = "given-up", _("Given up")  # a person sends it again


class Delivery(models.Model):
    """One notice on its way to one channel. The row is the queue; whoever claims it moves
    ``due_at`` ahead, so that a sender which dies is only late."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(
        max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    tries = models.PositiveIntegerField(default=0, help_text="Since it was last asked for.")
    due_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel"], name="a_channel_hears_a_notice_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="a_delivered_notice_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="waiting_deliveries")
        ]

    def __str__(self) -> str:
        return f"{self.notice} to {self.channel}"


class DeliveryTry(models.Model):
    """One line of the delivery log."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    went_well = models.BooleanField()
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of HTTP.")
    says = models.CharField(max_length=500, blank=True, help_text="What was answered, in words.")
    took_ms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.delivery} at {self.at:%Y-%m-%d %H:%M:%S}"
