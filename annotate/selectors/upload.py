"""Files that leads have brought."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotate.models import Batch, Upload
from annotate.selectors.campaign import visible_campaign_filter
from commons.models import User

WAITS = timedelta(days=1)  # for its lead's yes
REMEMBERED = timedelta(days=7)  # once it is over


def uploads_led_by(user: User) -> QuerySet[Upload]:
    """The uploads of the campaigns that a person leads."""
    return Upload.objects.filter(visible_campaign_filter(user)).select_related("campaign")


def path_of(upload: Upload) -> Path:
    """Where its file lies, as long as it does."""
    return Path(settings.UPLOADS) / f"{upload.uuid}.jsonl"


def batch_of(upload: Upload) -> Batch | None:
    """What it became."""
    return Batch.objects.filter(created_by=upload.made_by_id, key=upload.uuid).first()


def uploads_over() -> QuerySet[Upload]:
    """Those that nobody said yes to for a day, and those that ended a week ago."""
    now = timezone.now()
    return Upload.objects.filter(
        Q(confirmed_at=None, requested_at__lt=now - WAITS) | Q(finished_at__lt=now - REMEMBERED)
    )
