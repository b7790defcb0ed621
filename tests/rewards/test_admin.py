"""Every table of rewards in Django's admin: only a track's settings are changed there."""

import json
from dataclasses import dataclass
from uuid import uuid4

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
    CandidateScoring,
    Cycle,
    Judging,
    Metric,
    ScoreRequest,
    TalkSession,
    Track,
)
from rewards.services.policy import decide
from rewards.services.recipe import DPO, usual_method
from rewards.services.track import create_track
from tests.factories import make_campaign, make_prompt, make_user
from tests.rewards.views.making import (
    CARD,
    make_arena,
    make_comparison,
    make_contest,
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
    make_contest(make_arena(desk.track, desk.campaign), *desk.track.policies.order_by("number"))
    candidate = make_prompt(desk.campaign, text="Why?", answers=["So."]).candidates.get()
    CandidateScore.objects.create(reward_model=model, candidate=candidate, score=1.5, spread=0.2)
    CandidateScoring.objects.create(reward_model=model)
    AnswerScore.objects.create(reward_model=model, digest="0" * 64, score=1.5)
    ScoreRequest.objects.create(reward_model=model, digest="0" * 64)
    Judging.objects.create(reward_model=model, campaign=desk.campaign.uuid, machine=uuid4())
    served = {"server": "gpu", "model": "large"}
    Judging.objects.create(**served, campaign=desk.campaign.uuid, machine=uuid4())
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
    assert track.method == usual_method()
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
        ("knobs", '{"stopping": {"method": "head", "epochs": 2}}', "does not fit its method"),
        ("knobs", '{"evaluating": {"prompts": 0}}', "must be a whole number"),
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


def test_how_those_who_meet_in_an_arena_are_asked_is_a_setting_as_well(desk: Desk):
    page = address(Track, "change", desk.track.pk)

    answer = desk.client.post(page, settings_of(desk, knobs='{"arena": {"temperature": 0.3}}'))

    desk.track.refresh_from_db()
    assert answer.status_code == 302
    assert desk.track.knobs == {"arena": {"temperature": 0.3}}


def test_whoever_answers_those_that_talk_is_a_setting_as_well(desk: Desk):
    knobs = '{"talking": {"mix": [{"who": "promoted"}], "max_new_tokens": 400}}'

    answer = desk.client.post(
        address(Track, "change", desk.track.pk), settings_of(desk, knobs=knobs)
    )

    desk.track.refresh_from_db()
    assert answer.status_code == 302
    assert desk.track.knobs["talking"]["max_new_tokens"] == 400


def test_models_of_one_depth_are_remarked_on_and_kept(desk: Desk):
    page = address(Track, "change", desk.track.pk)
    knobs = '{"stopping": {"layers": 8}}'

    answer = desk.client.post(page, settings_of(desk, knobs=knobs), follow=True)

    desk.track.refresh_from_db()
    assert "As many layers are given to rewarding, stopping" in answer.content.decode()
    assert desk.track.knobs == {"stopping": {"layers": 8}}


def test_another_method_does_not_go_on_with_what_dpo_began_with(desk: Desk):
    began = {**DPO[Stage.REINFORCING], "samples": 3, "ours": True}
    knobs = {"reinforcing": began, "evaluating": {"samples": 4}}
    Track.objects.filter(pk=desk.track.pk).update(method="dpo", knobs=knobs)
    page = address(Track, "change", desk.track.pk)

    desk.client.post(page, settings_of(desk, method="dpo", knobs=json.dumps(knobs)))
    desk.track.refresh_from_db()
    assert desk.track.knobs == knobs

    asked = settings_of(desk, method="grpo", knobs=json.dumps(knobs))
    answer = desk.client.post(page, asked, follow=True)

    desk.track.refresh_from_db()
    assert "were those of DPO" in answer.content.decode()
    assert desk.track.knobs == {
        "reinforcing": {"samples": 3, "ours": True},
        "evaluating": {"samples": 4},
    }


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


def test_every_table_of_the_whole_admin_can_be_searched(desk: Desk):
    unsearched = [model for model, page in admin.site._registry.items() if not page.search_fields]

    assert unsearched == []


@pytest.mark.parametrize("act", ["enable_tasks", "disable_tasks", "run_tasks"])
def test_tasks_of_beat_are_asked_about_before_anything_is_done(desk: Desk, act: str):
    task = PeriodicTask.objects.get(name=f"week of track {desk.track.uuid}")
    page = reverse("admin:django_celery_beat_periodictask_changelist")
    before = task.enabled

    asked = desk.client.post(page, {"action": act, "_selected_action": [task.pk]})

    task.refresh_from_db()
    assert 'name="confirmed"' in asked.text
    assert task.enabled == before


def test_a_task_of_beat_is_disabled_once_confirmed(desk: Desk):
    task = PeriodicTask.objects.get(name=f"week of track {desk.track.uuid}")
    page = reverse("admin:django_celery_beat_periodictask_changelist")
    sent = {"action": "disable_tasks", "_selected_action": [task.pk], "confirmed": "yes"}

    desk.client.post(page, sent)

    task.refresh_from_db()
    assert not task.enabled


@pytest.mark.parametrize("act", ["enable_tasks", "disable_tasks", "run_tasks"])
def test_whoever_only_looks_moves_no_task_of_beat(desk: Desk, client: Client, act: str):
    task = PeriodicTask.objects.get(name=f"week of track {desk.track.uuid}")
    PeriodicTask.objects.update(enabled=act == "disable_tasks")
    clerk = make_user("clerk")
    clerk.is_staff = True
    clerk.save()
    clerk.user_permissions.set(Permission.objects.filter(codename="view_periodictask"))
    client.force_login(clerk)
    page = reverse("admin:django_celery_beat_periodictask_changelist")

    seen = client.get(page)
    client.post(page, {"action": act, "_selected_action": [task.pk], "confirmed": "yes"})

    task.refresh_from_db()
    assert seen.status_code == 200
    assert f'value="{act}"' not in seen.text
    assert task.enabled is (act == "disable_tasks")
    assert (task.last_run_at, task.total_run_count) == (None, 0)
