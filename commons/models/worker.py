"""Signs of life of the workers."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """One worker process, and when it last said that it is alive."""

    name = models.CharField(max_length=200, unique=True)
    queues = models.CharField(max_length=200)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
