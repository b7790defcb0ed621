"""Nudges for the workers. The rows are the queue: each is safe to run twice and safe to lose."""

from celery import shared_task

from commons.notices.sending import send_waiting
from commons.notices.workers import tell_of_dead_workers
from commons.sweeping import sweep


@shared_task
def sweep_dead_runs() -> None:
    """Find what dead workers held, and call somebody for it."""
    sweep()


@shared_task
def send_notices() -> None:
    """Tell what waits to be told."""
    tell_of_dead_workers()
    send_waiting()
