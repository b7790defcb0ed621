"""Every table of rewards in Django's admin: only a track's settings are changed there."""

from dataclasses import dataclass

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import PeriodicTask

from annotate.models import Campaign
from commons.models import RunState
from rewards.enums import Act, PolicyState, Stage
from rewards.models import (
    AnswerScore,
    Benchmark,
    CandidateScore,
    Cycle,
    Metric,
    ScoreRequest,
    TalkSession,
    Track,
)
from rewards.services.policy import decide
from rewards.services.track import create_track
from tests.factories import make_campaign, make_prompt, make_user
from tests.rewards.views.making import (
    CARD,
    make_comparison,
    make_cycle,
    make_policy,
    make_reward_model,
    make_run,
)

OURS = list(apps.get_app_config("rewards").get_models())
HISTORY = [model for model in OURS if model is not Track]


def name_of(model: type[Model]) -> str:
    return str(model._meta.model_name)


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:rewards_{name_of(model)}_{page}", args=args)


@dataclass(frozen=True)
class Desk:
    """An admin at work, beside one campaign and one track that learns from it."""

    client: Client
    campaign: Campaign
    track: Track


@pytest.fixture
def desk(db: None) -> Desk:
    client, person = Client(), make_user("admin", admin=True)
    client.force_login(person)
    campaign = make_campaign(name="Medicine")
    track = create_track(name="Everyday", campaigns=[campaign.uuid], by=person)
    return Desk(client, campaign, track)


@pytest.fixture
def one_of_each(desk: Desk) -> dict[type[Model], Model]:
    cycle = make_cycle(desk.track, stage=Stage.DECIDING, step=RunState.RUNNING)
    model = make_reward_model(desk.campaign, track=desk.track, card=CARD)
    Metric.objects.create(run=model.run, step=1, values={"loss": 0.7})
    other = make_reward_model(desk.campaign, track=desk.track)
    make_comparison(model, other)
    Benchmark.objects.create(reward_model=model, name="own", run=make_run("run_benchmark"))
    decide(policy=make_policy(desk.track, cycle=cycle), act=Act.HOLD, by=None, reasons=["no"])
    TalkSession.objects.create(track=desk.track)
    candidate = make_prompt(desk.campaign, text="Why?", answers=["So."]).candidates.get()
    CandidateScore.objects.create(reward_model=model, candidate=candidate, score=1.5, spread=0.2)
    AnswerScore.objects.create(reward_model=model, digest="0" * 64, score=1.5)
    ScoreRequest.objects.create(reward_model=model, digest="0" * 64)
    return {model: model._default_manager.all()[0] for model in OURS}


def test_every_table_is_registered():
    assert [model for model in OURS if not admin.site.is_registered(model)] == []


@pytest.mark.usefixtures("one_of_each")
def test_every_list_answers_and_can_be_searched(desk: Desk):
    asked = {"q": "everyday"}
    pages = {model: address(model, "changelist") for model in OURS}

    listed = {model: desk.client.get(page).status_code for model, page in pages.items()}
    found = {model: desk.client.get(page, asked).status_code for model, page in pages.items()}

    assert listed == found == dict.fromkeys(OURS, 200)


def test_every_row_has_a_page(desk: Desk, one_of_each: dict[type[Model], Model]):
    pages = {model: address(model, "change", row.pk) for model, row in one_of_each.items()}

    statuses = {model: desk.client.get(page).status_code for model, page in pages.items()}

    assert statuses == dict.fromkeys(OURS, 200)


def test_history_is_not_added_changed_or_deleted(desk: Desk, one_of_each: dict[type[Model], Model]):
    for model in HISTORY:
        pk = one_of_each[model].pk
        pages = [address(model, "add"), address(model, "change", pk), address(model, "delete", pk)]

        statuses = [desk.client.post(page, {"post": "yes"}).status_code for page in pages]

        assert (model, statuses) == (model, [403, 403, 403])
        assert model._default_manager.filter(pk=pk).exists()


def test_a_track_begins_with_its_base_model_in_service(desk: Desk):
    asked = {"name": "Nights", "campaigns": [str(desk.campaign.uuid)], "base_model": ""}

    answer = desk.client.post(address(Track, "add"), asked)

    track = Track.objects.get(name="Nights")
    assert answer.status_code == 302
    assert track.campaigns == [str(desk.campaign.uuid)]
    assert [(each.number, each.state) for each in track.policies.all()] == [
        (0, PolicyState.PROMOTED)
    ]


