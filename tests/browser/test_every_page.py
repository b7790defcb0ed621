"""No page is forgotten: whatever answers a GET is looked at by some test here, or is no page.

The pages that no other module of this folder looks at are looked at below.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from playwright.sync_api import Page, expect

from annotate.enums import Kind, LanePurpose
from annotate.models import CampaignWork, Ranking, Snapshot
from annotate.services.erasure import erase_prompt
from annotate.services.qualification import make_test
from commons.models import Channel, Means, NoticeKind, RunState, Scope, User
from commons.tokens import Lifetime, make_token
from rewards.enums import Purpose, Stage
from rewards.models import Track
from rewards.services.pausing import pause_cycle
from rewards.services.track import create_track
from tests.annotate.golden import gold_of
from tests.browser.axe import seen_in_windows
from tests.browser.conftest import OpenContext, Scene
from tests.browser.pictures import make_pictures
from tests.browser.test_pages import dataset, look_at
from tests.browser.work import kept_in
from tests.factories import make_prompt
from tests.rewards.views.making import (
    COMPARISON,
    make_cycle,
    make_policy,
    make_reward_model,
    make_run,
)

pytestmark = pytest.mark.browser

# Parts of pages, files and JSON, which no person opens by themselves.
NO_PAGES = {
    "annotate:ahead",
    "annotate:asking",
    "annotate:beside",
    "annotate:dataset_file",
    "annotate:dataset_progress",
    "annotate:next_review",
    "annotate:picture",
    "annotate:review_draft",
    "annotate:talk_progress",
    "annotate:upload_progress",
    "commons:catalogue",
    "commons:language",
    "rewards:comparison_progress",
    "rewards:dashboard_panel",
    "rewards:leaderboard_csv",
    "rewards:model_card",
    "rewards:models_of_snapshots",
    "rewards:progress",
    "rewards:report",
    "rewards:stations",
}
# Pages that a test reaches by a link, a path or a setting.
BY_ANOTHER_NAME = {
    "annotate:decided_reviews": "test_decided",
    "annotate:stored": "test_effort",
    "annotate:told": "test_gold",
    "annotate:trace": "test_pages",
    "commons:login": "test_pages",
}
ARGUMENTS: dict[str, object] = {
    "uuid": UUID(int=1),
    "person": UUID(int=1),
    "older": UUID(int=1),
    "against": UUID(int=1),
    "number": 1,
    "act": "start",
    "kind": "rank",
    "path": "a",
    "token": "a",
    "language": "de",
    "digest": "a",
    "sha256": "a",
}


def test_whatever_answers_is_looked_at(db: None) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("root"))
    looked_at = "\n".join(each.read_text() for each in Path(__file__).parent.glob("test_*.py"))
    forgotten = [
        name
        for name, arguments in addresses()
        if name not in NO_PAGES | BY_ANOTHER_NAME.keys()
        and f'"{name}"' not in looked_at
        and admin.get(reverse(name, kwargs=arguments)).status_code != 405
    ]

    assert forgotten == []


def addresses() -> Iterator[tuple[str, dict[str, object]]]:
    """Every address of our own but the API's, by its name and what it needs."""
    for space, resolver in spaces():
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern) and pattern.name:
                names = pattern.pattern.converters
                yield f"{space}:{pattern.name}", {name: ARGUMENTS[name] for name in names}


def spaces() -> Iterator[tuple[str, URLResolver]]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace in OURS:
            yield resolver.namespace, resolver


OURS = ("annotate", "commons", "rewards")


def track_of(scene: Scene) -> Track:
    return create_track(name="Everyday", campaigns=[scene.campaign.uuid], by=scene.lead)


def tracks(scene: Scene) -> str:
    make_cycle(track_of(scene), stage=Stage.TEACHING, step=RunState.RUNNING)
    create_track(name="Law", campaigns=[scene.campaign.uuid], by=scene.lead)
    return reverse("rewards:cycle")


def track(scene: Scene) -> str:
    """A cycle whose station has failed, and a policy that was compared."""
    found = track_of(scene)
    make_policy(found, comparison=COMPARISON)
    make_cycle(found, stage=Stage.TEACHING, step=RunState.FAILED)
    return reverse("rewards:track", args=[found.uuid])


def one_cycle(scene: Scene) -> str:
    cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=RunState.RUNNING)
    return reverse("rewards:one_cycle", args=[cycle.track.uuid, cycle.number])


def of_cycle(name: str, state: RunState) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=state)
        return reverse(name, args=[cycle.track.uuid, cycle.number])

    return address


def start_cycle(scene: Scene) -> str:
    return reverse("rewards:start_cycle", args=[track_of(scene).uuid])


def policy(scene: Scene) -> str:
    made = make_policy(track_of(scene), comparison=COMPARISON)
    return reverse("rewards:policy", args=[made.uuid])


def promotion(scene: Scene) -> str:
    made = make_policy(track_of(scene), comparison=COMPARISON)
    return reverse("rewards:decide", args=[made.uuid, "promote"])


def of_run(name: str, state: RunState) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        run = make_run(state=state, by=scene.lead)
        model = make_reward_model(scene.campaign, run=run, purpose=Purpose.REWARD)
        return reverse(name, args=[model.uuid])

    return address


def train(scene: Scene) -> str:
    make_reward_model(scene.campaign, by=scene.lead)
    return reverse("rewards:train")


