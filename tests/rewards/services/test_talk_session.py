"""A session whose process was killed does not seem to run for ever."""

import pytest
from django.utils import timezone

from commons.models import RunState
from commons.runs import SILENCE, claim_run
from rewards.models import TalkSession, Track
from rewards.services.talk_session import end_dead_sessions

pytestmark = pytest.mark.django_db


def test_only_a_silent_session_is_ended() -> None:
    for name in ("silent", "living"):
        TalkSession.objects.create(track=Track.objects.create(name=name))
    while claim_run(TalkSession.objects.all()):
        pass
    silent = TalkSession.objects.filter(track__name="silent")
    silent.update(heartbeat_at=timezone.now() - 2 * SILENCE)

    assert (end_dead_sessions(), end_dead_sessions()) == (1, 0)

    states = dict(TalkSession.objects.values_list("track__name", "state"))
    assert states == {"silent": RunState.DONE, "living": RunState.RUNNING}