def settings_of(desk: Desk, **changed: str) -> dict[str, object]:
    standing: dict[str, object] = {
        "name": "Everyday",
        "campaigns": [str(desk.campaign.uuid)],
        "base_model": "",
        "active": "on",
        "weekday": "4",
        "hour": "20",
        "time_zone": "UTC",
        "quorum": 0,
        "method": "grpo",
        "knobs": "{}",
        "thresholds": "{}",
    }
    return standing | changed


def test_a_track_s_settings_are_changed(desk: Desk):
    knobs = '{"rewarding": {"max_steps": 400}}'

    answer = desk.client.post(
        address(Track, "change", desk.track.pk),
        settings_of(desk, knobs=knobs, thresholds='{"min_prompts": 10}'),
    )

    desk.track.refresh_from_db()
    assert answer.status_code == 302
    assert (desk.track.weekday, desk.track.hour) == (4, 20)
    assert desk.track.knobs == {"rewarding": {"max_steps": 400}}
    assert desk.track.thresholds == {"min_prompts": 10}


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("knobs", '{"rewardin": {}}', "Nothing reads rewardin"),
        ("knobs", '{"rewarding": 3}', "Write it as"),
        ("knobs", "[1]", "Write it as"),
        ("knobs", '{"appointing": {"share": [0, 3]}}', "have prompts in common"),
        ("knobs", '{"stopping": {"share": 3}}', "must be [i, n]"),
        ("thresholds", '{"min_luck": 1}', "Nothing reads min_luck"),
        ("thresholds", "[1]", "Write it as a JSON object."),
    ],
)
def test_a_setting_that_nobody_reads_is_refused(desk: Desk, field: str, written: str, says: str):
    page = address(Track, "change", desk.track.pk)

    answer = desk.client.post(page, settings_of(desk, **{field: written}))

    desk.track.refresh_from_db()
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert (desk.track.knobs, desk.track.thresholds) == ({}, {})


def test_models_of_one_depth_are_remarked_on_and_kept(desk: Desk):
    page = address(Track, "change", desk.track.pk)
    knobs = '{"stopping": {"layers": 8}}'

    answer = desk.client.post(page, settings_of(desk, knobs=knobs), follow=True)

    desk.track.refresh_from_db()
    assert "As many layers are given to rewarding, stopping" in answer.content.decode()
    assert desk.track.knobs == {"stopping": {"layers": 8}}


def test_a_track_is_made_inactive_and_not_deleted(desk: Desk):
    page = address(Track, "delete", desk.track.pk)

    assert desk.client.post(page, {"post": "yes"}).status_code == 403


def act(client: Client, model: type[Model], action: str, row: Model) -> int:
    """Choose an action for one row and say yes."""
    chosen = {"action": action, "_selected_action": [row.pk], "confirmed": "1"}
    return client.post(address(model, "changelist"), chosen).status_code


def test_a_changed_week_is_beats_at_once(desk: Desk):
    desk.client.post(address(Track, "change", desk.track.pk), settings_of(desk))

    row = PeriodicTask.objects.get(name=f"week of track {desk.track.uuid}")
    assert (row.crontab.day_of_week, row.crontab.hour) == ("5", "20")


def test_a_cycle_is_started_paused_let_go_on_and_cancelled(desk: Desk):
    act(desk.client, Track, "start_cycle", desk.track)
    cycle = Cycle.objects.get()
    found = []
    for action in ("pause", "resume", "cancel"):
        act(desk.client, Cycle, action, cycle)
        cycle.refresh_from_db()
        found.append((cycle.paused, cycle.stage))

    assert found == [(True, "freezing"), (False, "freezing"), (False, "cancelled")]


def test_what_cannot_be_done_is_said(desk: Desk):
    cycle = make_cycle(desk.track, stage=Stage.DECIDING, step=RunState.RUNNING)

    chosen = {"action": "retry", "_selected_action": [cycle.pk], "confirmed": "1"}
    page = desk.client.post(address(Cycle, "changelist"), chosen, follow=True)

    assert "No step of this cycle has failed" in page.content.decode()


def test_staff_who_may_only_look_do_not_act(desk: Desk):
    cycle = make_cycle(desk.track, stage=Stage.DECIDING, step=RunState.RUNNING)
    looker = make_user("looker")
    looker.is_staff = True
    looker.save()
    looker.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(looker)

    for model, action, row in ((Cycle, "cancel", cycle), (Track, "start_cycle", desk.track)):
        act(client, model, action, row)

    cycle.refresh_from_db()
    assert (cycle.stage, Cycle.objects.count()) == (Stage.DECIDING, 1)
