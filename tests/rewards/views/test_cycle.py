"""A track's page: stations, outcome, history; starting, retrying, cancelling."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from commons.models import AuditEvent, RunState
from commons.runs import SILENCE
from rewards.enums import Act, Outcome, PolicyMethod, Purpose, Stage
from rewards.models import Cycle, CycleStep, EngineRun, Policy, RewardModel, Track
from rewards.services import recipe
from rewards.services.policy import decide
from rewards.services.track import create_track
from rewards.stats.evidence import Evidence, Thresholds
from rewards.stats.gates import refusals, remarks
from tests.factories import make_campaign
from tests.german import speak_german
from tests.rewards.views.conftest import ANY_LEAD, ONLY_ITS_LEADS, Cast, words
from tests.rewards.views.full_card import full_card
from tests.rewards.views.making import (
    CARD,
    COMPARISON,
    make_cycle,
    make_policy,
    make_reward_model,
    make_run,
)

TRACKS, NEW = reverse("rewards:cycle"), reverse("rewards:new_track")


def page_of(track: Track, name: str = "track") -> str:
    return reverse(f"rewards:{name}", args=[track.uuid])


def page_of_cycle(cycle: Cycle, name: str = "one_cycle") -> str:
    return reverse(f"rewards:{name}", args=[cycle.track.uuid, cycle.number])


def test_a_track_is_there_for_the_leads_of_its_campaigns(cast: Cast):
    assert cast.statuses(page_of(cast.track)) == ONLY_ITS_LEADS
    assert cast.statuses(page_of(cast.track, "start_cycle")) == ONLY_ITS_LEADS
    assert cast.statuses(NEW) == ANY_LEAD
    assert Client().get(page_of(cast.track)).status_code == 302


@pytest.mark.parametrize(
    "name", ["one_cycle", "stations", "retry_cycle", "skip_step", "cancel_cycle"]
)
def test_a_cycle_is_there_for_the_leads_of_its_track(cast: Cast, name: str):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)

    assert cast.statuses(page_of_cycle(cycle, name)) == ONLY_ITS_LEADS


def test_leading_one_of_two_campaigns_is_not_enough(cast: Cast):
    both = [cast.campaign.uuid, make_campaign(lead=cast.stranger).uuid]
    track = create_track(name="Joint", campaigns=both, by=cast.admin)

    assert cast.statuses(page_of(track)) == {
        "lead": 404,
        "member": 404,
        "stranger": 404,
        "admin": 200,
    }


def test_a_person_with_one_track_goes_straight_to_it(cast: Cast):
    answer = cast.client(cast.lead).get(TRACKS)

    assert answer.headers["Location"] == page_of(cast.track)
    assert cast.client(cast.member).get(TRACKS).status_code == 404


def test_the_list_says_where_each_track_stands(cast: Cast):
    other = create_track(name="Weekend", campaigns=[cast.campaign.uuid], by=cast.lead)
    make_cycle(other, stage=Stage.REWARDING, step=RunState.RUNNING)

    said = words(cast.client(cast.lead).get(TRACKS))

    assert "Everyday base model in service No cycle yet." in said
    assert "Cycle 1: Train the reward model, station 3 of 10." in said


def test_the_list_takes_as_many_queries_for_four_tracks_as_for_two(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    client = cast.client(cast.lead)
    for number in range(2):
        for name in (f"A{number}", f"B{number}"):
            track = create_track(name=name, campaigns=[cast.campaign.uuid], by=cast.lead)
            cycle = make_cycle(track, stage=Stage.DECIDING, step=RunState.RUNNING)
            make_reward_model(cast.campaign, track=track, card=CARD)
            decide(policy=make_policy(track, cycle=cycle), act=Act.HOLD, by=None, reasons=["no"])
        with django_assert_num_queries(16):
            client.get(TRACKS)


def test_somebody_with_no_track_is_invited_to_begin_one(cast: Cast):
    assert "No track yet" in words(cast.client(cast.stranger).get(TRACKS))


def test_a_lead_begins_a_track_for_campaigns_they_lead(cast: Cast):
    asked = {"name": "Nights", "campaigns": [str(cast.campaign.uuid)], "method": "dpo"}

    answer = cast.client(cast.lead).post(NEW, asked)

    track = Track.objects.get(name="Nights")
    assert answer.headers["Location"] == page_of(track)
    assert (track.campaigns, track.created_by) == ([str(cast.campaign.uuid)], cast.lead)
    assert not track.person_promotes
    assert track.method == PolicyMethod.DPO


@pytest.mark.parametrize("has_gpu", [False, True])
def test_a_new_track_begins_with_what_was_measured_on_a_machine_like_this(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, has_gpu: bool
):
    monkeypatch.setattr(recipe, "has_gpu", lambda: has_gpu)
    client = cast.client(cast.lead)
    asked = {"name": "Nights", "campaigns": [str(cast.campaign.uuid)], "person_promotes": "on"}

    says = "This machine has no GPU, so the track begins with DPO and fast reward heads"
    assert (says in words(client.get(NEW))) == (not has_gpu)
    client.post(NEW, asked)

    track = Track.objects.get(name="Nights")
    assert track.person_promotes
    assert track.method == (PolicyMethod.GRPO if has_gpu else PolicyMethod.DPO)
    assert track.knobs.get("stopping") == (None if has_gpu else {"method": "head"})


def test_a_cycle_whose_policy_waits_for_a_person_leads_them_to_its_answers(cast: Cast):
    cycle = ended_cycle(cast, Act.HOLD, [])
    cycle.refresh_from_db()
    policy = cycle.policy
    assert policy is not None
    policy.decisions.all().delete()
    Cycle.objects.filter(pk=cycle.pk).update(outcome=Outcome.WAITING)

    answer = cast.client(cast.lead).get(page_of(cast.track))

    assert "Policy 1 waits for a person." in words(answer)
    assert reverse("rewards:answers", args=[policy.uuid]) in answer.text
    assert "Look and decide" in words(answer)
    assert '<span class="badge badge-wait">waits for a person</span>' in answer.text


def test_a_track_is_refused_for_campaigns_of_others_and_for_a_name_that_is_taken(cast: Cast):
    client = cast.client(cast.stranger)

    foreign = client.post(NEW, {"name": "Mine", "campaigns": [str(cast.campaign.uuid)]})
    taken = client.post(NEW, {"name": "Everyday", "campaigns": []})

    assert (foreign.status_code, taken.status_code) == (422, 422)
    assert "A track of this name exists; choose another name." in words(taken)
    assert [track.name for track in Track.objects.all()] == ["Everyday"]


def test_a_cycle_is_started_after_a_question_and_once(cast: Cast):
    client = cast.client(cast.lead)
    assert "Start a cycle of “Everyday” now?" in words(
        client.get(page_of(cast.track, "start_cycle"))
    )

    first = client.post(page_of(cast.track, "start_cycle"))
    second = client.post(page_of(cast.track, "start_cycle"))

    cycle = Cycle.objects.get()
    assert (first.status_code, cycle.opened_by, cycle.number) == (302, cast.lead, 1)
    assert second.status_code == 422
    assert "“Everyday” has an open cycle; let it end or cancel it first." in words(second)


def test_starting_wants_the_token_of_the_page(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead)

    assert client.post(page_of(cast.track, "start_cycle")).status_code == 403
    assert not Cycle.objects.exists()


def test_strangers_and_annotators_start_nothing(cast: Cast):
    for person in (cast.stranger, cast.member):
        answer = cast.client(person).post(page_of(cast.track, "start_cycle"))
        assert answer.status_code == 404
    assert not Cycle.objects.exists()


def states(cast: Cast, cycle: Cycle) -> list[str]:
    stations = cast.client(cast.lead).get(page_of_cycle(cycle)).context["stations"]
    return [station.state for station in stations]


def test_the_line_of_stations_says_where_the_cycle_is(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.REWARDING, step=RunState.RUNNING)

    assert states(cast, cycle) == ["done", "done", "running"] + 7 * ["waiting"]


def test_a_station_that_no_worker_has_taken_is_next(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING)

    assert states(cast, cycle) == ["done", "next"] + 8 * ["waiting"]


def test_the_running_station_says_what_it_does_and_how_far_it_is(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.REWARDING, step=RunState.RUNNING)
    steps = CycleStep.objects.filter(cycle=cycle, stage=Stage.REWARDING)
    steps.update(says="training", done=20, total=40, attempts=2)

    page = cast.client(cast.lead).get(page_of(cast.track))

    assert "training, 20 of 40 time left not known yet · attempt 2" in words(page)
    assert 'hx-trigger="every 2s"' in page.content.decode()


def test_stations_are_not_sent_again_while_nothing_changes(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.REWARDING, step=RunState.RUNNING)
    client = cast.client(cast.lead)
    html = client.get(page_of(cast.track)).content.decode()
    asks = html.partition('hx-get="')[2].partition('"')[0]

    same = client.get(asks)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.REWARDING).update(says="almost there")
    changed = client.get(asks)

    assert same.status_code == 204
    assert "almost there" in words(changed)


def test_a_silent_station_is_said_to_be_taken_up_again(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    long_ago = timezone.now() - SILENCE - timedelta(seconds=1)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.TEACHING).update(heartbeat_at=long_ago)

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    assert "No sign of life since" in said
    assert "it is taken up again by itself" in said


def failed_cycle(cast: Cast) -> Cycle:
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.FAILED)
    run = make_run("train_sft", state=RunState.FAILED)
    steps = CycleStep.objects.filter(cycle=cycle, stage=Stage.TEACHING)
    steps.update(error="Out of memory; lower batch_size.", run=run)
    return cycle


def test_a_failed_step_says_why_and_is_retried_after_a_question(cast: Cast):
    cycle, client = failed_cycle(cast), cast.client(cast.lead)
    assert "Out of memory; lower batch_size. Retry" in words(client.get(page_of(cast.track)))
    asked = words(client.get(page_of_cycle(cycle, "retry_cycle")))
    assert "Try the failed step again? It has left nothing to go on from" in asked

    answer = client.post(page_of_cycle(cycle, "retry_cycle"))

    cycle.refresh_from_db()
    assert answer.headers["Location"] == page_of_cycle(cycle)
    assert cycle.stage == Stage.TEACHING
    assert CycleStep.objects.get(stage=Stage.TEACHING).state == RunState.REQUESTED
    assert EngineRun.objects.get().state == RunState.REQUESTED
    assert client.post(page_of_cycle(cycle, "retry_cycle")).status_code == 422


def test_a_failed_cycle_is_not_asked_for_every_two_seconds(cast: Cast):
    cycle, client = failed_cycle(cast), cast.client(cast.lead)

    assert "every 2s" not in client.get(page_of(cast.track)).content.decode()
    assert client.get(page_of_cycle(cycle, "stations")).headers["HX-Refresh"] == "true"


def test_an_open_cycle_is_cancelled_after_a_question(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.TEACHING, step=RunState.RUNNING)
    client = cast.client(cast.lead)

    answer = client.post(page_of_cycle(cycle, "cancel_cycle"))

    cycle.refresh_from_db()
    assert answer.status_code == 302
    assert cycle.stage == Stage.CANCELLED
    assert AuditEvent.objects.get(verb="cycle.cancelled").actor == cast.lead
    assert "This cycle was cancelled." in words(client.get(page_of(cast.track)))
    assert client.post(page_of_cycle(cycle, "cancel_cycle")).status_code == 422


def ended_cycle(cast: Cast, act: Act, reasons: list[str]) -> Cycle:
    cycle = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.DONE)
    policy = make_policy(cast.track, cycle=cycle, comparison=COMPARISON)
    decide(policy=policy, act=act, by=None, reasons=reasons)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.ANSWERING).update(
        result={"candidates": 12, "tasks": 3}
    )
    Cycle.objects.filter(pk=cycle.pk).update(
        stage=Stage.DONE,
        outcome=Outcome.HELD if reasons else Outcome.PROMOTED,
        closed_at=timezone.now(),
    )
    return cycle


def test_a_held_cycle_says_every_reason_and_what_a_person_may_do(cast: Cast):
    ended_cycle(cast, Act.HOLD, ["it wins too seldom", "its answers are too long"])

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    assert "Held: policy 1 was not put into service." in said
    assert "it wins too seldom its answers are too long" in said
    assert "Look and decide" in said


def test_what_was_decided_is_told_while_the_next_candidates_are_written(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.ANSWERING, step=RunState.RUNNING)
    policy = make_policy(cast.track, cycle=cycle, comparison=COMPARISON)
    decide(policy=policy, act=Act.HOLD, by=None, reasons=["it wins too seldom"])

    said = words(cast.client(cast.lead).get(page_of_cycle(cycle, "stations")))

    assert "Held: policy 1 was not put into service. it wins too seldom" in said


GERMAN = {
    "only %(count)s held-out prompts were compared; %(needed)s are needed": (
        "nur %(count)s zurückgehaltene Prompts wurden verglichen; %(needed)s sind nötig"
    ),
    "the win rate against %(than)s is not defined": (
        "die Gewinnrate gegen %(than)s ist nicht bestimmt"
    ),
    "the promoted policy": "die Policy im Dienst",
    "“%(skill)s” has %(count)s held-out prompt; from %(needed)s on it is judged by itself": (
        "„%(skill)s“ hat %(count)s zurückgehaltenen Prompt; ab %(needed)s zählt es für sich"
    ),
    "no skill named": "keine Fähigkeit genannt",
}


def test_what_the_gate_says_is_german_on_german_pages_and_what_was_kept_before_is_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    speak_german(monkeypatch, GERMAN)
    found = Evidence.of(
        comparison={
            "prompts": 3,
            "fresh": 30,
            "by_skill": {"": {"value": 1, "error": 0, "prompts": 1}},
        },
        card=full_card(),
    )
    reasons = ["it wins too seldom", *refusals(found, Thresholds())]
    cycle = ended_cycle(cast, Act.HOLD, reasons)
    Cycle.objects.filter(pk=cycle.pk).update(reasons=reasons)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.ANSWERING).update(
        result={"remarks": list(remarks(found, Thresholds())), "skipped": "we “know”"}
    )
    client = cast.client(cast.lead)

    def shown(path: str) -> str:
        return words(client.get(path, headers={"accept-language": "de"}))

    german = (
        "it wins too seldom "
        "nur 3 zurückgehaltene Prompts wurden verglichen; 50 sind nötig "
        "die Gewinnrate gegen die Policy im Dienst ist nicht bestimmt"
    )
    policy = reverse("rewards:policy", args=[Policy.objects.get(number=1).uuid])
    page = shown(page_of(cast.track))
    assert german in page
    assert german in shown(policy)
    assert "„keine Fähigkeit genannt“ hat 1 zurückgehaltenen Prompt" in page
    assert "we “know”" in page
    english = words(client.get(page_of(cast.track)))
    assert "only 3 held-out prompts were compared; 50 are needed" in english
    assert "“no skill named” has 1 held-out prompt; from 20 on" in english


def test_a_promoted_cycle_shows_the_comparison_and_what_came_of_it(cast: Cast):
    ended_cycle(cast, Act.PROMOTE, [])

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    assert "Promoted: policy 1 went into service." in said
    assert "Win rate 61.0 % 52.0 to 70.0 %" in said
    assert "New answers are 1.10 times as long as the old." in said
    assert "The new policy declines 2.0 % of the prompts, the old 3.0 %." in said
    assert "new wins Name a prime." in said
    assert "12 new candidates. 3 tasks opened." in said


def test_a_step_is_skipped_with_a_reason_and_the_page_says_it(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.STOPPING, step=RunState.FAILED)
    client, skip = cast.client(cast.lead), page_of_cycle(cycle, "skip_step")

    assert client.post(skip, {"reason": " "}).status_code == 422
    answer = client.post(skip, {"reason": "Too few prompts this week."})

    cycle.refresh_from_db()
    step = CycleStep.objects.get(cycle=cycle, stage=Stage.STOPPING)
    assert answer.headers["Location"] == page_of_cycle(cycle)
    assert (cycle.stage, step.state) == (Stage.REPORTING, RunState.DONE)
    assert "Skipped: Too few prompts this week." in words(client.get(page_of_cycle(cycle)))
    assert AuditEvent.objects.filter(verb__contains="skip", actor=cast.lead).count() == 1


def with_judge(cycle: Cycle, cast: Cast, card: dict[str, object] | None) -> RewardModel:
    judge = make_reward_model(cast.campaign, track=cast.track, card=card, purpose=Purpose.JUDGE)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.APPOINTING).update(run=judge.run)
    return judge


def test_the_comparison_says_how_good_its_judge_is(cast: Cast):
    cycle = ended_cycle(cast, Act.PROMOTE, [])
    judge = with_judge(cycle, cast, CARD)
    policy = reverse("rewards:policy", args=[Policy.objects.get(number=1).uuid])
    client = cast.client(cast.lead)

    for page in (client.get(page_of(cast.track)), client.get(policy)):
        assert (
            "Of pairs that it never saw, the judge orders 64.0 % as people do (58.0 to 70.0 %); "
            "preferring the longer answer orders 55.0 % so."
        ) in words(page)
        assert reverse("rewards:reward_model", args=[judge.uuid]) in page.content.decode()
        assert "nothing is known of the judge" not in words(page)


@pytest.mark.parametrize(
    ("card", "says"),
    [
        (None, "nothing is known of the judge, which decides who wins"),
        ({"pairs": 1, "accuracy": None}, "is not known: it was measured on 1 held-out pair"),
        (
            {**CARD, "advantage": {"value": 0.01, "low": -0.05, "high": 0.07}},
            "is not shown to be better than preferring the longer answer (0.55; its lead may be "
            "as low as -0.05)",
        ),
    ],
)
def test_the_comparison_says_what_speaks_against_its_judge(
    cast: Cast, card: dict[str, object] | None, says: str
):
    with_judge(ended_cycle(cast, Act.PROMOTE, []), cast, card)

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    assert says in said
    assert ("the judge orders" in said) == bool(card and card["accuracy"])


def test_numbers_that_are_not_defined_are_said_to_be_so(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.DECIDING, step=RunState.RUNNING)
    unknown = {"prompts": 1, "win_rate": None, "length_ratio": None}
    make_policy(cast.track, cycle=cycle, comparison=unknown)

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    assert "Win rate not defined not defined" in said
    assert "Not defined: it takes at least two held-out prompts." in said
    assert "Not defined: the old policy wrote nothing to compare with." in said


def test_earlier_cycles_stay_to_be_looked_at(cast: Cast):
    first = ended_cycle(cast, Act.HOLD, ["it wins too seldom"])
    make_cycle(cast.track, stage=Stage.FREEZING, step=RunState.RUNNING)
    client = cast.client(cast.lead)

    newest, earlier = client.get(page_of(cast.track)), client.get(page_of_cycle(first))

    assert (newest.context["cycle"].number, earlier.context["cycle"].number) == (2, 1)
    assert "it wins too seldom" in words(earlier)
    assert client.get(reverse("rewards:one_cycle", args=[cast.track.uuid, 9])).status_code == 404
    assert client.get(reverse("rewards:one_cycle", args=[uuid4(), 1])).status_code == 404


def test_accuracies_are_drawn_cycle_by_cycle(cast: Cast):
    cycle = make_cycle(cast.track, stage=Stage.REINFORCING, step=RunState.RUNNING)
    run = make_run("evaluate_reward", result=CARD)
    CycleStep.objects.filter(cycle=cycle, stage=Stage.REPORTING).update(run=run)

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    assert "1 64.0 % 58.0 to 70.0 % 55.0 %" in said


def test_win_rates_against_the_base_are_drawn_policy_by_policy(cast: Cast):
    """The first was compared with the base itself, which was in service; the second with both."""
    first = COMPARISON | {"against_base": None}
    make_policy(cast.track, comparison=first)
    make_policy(cast.track, comparison=COMPARISON)
    make_policy(cast.track, comparison={"prompts": 0, "against_base": {}})

    said = words(cast.client(cast.lead).get(page_of(cast.track)))

    rows = said.partition("Policies against the base model")[2]
    assert "1 Candidate 61.0 % 52.0 to 70.0 % 57.0 % 48.0 to 66.0 %" in rows
    assert "2 Candidate 70.0 % 61.0 to 79.0 % not defined not defined" in rows
    assert "3 Candidate" not in rows


def test_a_track_s_page_takes_as_many_queries_for_three_cycles_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    client = cast.client(cast.lead)
    for _ in range(3):
        ended_cycle(cast, Act.HOLD, ["no"])
        with django_assert_num_queries(29):
            client.get(page_of(cast.track))
