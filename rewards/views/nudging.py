"""Let the train worker know that something waits for it."""

from rewards.tasks import advance_open_cycles


def nudge_train_worker() -> None:
    """Once what was asked for is committed; lost, beat nudges again within a minute."""
    advance_open_cycles.delay_on_commit()  # type: ignore[attr-defined]  # Celery's Django task
