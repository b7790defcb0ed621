"""Tell that a worker fell silent: once for each start of it."""

from datetime import timedelta

from django.utils import timezone

from commons.models import NoticeKind, WorkerHeartbeat
from commons.notices.telling import tell
from commons.runs import SILENCE

TOLD_FOR = timedelta(hours=1)  # what has been silent for longer was told, or nobody was there


def tell_of_dead_workers() -> int:
    """Say how many are told of now. A worker that stopped in order has left no row."""
    now = timezone.now()
    silent = WorkerHeartbeat.objects.filter(
        seen_at__lt=now - SILENCE, seen_at__gte=now - SILENCE - TOLD_FOR
    )
    return sum(_tell_of(worker) for worker in silent.order_by("pk"))


def _tell_of(worker: WorkerHeartbeat) -> bool:
    seen = f"{worker.seen_at:%Y-%m-%d %H:%M:%S} UTC"
    told = tell(
        kind=NoticeKind.WORKER_DEAD,
        key=f"worker:{worker.name}:{worker.started_at.isoformat()}",
        title=f"Worker {worker.name} fell silent",
        says=(
            f"It was last seen at {seen}, on {worker.host} (process {worker.pid}, queues "
            f"{worker.queues}). What it held is taken over by another worker; look whether its "
            "process lives, and start it again."
        ),
        facts={"worker": worker.name, "host": worker.host, "queues": worker.queues.split(",")},
    )
    return told is not None
