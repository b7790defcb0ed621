"""A person who logs in."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person who logs in. What one may do in a campaign is its membership's to say.

    ``is_superuser`` is the admin of the installation; ``uuid`` is the only id that pages,
    exports and the API show.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    time_zone = models.CharField(
        max_length=64, blank=True, help_text="As in Europe/Berlin; empty for the browser's own."
    )
    language = models.CharField(
        max_length=8,
        blank=True,
        db_default="",
        help_text="Of mail to this person, as in de; empty for the installation's.",
    )
    keys = models.JSONField(
        null=True,
        blank=True,
        help_text="The keys that this person chose instead of ours, by what they do.",
    )

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username
