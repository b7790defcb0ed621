"""What both apps keep: people, runs that must survive a crash, signs of life, who did what, and
what is to be told."""

from commons.models.audit import AuditEvent
from commons.models.notice import (
    PERSONAL,
    Channel,
    Delivery,
    DeliveryState,
    DeliveryTry,
    Means,
    Notice,
    NoticeKind,
)
from commons.models.presence import Absence, Availability
from commons.models.run import Run, RunState
from commons.models.token import ApiToken, Scope
from commons.models.user import User
from commons.models.worker import WorkerHeartbeat

__all__ = [
    "PERSONAL",
    "Absence",
    "ApiToken",
    "AuditEvent",
    "Availability",
    "Channel",
    "Delivery",
    "DeliveryState",
    "DeliveryTry",
    "Means",
    "Notice",
    "NoticeKind",
    "Run",
    "RunState",
    "Scope",
    "User",
    "WorkerHeartbeat",
]
