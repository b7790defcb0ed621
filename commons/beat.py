"""Beat's schedule in the database, by django-celery-beat: what the settings name, and more.

An entry that the settings no longer name is taken away at the start, or beat would go on nudging a
task that is gone. In the admin an entry can be switched off; how often it comes is the settings'.
"""

from typing import Any

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

OF_SETTINGS = "From the settings; switch it off here, or change how often in config/settings."


class Scheduler(DatabaseScheduler):  # type: ignore[misc]  # it has no types
    """What ``celery beat`` runs."""

    def update_from_dict(self, mapping: dict[str, Any]) -> None:
        """Called at the start, with the entries of the settings and with Celery's own."""
        described = {name: {**entry, "description": OF_SETTINGS} for name, entry in mapping.items()}
        super().update_from_dict(described)

    def setup_schedule(self) -> None:
        super().setup_schedule()
        named = [*self.app.conf.beat_schedule, "celery.backend_cleanup"]
        forgotten = PeriodicTask.objects.filter(description=OF_SETTINGS).exclude(name__in=named)
        forgotten.delete()
