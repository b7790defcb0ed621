"""Every page, light and dark, wide and narrow: WCAG 2.2 AA by axe, and no sideways scroll."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from annotate.enums import Kind, SnapshotKind
from annotate.models import Snapshot
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot
from commons.models import RunState, WorkerHeartbeat
from tests.browser.axe import seen_in_windows, violations
from tests.browser.conftest import OpenContext, Scene
from tests.browser.pictures import make_pictures
from tests.factories import make_prompt, make_ranking

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


def datasets(scene: Scene) -> str:
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
    "dashboard": dashboard,
    "reward-models": at("rewards:reward_models"),
    "cycle": at("rewards:cycle"),
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

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_the_door_is_for_everybody(open_context: OpenContext, scene: Scene) -> None:
    page = open_context().new_page()
    look_at(page, reverse(settings.LOGIN_URL))
    make_pictures(page, "sign-in")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_what_comes_and_goes_on_a_rank_page_is_for_everybody(page: Page, scene: Scene) -> None:
    look_at(page, item(Kind.RANK)(scene))
    found = {}

    for name, key in {"keys": "?", "guideline": "g", "skip": "s"}.items():
        page.keyboard.press(key)
        found[name] = violations(page)
        page.keyboard.press("Escape")

    assert found == {"keys": [], "guideline": [], "skip": []}


def test_colours_are_switched_at_once_and_kept(page: Page, scene: Scene) -> None:
    look_at(page, "/")

    page.get_by_label("Account of Ada Quill").click()
    page.get_by_role("button", name="Dark").click()
    at_once = page.locator("html").get_attribute("data-theme")
    page.reload()

    assert (at_once, page.locator("html").get_attribute("data-theme")) == ("dark", "dark")
