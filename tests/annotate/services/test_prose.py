"""What is read next is rendered when its tasks open, and whoever opens it first finds it there."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from annotate.enums import CampaignState, Hold, Kind
from annotate.models import Campaign, CampaignWork, Task
from annotate.selectors.prose import texts_read
from annotate.services import prose
from annotate.services.campaign import (
    Work,
    acknowledge_instructions,
    change_campaign_state,
    publish_instructions,
)
from annotate.services.candidate import add_candidate
from annotate.services.erasure import erase_prompt
from annotate.services.prompt import add_prompt
from annotate.services.prose import fill_texts
from annotate.services.task import open_tasks
from commons.markdown import keeping, kept_markdown, rendering
from commons.markdown.keeping import fill_markdown
from commons.models import User
from tests.annotate.test_conversation import calls, gives, says
from tests.annotate.test_tools import DOSE
from tests.factories import make_campaign, make_member, make_prompt, make_user, take_and_show

RANK = [Work(Kind.RANK, answers=2)]
WRITE = [Work(Kind.DEMONSTRATE)]


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(works=RANK)


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was rendered because nothing was kept of it."""
    texts: list[str] = []

    def hear(text: str) -> rendering.Rendering:
        texts.append(text)
        return rendering.rendering_of(text)

    monkeypatch.setattr(keeping, "rendering_of", hear)
    return texts


def waiting(campaign: Campaign) -> list[Task]:
    """As they are drawn."""
    return list(Task.objects.filter(campaign=campaign).order_by("lane", "place"))


def is_filled(task: Task) -> bool:
    return keeping.unfilled([f"task-{task.pk}"]) == []


def guided(campaign: Campaign, person: User) -> None:
    made = publish_instructions(campaign=campaign, guideline="Read *all*.", by=make_user())
    acknowledge_instructions(instructions=made, by=person)


def opened_by(person: User, kind: Kind) -> Callable[[], int]:
    held = take_and_show(person, kind=kind)
    client = Client()
    client.force_login(person)
    return lambda: client.get(reverse(f"annotate:{kind}", args=[held.uuid])).status_code


def test_whoever_opens_an_item_first_finds_its_texts_rendered(
    campaign: Campaign,
    rendered: list[str],
    nudges_run_at_once: None,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Tasks open, a worker is nudged, somebody comes: nothing is left to be rendered."""
    ada = make_member(campaign)
    guided(campaign, ada)
    with django_capture_on_commit_callbacks(execute=True):
        make_prompt(campaign, text="What is a *stent*?", answers=["A **tube**.", "A `tent`."])
    beforehand = sorted(rendered)
    rendered.clear()

    assert opened_by(ada, Kind.RANK)() == 200

    assert beforehand == ["A **tube**.", "A `tent`.", "Read *all*.", "What is a *stent*?"]
    assert rendered == []


def test_calls_and_results_are_rendered_beforehand_too(
    campaign: Campaign, rendered: list[str]
) -> None:
    asked = [{"role": "user", "content": "How much aspirin?"}]
    prompt, _ = add_prompt(campaign=campaign, messages=asked, tools=[DOSE])
    for drug in ("aspirin", "heparin"):
        answer = [calls({"drug": drug}), gives('{"mg": 1}'), says("1 mg.")]
        add_candidate(prompt=prompt, messages=answer, source="model-a")
    open_tasks(campaign=campaign)
    fill_texts()
    beforehand = len(rendered)
    rendered.clear()

    assert opened_by(make_member(campaign), Kind.RANK)() == 200

    assert (beforehand, rendered) == (6, [])  # asked, no words beside a call, 2 calls, given, said


def test_what_a_writer_may_start_from_is_rendered_beforehand(db: None, rendered: list[str]) -> None:
    campaign = make_campaign(works=WRITE)
    make_prompt(campaign, text="Why?", answers=["So.", "Thus."])
    task = Task.objects.get()
    assert texts_read([task.pk]) == {task.pk: ["Why?"]}
    CampaignWork.objects.update(may_start_from=True)
    fill_texts()
    rendered.clear()

    assert opened_by(make_member(campaign), Kind.DEMONSTRATE)() == 200

    assert rendered == []


def test_a_minute_in_which_nothing_is_new_reads_no_text(
    campaign: Campaign,
    rendered: list[str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_prompt(campaign, answers=["One.", "Two."])
    assert fill_texts() == 1
    rendered.clear()

    with django_assert_num_queries(2):  # the lanes, and what waits first in one
        assert fill_texts() == 0

    assert rendered == []


def test_the_first_of_each_lane_are_filled_and_what_follows_moves_up(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prose, "FRONT", 2)
    for _ in range(4):
        make_prompt(campaign, answers=["One.", "Two."])

    fill_texts()
    first = [is_filled(each) for each in waiting(campaign)]
    Task.objects.filter(pk=waiting(campaign)[0].pk).update(free=0)
    again = fill_texts()

    assert first == [True, True, False, False]
    assert (again, [is_filled(each) for each in waiting(campaign)]) == (
        1,
        [True, True, True, False],
    )


def test_one_call_does_a_stretch_and_the_next_goes_on(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three lanes of two tasks: three at a time, and no more than six in all."""
    monkeypatch.setattr(prose, "STRETCH", 3)
    campaign = make_campaign(works=WRITE)
    for skill in ("law", "medicine", "physics"):
        for _ in range(2):
            make_prompt(campaign, skill=skill)

    assert [fill_texts() for _ in range(3)] == [3, 3, 0]


def test_many_lanes_share_what_the_cache_can_hold(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prose, "MOST", 3)
    campaign = make_campaign(works=WRITE)
    for skill in ("law", "medicine"):
        for _ in range(2):
            make_prompt(campaign, skill=skill)

    fill_texts()

    assert [is_filled(each) for each in waiting(campaign)] == [True, False, True, False]


@pytest.mark.parametrize("state", CampaignState)
def test_what_nobody_can_draw_soon_is_left(campaign: Campaign, state: CampaignState) -> None:
    make_prompt(campaign, answers=["One.", "Two."])
    Campaign.objects.update(state=state)

    assert fill_texts() == (state in (CampaignState.DRAFT, CampaignState.RUNNING))


def test_what_is_held_is_left(campaign: Campaign) -> None:
    make_prompt(campaign, answers=["One.", "Two."])
    Task.objects.update(held=Hold.UNCLEAR)

    assert fill_texts() == 0


def test_what_is_erased_while_it_is_filled_is_not_kept(
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    rendered: list[str],
) -> None:
    """Read, erased, let go, and only then rendered and kept: the worker lets it go itself."""
    prompt = make_prompt(campaign, text="My number is 0123.", answers=["One.", "Two."])

    def fill_late(texts: Mapping[str, Sequence[str]]) -> None:
        erase_prompt(prompt=prompt, by=make_user(admin=True))
        fill_markdown(texts)

    monkeypatch.setattr(prose, "fill_markdown", fill_late)
    fill_texts()
    rendered.clear()
    kept_markdown(["My number is 0123.", "One."])

    assert rendered == ["My number is 0123.", "One."]


def test_a_paused_campaign_that_goes_on_is_filled_within_the_minute(campaign: Campaign) -> None:
    make_prompt(campaign, answers=["One.", "Two."])
    change_campaign_state(campaign=campaign, to=CampaignState.PAUSED, by=None)
    paused = fill_texts()
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=None)

    assert (paused, fill_texts()) == (0, 1)
