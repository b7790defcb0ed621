"""A note is read by the person to whom it was written."""

from django.utils import timezone

from annotate.models import Note


def mark_read(*, note: Note) -> None:
    """Remember when it was first read."""
    Note.objects.filter(pk=note.pk, read_at__isnull=True).update(read_at=timezone.now())
