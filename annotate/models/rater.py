"""Who judges: a person, an imported source or a machine."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import RaterKind


class Rater(models.Model):
    """The author of judgements. Only persons log in; the kinds are never mixed in one number."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=RaterKind.choices)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rater",
    )
    name = models.CharField(max_length=100, blank=True, help_text="Of a source or a machine.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person", user__isnull=False, name="")
                | (~Q(kind="person") & Q(user__isnull=True) & ~Q(name="")),
                name="only_a_person_logs_in",
            ),
            models.UniqueConstraint(
                fields=["kind", "name"], condition=~Q(kind="person"), name="one_rater_per_source"
            ),
        ]

    def __str__(self) -> str:
        return self.user.display_name if self.user else f"{self.name} ({self.kind})"
