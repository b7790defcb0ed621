"""Every page, light and dark, wide and narrow: WCAG 2.2 AA by axe, and no sideways scroll."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from annotate.enums import Kind, Purpose, SnapshotKind
from annotate.export.preflight.conclude import conclude
from annotate.export.preflight.figures import Effect, OverlapReport, Spread, TokenReport
from annotate.export.preflight.items import Item
from annotate.export.preflight.items import Settings as ReportSettings
from annotate.export.preflight.merging import merge
from annotate.export.preflight.scan import Scan
from annotate.models import Candidate, Ranking, Snapshot
from annotate.services.freeze_rules import set_freeze_rules
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot
from annotate.services.snapshot_removal import let_go_files
from commons.models import RunState, WorkerHeartbeat
from rewards.models import RewardModel, Track
from rewards.services.track import create_track
from tests.browser.axe import seen_by_all, seen_in_windows
from tests.browser.conftest import OpenContext, Scene, Watch
from tests.browser.pictures import make_pictures
from tests.factories import make_prompt, make_ranking
from tests.rewards.views.full_card import full_card
from tests.rewards.views.making import (
    make_comparison,
    make_policy,
    make_reward_model,
    make_run,
    make_snapshot,
)
from tests.rewards.views.weeks import make_weeks

pytestmark = pytest.mark.browser

Address = Callable[[Scene], str]


def item(kind: Kind) -> Address:
    def address(scene: Scene) -> str:
        return reverse(f"annotate:{kind}", args=[scene.hand(kind).uuid])

    return address


def campaign(scene: Scene) -> str:
    return reverse("annotate:campaign", args=[scene.campaign.uuid])


def guideline(scene: Scene) -> str:
    return reverse("annotate:guideline", args=[scene.campaign.uuid])


def dataset(scene: Scene) -> str:
    """A dataset that a worker has frozen."""
    make_ranking(scene.campaign, scene.ada)
    snapshot = request_snapshot(kind=SnapshotKind.RANKED, campaigns=[scene.campaign], by=scene.lead)
    claimed = claim_snapshot()
    assert claimed == snapshot
    freeze_snapshot(snapshot=claimed)
    return reverse("annotate:dataset", args=[snapshot.uuid])


def dataset_at_work(scene: Scene) -> str:
    snapshot = Snapshot.objects.create(kind=SnapshotKind.SFT, total=900, done=300)
    snapshot.campaigns.set([scene.campaign])
    return reverse("annotate:dataset", args=[snapshot.uuid])


def dataset_stuck(scene: Scene) -> str:
    """One worker writes; another one has not been heard of for half a minute."""
    now, token = timezone.now(), uuid4()
    holding = {"state": RunState.RUNNING, "token": token, "started_at": now - timedelta(minutes=2)}
    snapshot = Snapshot.objects.create(
        kind=SnapshotKind.PREFERENCE, total=90_000, heartbeat_at=now, **holding
    )
    snapshot.campaigns.set([scene.campaign])
    for number, silent in enumerate([0, 30]):
        snapshot.parts.create(
            side="train",
            number=number,
            first=number,
            last=number,
            done=9_000,
            **{**holding, "heartbeat_at": now - timedelta(seconds=silent)},
        )
    return reverse("annotate:dataset", args=[snapshot.uuid])


def dataset_checked(scene: Scene) -> str:
    """A check of rankings that were all made by place, with everything that a report can find."""
    snapshot = Snapshot.objects.create(
        kind=SnapshotKind.PREFERENCE,
        purpose=Purpose.CHECK,
        state=RunState.DONE,
        finished_at=timezone.now(),
        total=24,
        report=a_report(str(scene.campaign.intake.get().prompt.uuid)),
    )
    snapshot.campaigns.set([scene.campaign])
    rules = {"personal_data": 0, "length_bias": 0.1}
    set_freeze_rules(campaign=scene.campaign, rules=rules, by=scene.lead)
    return reverse("annotate:dataset", args=[snapshot.uuid])


def a_report(prompt: str) -> dict[str, object]:
    """What the pre-flight finds in 24 pairs, with a trainer's and an evaluation's part."""
    scan = Scan("preference", ReportSettings(examples=3))
    scan.hear(
        [
            Item(
                prompt_id=prompt if number < 3 else f"p{number}",
                prompt=[{"role": "user", "content": f"Question {number}, from ada@mail.example"}],
                answers=[
                    [{"role": "assistant", "content": "Sure, and at some length."}],
                    [{"role": "assistant", "content": f"No {number}" if number % 7 else ""}],
                ],
                pairs=[(0, 1)] if number % 6 else [(1, 0)],
                shown=[0, 1] if number % 5 else [1, 0],
                rater=f"r-{number % 3}",
                skill="medicine" if number % 4 else "",
                language="en" if number % 3 else "de",
            )
            for number in range(24)
        ]
    )
    report = conclude(merge([scan.as_json()]))
    spread = Spread(24, 700.5, 12, 80, 420, 2100, 4100, 8000)
    tokens = TokenReport(
        max_length=1024,
        with_template=True,
        rows=spread,
        prompts=spread,
        answers=None,
        over_length=6,
        over_length_share=0.25,
        trainers=[Effect("Reward", 24, 6, 0), Effect("DPO", 24, 0, 6)],
        unrenderable=0,
        longest_named=[{"prompt_id": prompt, "tokens": 8000}],
        unrenderable_named=[],
    )
    met = {"prompt_id": prompt, "answer": None}
    overlap = [OverlapReport("exam", items=1, prompts=1, answers=0, too_short=0, named=[met])]
    whole = replace(report, tokens=tokens, overlap=overlap)
    return {**whole.as_json(), "findings": whole.findings()}


def discarding(scene: Scene) -> str:
    dataset_checked(scene)
    return reverse("annotate:discard_dataset", args=[Snapshot.objects.get().uuid])


def letting_go(scene: Scene) -> str:
    dataset(scene)
    return reverse("annotate:let_go_dataset", args=[Snapshot.objects.get().uuid])


def dataset_gone(scene: Scene) -> str:
    address = dataset(scene)
    let_go_files(snapshot=Snapshot.objects.get(), by=scene.lead)
    return address


def difference(scene: Scene) -> str:
    """Two weeks of rankings: one was there before, two came since."""
    older = dataset(scene)
    for _ in range(2):
        make_ranking(scene.campaign, scene.ada)
    newer = dataset(scene)
    uuids = [address.rstrip("/").rpartition("/")[2] for address in (newer, older)]
    return reverse("annotate:dataset_difference", args=uuids)


def traced(scene: Scene) -> str:
    address = dataset(scene)
    ranking = Ranking.objects.get()
    return f"{address}row/?id={ranking.uuid}"


def erasing(scene: Scene) -> str:
    """A prompt that a frozen dataset holds."""
    dataset(scene)
    return reverse("annotate:erase_prompt", args=[Ranking.objects.get().prompt.uuid])


def settings_of_campaign(scene: Scene) -> str:
    return reverse("annotate:campaign_settings", args=[scene.campaign.uuid])


def freeze_rules(scene: Scene) -> str:
    return reverse("annotate:freeze_rules", args=[scene.campaign.uuid])


def datasets(scene: Scene) -> str:
    """One that failed, one that is written, and two that are there."""
    dataset(scene)
    dataset_at_work(scene)
    make_snapshot(scene.campaign)
    snapshot = Snapshot.objects.create(
        kind=SnapshotKind.SFT, state=RunState.FAILED, finished_at=timezone.now(), error="Full."
    )
    snapshot.campaigns.set([scene.campaign])
    return reverse("annotate:datasets")


def dashboard(scene: Scene) -> str:
    make_ranking(scene.campaign, scene.ada)
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        name="default@laptop", queues="default", host="laptop", pid=1, started_at=now, seen_at=now
    )
    return reverse("annotate:dashboard")


def desk(scene: Scene) -> str:
    make_prompt(scene.campaign, answers=["a", "b", "c", "d"])
    scene.hand(Kind.RANK)
    return reverse("annotate:desk")


def report_card(scene: Scene) -> str:
    """A measured reward model with every part of its card open, beside another one."""
    model = make_reward_model(scene.campaign, by=scene.lead, card=full_card())
    other = make_reward_model(scene.campaign, by=scene.lead)
    RewardModel.objects.filter(pk=other.pk).update(snapshot=model.snapshot)
    make_comparison(model, other)
    return reverse("rewards:reward_model", args=[model.uuid])


def reward_comparison(scene: Scene) -> str:
    models = [make_reward_model(scene.campaign, by=scene.lead) for _ in range(2)]
    make_comparison(models[0], models[1])
    return reverse("rewards:reward_comparison", args=[model.uuid for model in models])


def track_of(scene: Scene) -> Track:
    return create_track(name="Everyday", campaigns=[scene.campaign.uuid], by=scene.lead)


def who_answers(scene: Scene) -> str:
    track = track_of(scene)
    use = {"mix": [{"who": "promoted", "weight": 2}, {"who": "base", "temperature": 0.9}]}
    Track.objects.filter(pk=track.pk).update(knobs={"answering": use, "talking": use})
    return reverse("rewards:candidates", args=[track.uuid])


def reward_models(scene: Scene) -> str:
    """Those of three weeks, one that nobody has measured and one that learns."""
    make_weeks(scene.campaign, by=scene.lead)
    make_reward_model(scene.campaign, by=scene.lead)
    running = make_run(state=RunState.RUNNING, by=scene.lead)
    make_reward_model(scene.campaign, run=running)
    return reverse("rewards:reward_models")


def leaderboard(scene: Scene) -> str:
    """Two policies and a server, each of which has won and lost against the others."""
    track = track_of(scene)
    models = [f"policy:{each.uuid}" for each in (track.policies.get(), make_policy(track))]
    models.append("server:gpu/organisation/a-model-with-a-long-name")
    for number in range(9):
        ranking = make_ranking(scene.campaign, scene.ada)
        for place, tier in enumerate(ranking.tiers[:3]):
            won = models[(place + number * number) % 3]
            Candidate.objects.filter(uuid__in=tier).update(source=won)
    return reverse("rewards:leaderboard", args=[track.uuid])


def at(name: str) -> Address:
    return lambda scene: reverse(name)


FOR_ADA: dict[str, Address] = {
    "desk": desk,
    "write": item(Kind.DEMONSTRATE),
    "rank": item(Kind.RANK),
    "campaign": campaign,
    "guideline": guideline,
    "profile": at("commons:profile"),
    "password": at("commons:password"),
}
FOR_LEADS: dict[str, Address] = {
    "campaigns": at("annotate:campaigns"),
    "campaign-of-lead": campaign,
    "datasets": datasets,
    "freeze": at("annotate:freeze"),
    "dataset": dataset,
    "dataset-at-work": dataset_at_work,
    "dataset-stuck": dataset_stuck,
    "dataset-checked": dataset_checked,
    "dataset-difference": difference,
    "dataset-discard": discarding,
    "dataset-let-go": letting_go,
    "dataset-gone": dataset_gone,
    "trace": traced,
    "erase-prompt": erasing,
    "campaign-settings": settings_of_campaign,
    "freeze-rules": freeze_rules,
    "dashboard": dashboard,
    "reward-models": reward_models,
    "no-reward-models": at("rewards:reward_models"),
    "report-card": report_card,
    "reward-comparison": reward_comparison,
    "no-cycle": at("rewards:cycle"),
    "who-answers": who_answers,
    "leaderboard": leaderboard,
}
PAGES = FOR_ADA | FOR_LEADS


@pytest.fixture(autouse=True)
def _artifacts_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path


def look_at(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-awake]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(scene: Scene, open_context: OpenContext, name: str) -> None:
    page = open_context(scene.ada if name in FOR_ADA else scene.lead).new_page()
    look_at(page, PAGES[name](scene))
    make_pictures(page, name)
    page.evaluate("for (const part of document.querySelectorAll('.card-part')) part.open = true")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_the_door_is_for_everybody(open_context: OpenContext, scene: Scene) -> None:
    page = open_context().new_page()
    look_at(page, reverse(settings.LOGIN_URL))
    make_pictures(page, "sign-in")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_a_freeze_page_is_for_everybody_with_all_its_choices_open(
    scene: Scene, open_context: OpenContext, watch: Watch
) -> None:
    """A refusal opens the group in which it stands, and keeps what was chosen."""
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:freeze"))
    page.get_by_label("Rankings, K-wise").check()
    page.get_by_text("What a ranking gives").click()
    page.get_by_label("Ties").select_option("both")

    with watch.expecting("422"):
        page.get_by_role("button", name="Check first").click()
        page.get_by_text("does not apply to datasets of kind ranked").wait_for()

    chosen = page.get_by_label("Ties").input_value()
    for group in page.locator("form details:not([open]) > summary").all()[::-1]:
        group.click()
    make_pictures(page, "freeze-open")
    found = seen_in_windows(page)
    assert (chosen, found) == ("both", {how: [] for how in found})


def test_what_comes_and_goes_on_a_rank_page_is_for_everybody(page: Page, scene: Scene) -> None:
    look_at(page, item(Kind.RANK)(scene))
    found = {}

    for name, key in {"keys": "?", "guideline": "g", "skip": "s"}.items():
        page.keyboard.press(key)
        found[name] = seen_by_all(page)
        page.keyboard.press("Escape")

    assert found == {"keys": [], "guideline": [], "skip": []}


def test_colours_are_switched_at_once_and_kept(page: Page, scene: Scene) -> None:
    look_at(page, "/")

    page.get_by_label("Account of Ada Quill").click()
    page.get_by_role("button", name="Dark").click()
    at_once = page.locator("html").get_attribute("data-theme")
    page.reload()

    assert (at_once, page.locator("html").get_attribute("data-theme")) == ("dark", "dark")
