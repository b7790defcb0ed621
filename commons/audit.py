"""Write down who did what."""

from django.db import models

from commons.models import AuditEvent, User


def record(*, actor: User | None, verb: str, subject: models.Model, **detail: object) -> AuditEvent:
    """Add one event; call it inside the transaction of the act itself."""
    name = f"{subject._meta.model_name}:{getattr(subject, 'uuid', subject.pk)}"
    return AuditEvent.objects.create(actor=actor, verb=verb, subject=name, detail=detail)
