"""What is paid for work: rates, what was settled of it, and what a lead has corrected.

Ranking, Demonstration + Rate -> the open weeks (read, never kept)
the open weeks + Correction -> Statement -> LedgerLine   (kept, never changed)
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotate.enums import PaidKind

KIND = 11  # characters


class Rate(models.Model):
    """What a campaign pays from a day (UTC) on, until another rate of the same kind holds.

    One that names a kind wins over one that names none, also over a later one. Reviewing is paid
    by a rate that names it alone, and by the item: no page measures its time.
    """

    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.PROTECT, related_name="rates"
    )
    kind = models.CharField(
        max_length=KIND,
        choices=PaidKind.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: whatever people hand in.",
    )
    holds_from = models.DateField()
    currency = models.CharField(max_length=3, help_text="Its code (ISO 4217), as in EUR.")
    per_item = models.DecimalField(max_digits=10, decimal_places=4, default=0)
    per_hour = models.DecimalField(max_digits=10, decimal_places=4, default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "holds_from"], name="one_rate_of_a_kind_from_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(kind=PaidKind.REVIEW) | Q(per_hour=0), name="reviews_have_no_hours"
            ),
            models.CheckConstraint(
                condition=Q(per_item__gte=0, per_hour__gte=0), name="a_rate_takes_nothing_away"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.kind or 'all'} from {self.holds_from}: {self.currency}"


class Statement(models.Model):
    """A period of a campaign that is settled: whole weeks (Monday, UTC) before ``until``.

    It begins where the one before ended. Its lines are never changed: what changes later is a
    correction in the next one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.PROTECT, related_name="statements"
    )
    number = models.PositiveIntegerField()
    since = models.DateField(null=True, blank=True, help_text="Empty: from the beginning.")
    until = models.DateField(help_text="The first day that it does not hold.")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="statements_of_a_campaign_are_numbered"
            ),
            models.UniqueConstraint(fields=["campaign", "until"], name="a_week_is_settled_once"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(since__lt=F("until")),
                name="a_statement_holds_some_days",
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.number} of {self.campaign}"


class LedgerLine(models.Model):
    """What one person did of one kind in one week under one rate, and what it is worth.

    ``items`` and ``amount`` hold the voided part too: it is paid unless a lead corrects it.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ledger_lines"
    )
    week = models.DateField(help_text="Its Monday (UTC).")
    kind = models.CharField(
        max_length=KIND,
        choices=PaidKind.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: settled before kinds were told apart.",
    )
    currency = models.CharField(max_length=3)
    per_item = models.DecimalField(max_digits=10, decimal_places=4)
    per_hour = models.DecimalField(max_digits=10, decimal_places=4)
    items = models.PositiveIntegerField()
    tenths = models.PositiveBigIntegerField(help_text="Of a second at work, idle time left out.")
    voided_items = models.PositiveIntegerField(default=0)
    voided_tenths = models.PositiveBigIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    voided_amount = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "person", "week", "kind", "currency", "per_item", "per_hour"],
                name="a_kind_of_a_week_of_a_person_is_paid_once",
            ),
            models.CheckConstraint(
                condition=Q(voided_items__lte=F("items"), voided_tenths__lte=F("tenths")),
                name="what_is_voided_was_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.week:%G-W%V}: {self.amount} {self.currency}"


class Correction(models.Model):
    """An amount that a lead adds to what a person is owed, or takes off it, and why.

    It is only ever added to: ``statement`` is set once, when it is settled.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.PROTECT, related_name="corrections"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections"
    )
    kind = models.CharField(
        max_length=KIND,
        choices=PaidKind.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Empty: about no kind of work alone.",
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="Below 0: taken off.")
    currency = models.CharField(max_length=3)
    reason = models.TextField(help_text="The person reads it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    statement = models.ForeignKey(
        Statement, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="a_correction_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for {self.person}"
