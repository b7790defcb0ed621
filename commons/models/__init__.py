"""What both apps keep: people, runs that must survive a crash, signs of life, and who did what."""

from commons.models.audit import AuditEvent
from commons.models.run import Run, RunState
from commons.models.token import ApiToken, Scope
from commons.models.user import User
from commons.models.worker import WorkerHeartbeat

__all__ = ["ApiToken", "AuditEvent", "Run", "RunState", "Scope", "User", "WorkerHeartbeat"]