def removal(scene: Scene) -> str:
    """Of a dataset that holds what was erased."""
    dataset(scene)
    erase_prompt(prompt=Ranking.objects.get().prompt, by=scene.lead)
    return reverse("annotate:remove_dataset", args=[Snapshot.objects.get().uuid])


def erase_person(scene: Scene) -> str:
    return reverse("annotate:erase_person", args=[scene.ada.uuid])


def of_webhook(name: str) -> Callable[[Scene], str]:
    def address(scene: Scene) -> str:
        made = Channel.objects.create(  # as it is kept: nothing is looked up, or sent
            means=Means.WEBHOOK,
            owner=scene.lead,
            url="https://example.com/laurel",
            kinds=[NoticeKind.CYCLE_HELD],
            made_by=scene.lead,
        )
        return reverse(name, args=[made.uuid])

    return address


def paused_cycle(scene: Scene) -> str:
    cycle = make_cycle(track_of(scene), stage=Stage.TEACHING, step=RunState.RUNNING)
    pause_cycle(cycle=cycle, by=scene.lead)
    return reverse("rewards:resume_cycle", args=[cycle.track.uuid, cycle.number])


def answers(scene: Scene) -> str:
    made = make_policy(track_of(scene), comparison=COMPARISON)
    return reverse("rewards:answers", args=[made.uuid])


def pause_member(scene: Scene) -> str:
    return reverse("annotate:pause_member", args=[scene.campaign.uuid, scene.ada.uuid])


def a_test(scene: Scene) -> str:
    """Of a skill, which the lead may look at as whoever takes it."""
    test = make_test(campaign=scene.campaign, skill="law", by=scene.lead)
    gold_of(scene.campaign, purpose=LanePurpose.TEST, qualification=test)
    return reverse("annotate:test", args=[test.uuid])


def revoke_token(scene: Scene) -> str:
    make_token(by=scene.lead, name="Laptop", scopes=[Scope.READ], lifetime=Lifetime.WEEK)
    return reverse("commons:revoke_token", args=[scene.lead.api_tokens.get().uuid])


PAGES: dict[str, Callable[[Scene], str]] = {
    "tracks": tracks,
    "track": track,
    "one-cycle": one_cycle,
    "new-track": lambda scene: reverse("rewards:new_track"),
    "start-cycle": start_cycle,
    "retry-cycle": of_cycle("rewards:retry_cycle", RunState.FAILED),
    "skip-step": of_cycle("rewards:skip_step", RunState.FAILED),
    "cancel-cycle": of_cycle("rewards:cancel_cycle", RunState.RUNNING),
    "policy": policy,
    "promotion": promotion,
    "train": train,
    "retry-run": of_run("rewards:retry_run", RunState.FAILED),
    "cancel-run": of_run("rewards:cancel_run", RunState.RUNNING),
    "remove-files": removal,
    "revoke-token": revoke_token,
    "pause-cycle": of_cycle("rewards:pause_cycle", RunState.RUNNING),
    "resume-cycle": paused_cycle,
    "answers": answers,
    "pause-member": pause_member,
    "test": a_test,
    "renew-webhook": of_webhook("annotate:renew_webhook"),
    "remove-webhook": of_webhook("annotate:remove_webhook"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(scene: Scene, open_context: OpenContext, name: str) -> None:
    page = open_context(scene.lead).new_page()
    look_at(page, PAGES[name](scene))
    make_pictures(page, name)

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_the_page_that_erases_a_person_is_for_everybody(
    scene: Scene, open_context: OpenContext
) -> None:
    root = User.objects.create_superuser("root")
    page = open_context(root).new_page()
    look_at(page, erase_person(scene))
    make_pictures(page, "erase-person")

    found = seen_in_windows(page)

    assert found == {how: [] for how in found}


def test_a_conversation_is_tried_by_keyboard_and_leaves_nothing(
    scene: Scene, open_context: OpenContext
) -> None:
    CampaignWork.objects.create(campaign=scene.campaign, kind=Kind.TALK, answers=2, turns=2)
    make_prompt(scene.campaign, text="What is a stent?", answers=["A tube.", "A tent.", "c", "d"])
    page = open_context(scene.lead).new_page()
    look_at(page, reverse("annotate:try_talk", args=[scene.campaign.uuid]))
    found = {"begin": seen_in_windows(page)}
    make_pictures(page, "setup-try-talk")

    page.get_by_label("What do you say first?").fill("What is a shunt?")
    page.keyboard.press("Control+Enter")
    page.locator("form[data-ready]").wait_for()
    expect(page.get_by_text("In a try-out no model is asked.")).to_be_visible()
    found["judge"] = seen_in_windows(page)
    make_pictures(page, "setup-try-talk-judge")
    judge(page)
    expect(page.get_by_role("heading", name="Nothing was kept: this is a try-out")).to_be_visible()
    found["choose"] = seen_in_windows(page)
    make_pictures(page, "setup-try-talk-choose")
    page.get_by_label("What do you say next?").fill("And a stoma?")
    page.keyboard.press("Control+Enter")
    page.locator("form[data-ready]").wait_for()
    expect(page.locator("#prompt")).to_contain_text("And a stoma?")
    judge(page)

    expect(page.get_by_text("the last that this campaign asks for")).to_be_visible()
    assert found == {stage: {how: [] for how in seen} for stage, seen in found.items()}
    assert kept_in(page) == []
    assert not scene.lead.conversations.exists()


def judge(page: Page) -> None:
    page.locator("[name=cell][value=a2]").check()
    page.keyboard.press("Control+Enter")
