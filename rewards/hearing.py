"""What rewards does when something happens in annotate."""

from annotate import gateway
from commons.nudges import nudge
from rewards.tasks import answer_conversations


def hear_conversations() -> None:
    """Whoever says something to the models wakes a worker."""
    gateway.answers_wanted.connect(wake, dispatch_uid="rewards")


def wake(sender: object, **said: object) -> None:
    nudge(answer_conversations)
