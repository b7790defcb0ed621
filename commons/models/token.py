"""Keys by which programs speak for a person."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a program may do with a token; its person must be allowed to do it as well."""

    WORK = "work", _("Take work, keep drafts, submit")
    READ = "read", _("Read campaigns, their progress and their datasets")
    MANAGE = "manage", _("Bring prompts and candidates in, freeze datasets")


class ApiToken(models.Model):
    """A program's key. Only its SHA-256 is kept; the key itself is shown once, when it is made."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens"
    )
    name = models.CharField(max_length=100, help_text="What it is used for.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False, help_text="How the key begins.")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the hour.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_token_says_what_for"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
