"""Prompts that were there before near-duplicates were looked for keep their sides."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

from annotate.enums import Kind, Side
from annotate.models import BandWalk, Bridge, Campaign, Prompt, PromptBand, Snapshot, SnapshotMember
from annotate.services.campaign import Work
from annotate.services.near import walking
from annotate.services.near.walking import Walked, walk_on
from annotate.services.prompt import add_prompt
from annotate.tasks import find_near_duplicates
from tests.factories import make_campaign, make_member, make_prompt, make_ranking

pytestmark = pytest.mark.django_db

EGG = "How long do I have to boil an egg until the yolk is no longer runny at all?"
PLEASE = f"{EGG} Please."

Before = Callable[..., Prompt]


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK, answers=4)])


@pytest.fixture
def before(campaign: Campaign) -> Before:
    """A prompt as it was kept before: with the side of its own hash, and no keys."""

    def keep(text: str, side: Side) -> Prompt:
        prompt, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": text}])
        forget(prompt)
        Prompt.objects.filter(pk=prompt.pk).update(side=side, cluster=None, quarantined=False)
        prompt.refresh_from_db()
        return prompt

    return keep


def forget(*prompts: Prompt) -> None:
    PromptBand.objects.filter(prompt__in=prompts).delete()
    Bridge.objects.filter(prompt__in=prompts).delete()


def walk() -> Walked:
    walked = Walked()
    while walk_on(walked):
        pass
    return walked


def stand() -> list[tuple[str, int | None, bool]]:
    return list(Prompt.objects.order_by("pk").values_list("side", "cluster", "quarantined"))


def test_near_ones_of_one_side_become_a_cluster(before: Before):
    first, second = before(EGG, Side.TEST), before(PLEASE, Side.TEST)

    assert walk() == Walked(looked_at=2, keyed=2, joined=1)

    assert stand() == [("test", None, False), ("test", first.pk, False)]
    assert PromptBand.objects.filter(prompt=second).count() == 9


def test_what_was_asked_keeps_its_cluster_for_its_draws_hang_on_it(campaign: Campaign):
    for text in (EGG, PLEASE):
        make_prompt(campaign, text=text, answers=["1", "2", "3", "4"])
    PromptBand.objects.all().delete()
    Prompt.objects.update(cluster=None, side=Side.TRAIN)

    assert walk() == Walked(looked_at=2, keyed=2)

    assert stand() == [("train", None, False)] * 2


def test_of_two_sides_the_younger_is_quarantined_and_no_side_moves(before: Before):
    first, second = before(EGG, Side.TEST), before(PLEASE, Side.TRAIN)

    assert walk() == Walked(looked_at=2, keyed=2, quarantined=1)

    assert stand() == [("test", None, False), ("train", None, True)]
    bridge = Bridge.objects.get()
    assert (bridge.prompt, bridge.first, bridge.second) == (second, first, None)


def test_what_came_since_is_found_from_the_older_one(campaign: Campaign, before: Before):
    """The newcomer could not see the older one, which had no keys: it chose its own side."""
    before(EGG, Side.TRAIN)
    newcomer, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": PLEASE}])
    Prompt.objects.filter(pk=newcomer.pk).update(side=Side.TEST)

    assert walk() == Walked(looked_at=2, keyed=1, quarantined=1)

    assert stand() == [("train", None, False), ("test", None, True)]


def test_what_a_dataset_holds_stays_and_is_told(campaign: Campaign, before: Before):
    first = before(EGG, Side.TEST)
    ranking = make_ranking(campaign, make_member(campaign))
    messages = [{"role": "user", "content": PLEASE}]
    Prompt.objects.filter(pk=ranking.prompt_id).update(messages=messages, side=Side.TRAIN)
    forget(ranking.prompt)
    snapshot = Snapshot.objects.create(kind="ranked")
    SnapshotMember.objects.create(snapshot=snapshot, position=0, side="train", ranking=ranking)
    told = StringIO()

    call_command("find_near_duplicates", stdout=told, stderr=StringIO())

    assert stand() == [("test", None, False), ("train", None, False)]
    assert told.getvalue().splitlines() == [
        "2 of 2 prompts were looked at; 2 got keys; 0 joined an older one's cluster; "
        "0 were quarantined between two sides",
        f"  {ranking.prompt.uuid} (train) nearly repeats {first.uuid} (test), and stays: "
        "a dataset holds what was judged of it",
    ]


def test_a_killed_walk_goes_on_and_a_second_finds_nothing(
    before: Before, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(walking, "STRETCH", 1)
    prompts = [before(text, Side.TRAIN) for text in (EGG, PLEASE, "Why?")]
    first = Walked()

    assert walk_on(first)
    assert first == Walked(looked_at=1, keyed=1)
    assert BandWalk.objects.get().after == prompts[0].pk
    assert walk() == Walked(looked_at=2, keyed=2, joined=1)
    assert walk() == Walked()


def test_newcomers_are_settled_already(campaign: Campaign):
    for text in (EGG, PLEASE, EGG.upper(), "Why?"):
        add_prompt(campaign=campaign, messages=[{"role": "user", "content": text}])
    stood = stand()

    find_near_duplicates()

    assert stand() == stood
    assert PromptBand.objects.count() == 9 + 9 + 1


def test_what_says_the_same_needs_no_keys_of_its_own(before: Before):
    before(EGG, Side.TRAIN)
    before(EGG.upper(), Side.TRAIN)

    assert walk() == Walked(looked_at=2, keyed=1, joined=1)
