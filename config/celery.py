"""The Celery application: ``celery -A config worker -Q default``, ``-Q train``, one ``beat``."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django.conf import settings

from commons.supervising.parent_death import tie_to

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("laurel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# By name: models load only after Django is set up.
app.steps["worker"].add("commons.heartbeats:Heartbeats")


@setup_logging.connect
def log_as_django_does(**_: Any) -> None:
    """Celery leaves logging alone where somebody listens to this signal."""
    logging.config.dictConfig(settings.LOGGING)


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """A process of the pool that is in the middle of a run must not outlive a killed worker."""
    tie_to(os.getppid())
