"""A cycle is paused and let go on by those who lead its campaigns, once that is confirmed."""

from django.urls import reverse

from commons.models import RunState
from rewards.enums import Stage
from rewards.models import Cycle
from tests.rewards.views.conftest import ONLY_ITS_LEADS, Cast
from tests.rewards.views.making import make_cycle


def page(cycle: Cycle, name: str) -> str:
    return reverse(f"rewards:{name}_cycle", args=[cycle.track.uuid, cycle.number])


def test_only_its_leads_are_asked(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)

    assert cast.statuses(page(cycle, "pause")) == ONLY_ITS_LEADS
    assert cast.statuses(page(cycle, "resume")) == ONLY_ITS_LEADS


def test_nobody_else_pauses_it(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)

    for person in (cast.member, cast.stranger):
        assert cast.client(person).post(page(cycle, "pause")).status_code == 404

    cycle.refresh_from_db()
    assert not cycle.paused


def test_it_is_paused_and_goes_on_and_the_page_says_so(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    client, track = cast.client(cast.lead), reverse("rewards:track", args=[cast.track.uuid])

    client.post(page(cycle, "pause"))
    paused = client.get(track).content.decode()
    client.post(page(cycle, "resume"))
    going = client.get(track).content.decode()

    assert ("Paused: the step that is running" in paused, "Let it go on" in paused) == (True, True)
    assert "Paused: the step that is running" not in going
    assert client.post(page(cycle, "resume")).status_code == 422
