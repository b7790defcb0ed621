"""What workers are told when something happens in annotate."""

from annotate.services.task import tasks_opened
from annotate.tasks import fill_texts_of_tasks
from commons.nudges import nudge


def hear_tasks() -> None:
    """Whoever opens tasks has their texts rendered before they are read."""
    tasks_opened.connect(fill, dispatch_uid="annotate")


def fill(sender: object, **said: object) -> None:
    nudge(fill_texts_of_tasks)
