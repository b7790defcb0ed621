"""Sessions whose process died while nobody waited for an answer."""

from commons.models import RunState
from commons.runs import claim_run, finish_run
from rewards.models import TalkSession


def end_dead_sessions() -> int:
    """End them; whoever talks next requests the row anew. How many there were."""
    ended = 0
    running = TalkSession.objects.filter(state=RunState.RUNNING)
    while session := claim_run(running):  # claims only what fell silent
        ended += finish_run(session)
    return ended
