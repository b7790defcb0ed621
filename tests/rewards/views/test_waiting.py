"""What waits for the train worker says why; what a newcomer reads needs no other page."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from commons.models import RunState, WorkerHeartbeat
from rewards.enums import Method, PolicyMethod, Stage
from rewards.models import Cycle
from rewards.views.running import DOING
from rewards.views.standing import STATIONS
from rewards.views.station_words import STATION_WORDS
from tests.rewards.views.conftest import Cast, words
from tests.rewards.views.making import make_cycle, make_reward_model, make_run, make_snapshot

OTHERS = {  # which no method chooses
    "base_model",
    "compare_rewards",
    "evaluate_policy",
    "evaluate_reward",
    "generate",
    "run_benchmark",
    "score",
    "train_sft",
}


def let_a_worker_live() -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="train@here", queues="train", host="here", pid=1, started_at=now, seen_at=now
    )


def test_a_cycle_that_waits_says_what_the_worker_is_at_and_for_how_long(cast: Cast):
    begun = {"started_at": timezone.now() - timedelta(minutes=10), "done": 1, "total": 3}
    make_run("train_head", state=RunState.RUNNING, columns=begun)
    let_a_worker_live()
    cycle = make_cycle(cast.track, stage=Stage.FREEZING)
    page = reverse("rewards:one_cycle", args=[cast.track.uuid, cycle.number])

    said = words(cast.client(cast.lead).get(page))

    assert (
        "Waiting for the train worker, which does one thing at a time. "
        "Now it is training a reward model. About 20 minutes left."
    ) in said


def test_a_run_whose_worker_is_gone_keeps_nobody_waiting(cast: Cast):
    """It is no reason, and no time is promised by it."""
    long_ago = timezone.now() - timedelta(minutes=10)
    make_run("train_head", state=RunState.RUNNING, columns={"heartbeat_at": long_ago})
    let_a_worker_live()
    cycle = make_cycle(cast.track, stage=Stage.FREEZING)
    page = reverse("rewards:one_cycle", args=[cast.track.uuid, cycle.number])

    said = words(cast.client(cast.lead).get(page))

    assert "Waiting for the train worker" in said
    assert "Now it is" not in said


def test_every_engine_that_a_run_may_name_is_said_in_words():
    trained = {each.module for each in (*Method, *PolicyMethod)}

    assert trained | OTHERS == set(DOING)


def test_every_station_says_what_it_is_for(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    page = reverse("rewards:one_cycle", args=[cast.track.uuid, cycle.number])

    said = words(cast.client(cast.lead).get(page))

    assert [stage for stage in STATIONS if str(STATION_WORDS[stage]) not in said] == []
    assert "time left not known yet" in said


def test_a_head_is_asked_for_apart_from_what_it_does_not_know(cast: Cast):
    make_snapshot(cast.campaign)

    html = cast.client(cast.lead).get(reverse("rewards:train")).text

    before, tuning = html.split('<div class="tuning stack">')
    assert 'name="method"' in before
    assert 'name="epochs"' not in before
    assert 'name="epochs"' in tuning


def test_frozen_rankings_lead_to_training(cast: Cast):
    snapshot = make_snapshot(cast.campaign)

    html = cast.client(cast.lead).get(reverse("annotate:dataset", args=[snapshot.uuid])).text

    assert f'href="{reverse("rewards:train")}?snapshot={snapshot.uuid}"' in html


def test_the_state_of_what_moves_stands_where_it_is_asked_for_anew(cast: Cast):
    model = make_reward_model(cast.campaign, run=make_run(state=RunState.RUNNING), by=cast.lead)
    page = reverse("rewards:progress", args=[model.uuid])

    assert "Training" in words(cast.client(cast.admin).get(page))


def test_whoever_starts_a_cycle_reads_how_long_the_last_one_took(cast: Cast):
    page = reverse("rewards:start_cycle", args=[cast.track.uuid])
    client = cast.client(cast.lead)
    before = words(client.get(page))
    cycle = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.DONE)
    now = timezone.now()
    Cycle.objects.filter(pk=cycle.pk).update(
        stage=Stage.DONE, opened_at=now - timedelta(minutes=95), closed_at=now
    )

    assert "It takes minutes with a small model" in before
    assert "The last one took 1 h 35 min." in words(client.get(page))


def test_the_page_of_a_past_cycle_pauses_and_cancels_nothing(cast: Cast):
    past = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.DONE)
    Cycle.objects.filter(pk=past.pk).update(stage=Stage.DONE, closed_at=timezone.now())
    make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)

    page = reverse("rewards:one_cycle", args=[cast.track.uuid, past.number])
    said = words(cast.client(cast.lead).get(page))

    assert "To cycle 2, which is open" in said
    assert "Cancel the open cycle" not in said


def test_what_a_cycle_that_has_ended_never_began_does_not_wait(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.CANCELLED)
    Cycle.objects.filter(pk=cycle.pk).update(stage=Stage.CANCELLED, closed_at=timezone.now())
    page = reverse("rewards:one_cycle", args=[cast.track.uuid, cycle.number])

    said = words(cast.client(cast.lead).get(page))

    assert "Train the judge not begun" in said
    assert "waiting" not in said


def test_what_a_cycle_without_a_quorum_goes_past_does_not_wait(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.RUNNING)
    cycle.steps.filter(stage=Stage.REWARDING).delete()
    page = reverse("rewards:one_cycle", args=[cast.track.uuid, cycle.number])

    assert "Train the reward model not begun" in words(cast.client(cast.lead).get(page))
